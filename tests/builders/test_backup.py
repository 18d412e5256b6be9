"""Backups: the vault, the plan, what it is for, and the role."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra import BackupConfig, backup_plan
from tests.builders.support import TAGS, arn, properties
from tests.support import plain

POLICY = "arn:${AWS::Partition}:iam::aws:policy/"


def bundle(name: str = "jobs-test", copy_to: Any = None, **keywords: Any) -> Any:
    named = ("database_instance", "database_cluster", "bucket_name")
    what = {key: keywords.pop(key) for key in named if key in keywords}
    config = BackupConfig(**keywords)
    return backup_plan(name, config, **what, copy_to=copy_to, tags=TAGS)


def rule(**keywords: Any) -> dict[str, Any]:
    plan = properties(bundle(**keywords), "BackupPlan")["BackupPlan"]
    (found,) = plan["BackupPlanRule"]
    return dict(found)


def test_each_night_and_for_35_days() -> None:
    assert rule() == {
        "RuleName": "scheduled",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "TargetBackupVault": {"Ref": "BackupVault"},
        "EnableContinuousBackup": False,
        "Lifecycle": {"DeleteAfterDays": 35},
    }


def test_copies_are_kept_as_long() -> None:
    found = rule(retention_days=20, continuous=True, copy_to="vault", schedule="cron(0 * * * ? *)")
    assert found["EnableContinuousBackup"] is True
    assert found["ScheduleExpression"] == "cron(0 * * * ? *)"
    lifecycle = {"DeleteAfterDays": 20}
    assert found["Lifecycle"] == lifecycle
    copies = [{"DestinationBackupVaultArn": "vault", "Lifecycle": lifecycle}]
    assert found["CopyActions"] == copies


@pytest.mark.parametrize(
    ("what", "resources", "policies"),
    [
        ({"database_instance": "db-1"}, [arn("rds", "db:db-1")], 1),
        ({"database_cluster": "c-1"}, [arn("rds", "cluster:c-1")], 1),
        ({"bucket_name": "up"}, [{"Fn::Sub": "arn:${AWS::Partition}:s3:::up"}], 2),
        (
            {"bucket_name": "up", "database_instance": "db-1"},
            [arn("rds", "db:db-1"), {"Fn::Sub": "arn:${AWS::Partition}:s3:::up"}],
            2,
        ),
    ],
)
def test_what_is_named_is_kept_and_the_role_has_policies_for_it(
    what: dict[str, str], resources: list[Any], policies: int
) -> None:
    selection = properties(bundle(**what), "BackupSelection")
    assert selection["BackupPlanId"] == {"Ref": "BackupPlan"}
    assert selection["BackupSelection"]["Resources"] == resources
    role = {"Fn::GetAtt": ["BackupRole", "Arn"]}
    assert selection["BackupSelection"]["IamRoleArn"] == role
    of_both = [
        {"Fn::Sub": f"{POLICY}service-role/AWSBackupServiceRolePolicyForBackup"},
        {"Fn::Sub": f"{POLICY}AWSBackupServiceRolePolicyForS3Backup"},
    ]
    found = properties(bundle(**what), "BackupRole")
    assert found["ManagedPolicyArns"] == of_both[:policies]
    (trust,) = found["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": ["backup.amazonaws.com"]}


def test_the_vault_and_its_key_outlive_the_stack() -> None:
    kept = {
        key
        for key, body in plain(bundle()).items()
        if body.get("DeletionPolicy") == "RetainExceptOnCreate"
        and body.get("UpdateReplacePolicy") == "Retain"
    }
    assert kept == {"BackupKey", "BackupVault"}
    vault = properties(bundle(), "BackupVault")
    assert vault["EncryptionKeyArn"] == {"Fn::GetAtt": ["BackupKey", "Arn"]}
    assert vault["BackupVaultTags"] == TAGS
    key = properties(bundle(), "BackupKey")
    assert key["EnableKeyRotation"] is True
    (statement,) = key["KeyPolicy"]["Statement"]
    root = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
    assert statement["Principal"] == {"AWS": root}


@pytest.mark.parametrize("name", ["jobs-test", "a" * 40, "b" * 80, f"{'c' * 40}-{'d' * 30}"])
def test_a_vault_that_stayed_is_not_in_a_new_ones_way(name: str) -> None:
    """The name ends in eight characters of the stack's id, and holds 50 at most."""
    delimiter, (head, unique) = properties(bundle(name), "BackupVault")["BackupVaultName"][
        "Fn::Join"
    ]
    assert delimiter == "-"
    assert name.startswith(head)
    assert 2 <= len(head) + 1 + 8 <= 50
    assert not head.endswith("-")
    stack_id = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    assert unique == {"Fn::Select": [0, {"Fn::Split": ["-", stack_id]}]}
    plan = properties(bundle(name), "BackupPlan")["BackupPlan"]
    assert len(plan["BackupPlanName"]) <= 50
