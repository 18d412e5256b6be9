"""What IAM has is looked up as AWS's pages tell it."""

from __future__ import annotations

import pytest

from tests.policies.catalog import action

HERE = "us-east-1:123456789012"


@pytest.mark.parametrize(
    ("name", "resource", "taken"),
    [
        ("s3:GetObject", "arn:aws:s3:::uploads/a/b", True),
        ("s3:GetObject", "arn:aws:s3:::uploads/*", True),
        ("s3:GetObject", "arn:aws:s3:::uploads*", True),
        ("s3:GetObject", "arn:aws:s3:::uploads", False),
        ("s3:ListBucket", "arn:aws:s3:::uploads", True),
        ("s3:ListBucket", "arn:aws:s3:::uploads/*", False),
        ("s3:ListAllMyBuckets", "*", True),
        ("s3:GetObject", "*", False),
        ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/web:log-stream:1", True),
        ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/web:*", True),
        ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/web", False),
        ("logs:CreateLogGroup", f"arn:aws:logs:{HERE}:log-group:/aws/web", True),
        ("ec2:DescribeSubnets", "*", True),
        ("ec2:DescribeSubnets", f"arn:aws:ec2:{HERE}:subnet/subnet-1", False),
        ("ec2:DeleteNetworkInterface", f"arn:aws:ec2:{HERE}:*/*", True),
        ("ec2:DeleteNetworkInterface", f"arn:aws:ec2:{HERE}:subnet/*", False),
        ("ec2:DeleteNetworkInterface", f"arn:aws:rds:{HERE}:*/*", False),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:a-??????", True),
    ],
)
def test_an_action_takes_its_resources(name: str, resource: str, taken: bool) -> None:
    assert action(name).takes(resource) == taken


@pytest.mark.parametrize(
    ("name", "resource", "key", "kept"),
    [
        ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{HERE}:subnet/subnet-1", "ec2:Vpc", True),
        ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{HERE}:network-interface/*", "ec2:Vpc", False),
        ("ec2:DeleteNetworkInterface", f"arn:aws:ec2:{HERE}:network-interface/*", "ec2:Vpc", True),
        ("kms:Decrypt", f"arn:aws:kms:{HERE}:key/1", "kms:ViaService", True),
        ("kms:Decrypt", f"arn:aws:kms:{HERE}:key/1", "kms:EncryptionContext:SecretARN", True),
        ("s3:GetObject", "arn:aws:s3:::uploads/a", "kms:ViaService", False),
        ("s3:GetObject", "arn:aws:s3:::uploads/a", "aws:SourceVpc", True),
        ("s3:GetObject", "arn:aws:s3:::uploads/a", "lambda:SourceFunctionArn", True),
        ("s3:GetObject", "arn:aws:s3:::uploads/a", "s3:ExistingObjectTag/team", True),
    ],
)
def test_a_request_holds_the_keys_of_its_action_and_resource(
    name: str, resource: str, key: str, kept: bool
) -> None:
    assert bool(action(name).context(resource, {key: "x"})) == kept


@pytest.mark.parametrize(
    ("name", "resource", "any_of"),
    [
        ("ec2:DeleteNetworkInterface", f"arn:aws:ec2:{HERE}:network-interface/*", True),
        ("ec2:DeleteNetworkInterface", f"arn:aws:ec2:{HERE}:*/*", True),
        ("ec2:DeleteNetworkInterface", f"arn:aws:ec2:{HERE}:network-interface/eni-1", False),
        ("rds:DescribeDBInstances", f"arn:aws:rds:{HERE}:db:*", True),
        ("rds:DescribeDBInstances", f"arn:aws:rds:{HERE}:db:jobs", False),
        ("s3:GetObject", "arn:aws:s3:::*", True),
        ("s3:GetObject", "arn:aws:s3:::uploads/*", False),
        ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:*", True),
        ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/lambda/web:*", False),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:a-??????", False),
        ("ec2:DescribeSubnets", "*", False),
    ],
)
def test_a_pattern_names_something_or_not(name: str, resource: str, any_of: bool) -> None:
    assert action(name).takes_any_of(resource) == any_of
