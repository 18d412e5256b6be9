"""Findings: what is the same is told once, sorted by place."""

from __future__ import annotations

from gateway_infra.lint.findings import merged, rule_of
from gateway_infra.reading.diagnostics import Diagnostic, Place
from tests.lint.support import ACCEPTED, ADVICE, IN_TEMPLATE, OURS, PLACE, THEIRS


def test_a_finding_of_several_environments_is_one_that_lists_them() -> None:
    [found] = merged([OURS._replace(environments=(name,)) for name in ("prod", "dev", "prod")])
    assert found == OURS._replace(environments=("dev", "prod"))


def test_a_finding_in_several_templates_is_one_that_lists_them() -> None:
    single = IN_TEMPLATE._replace(stack="jobs-dev", file="template.json", environment="dev")
    [found] = merged([THEIRS, THEIRS._replace(templates=(single,)), THEIRS])
    assert found.templates == (single, IN_TEMPLATE)
    assert found.environments == ("dev", "prod")


def test_what_differs_in_anything_that_is_told_stays_apart() -> None:
    differing = [
        OURS._replace(rule="GI202"),
        OURS._replace(message="is 61 s"),
        OURS._replace(place=Place("environments/base.yaml", 5, 4)),
        OURS._replace(path=("functions", "web")),
        OURS._replace(severity="advice"),
        ACCEPTED,
    ]
    assert len(merged([OURS, *differing])) == 7


def test_they_are_sorted_by_place_whatever_comes_first() -> None:
    places = [("a.yaml", 10, 1), ("a.yaml", 9, 1), ("a.yaml", 9, 12), ("b.yaml", 1, 1)]
    items = [OURS._replace(place=Place(*place)) for place in places]
    expected = [Place(*place) for place in sorted(places)]
    assert [item.place for item in merged(items)] == expected
    assert [item.place for item in merged(reversed(items))] == expected


def test_who_found_it_and_whether_it_fails_a_run() -> None:
    assert (OURS.tool, THEIRS.tool) == ("gateway-infra", "cfn-lint")
    assert [item.counts for item in (OURS, THEIRS, ADVICE, ACCEPTED)] == [True, True, False, False]


def test_the_rule_of_a_problem() -> None:
    assert rule_of(Diagnostic(("a",), "x", "GI301", place=PLACE)) == "GI301"
    assert rule_of(Diagnostic(("a",), "x", place=PLACE)) == "GI004"
    assert rule_of(Diagnostic((), "x", place=PLACE)) == "GI001"
