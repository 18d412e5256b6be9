"""Drift: whether what was deployed is still what its templates say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from awacs import cloudformation
from awacs.aws import Deny, Statement
from awacs.helpers.trust import make_simple_assume_policy
from troposphere import Sub, config, iam

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.policies import allow, inline_policy, named_actions
from gateway_infra.builders.shared.properties import without_none
from gateway_infra.builders.shared.values import TagMap, attribute, tag_list
from gateway_infra.sections.drift import DriftConfig

_FREQUENCIES = {
    1: "One_Hour",
    3: "Three_Hours",
    6: "Six_Hours",
    12: "Twelve_Hours",
    24: "TwentyFour_Hours",
}

DATA = (
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "kinesis:GetRecords",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetLogRecord",
    "logs:StartLiveTail",
    "logs:StartQuery",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
)
"""What reads data rather than settings, and no comparison with a template needs."""


@dataclass(frozen=True)
class Drift(Bundle):
    """The rule, and the role by which it reads what is deployed."""

    role: iam.Role
    rule: config.ConfigRule


def drift(
    settings: DriftConfig, *, service: str, depends_on: Sequence[str] = (), tags: TagMap
) -> Drift:
    """Build a rule that fails for a stack with the tag ``Service`` that was changed by hand.

    CloudFormation reads every resource of a stack with the role, whatever its type. AWS asks for
    the managed policy ReadOnlyAccess, which would read data too: that is denied (`DATA`).
    `depends_on` are the logical ids of a recorder that is made beside it.

    https://docs.aws.amazon.com/config/latest/developerguide/cloudformation-stack-drift-detection-check.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
    """
    role = iam.Role(
        "DriftRole",
        AssumeRolePolicyDocument=make_simple_assume_policy("config.amazonaws.com"),
        ManagedPolicyArns=[Sub("arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess")],
        Policies=[inline_policy("Drift", *_statements())],
        Tags=tag_list(tags),
    )
    rule = config.ConfigRule(
        "DriftRule",
        Description=f"Stacks of {service} that are not as their templates say",
        InputParameters={"cloudformationRoleArn": attribute(role, "Arn")},
        MaximumExecutionFrequency=_FREQUENCIES[settings.frequency],
        Scope=config.Scope(TagKey="Service", TagValue=service),
        Source=config.Source(
            Owner="AWS", SourceIdentifier="CLOUDFORMATION_STACK_DRIFT_DETECTION_CHECK"
        ),
        **without_none(DependsOn=list(depends_on) or None),
    )
    return Drift(role, rule)


def _statements() -> list[Statement]:
    stacks = Sub("arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/*")
    return [
        allow(
            "Stacks",
            [cloudformation.DetectStackDrift, cloudformation.DetectStackResourceDrift],
            [stacks],
        ),
        # Neither action has a resource type.
        allow(
            "Detections",
            [
                cloudformation.BatchDescribeTypeConfigurations,
                cloudformation.DescribeStackDriftDetectionStatus,
            ],
            ["*"],
        ),
        Statement(Sid="NoData", Effect=Deny, Action=named_actions(DATA), Resource=["*"]),
    ]
