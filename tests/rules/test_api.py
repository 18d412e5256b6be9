"""Rules of the API as a whole: time limits, who may call, what bodies may hold."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import OPEN, environment, found, severities

RAISED = "account: {quotas: {integration_timeout: 60}}"

FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI301",
        environment(api="integration_timeout: 30"),
        "api.integration_timeout: is 30 s, and the account's quota for integration timeouts is 29 "
        "s unless it was raised (then say so in account.quotas.integration_timeout)",
    ),
    (
        "GI301",
        environment("{GET /jobs: {function: web, timeout: 61}}", timeout=90, more=RAISED),
        'api.routes["GET /jobs"].timeout: is 61 s, and the account\'s quota for integration '
        "timeouts is 60 s",
    ),
    (
        "GI302",
        environment("{GET /jobs: {function: web, timeout: 11}}", timeout=10),
        'api.routes["GET /jobs"].timeout: is 11 s, but functions.web stops after 10 s; lower',
    ),
    (
        "GI340",
        environment(authorization="none"),
        "api.authorization: is none, so anyone who reaches the API may call, from the internet or",
    ),
    (
        "GI340",
        environment("{GET /jobs: {function: web, authorization: none}}"),
        'api.routes["GET /jobs"].authorization: is none',
    ),
    (
        "GI341",
        environment(authorization="{type: iam, reason: because of it}"),
        "api.authorization: needs no reason with iam; remove it",
    ),
    (
        "GI342",
        environment(
            "{GET /a: {function: web, api_key: true}, GET /b: {function: web, api_key: true}}",
            "usage_plan: {keys: [partner]}",
            authorization=OPEN,
        ),
        'api.routes["GET /a"].api_key: is all that GET /a and 1 more route ask callers for',
    ),
    (
        "GI345",
        environment(api="binary_media_types: [image/png]"),
        "api.binary_media_types: reach functions as base64, a third longer, so that 4.5 MB fit",
    ),
    (
        "GI346",
        environment(api="binary_media_types: [image/png]\ncors: {origins: [https://a.b]}"),
        "api.binary_media_types: are compared with the first type that the caller accepts alone",
    ),
    (
        "GI347",
        environment(api="minimum_compression_size: 17"),
        "api.minimum_compression_size: is 17, and gzip alone adds 18 bytes",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI301", environment(api="integration_timeout: 29")),
    ("GI301", environment(api="integration_timeout: 60", timeout=60, more=RAISED)),
    (
        "GI301",
        environment("{GET /jobs: {function: web, timeout: 60}}", timeout=90, more=RAISED),
    ),
    ("GI302", environment("{GET /jobs: {function: web, timeout: 10}}", timeout=10)),
    ("GI302", environment("{GET /jobs: web}", timeout=10)),
    ("GI340", environment(authorization=OPEN)),
    ("GI341", environment(authorization="{type: iam}")),
    (
        "GI342",
        environment("{GET /a: {function: web, api_key: true}}", "usage_plan: {keys: [partner]}"),
    ),
    ("GI342", environment(authorization=OPEN)),
    (
        "GI342",
        environment(
            "{GET /a: {function: web, api_key: true, authorization: iam}}",
            "usage_plan: {keys: [partner]}",
            authorization=OPEN,
        ),
    ),
    ("GI345", environment()),
    ("GI346", environment(api="binary_media_types: ['*/*']\ncors: {origins: [https://a.b]}")),
    ("GI346", environment(api="binary_media_types: [image/png]")),
    ("GI347", environment(api="minimum_compression_size: 18")),
    ("GI347", environment()),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


def test_a_time_limit_of_each_route_is_told() -> None:
    """The quota is one of each integration, not of the API."""
    route = "{function: web, timeout: 40}"
    text = environment(f"{{GET /a: {route}, GET /b: {route}}}", "integration_timeout: 50")
    assert len(found("GI301", text)) == 3
