"""Exceptions of the account's guards: the buckets that services of AWS deliver to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gateway_infra.suppressions.suppression import ScannedResource, ScannerRule, Suppression

_BUCKET = "AWS::S3::Bucket"


def _beside(seen: ScannedResource, kind: str, name: str) -> Iterator[Any]:
    """Yield the properties of resources of a type that name this bucket under a key."""
    for body in seen.resources.values():
        properties = body.get("Properties")
        if body.get("Type") != kind or not isinstance(properties, Mapping):
            continue
        if properties.get(name) == {"Ref": seen.logical_id}:
            yield properties


def _sids(seen: ScannedResource) -> set[str]:
    """Return the Sids of the bucket's policy."""
    return {
        str(statement.get("Sid"))
        for policy in _beside(seen, "AWS::S3::BucketPolicy", "Bucket")
        for statement in _statements(policy)
    }


def _statements(policy: Mapping[str, Any]) -> list[Any]:
    document = policy.get("PolicyDocument")
    listed = document.get("Statement") if isinstance(document, Mapping) else None
    return (
        [item for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []
    )


def _of_trail(seen: ScannedResource) -> bool:
    """Tell whether a bucket is the trail's: by its logical id, its policy, and a trail with a key.

    Everything that a reason says of it hangs on these.
    """
    return (
        seen.logical_id == "TrailBucket"
        and _sids(seen) == {"TrailAsks", "TrailWrites", "TlsOnly"}
        and any("KMSKeyId" in it for it in _beside(seen, "AWS::CloudTrail::Trail", "S3BucketName"))
    )


def _of_config(seen: ScannedResource) -> bool:
    """Tell whether a bucket is that of AWS Config's recorder."""
    return (
        seen.logical_id == "ConfigBucket"
        and _sids(seen) == {"TlsOnly"}
        and any(True for _ in _beside(seen, "AWS::Config::DeliveryChannel", "S3BucketName"))
    )


def _delivered_to(seen: ScannedResource) -> bool:
    return _of_trail(seen) or _of_config(seen)


def _denies_without_tls(seen: ScannedResource) -> bool:
    return any(
        statement.get("Effect") == "Deny"
        and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in _statements(seen.properties)
    )


def _which(seen: ScannedResource, *, trail: str, config: str) -> str:
    return trail if _of_trail(seen) else config


ROWS: tuple[Suppression, ...] = (
    Suppression(
        "bucket-without-access-log",
        "A bucket whose readers are not logged",
        (_BUCKET,),
        lambda seen: _delivered_to(seen) and "LoggingConfiguration" not in seen.properties,
        (
            ScannerRule("checkov", "CKV_AWS_18"),
            ScannerRule("guard", "S3_BUCKET_LOGGING_ENABLED"),
            ScannerRule("cfn_nag", "W35"),
            ScannerRule("cdk_nag", "AwsSolutions-S1"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-S3BucketLoggingEnabled"),
            ScannerRule("control_tower", "CT.S3.PR.2"),
        ),
        lambda seen: _which(
            seen,
            trail="It holds logs itself: a log of who reads it would need another such bucket.",
            config="It holds the history of settings: a log of who reads it would need a bucket "
            "more.",
        ),
        "`LoggingConfiguration`, by `overrides`, to a bucket that the account has for that",
        "It holds logs itself: a log of who reads it would need another such bucket.",
    ),
    Suppression(
        "bucket-in-one-region",
        "A bucket that is not copied to another region",
        (_BUCKET,),
        lambda seen: _delivered_to(seen) and "ReplicationConfiguration" not in seen.properties,
        (
            ScannerRule("guard", "S3_BUCKET_REPLICATION_ENABLED"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-S3BucketReplicationEnabled"),
        ),
        "S3 keeps it in several zones; a copy elsewhere is for whoever runs several regions.",
        "`ReplicationConfiguration`, by `overrides`",
    ),
    Suppression(
        "bucket-without-key",
        "A bucket whose own default is a key of S3's",
        (_BUCKET,),
        lambda seen: (
            _delivered_to(seen) and "aws:kms" not in str(seen.properties.get("BucketEncryption"))
        ),
        (
            ScannerRule("cdk_nag", "NIST.800.53.R5-S3DefaultEncryptionKMS"),
            ScannerRule("control_tower", "CT.S3.PR.10"),
        ),
        lambda seen: _which(
            seen,
            trail="The trail encrypts its files with its own key; what else comes has AES256 by "
            "S3.",
            config="What AWS Config delivers has AES256 by S3; a key of one's own would have to "
            "let it in.",
        ),
        "`BucketEncryption`, by `overrides`, with a key that lets in what delivers",
        "The trail encrypts its files with its own key; what else comes has AES256 by S3.",
    ),
    Suppression(
        "bucket-without-lock",
        "A bucket without object lock, and without events for each object",
        (_BUCKET,),
        lambda seen: (
            _delivered_to(seen)
            and seen.properties.get("VersioningConfiguration") == {"Status": "Enabled"}
            and seen.properties.get("ObjectLockEnabled") is not True
        ),
        (
            ScannerRule("control_tower", "CT.S3.PR.9"),
            ScannerRule(
                "control_tower",
                "CT.S3.PR.4",
                lambda seen: "NotificationConfiguration" not in seen.properties,
            ),
        ),
        "Old versions stay when a file is overwritten; nobody waits for each file that comes.",
        "`ObjectLockEnabled` and `NotificationConfiguration`, by `overrides`",
    ),
    Suppression(
        "bucket-that-keeps-all",
        "A bucket in which nothing expires",
        (_BUCKET,),
        lambda seen: _delivered_to(seen) and "LifecycleConfiguration" not in seen.properties,
        (ScannerRule("control_tower", "CT.S3.PR.3"), ScannerRule("control_tower", "CT.S3.PR.6")),
        lambda seen: _which(
            seen,
            trail="It keeps what the trail recorded as evidence: the file sets no day on which it "
            "goes.",
            config="It keeps the history of settings, which is small, and asked for when it is "
            "old.",
        ),
        "`guards.trail.delete_after_days` for the trail's; else `LifecycleConfiguration`, by "
        "`overrides`",
        "It keeps the history of settings, which is small, and asked for when it is old.",
    ),
    Suppression(
        "tls-by-reference",
        "A bucket's policy that names the bucket by functions of CloudFormation",
        ("AWS::S3::BucketPolicy",),
        _denies_without_tls,
        (ScannerRule("control_tower", "CT.S3.PR.8"),),
        "It denies what comes without TLS; the rule takes no Fn::Sub for the bucket's objects.",
        "nothing: the bucket's name is CloudFormation's",
    ),
)
