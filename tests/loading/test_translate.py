"""What pydantic says, as messages that a person understands."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError

from gateway_infra.loading.translate import problems_of
from gateway_infra.reading.source import read_text
from gateway_infra.values.section import Number, Section, matches


class Inner(Section):
    one: int = Field(description="the only one")
    two: str = "x"


class Model(Section):
    whole: int = Field(0, ge=2, le=8)
    number: Number = Field(1, gt=0, lt=9)
    switch: bool = False
    text: str = Field("text", min_length=2, max_length=4)
    items: list[Annotated[str, matches("[a-z]+", "small letters, as in ab")]] = Field(
        ["a"], min_length=1, max_length=3
    )
    word: Literal["first", "second"] = "first"
    days: Literal[1, 3, 7] = 1
    inner: Inner | None = None
    by_name: dict[Annotated[str, matches("[a-z]+", "small")], Inner] = Field({}, min_length=1)
    listed: list[Inner] = Field([], description="each")


def faults(text: str) -> list[str]:
    """Return the messages for a YAML text, by place."""
    node = read_text(text, "f")
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(node.plain())
    return [str(problem) for problem in problems_of(caught.value, Model, node)]


MESSAGES: dict[str, str] = {
    "whole: 1": "f:1:1: whole: is 1; it must be at least 2",
    "whole: 9": "f:1:1: whole: is 9; it must be at most 8",
    "whole: 2.5": "f:1:1: whole: must be a whole number, not 2.5",
    "whole: '5'": "f:1:1: whole: must be a whole number, not '5'; write it without quotes",
    "whole: five": "f:1:1: whole: must be a whole number, not 'five'",
    "whole: true": "f:1:1: whole: must be a whole number, not true",
    "whole: [5]": "f:1:1: whole: must be a whole number, not a list",
    "number: 0": "f:1:1: number: is 0; it must be more than 0",
    "number: 9": "f:1:1: number: is 9; it must be less than 9",
    "number: '1.5'": "f:1:1: number: must be a number, not '1.5'; write it without quotes",
    "number: true": "f:1:1: number: must be a number, not true",
    "switch: yes": "f:1:1: switch: must be true or false, not 'yes'",
    "switch: 1": "f:1:1: switch: must be true or false, not 1",
    "text: 5": "f:1:1: text: must be text, not 5; write it in quotes",
    "text: true": "f:1:1: text: must be text, not true; write it in quotes",
    "text: [a]": "f:1:1: text: must be text, not a list",
    "text: {a: b}": "f:1:1: text: must be text, not a mapping",
    "text: a": "f:1:1: text: is too short; write at least 2 characters",
    "text: abcde": "f:1:1: text: has 5 characters; at most 4",
    "items: a": "f:1:1: items: must be a list, not 'a'",
    "items: {a: b}": "f:1:1: items: must be a list, not a mapping",
    "items: []": "f:1:1: items: holds nothing; it must hold at least 1",
    "items: [a, b, c, d]": "f:1:1: items: holds too many; it must hold at most 3",
    "items: [a, B]": "f:1:12: items[1]: is 'B'; it must be small letters, as in ab",
    "items: [a, 5]": "f:1:12: items[1]: must be text, not 5; write it in quotes",
    "items: [~]": "f:1:9: items[0]: must be text, not nothing",
    "word: frist": "f:1:1: word: is 'frist'; did you mean 'first'?",
    "word: zzz": "f:1:1: word: is 'zzz'; it must be one of first, second",
    "word: 5": "f:1:1: word: is 5; it must be one of first, second",
    "days: 2": "f:1:1: days: is 2; it must be one of 1, 3, 7",
    "days: '7'": "f:1:1: days: must be a number, not '7'; write it without quotes",
    "inner: 5": "f:1:1: inner: must be a mapping with keys such as one, two, not 5",
    "inner: [a]": "f:1:1: inner: must be a mapping with keys such as one, two, not a list",
    "inner: {}": "f:1:1: inner.one: is required and missing: the only one",
    "inner:\n  two: a": "f:1:1: inner.one: is required and missing: the only one",
    "inner: {one: 1, tow: a}": "f:1:17: inner.tow: is not a key here; did you mean 'two'?",
    "inner: {one: 1, zzz: a}": "f:1:17: inner.zzz: is not a key here; known: one, two",
    "by_name: {}": "f:1:1: by_name: holds nothing; it must hold at least 1",
    "by_name: [a]": "f:1:1: by_name: must be a mapping, not a list",
    "by_name: {A: {one: 1}}": "f:1:11: by_name.A: is 'A'; it must be small",
    "by_name: {a: {one: x}}": "f:1:15: by_name.a.one: must be a whole number, not 'x'",
    "by_name: {a: {oen: 1, one: 1}}": "f:1:15: by_name.a.oen: is not a key here; did you mean",
    "listed: [{one: 1, tow: a}]": "f:1:19: listed[0].tow: is not a key here; did you mean 'two'?",
    "listed: [{}]": "f:1:10: listed[0].one: is required and missing: the only one",
    "wohle: 5": "f:1:1: wohle: is not a key here; did you mean 'whole'?",
    f"word: {'a' * 80}": f"f:1:1: word: is '{'a' * 57}…'; it must be one of first, second",
    f"items: [{'A' * 80}]": f"f:1:9: items[0]: is '{'A' * 57}…'; it must be small letters",
}


@pytest.mark.parametrize("text", MESSAGES, ids=lambda text: text[:40])
def test_each_fault_has_a_message_with_its_place(text: str) -> None:
    (fault,) = faults(text)
    assert fault.startswith(MESSAGES[text])


def test_all_faults_are_told_at_once() -> None:
    found = faults("whole: 1\ntext: 5\nextra: 1\nby_name: {a: {}}\n")
    assert [fault.split(": ")[0] for fault in found] == ["f:1:1", "f:2:1", "f:4:11", "f:3:1"]


def test_a_key_named_as_pydantic_marks_keys_is_shown() -> None:
    node = read_text('{"[key]": 1}', "f")
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(node.plain())
    (problem,) = problems_of(caught.value, Model, node)
    assert str(problem).startswith('f:1:2: ["[key]"]: is not a key here')


def test_a_type_of_fault_without_a_text_of_ours_is_told_as_pydantic_tells_it() -> None:
    class Odd(Section):
        number: Annotated[int, Field(multiple_of=2)] = 2

    node = read_text("number: 3", "f")
    with pytest.raises(ValidationError) as caught:
        Odd.model_validate(node.plain())
    (problem,) = problems_of(caught.value, Odd, node)
    assert "multiple of 2" in str(problem)


UNNAMED: list[tuple[Any, str]] = [(1.0, "1"), (2.50, "2.5"), (12345678, "12345678")]


@pytest.mark.parametrize(("value", "shown"), UNNAMED)
def test_numbers_are_shown_as_they_are_written(value: Any, shown: str) -> None:
    (fault,) = faults(f"text: {value}")
    assert f"not {shown};" in fault
