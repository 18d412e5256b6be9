"""The web ACL: its rules in order, what they do, its log; and what puts one before a stage."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import GetAtt, Ref

from gateway_infra import WafConfig, web_acl, web_acl_association
from gateway_infra.builders.waf import REDACTED
from gateway_infra.customizing.schemas import provider_schemas
from gateway_infra.sections.waf import GROUPS
from tests.builders.support import TAG_LIST, TAGS, properties
from tests.support import plain


def acl(**settings: Any) -> dict[str, dict[str, Any]]:
    """Return what is made of these settings, by logical id."""
    config = WafConfig.model_validate(settings)
    return plain(
        web_acl(
            "api",
            config,
            metric_name="jobs-test",
            allow=config.allow,
            block=config.block,
            log_group_name=Ref("LogGroup") if config.log else None,
            tags=TAGS,
        )
    )


def rules(**settings: Any) -> dict[str, dict[str, Any]]:
    """Return the rules by name."""
    found = acl(**settings)["ApiWebAcl"]["Properties"]["Rules"]
    assert len({rule["Priority"] for rule in found}) == len(found)
    return {rule["Name"]: rule for rule in sorted(found, key=lambda rule: rule["Priority"])}


def managed(rule: dict[str, Any]) -> dict[str, Any]:
    statement: dict[str, Any] = rule["Statement"]["ManagedRuleGroupStatement"]
    return statement


def test_by_default_there_are_a_rate_and_four_groups() -> None:
    found = rules()
    assert list(found) == ["rate_limit", "core", "known_bad_inputs", "ip_reputation", "sql"]
    assert found["rate_limit"]["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": 2000,
    }
    assert found["rate_limit"]["Action"] == {"Block": {}}
    names = [managed(found[key])["Name"] for key in list(found)[1:]]
    assert names == [
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesSQLiRuleSet",
    ]
    assert {managed(found[key])["VendorName"] for key in list(found)[1:]} == {"AWS"}
    assert all(found[key]["OverrideAction"] == {"None": {}} for key in list(found)[1:])


def test_what_no_rule_blocks_is_let_through() -> None:
    built = acl()["ApiWebAcl"]["Properties"]
    assert built["DefaultAction"] == {"Allow": {}}
    assert built["Scope"] == "REGIONAL"
    assert built["Tags"] == TAG_LIST
    assert "Name" not in built


def test_lists_come_first_and_the_rate_before_the_groups() -> None:
    found = rules(allow=["203.0.113.0/24"], block=["198.51.100.0/24"])
    assert list(found)[:4] == ["allow", "block", "rate_limit", "core"]
    assert found["allow"]["Action"] == {"Allow": {}}
    assert found["block"]["Action"] == {"Block": {}}


def test_no_priority_moves_when_another_rule_comes_or_goes() -> None:
    every = rules(groups=list(GROUPS), allow=["203.0.113.0/24"], block=["198.51.100.0/24"])
    for key in (*GROUPS, "block"):
        given = {"groups": [key]} if key in GROUPS else {"groups": [], "block": ["1.2.3.4/32"]}
        alone = rules(rate_limit=0, **given)
        assert list(alone) == [key]
        assert alone[key]["Priority"] == every[key]["Priority"]


def test_addresses_of_either_family_are_a_set_each() -> None:
    found = acl(block=["198.51.100.0/24", "2001:db8::/32", "203.0.113.0/24"])
    four = found["ApiWebAclBlockIpv4"]["Properties"]
    six = found["ApiWebAclBlockIpv6"]["Properties"]
    assert (four["IPAddressVersion"], six["IPAddressVersion"]) == ("IPV4", "IPV6")
    assert four["Addresses"] == ["198.51.100.0/24", "203.0.113.0/24"]
    assert six["Addresses"] == ["2001:db8::/32"]
    statement = rules(block=["198.51.100.0/24", "2001:db8::/32"])["block"]["Statement"]
    arns = [
        item["IPSetReferenceStatement"]["Arn"] for item in statement["OrStatement"]["Statements"]
    ]
    assert arns == [
        {"Fn::GetAtt": [f"ApiWebAclBlock{family}", "Arn"]} for family in ("Ipv4", "Ipv6")
    ]
    single = rules(block=["198.51.100.0/24"])["block"]["Statement"]
    assert single == {
        "IPSetReferenceStatement": {"Arn": {"Fn::GetAtt": ["ApiWebAclBlockIpv4", "Arn"]}}
    }


@pytest.mark.parametrize(
    ("count", "counting"),
    [
        ([], set()),
        (["core"], {"core"}),
        (["block", "rate_limit"], {"block", "rate_limit"}),
        (["all"], {"block", "rate_limit", "core", "sql"}),
    ],
)
def test_rules_may_count_only(count: list[str], counting: set[str]) -> None:
    found = rules(
        groups=["core", "sql"], block=["198.51.100.0/24"], allow=["203.0.113.0/24"], count=count
    )
    counted = {
        key
        for key, rule in found.items()
        if {"Count": {}} in (rule.get("Action"), rule.get("OverrideAction"))
    }
    assert counted == counting
    assert found["allow"]["Action"] == {"Allow": {}}


def test_a_rule_of_a_group_may_count_only() -> None:
    found = rules(exclude={"core": ["SizeRestrictions_BODY", "NoUserAgent_HEADER"]})
    assert managed(found["core"])["RuleActionOverrides"] == [
        {"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}},
        {"Name": "NoUserAgent_HEADER", "ActionToUse": {"Count": {}}},
    ]
    assert "RuleActionOverrides" not in managed(found["sql"])


def test_a_rate_of_nothing_is_no_rule() -> None:
    assert "rate_limit" not in rules(rate_limit=0)


def test_the_log_leaves_out_what_lets_its_readers_call() -> None:
    built = acl()["ApiWebAclLogging"]["Properties"]
    assert built["ResourceArn"] == {"Fn::GetAtt": ["ApiWebAcl", "Arn"]}
    group = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${LogGroup}"
    assert built["LogDestinationConfigs"] == [{"Fn::Sub": group}]
    assert built["RedactedFields"] == [
        {"SingleHeader": {"Name": name}} for name in ("authorization", "cookie", "x-api-key")
    ]
    assert REDACTED == ("authorization", "cookie", "x-api-key")
    assert "ApiWebAclLogging" not in acl(log=False)


@pytest.mark.parametrize(
    ("headers", "query", "more"),
    [
        (["X-Partner-Token"], False, [{"SingleHeader": {"Name": "x-partner-token"}}]),
        (["Authorization", "X-A", "x-a"], False, [{"SingleHeader": {"Name": "x-a"}}]),
        ([], True, [{"QueryString": {}}]),
        (["X-A"], True, [{"SingleHeader": {"Name": "x-a"}}, {"QueryString": {}}]),
    ],
)
def test_the_log_leaves_out_what_else_is_said(
    headers: list[str], query: bool, more: list[dict[str, Any]]
) -> None:
    made = web_acl(
        "api",
        WafConfig(),
        metric_name="jobs-test",
        log_group_name=Ref("LogGroup"),
        redacted_headers=headers,
        redact_query=query,
        tags=TAGS,
    )
    fields = properties(made, "ApiWebAclLogging")["RedactedFields"]
    assert fields[: len(REDACTED)] == [{"SingleHeader": {"Name": name}} for name in REDACTED]
    assert fields[len(REDACTED) :] == more


def test_no_request_is_kept_as_a_sample() -> None:
    """The log's redaction does not hold for samples."""
    built = acl(allow=["203.0.113.0/24"], block=["198.51.100.0/24"])["ApiWebAcl"]["Properties"]
    shown = [built["VisibilityConfig"], *(rule["VisibilityConfig"] for rule in built["Rules"])]
    assert {item["SampledRequestsEnabled"] for item in shown} == {False}
    assert {item["CloudWatchMetricsEnabled"] for item in shown} == {True}
    assert shown[0]["MetricName"] == "jobs-test"


def test_every_group_is_one_of_aws_and_the_default_is_within_the_price() -> None:
    """The WCU of the page: 700 for core, 200 for bad inputs and SQL, 25 for reputation."""
    assert all(group.name.startswith("AWSManagedRules") for group in GROUPS.values())
    assert WafConfig().capacity == 700 + 200 + 25 + 200 + 2
    assert WafConfig(allow=["1.2.3.4/32"], rate_limit=0, groups=["core"]).capacity == 701


@pytest.mark.parametrize("stage", ["v1", Ref("ApiStage")])
def test_an_acl_is_put_before_a_stage(stage: Any) -> None:
    made = web_acl_association(
        "api", acl_arn=GetAtt("ApiWebAcl", "Arn"), api_id_value=Ref("Api"), stage_name=stage
    )
    shown = "v1" if stage == "v1" else "${ApiStage}"
    assert properties(made, "ApiWebAclAssociation") == {
        "ResourceArn": {
            "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${Api}/stages/"
            + shown
        },
        "WebACLArn": {"Fn::GetAtt": ["ApiWebAcl", "Arn"]},
    }


def test_names_fit_the_schemas_of_aws() -> None:
    """The names of rules, and all properties, are those of the types' own schemas."""
    schemas = provider_schemas("us-east-1")
    assert schemas is not None
    for body in acl(allow=["203.0.113.0/24"], exclude={"core": ["A"]}).values():
        schema = schemas.of(body["Type"])
        assert schema is not None
        assert set(body["Properties"]) <= set(schema["properties"])
        assert set(schema["required"]) <= set(body["Properties"])
