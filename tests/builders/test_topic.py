"""The topic that alarms notify."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra import alarm_topic
from tests.builders.support import TAG_LIST, TAGS, properties


def statements() -> dict[str, dict[str, Any]]:
    policy = properties(alarm_topic(emails=[], tags=TAGS), "AlarmTopicPolicy")
    assert policy["Topics"] == [{"Ref": "AlarmTopic"}]
    return {item["Sid"]: item for item in policy["PolicyDocument"]["Statement"]}


@pytest.mark.parametrize("emails", [[], ["a@example.com"], ["b@example.com", "a@example.com"]])
def test_each_address_subscribes(emails: list[str]) -> None:
    topic = properties(alarm_topic(emails=emails, tags=TAGS), "AlarmTopic")
    expected = [{"Endpoint": email, "Protocol": "email"} for email in emails]
    assert topic["Subscription"] == expected
    assert topic["Tags"] == TAG_LIST


def test_the_topic_is_not_encrypted_with_snss_own_key() -> None:
    """CloudWatch may not use that key, so alarms would be lost."""
    assert "KmsMasterKeyId" not in properties(alarm_topic(emails=[], tags=TAGS), "AlarmTopic")


def test_a_key_of_ones_own_encrypts_it() -> None:
    topic = properties(alarm_topic(emails=[], kms_key_arn="a-key", tags=TAGS), "AlarmTopic")
    assert topic["KmsMasterKeyId"] == "a-key"


def test_this_accounts_alarms_may_publish() -> None:
    allow = statements()["Alarms"]
    assert allow["Effect"] == "Allow"
    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allow["Action"] == ["sns:Publish"]
    assert allow["Resource"] == [{"Ref": "AlarmTopic"}]
    account = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert allow["Condition"] == {"StringEquals": account}


def test_nobody_publishes_in_the_clear() -> None:
    deny = statements()["TlsOnly"]
    assert deny["Effect"] == "Deny"
    assert deny["Principal"] == "*"
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert set(statements()) == {"Alarms", "TlsOnly"}


def test_the_arn_is_a_reference() -> None:
    assert alarm_topic(emails=[], tags=TAGS).arn.to_dict() == {"Ref": "AlarmTopic"}
