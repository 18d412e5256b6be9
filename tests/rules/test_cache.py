"""Rules of the cache: what it needs, what it costs, and who gets whose answer."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import OPEN, environment, found, severities

CACHE = "stage: {cache: {}}"


def kept(
    settings: str = "cache: {}",
    key: str = "GET /jobs",
    authorization: str = OPEN,
    api: str = CACHE,
    tier: str = "prod",
) -> str:
    """Return an environment with one route that keeps its answers."""
    route = f"{{function: web, {settings}}}" if settings else "web"
    return environment(f"{{{key}: {route}}}", api, authorization=authorization, tier=tier)


PLACE = 'api.routes["GET /jobs"].cache'
FAILING: tuple[tuple[str, str, str], ...] = (
    ("GI530", kept(api=""), f"{PLACE}: needs a cache to keep answers in; write api.stage.cache"),
    (
        "GI531",
        kept(key="POST /jobs"),
        'api.routes["POST /jobs"].cache: would keep answers to POST without regard to the body',
    ),
    (
        "GI532",
        kept("cache: {keys: [header.A]}, request_parameters: {header.a: true}"),
        f"{PLACE}.keys[0]: names 'header.A', which is not under `request_parameters`; did you mean",
    ),
    (
        "GI533",
        kept(key="ANY /jobs"),
        'api.routes["ANY /jobs"].cache: is set on ANY, and what AWS does there no page says',
    ),
    (
        "GI533",
        kept("throttling: {rate: 5}", "ANY /jobs", api=""),
        'api.routes["ANY /jobs"].throttling: is set on ANY',
    ),
    ("GI534", kept(""), "api.stage.cache: is used by no route, and AWS bills it by the hour"),
    (
        "GI535",
        kept(authorization="iam"),
        f"{PLACE}: gives an answer made for one caller to all others, as callers are no part of",
    ),
    (
        "GI535",
        kept("cache: {}, request_parameters: {header.Authorization: true}"),
        f"{PLACE}: gives an answer made for one caller to all others: header.Authorization is "
        "declared and is none of its keys",
    ),
    (
        "GI536",
        kept(
            "cache: {keys: [querystring.a]}, "
            "request_parameters: {querystring.a: true, querystring.b: false, querystring.c: false}"
        ),
        f"{PLACE}: does not tell answers apart by querystring.b, querystring.c: the first answer",
    ),
    (
        "GI537",
        kept(api="stage: {cache: {encrypted: false}}"),
        "api.stage.cache.encrypted: is false, so that answers of production lie unencrypted",
    ),
    (
        "GI538",
        kept(),
        "api.stage.cache: can be made anew by any caller of GET /jobs, with the header Cache-Contr",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI530", kept()),
    ("GI531", kept()),
    ("GI532", kept("cache: {keys: [header.A]}, request_parameters: {header.A: true}")),
    ("GI533", kept("throttling: {rate: 5}, cache: {}")),
    ("GI533", kept("timeout: 5", "ANY /jobs")),
    ("GI534", kept()),
    ("GI534", kept("", api="")),
    ("GI535", kept()),
    (
        "GI535",
        kept("cache: {keys: [header.Cookie]}, request_parameters: {header.Cookie: true}"),
    ),
    ("GI535", kept(f"cache: {{}}, authorization: {OPEN}", authorization="iam")),
    ("GI536", kept("cache: {keys: [querystring.a]}, request_parameters: {querystring.a: true}")),
    ("GI536", kept("request_parameters: {querystring.a: true}")),
    ("GI536", kept("cache: {}, request_parameters: {header.A: true}")),
    ("GI537", kept()),
    ("GI537", kept(api="stage: {cache: {encrypted: false}}", tier="dev")),
    ("GI538", kept(authorization="iam")),
    ("GI538", kept("")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []
