"""The execution role: what it grants, on what, and what it does not grant."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import Ref

from gateway_infra import Grant, execution_role
from tests.builders.support import TAG_LIST, TAGS, arn, properties

GROUP = "/aws/lambda/jobs-test-web"


def role(**settings: Any) -> dict[str, Any]:
    built = execution_role("web", log_group_name=GROUP, tags=TAGS, **settings)
    return properties(built, "FunctionWebRole")


def grants(**settings: Any) -> dict[str, dict[str, Any]]:
    """Return the statements of the role's only inline policy by their id."""
    [policy] = role(**settings)["Policies"]
    assert policy["PolicyDocument"]["Version"] == "2012-10-17"
    return {item.pop("Sid"): item for item in policy["PolicyDocument"]["Statement"]}


def allow(actions: list[str], *resources: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources)}


def test_the_least_a_role_grants() -> None:
    """Its own log group and traces, nothing else."""
    assert grants() == {
        "OwnLogGroup": allow(
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            arn("logs", f"log-group:{GROUP}"),
            arn("logs", f"log-group:{GROUP}:*"),
        ),
        "Traces": allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*"),
    }


def test_a_bucket_grants_objects_and_listing_each_on_its_right_resource() -> None:
    found = grants(bucket_name="uploads")
    objects = {"Fn::Sub": "arn:${AWS::Partition}:s3:::uploads/*"}
    bucket = {"Fn::Sub": "arn:${AWS::Partition}:s3:::uploads"}
    assert found["BucketObjects"] == allow(
        ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], objects
    )
    assert found["BucketList"] == allow(["s3:ListBucket"], bucket)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"database_instance": "one"},
            {"DatabaseInstances": "db:one", "DatabaseClusters": "cluster:*"},
        ),
        (
            {"database_cluster": "many"},
            {"DatabaseInstances": "db:*", "DatabaseClusters": "cluster:many"},
        ),
        ({}, {"DatabaseInstances": "db:*", "DatabaseClusters": "cluster:*"}),
        (
            {"database_instance": "one", "database_cluster": "many"},
            {"DatabaseInstances": "db:one", "DatabaseClusters": "cluster:many"},
        ),
    ],
)
def test_databases_are_described_by_name_where_one_is_given(
    settings: dict[str, Any], expected: dict[str, str]
) -> None:
    """Metadata only; without a name, those of this account and region."""
    actions = {
        "DatabaseInstances": "rds:DescribeDBInstances",
        "DatabaseClusters": "rds:DescribeDBClusters",
    }
    found = grants(describe_databases=True, **settings)
    databases = {sid: item for sid, item in found.items() if sid.startswith("Database")}
    assert databases == {
        sid: allow([actions[sid]], arn("rds", resource)) for sid, resource in expected.items()
    }


def test_identifiers_alone_grant_nothing() -> None:
    """A function that is not given the database may not look it up either."""
    assert set(grants(database_instance="one")) == {"OwnLogGroup", "Traces"}


def test_extra_statements_keep_their_order() -> None:
    """A pseudo parameter makes an ARN ``Fn::Sub``; without one it stays as it is written."""
    open_arn = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs"
    plain_arn = "arn:aws:sns:us-east-1:123456789012:jobs"
    found = grants(
        grants=[
            Grant(["sqs:SendMessage", "sqs:Get*"], [open_arn]),
            Grant(["sns:Publish"], [plain_arn, Ref("TopicArn"), "*"]),
        ]
    )
    assert found["Extra1"] == allow(["sqs:SendMessage", "sqs:Get*"], {"Fn::Sub": open_arn})
    assert found["Extra2"] == allow(["sns:Publish"], plain_arn, {"Ref": "TopicArn"}, "*")


def test_secrets_and_their_keys() -> None:
    """Reading on the secrets' ARNs alone, decrypting through Secrets Manager alone."""
    found = grants(secret_arns=["arn:s", Ref("SecretArn")], secret_key_arns=["arn:k"])
    assert found["Secrets"] == allow(
        ["secretsmanager:GetSecretValue"], "arn:s", {"Ref": "SecretArn"}
    )
    service = {"Fn::Sub": "secretsmanager.${AWS::Region}.amazonaws.com"}
    assert found["SecretKeys"] == {
        **allow(["kms:Decrypt"], "arn:k"),
        "Condition": {"StringEquals": {"kms:ViaService": service}},
    }
    assert "SecretKeys" not in grants(secret_arns=["arn:s"])


def test_lambda_alone_takes_the_role_and_network_interfaces_come_from_aws_policy() -> None:
    built = role()
    [trust] = built["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": ["lambda.amazonaws.com"]}
    assert trust["Action"] == ["sts:AssumeRole"]
    policy = "iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
    assert built["ManagedPolicyArns"] == [{"Fn::Sub": f"arn:${{AWS::Partition}}:{policy}"}]


def test_the_role_has_tags_and_no_fixed_name() -> None:
    """A fixed name would clash in a second region."""
    built = role()
    assert built["Tags"] == TAG_LIST
    assert "RoleName" not in built


def test_the_arn_is_an_attribute_of_the_role() -> None:
    built = execution_role("web", log_group_name=GROUP, tags=TAGS)
    assert built.arn.to_dict() == {"Fn::GetAtt": ["FunctionWebRole", "Arn"]}
