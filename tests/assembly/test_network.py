"""Scoped egress and VPC endpoints in whole environments; the record keeps its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway_infra.pipeline import Generated
from tests.decisions.shipped import ENVIRONMENTS, changed, properties, shipped
from tests.support import resources_of

GROUP = "AWS::EC2::SecurityGroup"
ENDPOINTS = "network.endpoints={services: [s3, secretsmanager], route_tables: [rtb-0a1b2c3d]}"
SCOPED = "network.egress=scoped"


def egress(generated: Generated, logical_id: str = "FunctionWebSecurityGroup") -> list[Any]:
    """Return where a group's outbound rules lead, each with its port."""
    rules = properties(generated, GROUP)[logical_id]["SecurityGroupEgress"]
    targets = ("CidrIp", "DestinationSecurityGroupId", "DestinationPrefixListId")
    return [(rule["FromPort"], *(rule[key] for key in targets if key in rule)) for rule in rules]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_record_makes_no_endpoint_and_goes_anywhere(name: str) -> None:
    assert properties(shipped(name), "AWS::EC2::VPCEndpoint") == {}
    assert egress(shipped(name)) == [(443, "0.0.0.0/0"), (5432, "0.0.0.0/0")]


@pytest.mark.parametrize("how", [SCOPED, "posture=hardened"])
def test_scoped_egress_leads_to_the_database_alone(how: str) -> None:
    group = {"Ref": "DatabaseSecurityGroupId"}
    assert egress(changed("prod", how, layout="single")) == [(5432, group)]


def test_a_function_that_needs_nothing_reaches_nothing() -> None:
    generated = changed("prod", SCOPED, "functions.web.uses=[]", layout="single")
    assert egress(generated) == [(443, "127.0.0.1/32")]


@pytest.mark.parametrize("layout", ["single", "split"])
def test_functions_and_endpoints_reach_each_other(layout: str) -> None:
    generated = changed("prod", SCOPED, ENDPOINTS, layout=layout)
    attribute = {"Fn::GetAtt": ["EndpointSecurityGroup", "GroupId"]}
    group = attribute if layout == "single" else {"Ref": "EndpointSecurityGroupGroupId"}
    assert egress(generated)[1:] == [(443, group)]
    [rule] = (
        body["Properties"]
        for key, body in resources_of(generated).items()
        if key == "FunctionWebEndpointIngress"
    )
    assert rule["GroupId"] == group
    assert rule["SourceSecurityGroupId"] == {"Fn::GetAtt": ["FunctionWebSecurityGroup", "GroupId"]}


def test_endpoints_have_a_stack_of_their_own_before_the_functions() -> None:
    generated = changed("prod", ENDPOINTS, layout="split")
    keys = [stack.key for stack in generated.stacks]
    assert keys.index("endpoints") < keys.index("function")
    [stack] = (stack for stack in generated.stacks if stack.key == "endpoints")
    outputs = {"EndpointS3Id", "EndpointSecretsmanagerId", "EndpointSecurityGroupId"}
    assert outputs <= stack.template["Outputs"].keys()
    assert set(stack.template["Resources"]) == {
        "EndpointS3",
        "EndpointSecretsmanager",
        "EndpointSecurityGroup",
    }


def test_gateways_alone_need_no_group() -> None:
    only = "network.endpoints={services: [s3], route_tables: [rtb-0a1b2c3d]}"
    generated = changed("prod", SCOPED, only)
    assert properties(generated, GROUP).keys() == {"FunctionWebSecurityGroup"}
    assert "FunctionWebEndpointIngress" not in resources_of(generated)


def test_endpoints_widen_no_egress_that_is_anywhere() -> None:
    assert egress(changed("prod", ENDPOINTS)) == egress(shipped("prod"))


def test_turning_to_scoped_egress_replaces_nothing() -> None:
    before, after = (
        set(resources_of(changed("prod", *more, layout="single"))) for more in ((), (SCOPED,))
    )
    assert before == after


def passages(*overrides: str) -> list[tuple[list[str], list[Any]]]:
    """Return what the policy of S3's endpoint lets through."""
    body = properties(changed("prod", ENDPOINTS, *overrides, layout="single"),
                      "AWS::EC2::VPCEndpoint")["EndpointS3"]  # fmt: skip
    statements = body["PolicyDocument"]["Statement"]
    return [(item["Action"], item["Resource"]) for item in statements]


def statement(actions: str, resources: str) -> str:
    return f"functions.web.statements=[{{actions: {actions}, resources: {resources}}}]"


UPLOADS = "arn:${AWS::Partition}:s3:::${StorageUploadBucket}"


def test_s3_lets_through_what_the_functions_may_ask_of_it() -> None:
    own = [
        (["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [{"Fn::Sub": f"{UPLOADS}/*"}]),
        (["s3:ListBucket"], [{"Fn::Sub": UPLOADS}]),
    ]
    assert passages() == own
    both = "['arn:aws:s3:::reports/*', 'arn:aws:sqs:us-east-1:123456789012:jobs', {parameter: A}]"
    more = statement("['s3:GetObject', 'sqs:SendMessage']", both)
    assert passages(more) == [
        *own,
        (["s3:GetObject"], ["arn:aws:s3:::reports/*", {"Ref": "A"}]),
    ]
    assert passages(statement("['sqs:SendMessage']", "['*']")) == own
    partition = "arn:${AWS::Partition}:s3:::reports"
    assert passages(statement("['s3:ListBucket']", f"['{partition}']"))[2:] == [
        (["s3:ListBucket"], [{"Fn::Sub": partition}])
    ]


def test_an_unused_bucket_opens_the_endpoint_to_the_account() -> None:
    assert passages("functions.web.uses=[]") == [(["s3:*"], ["*"])]


def test_policies_of_endpoints_name_the_account() -> None:
    generated = changed("prod", ENDPOINTS)
    for body in properties(generated, "AWS::EC2::VPCEndpoint").values():
        for item in body["PolicyDocument"]["Statement"]:
            assert item["Condition"] == {
                "StringEquals": {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}
            }


def test_china_names_services_otherwise() -> None:
    generated = changed(
        "prod", "region=cn-north-1", "network.endpoints={services: [sqs, secretsmanager]}",
        "functions.web.image={parameter: Image}",
    )  # fmt: skip
    names = {
        key: body["ServiceName"]["Fn::Sub"]
        for key, body in properties(generated, "AWS::EC2::VPCEndpoint").items()
    }
    assert names == {
        "EndpointSqs": "cn.com.amazonaws.${AWS::Region}.sqs",
        "EndpointSecretsmanager": "com.amazonaws.${AWS::Region}.secretsmanager",
    }


def test_endpoints_change_no_function_and_no_api() -> None:
    """Neither a version nor a deployment is made anew."""
    before = json.dumps(sorted(resources_of(shipped("prod"))))
    after = resources_of(changed("prod", ENDPOINTS))
    added = {key for key in after if f'"{key}"' not in before}
    assert added == {
        "EndpointS3",
        "EndpointSecretsmanager",
        "EndpointSecurityGroup",
        "FunctionWebEndpointIngress",
    }
