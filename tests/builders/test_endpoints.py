"""VPC endpoints: where they are, who may use them, and for what."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import Ref

from gateway_infra import EndpointAccess, gateway_endpoint, interface_endpoint
from tests.builders.support import TAG_LIST, TAGS, properties

OWN = {"StringEquals": {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}}


def interface(service: str = "secretsmanager", **settings: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"subnet_ids": ["subnet-1", "subnet-2"], **settings}
    built = interface_endpoint(
        service, vpc_id="vpc-1", security_group_ids=["sg-1"], tags=TAGS, **given
    )
    [resource] = built
    return {"id": resource.title, **properties(built, resource.title)}


def gateway(service: str = "s3", **settings: Any) -> dict[str, Any]:
    built = gateway_endpoint(
        service, vpc_id="vpc-1", route_table_ids=["rtb-1"], tags=TAGS, **settings
    )
    [resource] = built
    return {"id": resource.title, **properties(built, resource.title)}


def allowed(actions: list[str], *resources: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": "*",
        "Action": actions,
        "Resource": list(resources),
        "Condition": OWN,
    }


def test_an_interface_answers_by_the_services_own_name() -> None:
    built = interface()
    assert built.pop("PolicyDocument")["Statement"] == [allowed(["secretsmanager:*"], "*")]
    assert built == {
        "id": "EndpointSecretsmanager",
        "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.secretsmanager"},
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-1",
        "SubnetIds": ["subnet-1", "subnet-2"],
        "SecurityGroupIds": ["sg-1"],
        "PrivateDnsEnabled": True,
        "Tags": TAG_LIST,
    }


@pytest.mark.parametrize(
    ("service", "logical_id", "action"),
    [
        ("ecr.api", "EndpointEcrApi", "ecr:*"),
        ("ecr.dkr", "EndpointEcrDkr", "ecr:*"),
        ("monitoring", "EndpointMonitoring", "cloudwatch:*"),
        ("xray", "EndpointXray", "xray:*"),
    ],
)
def test_a_policy_calls_a_service_as_iam_does(service: str, logical_id: str, action: str) -> None:
    built = interface(service)
    assert built["id"] == logical_id
    assert built["PolicyDocument"]["Statement"][0]["Action"] == [action]


def test_subnets_may_be_one_value_and_china_has_names_of_its_own() -> None:
    built = interface("sts", subnet_ids=Ref("SubnetIds"), service_prefix="cn.com.amazonaws")
    assert built["SubnetIds"] == {"Ref": "SubnetIds"}
    assert built["ServiceName"] == {"Fn::Sub": "cn.com.amazonaws.${AWS::Region}.sts"}


def test_a_gateway_is_in_route_tables_and_open_to_the_account() -> None:
    built = gateway()
    assert built.pop("PolicyDocument")["Statement"] == [allowed(["s3:*"], "*")]
    assert built == {
        "id": "EndpointS3",
        "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"},
        "VpcEndpointType": "Gateway",
        "VpcId": "vpc-1",
        "RouteTableIds": ["rtb-1"],
        "Tags": TAG_LIST,
    }


def test_a_gateway_lets_through_what_is_asked_of_it_alone() -> None:
    arn = "arn:${AWS::Partition}:s3:::reports/*"
    passages = [
        EndpointAccess(["s3:GetObject"], [arn, Ref("Other")]),
        EndpointAccess(["s3:ListBucket"], ["arn:aws:s3:::reports"]),
    ]
    assert gateway(passages=passages)["PolicyDocument"]["Statement"] == [
        allowed(["s3:GetObject"], {"Fn::Sub": arn}, {"Ref": "Other"}),
        allowed(["s3:ListBucket"], "arn:aws:s3:::reports"),
    ]


def test_the_id_is_a_reference() -> None:
    built = gateway_endpoint("s3", vpc_id="v", route_table_ids=["r"], tags=TAGS)
    assert built.id.to_dict() == {"Ref": "EndpointS3"}
