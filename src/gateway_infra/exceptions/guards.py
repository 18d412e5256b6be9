"""Exceptions of the account's guards: the buckets that services of AWS deliver to."""

from __future__ import annotations

from typing import Any

from gateway_infra.exceptions.row import Row, ScannerRule, Seen

_BUCKET = "AWS::S3::Bucket"


def _without_key(seen: Seen) -> bool:
    encryption: Any = seen.properties.get("BucketEncryption", {})
    return "aws:kms" not in str(encryption)


def _no_events(seen: Seen) -> bool:
    return "NotificationConfiguration" not in seen.properties


ROWS: tuple[Row, ...] = (
    Row(
        "bucket-without-access-log",
        "A bucket whose readers are not logged",
        (_BUCKET,),
        lambda seen: "LoggingConfiguration" not in seen.properties,
        (
            ScannerRule("checkov", "CKV_AWS_18"),
            ScannerRule("guard", "S3_BUCKET_LOGGING_ENABLED"),
            ScannerRule("cfn_nag", "W35"),
            ScannerRule("cdk_nag", "AwsSolutions-S1"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-S3BucketLoggingEnabled"),
            ScannerRule("control_tower", "CT.S3.PR.2"),
        ),
        "It holds logs itself: a log of who reads it would need another such bucket.",
        "`LoggingConfiguration`, by `overrides`, to a bucket that the account has for that",
    ),
    Row(
        "bucket-in-one-region",
        "A bucket that is not copied to another region",
        (_BUCKET,),
        lambda seen: "ReplicationConfiguration" not in seen.properties,
        (
            ScannerRule("guard", "S3_BUCKET_REPLICATION_ENABLED"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-S3BucketReplicationEnabled"),
        ),
        "S3 keeps it in several zones; a copy elsewhere is for whoever runs several regions.",
        "`ReplicationConfiguration`, by `overrides`",
    ),
    Row(
        "bucket-without-key",
        "A bucket whose own default is a key of S3's",
        (_BUCKET,),
        _without_key,
        (
            ScannerRule("cdk_nag", "NIST.800.53.R5-S3DefaultEncryptionKMS"),
            ScannerRule("control_tower", "CT.S3.PR.10"),
        ),
        "The trail encrypts its files with its own key; what else comes has AES256 by S3.",
        "`BucketEncryption`, by `overrides`, with a key that lets in what delivers",
    ),
    Row(
        "bucket-without-lock",
        "A bucket without object lock, and without events for each object",
        (_BUCKET,),
        lambda seen: seen.properties.get("ObjectLockEnabled") is not True,
        (
            ScannerRule("control_tower", "CT.S3.PR.9"),
            ScannerRule("control_tower", "CT.S3.PR.4", _no_events),
        ),
        "Old versions stay when a file is overwritten; nobody waits for each file that comes.",
        "`ObjectLockEnabled` and `NotificationConfiguration`, by `overrides`",
    ),
    Row(
        "bucket-that-keeps-all",
        "A bucket in which nothing expires",
        (_BUCKET,),
        lambda seen: "LifecycleConfiguration" not in seen.properties,
        (
            ScannerRule("control_tower", "CT.S3.PR.3"),
            ScannerRule("control_tower", "CT.S3.PR.6"),
        ),
        "It keeps the history of settings, which is small, and asked for when it is old.",
        "`LifecycleConfiguration`, by `overrides`",
    ),
    Row(
        "tls-by-reference",
        "A bucket's policy that names the bucket by functions of CloudFormation",
        ("AWS::S3::BucketPolicy",),
        lambda seen: "aws:SecureTransport" in str(seen.properties.get("PolicyDocument")),
        (ScannerRule("control_tower", "CT.S3.PR.8"),),
        "It denies what comes without TLS; the rule takes no Fn::Sub for the bucket's objects.",
        "nothing: the bucket's name is CloudFormation's",
    ),
)
