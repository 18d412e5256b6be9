"""The key that what is kept is encrypted with: its policy, its rotation, and that it stays."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra import customer_key
from tests.builders.support import TAG_LIST, TAGS, arn
from tests.support import plain


def body(**changed: Any) -> dict[str, Any]:
    return plain(customer_key(**{"description": "Test", "tags": TAGS, **changed}))["EncryptionKey"]


def statements(**changed: Any) -> dict[str, dict[str, Any]]:
    policy = body(**changed)["Properties"]["KeyPolicy"]
    assert policy["Version"] == "2012-10-17"
    return {item["Sid"]: item for item in policy["Statement"]}


def test_it_is_rotated_and_can_be_told_from_others() -> None:
    properties = body()["Properties"]
    assert properties["EnableKeyRotation"] is True
    assert properties["Description"] == "Test"
    assert properties["Tags"] == TAG_LIST


def test_it_outlives_its_stack_but_not_a_first_deploy_that_failed() -> None:
    """What it has encrypted is lost without it; what is rolled back has encrypted nothing."""
    assert body()["DeletionPolicy"] == "RetainExceptOnCreate"
    assert body()["UpdateReplacePolicy"] == "Retain"


def test_iam_of_the_account_says_who_may_use_it() -> None:
    account = statements()["Account"]
    root = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
    assert account["Principal"] == {"AWS": root}
    assert account["Action"] == ["kms:*"]
    assert "Condition" not in account


def test_cloudwatch_logs_of_the_region_uses_it_for_log_groups_of_the_account() -> None:
    logs = statements()["Logs"]
    service = {"Fn::Sub": "logs.${AWS::Region}.${AWS::URLSuffix}"}
    assert logs["Principal"] == {"Service": service}
    assert logs["Action"] == [
        "kms:Decrypt*",
        "kms:Describe*",
        "kms:Encrypt*",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    ]
    context = {"kms:EncryptionContext:aws:logs:arn": arn("logs", "log-group:*")}
    assert logs["Condition"] == {"ArnLike": context}


@pytest.mark.parametrize("alarms", [True, False])
def test_alarms_of_the_account_publish_with_it_where_there_is_a_topic(alarms: bool) -> None:
    found = statements(alarms=alarms).get("Alarms")
    assert (found is not None) is alarms
    if found:
        assert found["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert found["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
        account = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
        assert found["Condition"] == {"StringEquals": account}


def test_nobody_outside_the_account_is_let_in() -> None:
    """No principal of everybody, and a condition on each service's."""
    for sid, statement in statements().items():
        assert statement["Effect"] == "Allow"
        assert statement["Resource"] == ["*"]
        assert statement["Principal"] not in ("*", {"AWS": "*"})
        assert "Service" not in statement["Principal"] or statement["Condition"], sid
