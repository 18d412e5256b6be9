"""Messages: their form, their order, and the hints in them."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.reading.diagnostics import (
    ConfigError,
    Diagnostic,
    KeyPath,
    Place,
    did_you_mean,
    kind_of,
    show_path,
)

PLACES = [
    (Place("prod.yaml", 12, 5), "prod.yaml:12:5"),
    (Place("prod.yaml", 1, 1), "prod.yaml:1:1"),
    (Place("prod.yaml"), "prod.yaml"),
    (Place("--set a.b"), "--set a.b"),
]


@pytest.mark.parametrize(("place", "text"), PLACES)
def test_a_place_is_shown_so_that_editors_jump_to_it(place: Place, text: str) -> None:
    assert str(place) == text


def test_a_problem_names_place_key_and_fault() -> None:
    place = Place("prod.yaml", 12, 5)
    problem = Diagnostic(("functions", "web", "memory"), "is 64; at least 128", place=place)
    assert str(problem) == "prod.yaml:12:5: functions.web.memory: is 64; at least 128"
    assert str(Diagnostic((), "is empty", place=place)) == "prod.yaml:12:5: is empty"


def test_no_problem_shows_what_looks_like_a_secret() -> None:
    problem = Diagnostic(
        ("a: password hunter2",), "is 'postgres://a:hunter2@b'", place=Place("f", 1, 1)
    )
    assert str(problem) == """f:1:1: ["a: password …"]: is 'postgres://…@b'"""


PATHS: list[tuple[KeyPath, str]] = [
    ((), ""),
    (("region",), "region"),
    (("functions", "job-worker", "memory"), "functions.job-worker.memory"),
    (("network", "subnets", 1), "network.subnets[1]"),
    (("api", "routes", "GET /jobs", "function"), 'api.routes["GET /jobs"].function'),
    (("GET /jobs",), '["GET /jobs"]'),
    (("tags", "2nd"), 'tags["2nd"]'),
    (("tags", "aws:x"), 'tags["aws:x"]'),
    (("a", ""), 'a[""]'),
    (("s", 0, "actions", 10), "s[0].actions[10]"),
]


@pytest.mark.parametrize(("path", "text"), PATHS)
def test_a_key_path_is_shown_as_set_takes_it(path: KeyPath, text: str) -> None:
    assert show_path(path) == text


def test_problems_are_sorted_by_place_and_told_once() -> None:
    def at(file: str, line: int, column: int, key: str = "k", message: str = "m") -> Diagnostic:
        return Diagnostic((key,), message, place=Place(file, line, column))

    expected = [
        Diagnostic((), "m", place=Place("--set a")),
        at("a.yaml", 2, 9),
        at("a.yaml", 10, 1),
        at("a.yaml", 10, 5, "a"),
        at("a.yaml", 10, 5, "b"),
        at("a.yaml", 10, 5, "b", "n"),
        at("b.yaml", 1, 1),
    ]
    error = ConfigError([*reversed(expected), *expected])
    assert list(error.problems) == expected
    assert str(error) == "\n".join(str(problem) for problem in expected)


KNOWN = ("functions", "network", "region", "tags")
HINTS = [
    ("function", KNOWN, "; did you mean 'functions'?"),
    ("funktions", KNOWN, "; did you mean 'functions'?"),
    ("tag", KNOWN, "; did you mean 'tags'?"),
    ("Region", KNOWN, "; did you mean 'region'?"),
    ("metrics", KNOWN, "; known: functions, network, region, tags"),
    ("", KNOWN, "; known: functions, network, region, tags"),
    ("x", ("b", "a"), "; known: a, b"),
    ("x", (), ""),
]


@pytest.mark.parametrize(("word", "known", "hint"), HINTS)
def test_a_hint_names_the_nearest_word_or_all_of_them(
    word: str, known: tuple[str, ...], hint: str
) -> None:
    assert did_you_mean(word, known) == hint


KINDS = [
    (None, "nothing"),
    (True, "a switch (true or false)"),
    (1, "a number"),
    (1.5, "a number"),
    ("x", "text"),
    ([], "a list"),
    ({}, "a mapping"),
    (object(), "something else"),
]


@pytest.mark.parametrize(("value", "name"), KINDS, ids=[name for _, name in KINDS])
def test_values_are_called_what_people_call_them(value: Any, name: str) -> None:
    assert kind_of(value) == name
