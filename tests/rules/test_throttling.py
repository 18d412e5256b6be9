"""Rules of throttling: the API's limits, its routes', and the account's above them."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from gateway_infra.rules.throttling import SMALLER_REGIONS
from tests.rules.apis import environment, found, severities


def limits(settings: str, region: str = "us-east-1", quotas: str = "") -> str:
    """Return an environment whose API has this throttle."""
    more = f"account: {{quotas: {{{quotas}}}}}" if quotas else ""
    return environment(api=f"throttling: {{{settings}}}", region=region, more=more)


def route(settings: str, region: str = "us-east-1") -> str:
    """Return an environment with a route that has a throttle of its own."""
    return environment(f"{{GET /a: {{function: web, throttling: {{{settings}}}}}}}", region=region)


ROUTE = 'api.routes["GET /a"].throttling'
FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI501",
        limits("rate: 10001, burst: 5000"),
        "api.throttling.rate: is 10,001 requests a second, and all APIs of the account in "
        "us-east-1 together get 10,000 unless that was raised (then say so in "
        "account.quotas.account_rate)",
    ),
    (
        "GI501",
        limits("rate: 1000, burst: 5001"),
        "api.throttling.burst: is 5,001 requests at once, and all APIs of the account in us-east-1 "
        "together get 5,000 unless that was raised (then say so in account.quotas.account_burst)",
    ),
    (
        "GI501",
        environment(region="eu-south-1"),
        "api.throttling.burst: is 2,000 requests at once, and all APIs of the account in "
        "eu-south-1 together get 1,250",
    ),
    (
        "GI501",
        limits("rate: 301, burst: 100", quotas="account_rate: 300"),
        "api.throttling.rate: is 301 requests a second",
    ),
    ("GI502", route("rate: 10001"), f"{ROUTE}.rate: is 10,001 requests a second, and all APIs of"),
    ("GI502", route("burst: 1251", "il-central-1"), f"{ROUTE}.burst: is 1,251 requests at once"),
    (
        "GI503",
        limits("rate: 0.5, burst: 10"),
        "api.throttling.rate: allows 0.5 requests a second, which is one in 2 s for all callers "
        "together once 10 have passed",
    ),
    ("GI503", route("rate: 0.99"), f"{ROUTE}.rate: allows 0.99 requests a second, which is one in"),
    (
        "GI504",
        limits("rate: 1000, burst: 99"),
        "api.throttling.burst: takes 99 requests at once at 1,000 a second: more than that within "
        "99 ms get 429",
    ),
    ("GI504", route("burst: 1"), f"{ROUTE}.burst: takes 1 requests at once at 1,000 a second"),
    (
        "GI505",
        limits("rate: 10, burst: 601"),
        "api.throttling: takes 601 requests at once at 10 a second: as many as 60 s of that rate",
    ),
    (
        "GI505",
        route("rate: 2.5"),
        f"{ROUTE}: takes 2,000 requests at once at 2.5 a second: as many",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI501", limits("rate: 10000, burst: 5000")),
    (
        "GI501",
        limits("rate: 20000, burst: 6000", quotas="account_rate: 20000, account_burst: 6000"),
    ),
    ("GI501", limits("rate: 2500, burst: 1250", "eu-south-1")),
    ("GI501", limits("rate: 300, burst: 2000", "eu-south-1", "account_burst: 2000")),
    ("GI502", route("rate: 10000, burst: 5000")),
    ("GI502", route("rate: 5000")),
    ("GI503", limits("rate: 1, burst: 10")),
    ("GI503", environment()),
    ("GI504", limits("rate: 1000, burst: 100")),
    ("GI504", limits("rate: 0.5, burst: 1")),
    ("GI505", limits("rate: 10, burst: 600")),
    ("GI505", route("rate: 2.5, burst: 5")),
    ("GI505", environment("{GET /a: {function: web, throttling: {}}}")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


@pytest.mark.parametrize("tier", ["dev", "staging", "prod"])
def test_what_a_tier_sets_itself_is_not_spoken_of(tier: str) -> None:
    text = environment(tier=tier)
    assert [found(f"GI50{number}", text) for number in range(1, 6)] == [[]] * 5


def test_a_route_without_limits_of_its_own_is_not_spoken_of() -> None:
    """Its limits are the API's, of which it is told once."""
    text = environment("{GET /a: {function: web, throttling: {}}}", "throttling: {rate: 0.5}")
    assert len(found("GI503", text)) == 1


def test_the_newer_regions_are_those_that_aws_lists() -> None:
    """Cape Town, Melbourne, Milan and so on: the page names cities."""
    assert len(SMALLER_REGIONS) == 13
