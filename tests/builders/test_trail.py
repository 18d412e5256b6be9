"""The CloudTrail trail, its key, and where it writes to."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra import TrailConfig, trail
from tests.builders.support import TAGS, arn, properties
from tests.support import plain

TRAIL = arn("cloudtrail", "trail/jobs-test")
GROUP = "log-group:/aws/cloudtrail/jobs-test"


def bundle(recorded_bucket: str | None = None, **settings: Any) -> Any:
    return trail(
        TrailConfig(**settings),
        trail_name="jobs-test",
        retention_days=30,
        recorded_bucket=recorded_bucket,
        tags=TAGS,
    )


def made(logical_id: str, recorded_bucket: str | None = None, **settings: Any) -> dict[str, Any]:
    return properties(bundle(recorded_bucket, **settings), logical_id)


def statements(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["Sid"]: item for item in document["Statement"]}


def test_it_is_of_all_regions_validated_encrypted_and_in_both_places() -> None:
    found = made("Trail")
    assert found.pop("Tags")
    assert found == {
        "TrailName": "jobs-test",
        "IsLogging": True,
        "IsMultiRegionTrail": True,
        "IncludeGlobalServiceEvents": True,
        "EnableLogFileValidation": True,
        "KMSKeyId": {"Fn::GetAtt": ["TrailKey", "Arn"]},
        "S3BucketName": {"Ref": "TrailBucket"},
        "CloudWatchLogsLogGroupArn": {"Fn::GetAtt": ["TrailLogGroup", "Arn"]},
        "CloudWatchLogsRoleArn": {"Fn::GetAtt": ["TrailRole", "Arn"]},
    }


def test_it_waits_for_the_policy_that_lets_it_in() -> None:
    """CloudTrail writes a file to try it, and makes no trail where it cannot."""
    assert plain(bundle())["Trail"]["DependsOn"] == ["TrailBucketPolicy"]


def test_objects_are_recorded_beside_management_events() -> None:
    (selector,) = made("Trail", "jobs-uploads")["EventSelectors"]
    assert selector["IncludeManagementEvents"] is True
    assert selector["ReadWriteType"] == "All"
    objects = {"Fn::Sub": "arn:${AWS::Partition}:s3:::jobs-uploads/"}
    assert selector["DataResources"] == [{"Type": "AWS::S3::Object", "Values": [objects]}]


def test_only_this_trail_writes_to_the_bucket_and_below_this_account() -> None:
    found = statements(made("TrailBucketPolicy")["PolicyDocument"])
    assert found.keys() == {"TrailAsks", "TrailWrites", "TlsOnly"}
    writes = found["TrailWrites"]
    assert writes["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert writes["Action"] == ["s3:PutObject"]
    below = {"Fn::Sub": "${TrailBucket.Arn}/AWSLogs/${AWS::AccountId}/*"}
    assert writes["Resource"] == [below]
    owner = {"s3:x-amz-acl": "bucket-owner-full-control"}
    assert writes["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL, **owner}}
    asks = found["TrailAsks"]
    assert asks["Action"] == ["s3:GetBucketAcl"]
    assert asks["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL}}


def test_the_bucket_is_private_versioned_and_reached_by_tls_alone() -> None:
    found = made("TrailBucket")
    assert set(found["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(found["PublicAccessBlockConfiguration"]) == 4
    assert found["VersioningConfiguration"] == {"Status": "Enabled"}
    assert found["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert "BucketName" not in found
    deny = statements(made("TrailBucketPolicy")["PolicyDocument"])["TlsOnly"]
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", ["s3:*"])
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert deny["Resource"] == [
        {"Fn::GetAtt": ["TrailBucket", "Arn"]},
        {"Fn::Sub": "${TrailBucket.Arn}/*"},
    ]


def test_files_are_kept_for_good_unless_days_are_given() -> None:
    assert "LifecycleConfiguration" not in made("TrailBucket")
    (rule,) = made("TrailBucket", delete_after_days=400)["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 400)
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_what_is_evidence_outlives_the_stack() -> None:
    """And what can read it; the log group's name would be in a new stack's way."""
    kept = {
        key
        for key, body in plain(bundle()).items()
        if body.get("DeletionPolicy") == "RetainExceptOnCreate"
        and body.get("UpdateReplacePolicy") == "Retain"
    }
    assert kept == {"TrailKey", "TrailBucket", "TrailBucketPolicy"}


def test_the_key_is_for_this_trail_and_this_group() -> None:
    key = made("TrailKey")
    assert key["EnableKeyRotation"] is True
    found = statements(key["KeyPolicy"])
    assert found.keys() == {"Account", "TrailEncrypts", "TrailAsks", "LogGroup"}
    assert found["TrailEncrypts"]["Action"] == ["kms:GenerateDataKey*"]
    assert found["TrailEncrypts"]["Condition"]["StringEquals"] == {"aws:SourceArn": TRAIL}
    assert found["TrailAsks"]["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL}}
    group = found["LogGroup"]
    service = {"Fn::Sub": "logs.${AWS::Region}.${AWS::URLSuffix}"}
    assert group["Principal"] == {"Service": service}
    context = {"kms:EncryptionContext:aws:logs:arn": arn("logs", GROUP)}
    assert group["Condition"] == {"ArnEquals": context}


def test_the_keys_policy_names_the_group_as_it_is_called() -> None:
    """Each would refer to the other, so that both are named."""
    assert made("TrailLogGroup")["LogGroupName"] == GROUP.partition(":")[2]
    assert made("TrailLogGroup")["KmsKeyId"] == {"Fn::GetAtt": ["TrailKey", "Arn"]}


@pytest.mark.parametrize(("own", "days"), [(None, 30), (365, 365)])
def test_retention_is_that_of_all_logs_unless_it_has_its_own(own: int | None, days: int) -> None:
    assert made("TrailLogGroup", retention_days=own)["RetentionInDays"] == days


def test_the_role_writes_streams_of_this_account_to_the_group() -> None:
    (policy,) = made("TrailRole")["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    stream = "log-stream:${AWS::AccountId}_CloudTrail_${AWS::Region}*"
    assert statement["Resource"] == [arn("logs", f"{GROUP}:{stream}")]


def test_the_role_has_no_condition_that_cloudtrail_does_not_meet() -> None:
    """Delivery stops with one: https://github.com/prowler-cloud/prowler/issues/4714 (a report)."""
    (statement,) = made("TrailRole")["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": ["cloudtrail.amazonaws.com"]}
    assert "Condition" not in statement
