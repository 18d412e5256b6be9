"""Policies of roles that AWS services assume."""

from __future__ import annotations

from collections.abc import Sequence

from awacs import sts
from awacs.aws import Allow, ArnLike, Condition, PolicyDocument, Principal, Statement, StringEquals
from troposphere import AccountId, Sub, iam


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
    return PolicyDocument(Version="2012-10-17", Statement=[statement])


def inline_policy(name: str, statements: Sequence[Statement]) -> iam.Policy:
    """Return an inline policy of a role."""
    document = PolicyDocument(Version="2012-10-17", Statement=list(statements))
    return iam.Policy(PolicyName=name, PolicyDocument=document)
