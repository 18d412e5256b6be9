"""Rules of CORS: which browser origins may call, and what they need for it."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import OPEN, environment, found, problems_in, severities

KEYED = "{GET /jobs: {function: web, api_key: true}}"
KEYS = "usage_plan: {keys: [partner]}"
TRACED = "{GET /a: {function: web, request_parameters: {header.X-Trace: true}}}"
ANY = "{ANY /a: web, PUT /b: web, DELETE /b: web}"


def cors(settings: str = "", routes: str = "{GET /jobs: web}", tier: str = "prod") -> str:
    """Return an environment with CORS for an API that anyone may call."""
    told = "origins: [https://a.b]" if "origins:" not in settings else ""
    parts = ", ".join(part for part in (told, settings) if part)
    api = f"cors: {{{parts}}}\n{KEYS if 'api_key' in routes else ''}"
    return environment(routes, api, authorization=OPEN, tier=tier)


def signed(headers: str = "") -> str:
    """Return an environment with CORS for an API that asks for signatures."""
    listed = f", headers: [{headers}]" if headers else ""
    return environment(api=f"cors: {{origins: [https://a.b]{listed}}}")


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI401",
        cors("origins: ['*', https://a.b]"),
        "api.cors.origins[0]: lists '*' beside other origins",
    ),
    (
        "GI402",
        cors("origins: ['*'], credentials: true"),
        "api.cors.origins: has '*' together with credentials, which browsers refuse; list origins",
    ),
    (
        "GI403",
        cors("error_origin: echo, credentials: true"),
        "api.cors.error_origin: echoes any origin together with credentials",
    ),
    (
        "GI404",
        cors("origins: ['https://*.b']"),
        "api.cors.origins[0]: holds a wildcard, and origins are compared as text",
    ),
    (
        "GI405",
        cors("origins: [https://a.b/]"),
        "api.cors.origins[0]: is no origin: scheme, host and port only, no path, no slash at the",
    ),
    ("GI405", cors("origins: [https://a.b/c]"), "api.cors.origins[0]: is no origin: scheme, host"),
    ("GI405", cors("origins: [a.b]"), "api.cors.origins[0]: is no origin; write the scheme too"),
    (
        "GI405",
        cors("origins: ['https://a.b:65536']"),
        "api.cors.origins[0]: is no origin: ports go from 1 to 65535",
    ),
    (
        "GI406",
        cors("origins: [https://A.b]"),
        "api.cors.origins[0]: is 'https://A.b', but browsers send 'https://a.b'; write that",
    ),
    (
        "GI406",
        cors("origins: ['https://a.b:443']"),
        "api.cors.origins[0]: is 'https://a.b:443', but browsers send 'https://a.b'",
    ),
    (
        "GI407",
        cors("origins: ['*']"),
        "api.cors.origins[0]: lets the pages of every site call in production",
    ),
    (
        "GI408",
        cors("origins: [https://a.b, 'http://a.b:8080']"),
        "api.cors.origins[1]: is 'http://a.b:8080', whose pages anyone on the way can change, in "
        "production; serve them by https, and write https://a.b",
    ),
    (
        "GI409",
        cors("origins: ['http://localhost:3000']"),
        "api.cors.origins[0]: is 'http://localhost:3000', so that whatever runs on a visitor's own "
        "machine may call production",
    ),
    (
        "GI409",
        cors("origins: ['https://127.0.0.1']"),
        "api.cors.origins[0]: is 'https://127.0.0.1'",
    ),
    ("GI409", cors("origins: ['https://app.localhost']"), "api.cors.origins[0]: is"),
    (
        "GI410",
        cors("headers: [Content-Type]", KEYED),
        "api.cors.headers: lacks X-Api-Key, which GET /jobs asks for: browsers would not send it",
    ),
    (
        "GI411",
        signed(),
        "api.cors.headers: lacks X-Amz-Security-Token, which browsers send when they sign with "
        "temporary credentials (authorization: iam)",
    ),
    (
        "GI411",
        signed("X-Amz-Security-Token"),
        "api.cors.headers: lacks Authorization, X-Amz-Date, which browsers send when they sign "
        "(authorization: iam)",
    ),
    (
        "GI411",
        signed("'*'"),
        "api.cors.headers: lacks Authorization, which browsers send when they sign (authorization",
    ),
    (
        "GI412",
        cors("", TRACED),
        "api.cors.headers: lacks X-Trace, which GET /a requires: browsers would not send it",
    ),
    (
        "GI412",
        cors("headers: ['*'], credentials: true", TRACED),
        "api.cors.headers: lacks X-Trace",
    ),
    (
        "GI413",
        cors("max_age: 7201"),
        "api.cors.max_age: is 7201 s, of which Chrome and Edge keep 7200 (Firefox up to 86400)",
    ),
    (
        "GI414",
        cors("headers: [Content-Type, '*']"),
        "api.cors.headers[1]: is '*', which stands for all headers but Authorization",
    ),
    (
        "GI414",
        cors("headers: ['*', Authorization], credentials: true"),
        "api.cors.headers[0]: is '*', which with credentials is a header of that name",
    ),
    (
        "GI415",
        cors("methods: [GET, PUT]"),
        "api.cors.methods: says what ANY stands for, and no route is ANY",
    ),
    (
        "GI416",
        cors("", ANY),
        "api.cors.methods: lacks DELETE, PUT, which routes of this API have: browsers may not send "
        "that to ANY /a",
    ),
    (
        "GI417",
        cors(
            "headers: [X-Id]",
            "{POST /a: {function: web, request_models: {application/json: {type: object}}}}",
        ),
        "api.cors.headers: lacks Content-Type, with which browsers send application/json to POST",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI401", cors("origins: ['*']")),
    ("GI402", cors("credentials: true")),
    ("GI403", cors("error_origin: echo")),
    ("GI404", cors("origins: ['*']")),
    ("GI405", cors("origins: ['https://a.b:65535']")),
    ("GI406", cors("origins: ['https://a.b:8443', 'http://a.b:443']")),
    ("GI407", cors("origins: ['*']", tier="dev")),
    ("GI407", cors("origins: ['*']", tier="staging")),
    ("GI407", cors()),
    ("GI408", cors("origins: ['http://a.b']", tier="staging")),
    ("GI408", cors("origins: ['http://localhost:3000']")),
    ("GI409", cors("origins: ['http://localhost:3000']", tier="dev")),
    ("GI409", cors("origins: [https://localhost.example.com, https://notlocalhost]")),
    ("GI410", cors("", KEYED)),
    ("GI410", cors("headers: [x-API-key]", KEYED)),
    ("GI410", cors("headers: ['*', Authorization]", KEYED)),
    ("GI410", cors("headers: [Content-Type]")),
    ("GI411", signed("Authorization, X-Amz-Date, x-amz-security-token")),
    ("GI411", signed("Authorization, '*'")),
    ("GI411", cors()),
    ("GI412", cors("headers: [x-trace]", TRACED)),
    ("GI412", cors("headers: ['*', Authorization]", TRACED)),
    ("GI412", cors("", TRACED.replace("true", "false"))),
    ("GI412", cors("headers: [A]", TRACED.replace("X-Trace", "Accept-Language"))),
    ("GI412", cors("headers: [A]", TRACED.replace("header.X-Trace", "querystring.X-Trace"))),
    ("GI413", cors("max_age: 7200")),
    ("GI414", cors("headers: ['*', authorization]")),
    ("GI414", cors()),
    ("GI415", cors("methods: [GET, PUT]", "{ANY /a: web}")),
    ("GI415", cors()),
    ("GI416", cors("methods: [DELETE, PUT]", ANY)),
    ("GI416", cors("", "{PUT /a: web}")),
    ("GI416", cors("", "{ANY /a: web, HEAD /b: web, GET /c: web}")),
    (
        "GI417",
        cors(
            "headers: [content-type]",
            "{POST /a: {function: web, request_models: {application/json: {type: object}}}}",
        ),
    ),
    (
        "GI417",
        cors(
            "headers: [X-Id]",
            "{POST /a: {function: web, request_models: {text/plain: {type: object}}}}",
        ),
    ),
    ("GI417", cors("headers: [X-Id]", "{POST /a: web}")),
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
def test_an_api_without_cors_is_not_spoken_of(tier: str) -> None:
    """Most APIs are called by no browser."""
    text = environment(f"{KEYED[:-1]}, {TRACED[1:-1]}, ANY /c: web}}", KEYS, tier=tier)
    assert [item.rule for item in problems_in(text) if item.rule.startswith("GI4")] == []
