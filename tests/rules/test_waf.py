"""Rules of AWS WAF's own settings."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import found, severities
from tests.rules.test_access import waf

ACL = (
    "arn:aws:wafv2:{region}:123456789012:regional/webacl/shared/"
    "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
)
HERE = ACL.format(region="us-east-1")
ELSEWHERE = ACL.format(region="eu-west-1")

FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI963",
        waf(f"acl: '{ELSEWHERE}'"),
        "api.waf.acl: is a web ACL in eu-west-1, and a stage takes one of its own region alone; "
        "name one in us-east-1",
    ),
    (
        "GI963",
        waf(f"acl: {{parameter: Acl, default: '{ELSEWHERE}'}}"),
        "api.waf.acl: is a web ACL in eu-west-1",
    ),
    (
        "GI964",
        waf("exclude: {core: [NoUserAgent_HEADER, SizeRestriction_BODY]}"),
        "api.waf.exclude.core[1]: is 'SizeRestriction_BODY', which AWS does not list among the "
        "rules of core; did you mean 'SizeRestrictions_BODY'?",
    ),
    (
        "GI964",
        waf("exclude: {ip_reputation: [Everything]}"),
        "api.waf.exclude.ip_reputation[0]: is 'Everything', which AWS does not list among the "
        "rules of ip_reputation; correct it, or remove it",
    ),
    (
        "GI965",
        waf("allow: [203.0.113.0/24], block: [198.51.100.0/24, 203.0.113.0/24]"),
        "api.waf.block[1]: names '203.0.113.0/24', which `allow` names too, and that comes first",
    ),
    (
        "GI965",
        waf("allow: [{ssm: /office}], block: [{ssm: /office}]"),
        "api.waf.block[0]: names '{ssm: /office}', which `allow` names too",
    ),
    (
        "GI968",
        waf("groups: [], rate_limit: 0"),
        "api.waf: has no rule that could block, and costs money all the same; remove `waf`, or ",
    ),
    (
        "GI968",
        waf("groups: [], rate_limit: 0, allow: [203.0.113.0/24], count: [all]", tier="dev"),
        "api.waf: has no rule that could block",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI963", waf(f"acl: '{HERE}'")),
    ("GI963", waf("acl: {ssm: /shared/acl}")),
    ("GI963", waf()),
    ("GI964", waf("exclude: {core: [SizeRestrictions_BODY], sql: [SQLi_BODY]}")),
    ("GI964", waf("exclude: {known_bad_inputs: [Log4JRCE_HEADER, ReactJSRCE_BODY]}")),
    ("GI964", waf("groups: [php], exclude: {php: [PHPHighRiskMethodsVariables_BODY]}")),
    ("GI965", waf("allow: [203.0.113.0/24], block: [203.0.114.0/24]")),
    ("GI968", waf("groups: []")),
    ("GI968", waf("groups: [], rate_limit: 0, block: [203.0.113.0/24]")),
    ("GI968", waf("acl: {ssm: /shared/acl}")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_told(rule: str, text: str) -> None:
    assert found(rule, text) == []
