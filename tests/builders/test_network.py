"""Security groups: nothing in, two ports out, and a rule at the database."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway_infra import database_ingress, function_security_group
from gateway_infra.builders.values import Value
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
