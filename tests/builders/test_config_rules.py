"""AWS Config: its recorder, and AWS's own rules."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra import ConfigRulesConfig, config_recorder, config_rules
from gateway_infra.sections.managed_rules import MANAGED_RULES
from tests.builders.support import TAGS, arn, properties
from tests.support import plain

ALWAYS = {
    "API_GW_EXECUTION_LOGGING_ENABLED",
    "API_GW_XRAY_ENABLED",
    "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
    "LAMBDA_INSIDE_VPC",
    "LAMBDA_VPC_MULTI_AZ_CHECK",
}
BUCKET = {
    "S3_BUCKET_PUBLIC_READ_PROHIBITED",
    "S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
    "S3_BUCKET_SSL_REQUESTS_ONLY",
}


def rules(names: list[str] | None = None, **keywords: Any) -> dict[str, dict[str, Any]]:
    """Return the rules' properties by AWS's identifier."""
    bundle = config_rules(ConfigRulesConfig(rules=names), service="jobs", **keywords)
    found = [body["Properties"] for body in plain(bundle).values()]
    return {item["Source"]["SourceIdentifier"]: item for item in found}


@pytest.mark.parametrize(
    ("keywords", "more"),
    [
        ({}, set()),
        ({"bucket_name": "b"}, BUCKET),
        ({"bucket_name": "b", "has_backup": True}, {*BUCKET, "S3_BUCKET_VERSIONING_ENABLED"}),
        ({"has_backup": True}, set()),
        ({"has_database": True}, {"RDS_INSTANCE_PUBLIC_ACCESS_CHECK", "RDS_STORAGE_ENCRYPTED"}),
        ({"has_flow_logs": True}, {"VPC_FLOW_LOGS_ENABLED"}),
        ({"has_web_acl": True}, {"API_GW_ASSOCIATED_WITH_WAF"}),
        (
            {"has_trail": True},
            {
                "CLOUD_TRAIL_ENCRYPTION_ENABLED",
                "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",
                "MULTI_REGION_CLOUD_TRAIL_ENABLED",
            },
        ),
    ],
)
def test_rules_are_those_for_what_there_is(keywords: dict[str, Any], more: set[str]) -> None:
    assert set(rules(**keywords)) == ALWAYS | more


def test_rules_that_are_named_are_all_that_there_are() -> None:
    found = rules(["lambda-inside-vpc", "db-instance-backup-enabled"], has_trail=True)
    assert set(found) == {"LAMBDA_INSIDE_VPC", "DB_INSTANCE_BACKUP_ENABLED"}


@pytest.mark.parametrize(
    ("name", "bucket_name", "scope"),
    [
        ("lambda-inside-vpc", None, {"TagKey": "Service", "TagValue": "jobs"}),
        (
            "s3-bucket-ssl-requests-only",
            "uploads",
            {"ComplianceResourceTypes": ["AWS::S3::Bucket"], "ComplianceResourceId": "uploads"},
        ),
        (
            "s3-bucket-ssl-requests-only",
            None,
            {"ComplianceResourceTypes": ["AWS::S3::Bucket"]},
        ),
        ("rds-storage-encrypted", None, {"ComplianceResourceTypes": ["AWS::RDS::DBInstance"]}),
        ("vpc-flow-logs-enabled", None, None),
    ],
)
def test_a_rule_looks_at_what_it_is_about(
    name: str, bucket_name: str | None, scope: dict[str, Any] | None
) -> None:
    """One that runs by the clock takes no scope."""
    (found,) = rules([name], bucket_name=bucket_name).values()
    assert found.get("Scope") == scope
    assert found["Source"]["Owner"] == "AWS"


def test_every_rule_of_the_table_can_be_named() -> None:
    found = rules(list(MANAGED_RULES))
    assert set(found) == {rule.identifier for rule in MANAGED_RULES.values()}


def test_rules_wait_for_a_recorder_that_is_made_beside_them() -> None:
    recorder = config_recorder(tags=TAGS)
    bundle = config_rules(ConfigRulesConfig(), service="jobs", depends_on=recorder.ids)
    assert {tuple(body["DependsOn"]) for body in plain(bundle).values()} == {("ConfigRecorder",)}
    assert all("DependsOn" not in body for body in plain(config_rules(
        ConfigRulesConfig(), service="jobs")).values())  # fmt: skip


def test_the_recorder_records_all_and_neither_it_nor_its_channel_waits_for_the_other() -> None:
    found = plain(config_recorder(tags=TAGS))
    assert found["ConfigRecorder"]["Properties"] == {
        "RoleARN": {"Fn::GetAtt": ["ConfigRole", "Arn"]},
        "RecordingGroup": {"AllSupported": True, "IncludeGlobalResourceTypes": True},
    }
    assert "DependsOn" not in found["ConfigRecorder"]
    assert found["ConfigChannel"]["Properties"] == {"S3BucketName": {"Ref": "ConfigBucket"}}
    assert found["ConfigChannel"]["DependsOn"] == ["ConfigBucketPolicy"]


def test_other_rules_of_the_account_keep_their_recorder() -> None:
    for body in plain(config_recorder(tags=TAGS)).values():
        assert body["DeletionPolicy"] == "RetainExceptOnCreate"
        assert body["UpdateReplacePolicy"] == "Retain"


def test_the_role_is_lent_for_this_account_and_region_and_writes_to_its_bucket() -> None:
    role = properties(config_recorder(tags=TAGS), "ConfigRole")
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "config.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {"aws:SourceArn": arn("config", "*")},
    }
    asks, writes = role["Policies"][0]["PolicyDocument"]["Statement"]
    bucket = "arn:${AWS::Partition}:s3:::${ConfigBucket}"
    assert asks["Resource"] == [{"Fn::Sub": bucket}]
    assert writes["Action"] == ["s3:PutObject"]
    below = {"Fn::Sub": f"{bucket}/AWSLogs/${{AWS::AccountId}}/Config/*"}
    assert writes["Resource"] == [below]
    managed = "arn:${AWS::Partition}:iam::aws:policy/service-role/AWS_ConfigRole"
    assert role["ManagedPolicyArns"] == [{"Fn::Sub": managed}]
