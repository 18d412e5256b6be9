"""Logical ids and physical names are public API: these tests pin them."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_infra.builders.shared import naming
from gateway_infra.sections.routes import route_fault

WORDS = ("a", "b", "ab", "jobs", "job-s", "Jobs", "JOBS", "jo.bs", "jo_bs", "by", "By", "byid", "2")
PARTS = (*WORDS, "v1", "v-1", "V1", "a:b", "a,b", "-", ".", "{id}")
LASTS = (*PARTS, "{proxy+}")

SEGMENTS = st.text("abBy12.-_,:", min_size=1, max_size=6) | st.sampled_from(["{id}", "by", "byid"])
PATHS = st.lists(SEGMENTS, max_size=4).map(lambda parts: "/" + "/".join(parts))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web", "Web"),
        ("job-worker", "JobWorker"),
        ("jobWorker", "JobWorker"),
        ("a1-b2", "A1B2"),
        ("a", "A"),
    ],
)
def test_pascal(name: str, expected: str) -> None:
    assert naming.pascal(name) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", ""),
        ("/jobs", "Jobs"),
        ("/jobs/{id}", "JobsById"),
        ("/jobs/{jobId}/image", "JobsByJobidImage"),
        ("/{proxy+}", "ByProxy"),
        ("/v1/jobs", "V1Jobs"),
    ],
)
def test_plain_paths_have_plain_words(path: str, expected: str) -> None:
    """These stand in deployed stacks: another answer would replace their resources."""
    assert naming.path_words(path) == expected


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/job-results", "Jobresults"),
        ("/Jobs", "Jobs"),
        ("/2024", "2024"),
        ("/by", "By"),
        ("/-", ""),
        ("/a-b/{id}", "AbById"),
    ],
)
def test_paths_that_lose_something_carry_a_hash(path: str, words: str) -> None:
    assert re.fullmatch(rf"{words}[0-9a-f]{{6}}", naming.path_words(path))


def test_no_two_paths_of_a_big_table_share_an_answer() -> None:
    """Every path of one to three parts: letters, digits, marks, capitals and parameters."""
    paths = {"/"}
    for depth in range(3):
        for head in itertools.product(PARTS, repeat=depth):
            paths.update("/" + "/".join((*head, last)) for last in LASTS)
    valid = sorted(path for path in paths if route_fault(f"GET {path}") is None)
    seen: dict[str, str] = {}
    for path in valid:
        words = naming.path_words(path)
        assert seen.setdefault(words, path) == path
    assert len(valid) > 5000


@given(PATHS, PATHS)
def test_two_paths_never_share_an_answer(one: str, other: str) -> None:
    """Any two valid paths whose path parameters are spelled alike, as those at one level are."""
    same = naming.path_words(one) == naming.path_words(other)
    assert same == (one == other)


@given(PATHS)
def test_answers_are_fit_for_a_logical_id(path: str) -> None:
    assert re.fullmatch("[A-Za-z0-9]*", naming.path_words(path))


@pytest.mark.parametrize(("one", "other"), [("/{id}", "/{ID}"), ("/{id}", "/{i.d}")])
def test_spellings_of_a_parameter_at_one_level_share_an_answer(one: str, other: str) -> None:
    """API Gateway takes one path parameter at a level, so an API never holds both."""
    assert naming.path_words(one) == naming.path_words(other)


def test_ids_and_physical_names() -> None:
    assert naming.function_id("job-worker") == "FunctionJobWorker"
    assert naming.api_id("api") == "Api"
    assert naming.service_name("jobs", "prod") == "jobs-prod"
    assert naming.function_name("jobs", "prod", "web") == "jobs-prod-web"
    assert naming.function_log_group("jobs-prod-web") == "/aws/lambda/jobs-prod-web"
