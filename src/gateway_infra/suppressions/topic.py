"""Suppressions of the alarm topic."""

from __future__ import annotations

from gateway_infra.suppressions.suppression import ScannerRule, Suppression, has_own_key

ROWS: tuple[Suppression, ...] = (
    Suppression(
        "topic-without-key",
        "A topic without a key",
        ("AWS::SNS::Topic",),
        lambda seen: "KmsMasterKeyId" not in seen.properties and not has_own_key(seen),
        (
            ScannerRule("checkov", "CKV_AWS_26"),
            ScannerRule("guard", "SNS_ENCRYPTED_KMS"),
            ScannerRule("cfn_nag", "W47"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-SNSEncryptedKMS"),
        ),
        "Messages name alarms and their state; CloudWatch cannot publish by a key of AWS's.",
        "a customer managed key",
    ),
)
