"""Rules of API keys and the usage plan."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import environment, found, severities

ASKING = "{GET /jobs: {function: web, api_key: true}}"


def plan(settings: str, routes: str = ASKING, api: str = "") -> str:
    """Return an environment with this usage plan."""
    return environment(routes, f"usage_plan: {{{settings}}}\n{api}")


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI550",
        environment(ASKING),
        'api.routes["GET /jobs"].api_key: asks for an API key, but `api.usage_plan.keys` lists',
    ),
    (
        "GI551",
        plan("keys: [partner, other]", "{GET /jobs: web}"),
        "api.usage_plan.keys: lists 2, and no route asks for a key",
    ),
    (
        "GI552",
        plan("quota: {limit: 5000, period: DAY}", "{GET /jobs: web}"),
        "api.usage_plan.quota: of 5,000 a day binds callers with a key alone, and `keys` lists",
    ),
    (
        "GI553",
        plan("keys: [partner], quota: {limit: 999}"),
        "api.usage_plan.quota.limit: is 999 a month, and a key may send 1,000 a second",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI550", plan("keys: [partner]")),
    ("GI551", plan("keys: [partner]")),
    ("GI551", environment()),
    ("GI552", plan("keys: [partner], quota: {limit: 5000}")),
    ("GI553", plan("keys: [partner], quota: {limit: 1000}")),
    ("GI553", plan("keys: [partner], quota: {limit: 10}", api="throttling: {rate: 10, burst: 10}")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []
