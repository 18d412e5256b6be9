"""The key that what is kept is encrypted with, and who may use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from awacs import kms as kms_actions
from awacs.aws import (
    Action,
    Allow,
    ArnLike,
    Condition,
    PolicyDocument,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import AccountId, Retain, RetainExceptOnCreate, Sub, kms

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.values import TagMap, attribute, tag_list


@dataclass(frozen=True)
class CustomerKey(Bundle):
    """A KMS key of the account's own, with its policy."""

    key: kms.Key

    @property
    def arn(self) -> Any:
        """The key's ARN, as ``GetAtt``."""
        return attribute(self.key, "Arn")


def customer_key(*, description: str, alarms: bool = True, tags: TagMap) -> CustomerKey:
    """Build a symmetric key that is rotated each year, and stays when its stack is deleted.

    What it has encrypted cannot be read without it, and KMS brings back no key that is gone; one
    of a first deploy that failed has encrypted nothing, and goes with it.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html

    Its policy lets IAM of the account say who may use it (as no key policy that names people can),
    which is how Lambda and Secrets Manager come to it: they call with the permissions of whoever
    deploys, or of the function's role. CloudWatch Logs may use it for log groups of this account
    and region, and, with `alarms`, CloudWatch to publish to an encrypted topic.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    statements = [_account(), _logs(), *([_alarms()] if alarms else [])]
    key = kms.Key(
        "EncryptionKey",
        Description=description,
        EnableKeyRotation=True,
        KeyPolicy=PolicyDocument(Version="2012-10-17", Statement=statements),
        Tags=tag_list(tags),
        DeletionPolicy=RetainExceptOnCreate,
        UpdateReplacePolicy=Retain,
    )
    return CustomerKey(key)


def _account() -> Statement:
    """Let the account's IAM policies give permissions; ``*`` is the key that the policy is of."""
    root = Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")
    return Statement(
        Sid="Account",
        Effect=Allow,
        Principal=Principal("AWS", root),
        Action=[Action("kms", "*")],
        Resource=["*"],
    )


def _logs() -> Statement:
    """Let CloudWatch Logs of this region encrypt the account's log groups.

    The context holds the ARN of the log group. Some names are not known before the key is there
    (an execution log has the API's id in its name, an access log one that CloudFormation makes), so
    all log groups of account and region are meant. Which of them it encrypts is for IAM to say:
    who associates a key needs logs:AssociateKmsKey.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    The principal ends in the partition's own domain, as CDK has it:
    https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/region-info/lib/default.ts
    """
    groups = Sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*")
    return Statement(
        Sid="Logs",
        Effect=Allow,
        Principal=Principal("Service", Sub("logs.${AWS::Region}.${AWS::URLSuffix}")),
        Action=[
            Action("kms", "Decrypt*"),
            Action("kms", "Describe*"),
            Action("kms", "Encrypt*"),
            Action("kms", "GenerateDataKey*"),
            Action("kms", "ReEncrypt*"),
        ],
        Resource=["*"],
        Condition=Condition(ArnLike("kms:EncryptionContext:aws:logs:arn", groups)),
    )


def _alarms() -> Statement:
    """Let the account's alarms publish to a topic that the key encrypts.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    return Statement(
        Sid="Alarms",
        Effect=Allow,
        Principal=Principal("Service", "cloudwatch.amazonaws.com"),
        Action=[kms_actions.Decrypt, Action("kms", "GenerateDataKey*")],
        Resource=["*"],
        Condition=Condition(StringEquals({"aws:SourceAccount": AccountId})),
    )
