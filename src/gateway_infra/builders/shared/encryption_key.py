"""Customer managed keys."""

from __future__ import annotations

from typing import Any

from awacs import kms as kms_actions
from awacs.aws import Allow, Condition, Principal, Statement
from troposphere import Sub, kms

from gateway_infra.builders.shared.policies import document
from gateway_infra.builders.shared.properties import KEPT
from gateway_infra.builders.shared.values import TagMap, tag_list


def encryption_key(
    logical_id: str, description: str, *statements: Statement, tags: TagMap
) -> kms.Key:
    """Build a symmetric key that KMS rotates, and that CloudFormation retains.

    Its policy lets the account's IAM policies give permissions, and contains `statements`.
    """
    root = Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")
    account = Statement(
        Sid="Account",
        Effect=Allow,
        Principal=Principal("AWS", root),
        Action=[kms_actions.Action("*")],
        Resource=["*"],
    )
    return kms.Key(
        logical_id,
        Description=description,
        EnableKeyRotation=True,
        KeyPolicy=document(account, *statements),
        Tags=tag_list(tags),
        **KEPT,
    )


def used_by_logs(sid: str, log_groups: Any) -> Statement:
    """Let CloudWatch Logs of this region use the key, if `log_groups` matches the log group.

    The principal ends in the domain of the partition:
    https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/region-info/lib/default.ts
    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    actions = ("Decrypt*", "Describe*", "Encrypt*", "GenerateDataKey*", "ReEncrypt*")
    return Statement(
        Sid=sid,
        Effect=Allow,
        Principal=Principal("Service", Sub("logs.${AWS::Region}.${AWS::URLSuffix}")),
        Action=[kms_actions.Action(name) for name in actions],
        Resource=["*"],
        Condition=Condition(log_groups),
    )
