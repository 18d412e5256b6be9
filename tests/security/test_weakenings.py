"""Each deliberate weakening of a good environment is caught by whom the table names."""

from __future__ import annotations

from functools import lru_cache

import pytest

from gateway_infra.pipeline import Generated
from gateway_infra.reading.diagnostics import ConfigError, Diagnostic
from gateway_infra.suppressions.catalog import TABLE
from gateway_infra.suppressions.metadata import graph_suppressions
from tests.security.scanners.run import scanned
from tests.security.weakenings import GOOD, WEAKENINGS, Weakening
from tests.support import generate_text

FOUND = {
    rule: [item for item in WEAKENINGS if item.by == rule]
    for rule in ("model", "rule", "checkov", "exceptions")
}


def text(item: Weakening) -> str:
    assert GOOD.count(item.old) == 1, item
    return GOOD.replace(item.old, item.new)


@lru_cache(maxsize=128)
def generated(text: str) -> Generated:
    return generate_text(text, layout="single")


def problems(text: str) -> tuple[Diagnostic, ...]:
    """Return all that is told of an environment, whether it is refused or not."""
    try:
        return generated(text).findings
    except ConfigError as error:
        return error.problems


def told(text: str) -> list[str]:
    """Return the ids of what is told, models' and rules'."""
    return [problem.rule for problem in problems(text)]


def test_nothing_is_told_of_the_good_environment() -> None:
    ids = {item.id for item in WEAKENINGS}
    assert not ids & set(told(GOOD))


@pytest.mark.parametrize("item", [*FOUND["model"], *FOUND["rule"]], ids=lambda item: item.what)
def test_a_model_or_a_rule_finds_it(item: Weakening) -> None:
    assert item.id in told(text(item))


@pytest.mark.slow
def test_checkov_finds_it_in_the_template_as_it_is_written() -> None:
    """No exception hides it, and without it checkov finds nothing."""
    weak = {item.what: generated(text(item)).stacks[0].template for item in FOUND["checkov"]}
    everything = {**weak, "good": generated(GOOD).stacks[0].template}
    found = scanned(templates=everything).templates
    assert found["good"]["failed"] == []
    for item in FOUND["checkov"]:
        assert item.id in {rule for rule, _ in found[item.what]["failed"]}, item.what


@pytest.mark.parametrize("item", FOUND["exceptions"], ids=lambda item: item.what)
def test_no_exception_stands_for_it(item: Weakening) -> None:
    def keys(text: str) -> set[tuple[str, str]]:
        of = generated(text)
        found = graph_suppressions(of.graph, of.loaded.environment)
        return {(one.row.key, one.logical_id) for one in found if one.row.key == item.id}

    assert item.id in {row.key for row in TABLE}
    assert keys(GOOD) - keys(text(item))


def test_there_are_enough_of_each() -> None:
    assert len(WEAKENINGS) >= 50
    assert len({item.what for item in WEAKENINGS}) == len(WEAKENINGS)
    assert {item.id for item in FOUND["rule"]} >= {f"GI90{number}" for number in range(10)}
