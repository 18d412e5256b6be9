"""Errors by example: each ``cases/error_NAME.yaml`` and the messages it gets, ``error_NAME.txt``.

``pytest --update-golden`` writes what is said now; read it as the person who made the mistake:
does each line name file, line and key, say what is wrong and what to do?
"""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from gateway_infra.commands.messages import printed
from gateway_infra.pipeline import generate
from gateway_infra.reading.diagnostics import ConfigError
from tests.support import CASES

NAMES = sorted(path.stem.removeprefix("error_") for path in CASES.glob("error_*.yaml"))


def printed_for(name: str, folder: Path) -> str:
    """Return what is printed for a case, which is copied to `folder` as the environment NAME.

    An OpenAPI document beside it, ``error_NAME.yml``, becomes ``NAME.yml``.
    """
    (folder / "cases").mkdir()
    shutil.copy(CASES / f"error_{name}.yaml", folder / "cases" / f"{name}.yaml")
    document = CASES / f"error_{name}.yml"
    if document.is_file():
        shutil.copy(document, folder / "cases" / f"{name}.yml")
    with pytest.raises(ConfigError) as caught:
        generate(folder / "cases", name, layout=None, overrides=(), shown="cases")
    return printed(caught.value.problems)


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_gets_its_messages(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    text = printed_for(name, tmp_path)
    golden = CASES / f"error_{name}.txt"
    if update_golden:
        golden.write_text(text)
    assert text == golden.read_text()


class Told(NamedTuple):
    """A message of a case, and the quote below it, which messages of one line share."""

    case: str
    message: str
    quote: tuple[str, ...]


@cache
def expected() -> list[Told]:
    """Return what all cases are told, message by message."""
    told: list[Told] = []
    for name in NAMES:
        lines = (CASES / f"error_{name}.txt").read_text().splitlines()
        messages: list[str] = []
        quote: list[str] = []
        for line in [*lines, "error: the end"]:
            if line.startswith("error: ") and quote:
                told += (Told(name, message, tuple(quote)) for message in messages)
                messages, quote = [], []
            elif line.startswith("error: ") and messages and not _same_line(messages[-1], line):
                told += (Told(name, message, ()) for message in messages)
                messages = []
            if line.startswith("error: "):
                messages.append(line)
            elif not re.fullmatch(r"\d+ errors", line):
                quote.append(line)
    return told


def _same_line(one: str, other: str) -> bool:
    return one.split(":")[1:3] == other.split(":")[1:3]


def test_there_are_enough_cases_and_no_text_without_its_case() -> None:
    texts = {path.stem.removeprefix("error_") for path in CASES.glob("error_*.txt")}
    assert texts == set(NAMES)
    assert len(NAMES) >= 200


FORM = re.compile(
    r"error: cases/(?P<name>[a-z0-9-]+)\.(?P<kind>ya?ml):(?P<line>[1-9]\d*):(?P<column>[1-9]\d*): "
    r"\S.*[^\s.:;,]"
)


def test_every_message_is_a_place_and_a_sentence_that_one_can_read() -> None:
    for told in expected():
        match = FORM.fullmatch(told.message)
        assert match, told.message
        assert match["name"] == told.case
        assert len(told.message) <= 420, told.message


def test_messages_are_sorted_by_place() -> None:
    for name in NAMES:
        found = [FORM.fullmatch(told.message) for told in expected() if told.case == name]
        places = [(m["kind"], int(m["line"]), int(m["column"])) for m in found if m]
        assert places == sorted(places), name


NO_QUOTE = r"is required and missing|is empty; write what differs|holds no entry"
"""What is said of a file as a whole, where no line is to be quoted."""


def test_every_message_quotes_its_line_or_is_about_the_whole_file() -> None:
    for told in expected():
        match = FORM.fullmatch(told.message)
        assert match
        if not told.quote:
            assert re.search(NO_QUOTE, told.message), told.message
            continue
        assert {line.split("|")[0].strip() for line in told.quote} == {match["line"], ""}


def test_what_is_quoted_is_in_the_file() -> None:
    """But for hidden values, comments, and what is cut or escaped."""
    for told in expected():
        match = FORM.fullmatch(told.message)
        assert match
        file = CASES / f"error_{told.case}.{match['kind']}"
        text = file.read_text(encoding="utf-8-sig").splitlines()[int(match["line"]) - 1]
        for line in told.quote[::2]:
            shown = line.partition(" | ")[2].replace("\\t", "\t").replace("\\xa0", "\xa0")
            for piece in shown.replace("\\ufeff", "\ufeff").split("…"):
                assert piece in text, line


def test_the_caret_is_under_what_the_message_names() -> None:
    """Where a message shows a value or a key in quotes, that is what is underlined."""
    seen = 0
    for told in expected():
        shown = re.search(r": (?:is|begins with|names the function) '([^'…]+)'", told.message)
        if not shown or not told.quote or "…" in told.quote[0]:
            continue
        carets = told.quote[1]
        marked = {
            told.quote[0][match.start() : match.end()] for match in re.finditer(r"\^+", carets)
        }
        if not any(ord(c) > 0x2FF for c in told.quote[0]):
            assert any(shown[1] in text for text in marked), told
            seen += 1
    assert seen > 40


def test_no_message_shows_what_only_programmers_know() -> None:
    inside = ("pydantic", "Input should", "Traceback", "NoneType", "dict", "Error", "validator")
    for told in expected():
        assert not re.search(rf"\b({'|'.join(inside)})\b", told.message), told.message


def test_no_text_repeats_a_secret() -> None:
    planted = [name for name in NAMES if b"hunter2" in (CASES / f"error_{name}.yaml").read_bytes()]
    assert len(planted) >= 12
    for name in NAMES:
        text = (CASES / f"error_{name}.txt").read_text()
        assert "hunter2" not in text
        assert "12345678\n" not in text
