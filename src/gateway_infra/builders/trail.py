"""A CloudTrail trail: who called which AWS API, in all regions of the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from awacs import kms as kms_actions
from awacs import logs as logs_actions
from awacs import s3 as s3_actions
from awacs.aws import (
    Action,
    Allow,
    ArnEquals,
    Condition,
    Principal,
    Statement,
    StringEquals,
    StringLike,
)
from awacs.helpers.trust import make_simple_assume_policy
from troposphere import GetAtt, Sub, cloudtrail, iam, kms, logs, s3

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.encryption_key import encryption_key, used_by_logs
from gateway_infra.builders.shared.log_bucket import log_bucket
from gateway_infra.builders.shared.naming import trail_log_group
from gateway_infra.builders.shared.policies import allow, inline_policy
from gateway_infra.builders.shared.values import TagMap, Value, attribute, ref, sub, tag_list
from gateway_infra.sections.trail import TrailConfig

_SERVICE = "cloudtrail.amazonaws.com"
_HERE = "${AWS::Region}:${AWS::AccountId}"


@dataclass(frozen=True)
class Trail(Bundle):
    """The trail, its key, and the two places that it writes to."""

    key: kms.Key
    bucket: s3.Bucket
    bucket_policy: s3.BucketPolicy
    group: logs.LogGroup
    role: iam.Role
    trail: cloudtrail.Trail

    @property
    def bucket_name(self) -> Any:
        """The bucket's name, as ``Ref``."""
        return ref(self.bucket)

    @property
    def log_group_name(self) -> Any:
        """The log group's name, as ``Ref``."""
        return ref(self.group)


def trail(
    config: TrailConfig,
    *,
    trail_name: str,
    retention_days: int,
    recorded_bucket: Value | None = None,
    tags: TagMap,
) -> Trail:
    """Build a trail of all regions, with signed digests, encrypted with a key of its own.

    It has a name, by which bucket and key know it before it exists; CloudTrail creates no trail
    whose bucket does not let it in. Objects that are read or written in `recorded_bucket`
    are recorded too. The key, and the bucket with all that was delivered, stay when the stack goes;
    the log group goes, as one of its name would keep a new stack from being made.

    The bucket's own default is AES256: CloudTrail encrypts log files with the key itself, and says
    by the encryption context, which the key's policy asks for, that it does.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
    """
    arn = Sub(f"arn:${{AWS::Partition}}:cloudtrail:{_HERE}:trail/{trail_name}")
    group_name = trail_log_group(trail_name)
    group_arn = f"arn:${{AWS::Partition}}:logs:{_HERE}:log-group:{group_name}"
    key = _key(arn, Sub(group_arn), tags)
    bucket, bucket_policy = log_bucket(
        "TrailBucket",
        statements=_delivers(arn),
        delete_after_days=config.delete_after_days,
        tags=tags,
    )
    group = logs.LogGroup(
        "TrailLogGroup",
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
        LogGroupName=group_name,
        RetentionInDays=config.retention_days or retention_days,
        KmsKeyId=attribute(key, "Arn"),
        Tags=tag_list(tags),
    )
    role = _role(group_arn, tags)
    objects = {} if recorded_bucket is None else {"EventSelectors": [_objects(recorded_bucket)]}
    made = cloudtrail.Trail(
        "Trail",
        TrailName=trail_name,
        IsLogging=True,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KMSKeyId=attribute(key, "Arn"),
        S3BucketName=ref(bucket),
        CloudWatchLogsLogGroupArn=attribute(group, "Arn"),
        CloudWatchLogsRoleArn=attribute(role, "Arn"),
        Tags=tag_list(tags),
        DependsOn=[bucket_policy.title],
        **objects,
    )
    return Trail(key, bucket, bucket_policy, group, role, made)


def _delivers(trail_arn: Sub) -> list[Statement]:
    """Let this trail, and no other, see who owns the bucket and write below this account."""
    only = {"aws:SourceArn": trail_arn}
    owned = {**only, "s3:x-amz-acl": "bucket-owner-full-control"}
    return [
        _serves(
            "TrailAsks", [s3_actions.GetBucketAcl], GetAtt("TrailBucket", "Arn"), StringEquals(only)
        ),
        _serves(
            "TrailWrites",
            [s3_actions.PutObject],
            Sub("${TrailBucket.Arn}/AWSLogs/${AWS::AccountId}/*"),
            StringEquals(owned),
        ),
    ]


def _serves(sid: str, actions: list[Action], resource: Any, *conditions: Any) -> Statement:
    return Statement(
        Sid=sid,
        Effect=Allow,
        Principal=Principal("Service", _SERVICE),
        Action=actions,
        Resource=[resource],
        Condition=Condition(list(conditions)),
    )


def _key(trail_arn: Sub, group_arn: Sub, tags: TagMap) -> kms.Key:
    """Build the key: for this trail, its log group, and whom IAM lets read what it wrote."""
    only = StringEquals({"aws:SourceArn": trail_arn})
    of_trails = Sub("arn:${AWS::Partition}:cloudtrail:*:${AWS::AccountId}:trail/*")
    return encryption_key(
        "TrailKey",
        "Encrypts the trail's files and its log group",
        _serves(
            "TrailEncrypts",
            [kms_actions.Action("GenerateDataKey*")],
            "*",
            only,
            StringLike({"kms:EncryptionContext:aws:cloudtrail:arn": of_trails}),
        ),
        _serves("TrailAsks", [kms_actions.DescribeKey], "*", only),
        used_by_logs("LogGroup", ArnEquals({"kms:EncryptionContext:aws:logs:arn": group_arn})),
        tags=tags,
    )


def _role(group_arn: str, tags: TagMap) -> iam.Role:
    """Build the role that writes to the log group: one stream of this account, and nothing else.

    Its trust has no ``aws:SourceArn``: CloudTrail does not say for which trail it takes the role,
    and delivery stops with the condition (https://github.com/prowler-cloud/prowler/issues/4714).
    A role cannot be lent to a trail of another account.
    """
    streams = Sub(f"{group_arn}:log-stream:${{AWS::AccountId}}_CloudTrail_${{AWS::Region}}*")
    actions = [logs_actions.CreateLogStream, logs_actions.PutLogEvents]
    return iam.Role(
        "TrailRole",
        AssumeRolePolicyDocument=make_simple_assume_policy(_SERVICE),
        Policies=[inline_policy("Trail", allow("TrailLogGroup", actions, [streams]))],
        Tags=tag_list(tags),
    )


def _objects(bucket_name: Value) -> cloudtrail.EventSelector:
    """Record management events, as without a selector, and what is done to objects.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
    """
    return cloudtrail.EventSelector(
        ReadWriteType="All",
        IncludeManagementEvents=True,
        DataResources=[
            cloudtrail.DataResource(
                Type="AWS::S3::Object",
                Values=[sub("arn:${AWS::Partition}:s3:::${Name}/", {"Name": bucket_name})],
            )
        ],
    )
