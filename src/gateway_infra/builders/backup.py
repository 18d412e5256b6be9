"""Backups of the database and the bucket, in a vault that outlives both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from awacs.helpers.trust import make_simple_assume_policy
from troposphere import Join, Select, Split, StackId, Sub, backup, iam, kms

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.encryption_key import encryption_key
from gateway_infra.builders.shared.properties import KEPT
from gateway_infra.builders.shared.values import TagMap, Value, attribute, ref, sub, tag_list
from gateway_infra.sections.backup import BackupConfig

LONGEST_VAULT_NAME = 50
"""https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html"""

_HERE = "${AWS::Region}:${AWS::AccountId}"


@dataclass(frozen=True)
class Backup(Bundle):
    """The vault and its key, the plan, what it is for, and the role that makes backups."""

    key: kms.Key
    vault: backup.BackupVault
    role: iam.Role
    plan: backup.BackupPlan
    selection: backup.BackupSelection

    @property
    def vault_name(self) -> Any:
        """The vault's name, as ``Ref``."""
        return ref(self.vault)


def backup_plan(
    name: str,
    settings: BackupConfig,
    *,
    database_instance: Value | None = None,
    database_cluster: Value | None = None,
    bucket_name: Value | None = None,
    copy_to: Value | None = None,
    tags: TagMap,
) -> Backup:
    """Build a vault, a plan of one rule, and the selection: what is named of the three.

    The vault is encrypted with a key of its own: another one would replace it. (A database's
    backups are encrypted with the database's own key.) Vault and key stay when the stack is
    deleted, and so do the backups; the vault's name ends in a part of the stack's id, so that a new
    stack does not find it taken. The role makes backups and cannot restore them.

    Neither RDS nor S3 backups can go to cold storage, so that there is no setting for it:
    https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html

    https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html
    https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
    """
    # AWS Backup uses the key by a grant of the principal that creates the vault.
    key = encryption_key("BackupKey", "Encrypts the backup vault", tags=tags)
    vault = backup.BackupVault(
        "BackupVault",
        BackupVaultName=_vault_name(name),
        EncryptionKeyArn=attribute(key, "Arn"),
        BackupVaultTags=dict(sorted(tags.items())),
        **KEPT,
    )
    role = _role(for_buckets=bucket_name is not None, tags=tags)
    plan = backup.BackupPlan(
        "BackupPlan",
        BackupPlan=backup.BackupPlanResourceType(
            BackupPlanName=name[:LONGEST_VAULT_NAME],
            BackupPlanRule=[_rule(settings, ref(vault), copy_to)],
        ),
        BackupPlanTags=dict(sorted(tags.items())),
    )
    selection = backup.BackupSelection(
        "BackupSelection",
        BackupPlanId=ref(plan),
        BackupSelection=backup.BackupSelectionResourceType(
            SelectionName=name[:LONGEST_VAULT_NAME],
            IamRoleArn=attribute(role, "Arn"),
            Resources=[
                sub(f"arn:${{AWS::Partition}}:{place}${{Name}}", {"Name": value})
                for place, value in (
                    (f"rds:{_HERE}:db:", database_instance),
                    (f"rds:{_HERE}:cluster:", database_cluster),
                    ("s3:::", bucket_name),
                )
                if value is not None
            ],
        ),
    )
    return Backup(key, vault, role, plan, selection)


def _rule(
    settings: BackupConfig, vault_name: Value, copy_to: Value | None
) -> backup.BackupRuleResourceType:
    kept = backup.LifecycleResourceType(DeleteAfterDays=settings.retention_days)
    copies = {}
    if copy_to is not None:
        action = backup.CopyActionResourceType(DestinationBackupVaultArn=copy_to, Lifecycle=kept)
        copies["CopyActions"] = [action]
    return backup.BackupRuleResourceType(
        RuleName="scheduled",
        ScheduleExpression=settings.schedule,
        TargetBackupVault=vault_name,
        EnableContinuousBackup=settings.continuous,
        Lifecycle=kept,
        **copies,
    )


def _vault_name(name: str) -> Join:
    """Return a name that no earlier stack of this name has left behind."""
    # arn:aws:cloudformation:us-east-1:123456789012:stack/NAME/0a1b2c3d-…
    unique = Select(0, Split("-", Select(2, Split("/", StackId))))
    return Join("-", [name[: LONGEST_VAULT_NAME - 9].rstrip("-"), unique])


def _role(*, for_buckets: bool, tags: TagMap) -> iam.Role:
    """Build the role of AWS's own policies for backups, those of buckets only where there is one.

    Its trust has no condition: no page of AWS says that AWS Backup sends one, and a role cannot be
    lent to a plan of another account.
    """
    policies = ["service-role/AWSBackupServiceRolePolicyForBackup"]
    policies += ["AWSBackupServiceRolePolicyForS3Backup"] if for_buckets else []
    return iam.Role(
        "BackupRole",
        AssumeRolePolicyDocument=make_simple_assume_policy("backup.amazonaws.com"),
        ManagedPolicyArns=[
            Sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{policy}") for policy in policies
        ],
        Tags=tag_list(tags),
    )
