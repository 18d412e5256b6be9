"""IAM policies and their statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from awacs import sts
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
from troposphere import AccountId, Sub, iam

from gateway_infra.builders.shared.values import Value


def trust_of_service(service: str, source_arn: str) -> PolicyDocument:
    """Let a service assume the role only for this account and for sources like `source_arn`.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    sources = [
        StringEquals({"aws:SourceAccount": AccountId}),
        ArnLike({"aws:SourceArn": Sub(source_arn)}),
    ]
    statement = Statement(
        Effect=Allow,
        Principal=Principal("Service", service),
        Action=[sts.AssumeRole],
        Condition=Condition(sources),
    )
    return document(statement)


def document(*statements: Statement) -> PolicyDocument:
    """Return a policy document of the current version."""
    return PolicyDocument(Version="2012-10-17", Statement=list(statements))


def inline_policy(name: str, *statements: Statement) -> iam.Policy:
    """Return an inline policy of a role."""
    return iam.Policy(PolicyName=name, PolicyDocument=document(*statements))


def allow(sid: str, actions: Sequence[Action], resources: Sequence[Any]) -> Statement:
    """Return a statement that allows actions on resources."""
    return Statement(Sid=sid, Effect=Allow, Action=list(actions), Resource=list(resources))


def named_actions(names: Iterable[str]) -> list[Action]:
    """Return actions by name, as in ``sqs:SendMessage``."""
    return [Action(*name.split(":", 1)) for name in names]


def named_resources(arns: Iterable[Value]) -> list[Value]:
    """Return ARNs, of which CloudFormation fills in ``${AWS::Region}`` and its like."""
    return [Sub(arn) if isinstance(arn, str) and "${" in arn else arn for arn in arns]
