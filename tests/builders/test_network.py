"""Security groups: nothing in, two ports or named targets out, rules at database and endpoints."""

from __future__ import annotations

import re
from typing import Any

import pytest
from troposphere import Ref

from gateway_infra import (
    Targets,
    database_ingress,
    endpoint_ingress,
    endpoint_security_group,
    function_security_group,
)
from gateway_infra.builders.shared.values import Value
from tests.builders.support import TAG_LIST, TAGS, properties

DESCRIPTION = re.compile(r"[A-Za-z0-9 ._:/()#,@\[\]+=;{}!$*-]{1,255}")
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html"""


def group(database_port: Value | None = None) -> dict[str, Any]:
    built = function_security_group("web", vpc_id="vpc-1", database_port=database_port, tags=TAGS)
    return properties(built, "FunctionWebSecurityGroup")


@pytest.mark.parametrize(("port", "expected"), [(None, [443]), (5432, [443, 5432])])
def test_egress_is_https_and_the_database(port: int | None, expected: list[int]) -> None:
    rules = group(port)["SecurityGroupEgress"]
    assert [(rule["FromPort"], rule["ToPort"]) for rule in rules] == [(p, p) for p in expected]
    assert {rule["CidrIp"] for rule in rules} == {"0.0.0.0/0"}
    assert {rule["IpProtocol"] for rule in rules} == {"tcp"}


def test_further_ports_go_out_once_each_and_after_the_others() -> None:
    """EC2 refuses a rule that is there already."""
    built = function_security_group(
        "web", vpc_id="vpc-1", database_port=5432, further_ports=[6379, 443, 5432, 80], tags=TAGS
    )
    rules = properties(built, "FunctionWebSecurityGroup")["SecurityGroupEgress"]
    assert [rule["FromPort"] for rule in rules] == [443, 5432, 6379, 80]
    assert rules[2]["Description"] == "Port 6379 of other services"
    assert all(DESCRIPTION.fullmatch(rule["Description"]) for rule in rules)


def test_every_rule_is_described_in_characters_that_ec2_takes() -> None:
    built = group(5432)
    texts = [rule["Description"] for rule in built["SecurityGroupEgress"]]
    assert all(DESCRIPTION.fullmatch(text) for text in [*texts, built["GroupDescription"]])


def test_nothing_comes_in_and_the_name_is_not_fixed() -> None:
    """A group with a fixed name cannot be replaced."""
    built = group(5432)
    assert "SecurityGroupIngress" not in built
    assert "GroupName" not in built
    assert built["VpcId"] == "vpc-1"
    assert built["Tags"] == TAG_LIST


def test_the_id_is_an_attribute_of_the_group() -> None:
    built = function_security_group("web", vpc_id="vpc-1", tags=TAGS)
    assert built.id.to_dict() == {"Fn::GetAtt": ["FunctionWebSecurityGroup", "GroupId"]}


def test_the_database_lets_the_function_in_on_its_port_alone() -> None:
    built = database_ingress(
        "web",
        function_security_group_id="sg-function",
        database_security_group_id="sg-database",
        database_port=5433,
    )
    rule = properties(built, "FunctionWebDatabaseIngress")
    assert DESCRIPTION.fullmatch(rule.pop("Description"))
    assert rule == {
        "GroupId": "sg-database",
        "SourceSecurityGroupId": "sg-function",
        "IpProtocol": "tcp",
        "FromPort": 5433,
        "ToPort": 5433,
    }


def test_a_database_on_the_https_port_gets_no_second_rule() -> None:
    """EC2 refuses a rule that is there already."""
    assert [rule["FromPort"] for rule in group(443)["SecurityGroupEgress"]] == [443]


def test_the_groups_description_never_changes() -> None:
    """A new one would replace the group, and published versions would stay in the old one."""
    assert group()["GroupDescription"] == "Network interfaces of the Lambda function web"


def scoped(targets: Targets, **settings: Any) -> list[dict[str, Any]]:
    """Return the outbound rules of a function that reaches targets alone, without their words."""
    built = function_security_group("web", vpc_id="vpc-1", targets=targets, tags=TAGS, **settings)
    rules: list[dict[str, Any]] = properties(built, "FunctionWebSecurityGroup")[
        "SecurityGroupEgress"
    ]
    assert {rule["IpProtocol"] for rule in rules} == {"tcp"}
    assert all(DESCRIPTION.fullmatch(rule.pop("Description")) for rule in rules)
    assert all(rule["FromPort"] == rule.pop("ToPort") for rule in rules)
    return [{key: rule[key] for key in rule if key != "IpProtocol"} for rule in rules]


def test_scoped_egress_names_each_target() -> None:
    targets = Targets("sg-db", ["sg-endpoints", Ref("Proxy")], ["pl-s3"])
    assert scoped(targets, database_port=5433) == [
        {"FromPort": 5433, "DestinationSecurityGroupId": "sg-db"},
        {"FromPort": 443, "DestinationSecurityGroupId": "sg-endpoints"},
        {"FromPort": 443, "DestinationSecurityGroupId": {"Ref": "Proxy"}},
        {"FromPort": 443, "DestinationPrefixListId": "pl-s3"},
    ]


def test_without_a_target_a_function_reaches_nothing() -> None:
    """CloudFormation would let a group without outbound rules out to everywhere."""
    nothing = [{"FromPort": 443, "CidrIp": "127.0.0.1/32"}]
    assert scoped(Targets()) == nothing
    assert scoped(Targets(), database_port=5432) == nothing


def test_further_ports_lead_anywhere_in_either_mode() -> None:
    anywhere = {"CidrIp": "0.0.0.0/0"}
    database = {"FromPort": 5432, "DestinationSecurityGroupId": "sg-db"}
    assert scoped(Targets("sg-db"), database_port=5432, further_ports=[6379, 443]) == [
        database,
        {"FromPort": 6379, **anywhere},
        {"FromPort": 443, **anywhere},
    ]
    # No rule is made twice, and that to everywhere is another one.
    same = scoped(Targets("sg-1", ["sg-1"]), database_port=443, further_ports=[443])
    assert same == [
        {"FromPort": 443, "DestinationSecurityGroupId": "sg-1"},
        {"FromPort": 443, **anywhere},
    ]


def test_endpoints_call_nobody_and_let_in_whom_a_rule_names() -> None:
    built = properties(endpoint_security_group(vpc_id="vpc-1", tags=TAGS), "EndpointSecurityGroup")
    assert "SecurityGroupIngress" not in built
    assert "GroupName" not in built
    assert [rule["CidrIp"] for rule in built["SecurityGroupEgress"]] == ["127.0.0.1/32"]
    assert built["Tags"] == TAG_LIST
    rule = endpoint_ingress(
        "web", function_security_group_id="sg-function", endpoint_security_group_id="sg-endpoints"
    )
    found = properties(rule, "FunctionWebEndpointIngress")
    assert DESCRIPTION.fullmatch(found.pop("Description"))
    assert found == {
        "GroupId": "sg-endpoints",
        "SourceSecurityGroupId": "sg-function",
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
    }
