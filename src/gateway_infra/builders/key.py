"""The key that what is kept is encrypted with, and who may use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from awacs import kms as kms_actions
from awacs.aws import Action, Allow, ArnLike, Condition, Principal, Statement, StringEquals
from troposphere import AccountId, Sub, kms

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.encryption_key import encryption_key, used_by_logs
from gateway_infra.builders.shared.values import TagMap, attribute


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
    # The name of an execution log contains the API's ID, which does not exist before the key.
    # Associating a key with a log group requires the IAM permission logs:AssociateKmsKey.
    groups = Sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*")
    logs = used_by_logs("Logs", ArnLike("kms:EncryptionContext:aws:logs:arn", groups))
    statements = [logs, _alarms()] if alarms else [logs]
    key = encryption_key("EncryptionKey", description, *statements, tags=tags)
    return CustomerKey(key)


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
