"""AWS Config: the recorder that an account has once in a region, and rules on what it records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from awacs import s3 as s3_actions
from awacs.aws import Allow, Condition, Statement, StringEquals
from troposphere import Sub, config, iam, s3

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.log_bucket import log_bucket
from gateway_infra.builders.shared.naming import pascal
from gateway_infra.builders.shared.policies import allow, inline_policy, trust_of_service
from gateway_infra.builders.shared.properties import KEPT, without_none
from gateway_infra.builders.shared.values import TagMap, Value, attribute, ref, sub, tag_list
from gateway_infra.sections.config_rules import ConfigRulesConfig
from gateway_infra.sections.managed_rules import (
    MANAGED_RULES,
    OF_A_KEPT_BUCKET,
    OF_FLOW_LOGS,
    OF_THE_BUCKET,
    OF_THE_DATABASE,
    OF_THE_SERVICE,
    OF_THE_TRAIL,
    OF_THE_WEB_ACL,
)

_FILES = "arn:${AWS::Partition}:s3:::${Bucket}/AWSLogs/${AWS::AccountId}/Config/*"


@dataclass(frozen=True)
class ConfigRecorder(Bundle):
    """The recorder, its role, and where it delivers."""

    bucket: s3.Bucket
    bucket_policy: s3.BucketPolicy
    role: iam.Role
    recorder: config.ConfigurationRecorder
    channel: config.DeliveryChannel

    @property
    def bucket_name(self) -> Any:
        """The bucket's name, as ``Ref``."""
        return ref(self.bucket)

    @property
    def ids(self) -> tuple[str, ...]:
        """The logical ids that rules must wait for."""
        return (self.recorder.title,)


@dataclass(frozen=True)
class ConfigRules(Bundle):
    """Rules, by AWS's names."""

    rules: dict[str, config.ConfigRule]


def config_recorder(*, tags: TagMap) -> ConfigRecorder:
    """Build what records the settings of all resources of the account and region.

    All of it stays when the stack is deleted: every rule of the account needs the recorder. A
    second one is refused by AWS, so that the stack cannot be made anew beside the old one.
    CloudFormation starts the recorder when there is a channel, and makes the channel when there is
    a recorder, so neither waits for the other.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-config-configurationrecorder.html
    https://docs.aws.amazon.com/config/latest/developerguide/iamrole-permissions.html
    """
    bucket, bucket_policy = log_bucket("ConfigBucket", statements=[], tags=tags)
    role = iam.Role(
        "ConfigRole",
        AssumeRolePolicyDocument=trust_of_service(
            "config.amazonaws.com",
            "arn:${AWS::Partition}:config:${AWS::Region}:${AWS::AccountId}:*",
        ),
        ManagedPolicyArns=[
            Sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AWS_ConfigRole")
        ],
        Policies=[inline_policy("Delivery", *_delivery(bucket))],
        Tags=tag_list(tags),
        **KEPT,
    )
    recorder = config.ConfigurationRecorder(
        "ConfigRecorder",
        RoleARN=attribute(role, "Arn"),
        RecordingGroup=config.RecordingGroup(AllSupported=True, IncludeGlobalResourceTypes=True),
        **KEPT,
    )
    channel = config.DeliveryChannel(
        "ConfigChannel", S3BucketName=ref(bucket), DependsOn=[bucket_policy.title], **KEPT
    )
    return ConfigRecorder(bucket, bucket_policy, role, recorder, channel)


def config_rules(
    settings: ConfigRulesConfig,
    *,
    service: str,
    bucket_name: Value | None = None,
    has_database: bool = False,
    has_flow_logs: bool = False,
    has_trail: bool = False,
    has_backup: bool = False,
    has_web_acl: bool = False,
    depends_on: Sequence[str] = (),
) -> ConfigRules:
    """Build AWS's own rules: those that `settings` name, or all that fit what there is.

    A rule on what is made here looks at resources with the tag ``Service``, one on the bucket at
    `bucket_name` alone (without a name at all buckets), one on databases at all of the account.
    `depends_on` are the logical ids of a recorder that is made beside them.
    https://docs.aws.amazon.com/config/latest/APIReference/API_Scope.html
    """
    fitting = [
        *OF_THE_SERVICE,
        *(OF_THE_BUCKET if bucket_name is not None else ()),
        *(OF_A_KEPT_BUCKET if bucket_name is not None and has_backup else ()),
        *(OF_THE_DATABASE if has_database else ()),
        *(OF_FLOW_LOGS if has_flow_logs else ()),
        *(OF_THE_TRAIL if has_trail else ()),
        *(OF_THE_WEB_ACL if has_web_acl else ()),
    ]
    names = sorted(fitting if settings.rules is None else settings.rules)
    return ConfigRules({name: _rule(name, service, bucket_name, depends_on) for name in names})


def _rule(
    name: str, service: str, bucket_name: Value | None, depends_on: Sequence[str]
) -> config.ConfigRule:
    scope = _scope(name, service, bucket_name)
    return config.ConfigRule(
        f"ConfigRule{pascal(name)}",
        Description=f"AWS's rule {name}",
        Source=config.Source(Owner="AWS", SourceIdentifier=MANAGED_RULES[name].identifier),
        **without_none(Scope=scope, DependsOn=list(depends_on) or None),
    )


def _scope(name: str, service: str, bucket_name: Value | None) -> config.Scope | None:
    about = MANAGED_RULES[name].about
    if about == "service":
        return config.Scope(TagKey="Service", TagValue=service)
    if about == "bucket":
        one = without_none(ComplianceResourceId=bucket_name)
        return config.Scope(ComplianceResourceTypes=["AWS::S3::Bucket"], **one)
    if about == "database":
        return config.Scope(ComplianceResourceTypes=["AWS::RDS::DBInstance"])
    return None


def _delivery(bucket: s3.Bucket) -> list[Statement]:
    return [
        allow(
            "ConfigBucket",
            [s3_actions.GetBucketAcl, s3_actions.ListBucket],
            [sub("arn:${AWS::Partition}:s3:::${Bucket}", {"Bucket": ref(bucket)})],
        ),
        Statement(
            Sid="ConfigFiles",
            Effect=Allow,
            Action=[s3_actions.PutObject],
            Resource=[sub(_FILES, {"Bucket": ref(bucket)})],
            Condition=Condition(StringEquals({"s3:x-amz-acl": "bucket-owner-full-control"})),
        ),
    ]
