"""Exceptions of the secret that is made for the database."""

from __future__ import annotations

from gateway_infra.suppressions.suppression import ScannedResource, ScannerRule, Suppression

_SECRET = "AWS::SecretsManager::Secret"
_ROTATION = "AWS::SecretsManager::RotationSchedule"


def _never_rotated(seen: ScannedResource) -> bool:
    """Tell whether no schedule beside a secret is of that secret."""
    mine = {"Ref": seen.logical_id}
    return not any(
        body["Type"] == _ROTATION and body["Properties"].get("SecretId") == mine
        for body in seen.resources.values()
    )


ROWS: tuple[Suppression, ...] = (
    Suppression(
        "secret-without-key",
        "A secret without a key of one's own",
        (_SECRET,),
        lambda seen: "KmsKeyId" not in seen.properties,
        (
            ScannerRule("checkov", "CKV_AWS_149"),
            ScannerRule("guard", "SECRETSMANAGER_USING_CMK"),
            ScannerRule("cfn_nag", "W77"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-SecretsManagerUsingKMSKey"),
        ),
        "Secrets Manager encrypts it with a key of AWS's; no key of one's own is set.",
        "`encryption.key: made`",
    ),
    Suppression(
        "secret-without-rotation",
        "A secret that is not rotated",
        (_SECRET,),
        _never_rotated,
        (
            ScannerRule("guard", "SECRETSMANAGER_ROTATION_ENABLED_CHECK"),
            ScannerRule("cdk_nag", "AwsSolutions-SMG4"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-SecretsManagerRotationEnabled"),
            ScannerRule("control_tower", "CT.SECRETSMANAGER.PR.1"),
        ),
        "Rotation must be asked for: its function logs in to the database, and the application "
        "must read the secret anew when a login is refused.",
        "`database.secret.rotation_days`",
    ),
)
