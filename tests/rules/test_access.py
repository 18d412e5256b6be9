"""Rules of what stands before the API."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import OPEN, environment, found, severities

PRIVATE = "endpoint: private\nvpc_endpoints: [vpce-0a1b2c3d]\n"
AUTHORIZERS = (
    "authorizers: {users: {type: cognito, pool: {}}, partner: {type: lambda, function: thumbs}}"
)
OPEN_ROUTE = f"{{function: web, authorization: {OPEN}}}"


def waf(settings: str = "", api: str = "", tier: str = "prod") -> str:
    """Return an environment with these settings of WAF."""
    return environment(api=f"waf: {{{settings}}}\n{api}", tier=tier)


def access(lists: str, **more: Any) -> str:
    """Return an environment with these lists."""
    return environment(api=f"access: {{{lists}}}", **more)


def beside(above: str, kind: str, route: str = "GET /adm", lists: str = "[203.0.113.0/24]") -> str:
    """Return an environment with a route of one kind, and one of another that a policy allows."""
    return environment(
        f"{{'GET /{{proxy+}}': {{function: web, authorization: {above}}}, "
        f"'{route}': {{function: web, authorization: {kind}}}}}",
        f"access: {{cidrs: {lists}}}\n{AUTHORIZERS}",
    )


def mixed(open_route: str, signed: str, lists: str = "cidrs: [203.0.113.0/24]") -> str:
    """Return an environment with an open route and a signed one."""
    return environment(f"{{'{open_route}': {OPEN_ROUTE}, '{signed}': web}}", f"access: {{{lists}}}")


FAILING: tuple[tuple[str, str, str], ...] = (
    ("GI950", access(""), "api.access: names nobody; list cidrs, vpcs, vpc_endpoints or accounts"),
    (
        "GI951",
        environment(api="endpoint: private"),
        "api.endpoint: is private, and no network may call; list api.vpc_endpoints, or ",
    ),
    (
        "GI951",
        environment(api="endpoint: private\naccess: {cidrs: [10.0.0.0/8]}"),
        "api.endpoint: is private, and no network may call",
    ),
    ("GI952", access("vpcs: [vpc-0a1b2c3d]"), "api.access.vpcs: is for a private API, and this "),
    ("GI952", access("vpc_endpoints: [vpce-0a1b2c3d]"), "api.access.vpc_endpoints: is for a priv"),
    (
        "GI952",
        environment(api="vpc_endpoints: [vpce-0a1b2c3d]"),
        "api.vpc_endpoints: is for a private API, and this one is regional",
    ),
    (
        "GI953",
        mixed("GET /open", "GET /jobs", "accounts: ['123456789012']"),
        "api.access.accounts: is for signed calls, and GET /open takes calls that are not",
    ),
    (
        "GI954",
        mixed("GET /jobs/{id}", "GET /jobs/{id}/log"),
        'api.routes["GET /jobs/{id}/log"]: is signed, and the API\'s policy lets everyone call '
        "'GET /jobs/{id}', whose pattern holds it",
    ),
    ("GI954", mixed("ANY /{all+}", "POST /jobs"), 'api.routes["POST /jobs"]: is signed'),
    ("GI954", mixed("GET /{all+}", "ANY /jobs"), 'api.routes["ANY /jobs"]: is signed'),
    (
        "GI954",
        beside(OPEN, "lambda"),
        'api.routes["GET /adm"]: is decided by a function, and the API\'s policy lets everyone '
        "call 'GET /{proxy+}', whose pattern holds it: who is not allowed by the function is let "
        "in by the policy, unless the function answers with a Deny",
    ),
    ("GI954", beside("cognito", "lambda"), 'api.routes["GET /adm"]: is decided by a function'),
    ("GI954", beside("cognito", "iam"), 'api.routes["GET /adm"]: is signed, and the API\'s policy'),
    (
        "GI954",
        environment(f"{{'ANY /{{all+}}': {OPEN_ROUTE}, GET /jobs: web}}", PRIVATE),
        'api.routes["GET /jobs"]: is signed',
    ),
    (
        "GI955",
        access("cidrs: [203.0.113.5/24]"),
        "api.access.cidrs[0]: is '203.0.113.5/24', which is an address in '203.0.113.0/24'; write "
        "that, or '203.0.113.5/32' for the address alone",
    ),
    (
        "GI955",
        waf("block: ['2001:db8::1/32']"),
        "api.waf.block[0]: is '2001:db8::1/32', which is an address in '2001:db8::/32'; write "
        "that, or '2001:db8::1/128'",
    ),
    ("GI955", waf("allow: ['1:2/16']"), "api.waf.allow[0]: is '1:2/16', which is no range"),
    (
        "GI956",
        access("cidrs: [10.1.0.0/16]"),
        "api.access.cidrs[0]: is '10.1.0.0/16', from which nobody calls over the internet",
    ),
    ("GI956", waf("allow: ['fd00::/8']"), "api.waf.allow[0]: is 'fd00::/8', from which nobody"),
    ("GI956", waf("block: [100.64.0.0/10]"), "api.waf.block[0]: is '100.64.0.0/10', from which"),
    (
        "GI957",
        waf("acl: {ssm: /shared/acl}, block: [198.51.100.0/24]"),
        "api.waf.block: stands beside `acl`, whose rules are its own; remove block, or acl",
    ),
    (
        "GI958",
        waf("groups: [core, known_bad_inputs, sql, linux, windows]"),
        "api.waf.groups: takes 1,502 WCU, and above 1,500 each request costs more",
    ),
    (
        "GI959",
        waf("count: [php]"),
        "api.waf.count[0]: is 'php', which the file does not use: add php",
    ),
    (
        "GI959",
        waf("count: [block]"),
        "api.waf.count[0]: is 'block', which the file does not use: list",
    ),
    ("GI959", waf("rate_limit: 0, count: [rate_limit]"), "api.waf.count[0]: is 'rate_limit', whi"),
    ("GI959", waf("exclude: {php: [A]}"), "api.waf.exclude.php: is none of `groups`"),
    ("GI960", waf("count: [all]"), "api.waf.count: blocks nothing in production"),
    (
        "GI960",
        waf("groups: [core], count: [core, rate_limit]"),
        "api.waf.count: blocks nothing in production",
    ),
    (
        "GI961",
        waf(api="binary_media_types: [image/png, '*/*']"),
        "api.binary_media_types: takes */* and image/png, and WAF's group core blocks bodies "
        "above 8 KB; write waf.exclude: {core: [SizeRestrictions_BODY]}",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI951", environment(api=PRIVATE)),
    ("GI951", environment(api="endpoint: private\naccess: {vpcs: [vpc-0a1b2c3d]}")),
    ("GI951", environment(api="endpoint: private\naccess: {vpc_endpoints: [vpce-0a1b2c3d]}")),
    ("GI952", environment(api=PRIVATE + "access: {vpcs: [vpc-0a1b2c3d]}")),
    ("GI952", access("cidrs: [203.0.113.0/24]")),
    ("GI953", access("accounts: ['123456789012']")),
    ("GI954", mixed("GET /jobs/{id}", "POST /jobs/{id}/log")),
    ("GI954", beside(OPEN, "cognito")),
    ("GI954", beside("lambda", "iam")),
    ("GI954", beside("iam", "lambda")),
    ("GI954", beside(OPEN, "lambda", "POST /adm")),
    ("GI954", mixed("GET /jobs", "GET /jobs/{id}")),
    ("GI954", mixed("GET /jobs/{id}/open", "GET /jobs/{id}/log")),
    ("GI954", environment(f"{{'ANY /{{all+}}': {OPEN_ROUTE}, GET /jobs: web}}")),
    ("GI955", access("cidrs: [203.0.113.0/24, 203.0.113.5/32, '2001:db8::/32', {ssm: /a}]")),
    ("GI956", environment(api=PRIVATE + "access: {cidrs: [10.1.0.0/16]}")),
    ("GI956", access("cidrs: [203.0.113.0/24, 172.32.0.0/16, {parameter: A}]")),
    ("GI957", waf("acl: {ssm: /shared/acl}")),
    ("GI958", waf("groups: [core, known_bad_inputs, sql, linux, windows], rate_limit: 0")),
    ("GI959", waf("count: [core, all, rate_limit], exclude: {sql: [A]}")),
    ("GI959", waf("block: [198.51.100.0/24], count: [block]")),
    ("GI960", waf("count: [all]", tier="staging")),
    ("GI960", waf("count: [core]")),
    ("GI960", waf("acl: {ssm: /shared/acl}")),
    ("GI960", waf("groups: [], rate_limit: 0")),
    ("GI961", waf()),
    ("GI961", waf("exclude: {core: [SizeRestrictions_BODY]}", "binary_media_types: ['*/*']")),
    ("GI961", waf("count: [core]", "binary_media_types: ['*/*']")),
    ("GI961", waf("groups: [sql]", "binary_media_types: ['*/*']")),
    ("GI961", waf("acl: {ssm: /shared/acl}", "binary_media_types: ['*/*']")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_told(rule: str, text: str) -> None:
    assert found(rule, text) == []
