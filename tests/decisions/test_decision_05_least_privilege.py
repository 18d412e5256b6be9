"""Decision 5: each function has a role of its own with the least it needs."""

from __future__ import annotations

from typing import Any

from tests.decisions.shipped import changed, every_environment, properties, the

LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
OBJECTS = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
TRACES = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]


def statements(name: str) -> dict[str, dict[str, Any]]:
    [policy] = the(name, "AWS::IAM::Role")["Policies"]
    return {item["Sid"]: item for item in policy["PolicyDocument"]["Statement"]}


def resources(name: str, sid: str) -> list[str]:
    return [item["Fn::Sub"] for item in statements(name)[sid]["Resource"]]


@every_environment
def test_the_role_grants_this_and_nothing_else(name: str) -> None:
    """Decision 5: no administration of S3, no IAM, no KMS, no login to the database by IAM."""
    granted = {action for item in statements(name).values() for action in item["Action"]}
    listed = {action for action in granted if action.startswith("rds:")}
    assert granted - listed == {*LOGS, *OBJECTS, "s3:ListBucket", *TRACES}
    assert listed
    assert listed <= {"rds:DescribeDBInstances", "rds:DescribeDBClusters"}


@every_environment
def test_each_action_stands_on_its_right_resource(name: str) -> None:
    """Decision 5: one bucket, one log group; only traces have no resource to name."""
    bucket = "arn:${AWS::Partition}:s3:::${StorageUploadBucket}"
    assert resources(name, "BucketObjects") == [f"{bucket}/*"]
    assert resources(name, "BucketList") == [bucket]
    place = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"
    group = f"{place}/aws/lambda/jobs-{name}-web"
    assert resources(name, "OwnLogGroup") == [group, f"{group}:*"]
    assert [sid for sid, item in statements(name).items() if item["Resource"] == ["*"]] == [
        "Traces"
    ]


def test_database_metadata_is_that_of_the_named_instance() -> None:
    """Decision 5: read-only metadata, of one instance where the file names one."""
    place = "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}"
    assert resources("prod", "DatabaseInstances") == [f"{place}:db:jobs-prod"]
    assert resources("prod", "DatabaseClusters") == [f"{place}:cluster:*"]


@every_environment
def test_network_interfaces_come_from_aws_managed_policy(name: str) -> None:
    """Decision 5: the only managed policy; what it adds is listed in docs/decisions.md."""
    [policy] = the(name, "AWS::IAM::Role")["ManagedPolicyArns"]
    assert policy["Fn::Sub"].endswith(
        ":iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
    )


@every_environment
def test_lambda_alone_takes_the_role_and_its_name_is_free(name: str) -> None:
    """Decision 5: one role a function, separate from every other."""
    role = the(name, "AWS::IAM::Role")
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": ["lambda.amazonaws.com"]}
    assert "RoleName" not in role
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/worker:1"
    two = properties(changed(name, f"functions.worker.image={image}"), "AWS::IAM::Role")
    assert set(two) == {"FunctionWebRole", "FunctionWorkerRole"}
