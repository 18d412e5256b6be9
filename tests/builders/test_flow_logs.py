"""Flow logs of the VPC."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra import FlowLogsConfig, flow_logs
from tests.builders.support import TAG_LIST, TAGS, arn, properties


def made(logical_id: str, kms_key_arn: str | None = None, **settings: Any) -> dict[str, Any]:
    config = FlowLogsConfig(**settings)
    bundle = flow_logs(
        config, vpc_id="vpc-0a", retention_days=30, kms_key_arn=kms_key_arn, tags=TAGS
    )
    return properties(bundle, logical_id)


def test_all_traffic_of_the_vpc_goes_to_a_group_of_its_own() -> None:
    assert made("FlowLog") == {
        "ResourceId": "vpc-0a",
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogDestinationType": "cloud-watch-logs",
        "LogGroupName": {"Ref": "FlowLogGroup"},
        "DeliverLogsPermissionArn": {"Fn::GetAtt": ["FlowLogRole", "Arn"]},
        "Tags": TAG_LIST,
    }


@pytest.mark.parametrize("traffic", ["all", "accept", "reject"])
def test_part_of_the_traffic(traffic: str) -> None:
    assert made("FlowLog", traffic=traffic)["TrafficType"] == traffic.upper()


@pytest.mark.parametrize(("own", "days"), [(None, 30), (365, 365)])
def test_retention_is_that_of_all_logs_unless_it_has_its_own(own: int | None, days: int) -> None:
    assert made("FlowLogGroup", retention_days=own)["RetentionInDays"] == days


def test_a_key_encrypts_the_group() -> None:
    assert made("FlowLogGroup", kms_key_arn="key")["KmsKeyId"] == "key"
    assert "KmsKeyId" not in made("FlowLogGroup")


def test_the_role_writes_to_this_group_alone() -> None:
    (policy,) = made("FlowLogRole")["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement == {
        "Sid": "FlowLogGroup",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        "Resource": [{"Fn::GetAtt": ["FlowLogGroup", "Arn"]}],
    }


def test_no_other_account_has_its_flow_logs_written_with_the_role() -> None:
    (statement,) = made("FlowLogRole")["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert statement["Action"] == ["sts:AssumeRole"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {"aws:SourceArn": arn("ec2", "vpc-flow-log/*")},
    }
