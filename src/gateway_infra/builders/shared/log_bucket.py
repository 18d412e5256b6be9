"""A bucket that a service of AWS delivers its files to; it outlives its stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from awacs import s3 as s3_actions
from awacs.aws import Bool, Condition, Deny, Principal, Statement
from troposphere import s3

from gateway_infra.builders.shared.policies import document
from gateway_infra.builders.shared.properties import KEPT, without_none
from gateway_infra.builders.shared.values import TagMap, attribute, ref, sub, tag_list


class LogBucket(NamedTuple):
    """A bucket and who may write to it."""

    bucket: s3.Bucket
    policy: s3.BucketPolicy


def log_bucket(
    logical_id: str,
    *,
    statements: Sequence[Statement],
    delete_after_days: int | None = None,
    tags: TagMap,
) -> LogBucket:
    """Build a bucket that is never public, keeps versions, and is reached by TLS alone.

    Its name is CloudFormation's. Both stay when their stack is deleted, or replaces them: what was
    delivered is evidence; those of a first deploy that failed hold none, and go with it. With
    `delete_after_days` files go, and their versions a day later.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
    """
    lifecycle = None if delete_after_days is None else _gone(delete_after_days)
    bucket = s3.Bucket(
        logical_id,
        BucketEncryption=s3.BucketEncryption(
            ServerSideEncryptionConfiguration=[
                s3.ServerSideEncryptionRule(
                    ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(
                        SSEAlgorithm="AES256"
                    )
                )
            ]
        ),
        OwnershipControls=s3.OwnershipControls(
            Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]
        ),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True,
            BlockPublicPolicy=True,
            IgnorePublicAcls=True,
            RestrictPublicBuckets=True,
        ),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        Tags=tag_list(tags),
        **KEPT,
        **without_none(LifecycleConfiguration=lifecycle),
    )
    policy = s3.BucketPolicy(
        f"{logical_id}Policy",
        Bucket=ref(bucket),
        PolicyDocument=document(*statements, _tls_only(bucket)),
        **KEPT,
    )
    return LogBucket(bucket, policy)


def _tls_only(bucket: s3.Bucket) -> Statement:
    arn: Any = attribute(bucket, "Arn")
    return Statement(
        Sid="TlsOnly",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[s3_actions.Action("*")],
        Resource=[arn, sub("${Bucket}/*", {"Bucket": arn})],
        Condition=Condition(Bool({"aws:SecureTransport": "false"})),
    )


def _gone(days: int) -> s3.LifecycleConfiguration:
    return s3.LifecycleConfiguration(
        Rules=[
            s3.LifecycleRule(
                Id="Gone",
                Status="Enabled",
                ExpirationInDays=days,
                NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=1),
            )
        ]
    )
