"""Suppressions of log groups."""

from __future__ import annotations

from gateway_infra.suppressions.suppression import (
    ScannedResource,
    ScannerRule,
    Suppression,
    has_own_key,
)

_LOG_GROUP = "AWS::Logs::LogGroup"
_YEAR = 365


def _short(seen: ScannedResource) -> bool:
    days = seen.properties.get("RetentionInDays")
    return isinstance(days, int) and days < _YEAR


ROWS: tuple[Suppression, ...] = (
    Suppression(
        "log-group-without-key",
        "A log group without a key of one's own",
        (_LOG_GROUP,),
        lambda seen: "KmsKeyId" not in seen.properties and not has_own_key(seen),
        (
            ScannerRule("checkov", "CKV_AWS_158"),
            ScannerRule("guard", "CLOUDWATCH_LOG_GROUP_ENCRYPTED"),
            ScannerRule("cfn_nag", "W84"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-CloudWatchLogGroupEncrypted"),
            ScannerRule("control_tower", "CT.CLOUDWATCH.PR.3"),
        ),
        "CloudWatch Logs encrypts it with a key of AWS's; no key of one's own is set.",
        "a customer managed key",
    ),
    Suppression(
        "short-retention",
        "Logs that are kept for less than a year",
        (_LOG_GROUP,),
        _short,
        (ScannerRule("control_tower", "CT.CLOUDWATCH.PR.2"),),
        lambda seen: (
            f"Kept for {seen.properties['RetentionInDays']} days, as set for this "
            "environment: enough to find faults, at less cost than a year."
        ),
        "`logs.retention_days: 365` or more",
        "Kept for 30 days, as set for this environment: enough to find faults, at less cost than a "
        "year.",
    ),
)
