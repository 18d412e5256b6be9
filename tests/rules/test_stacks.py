"""Rules of layouts, stacks for routes, protection, and the account's quotas."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from gateway_infra.sections.quotas import FIXED, QuotasConfig
from tests.rules.apis import found, severities
from tests.rules.files import file

STACKS = {
    "access": "role, security-group",
    "service": "database-ingress, function-log-group, function, api, cors, permission",
    "live": "api-log-groups, deployment, stage, usage-plan",
    "watch": "topic, alarms, dashboard",
}


def layout(**stacks: str) -> str:
    """Return an environment with a layout of its own, in which some stacks are others."""
    families = {key.replace("_", "-"): value for key, value in {**STACKS, **stacks}.items()}
    entries = ", ".join(f"{key}: [{value}]" for key, value in families.items())
    return file(more=f"layout: {{{entries}}}")


def route_stacks(entries: str, more: str = "") -> str:
    """Return an environment with stacks for routes."""
    routes = "{GET /a: web, GET /b/c: web, GET /d: web}" + (f"\n  {more}" if more else "")
    return file(routes=routes, more=f"route_stacks: {{{entries}}}")


def account(settings: str) -> str:
    """Return an environment with these settings of the account."""
    return file(more=f"account: {{{settings}}}")


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI711",
        layout(Data="topic"),
        "layout.Data: is no name for a stack; write up to 40 small letters, digits and single",
    ),
    ("GI711", layout(**{"a" * 41: "topic"}), f"layout.{'a' * 41}: is no name for a stack; write"),
    ("GI711", layout(manifest="topic"), "layout.manifest: is a name that is kept for gateway-"),
    ("GI711", layout(account="topic"), "layout.account: is a name that is kept for gateway-infra"),
    ("GI712", file(more="layout: singel"), "layout: is 'singel'; did you mean 'single'?"),
    ("GI712", file(more="layout: [role]"), "layout: must be single, split, or stacks with their"),
    (
        "GI712",
        layout(watch="topic, alarm, dashboard"),
        "layout.watch[1]: is 'alarm', which is no family; did you mean 'alarms'?",
    ),
    ("GI712", layout(watch=""), "layout.watch: must be a list of families, as in [role, function]"),
    ("GI712", layout(watch="topic, 5"), "layout.watch[1]: is '5', which is no family"),
    (
        "GI713",
        layout(watch="topic, alarms, role, dashboard"),
        "layout.watch[2]: is 'role', which stands in layout.access already; keep one",
    ),
    (
        "GI713",
        layout(live=f"{STACKS['live']}, stage"),
        "layout.live[4]: is 'stage', which stands in",
    ),
    (
        "GI714",
        layout(access="role", watch="topic, alarms"),
        "layout: leaves out security-group, dashboard; give each family a stack",
    ),
    (
        "GI716",
        route_stacks("x: [/a, /e]"),
        "route_stacks.x[1]: is '/e', below which there is no route",
    ),
    (
        "GI716",
        route_stacks("x: [/b/cc]"),
        "route_stacks.x[0]: is '/b/cc', below which there is no route; did you mean '/b/c'?",
    ),
    ("GI716", route_stacks("x: []"), "route_stacks.x: lists no path; list one, or remove it"),
    (
        "GI716",
        route_stacks("x: [/a]", "definition: openapi"),
        "route_stacks: has nothing to hold: `api.definition: openapi` makes one resource of all",
    ),
    (
        "GI717",
        route_stacks("x: [/a], y: [/d, /a]"),
        "route_stacks.y[1]: is '/a', which stands in route_stacks.x already; keep one",
    ),
    ("GI717", route_stacks("x: [/a, /a]"), "route_stacks.x[1]: is '/a', which stands in route_st"),
    ("GI717", route_stacks("x: [/]"), "route_stacks.x[0]: is '/', which stays with the API"),
    (
        "GI721",
        file(more="protect: false"),
        "protect: is false in prod: whoever may delete the stacks takes the service down with one",
    ),
    (
        "GI722",
        account("api_gateway_log_role: true"),
        "account.api_gateway_log_role: sets the role of all APIs of the account and region",
    ),
    (
        "GI723",
        account("quotas: {stack_resources: 501}"),
        "account.quotas.stack_resources: is 501, and AWS raises it above 500 for nobody",
    ),
    *(
        ("GI723", account(f"quotas: {{{name}: 2000000}}"), f"account.quotas.{name}: is 2,000,000, ")
        for name in FIXED
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI711", layout(**{"a" * 40: "account"})),
    ("GI712", file(more="layout: single")),
    ("GI712", layout()),
    ("GI713", layout()),
    ("GI714", layout()),
    ("GI714", layout(watch="account, topic, alarms, dashboard")),
    ("GI716", route_stacks("x: [/b], y: [/a, /b/c]")),
    ("GI717", route_stacks("x: [/b], y: [/a, /b/c]")),
    ("GI721", file()),
    ("GI721", file(more="tier: staging")),
    ("GI722", file()),
    ("GI723", account("quotas: {stack_resources: 500, tags: 10}")),
    ("GI723", account("quotas: {api_resources: 600, security_group_rules: 200}")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


def test_several_faults_of_a_layout_are_told_at_once() -> None:
    text = layout(access="role, role", watch="topic, stage")
    assert found("GI713", text) == [
        "layout.access[1]: is 'role', which stands in layout.access already; keep one",
        "layout.watch[1]: is 'stage', which stands in layout.live already; keep one",
    ]
    assert found("GI714", text) == [
        "layout: leaves out security-group, alarms, dashboard; give each family a stack"
    ]


def test_each_quota_says_whether_aws_raises_it() -> None:
    said = {name: field.description or "" for name, field in QuotasConfig.model_fields.items()}
    assert not [
        name for name, text in said.items() if "; fixed" not in text and "; AWS" not in text
    ]
    assert "api_resources" not in FIXED
    assert {"stack_resources", "variables_bytes", "role_policy_characters"} < set(FIXED)
