"""A topic that alarms notify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from awacs import sns as sns_actions
from awacs.aws import Allow, Bool, Condition, Deny, Principal, Statement, StringEquals
from troposphere import AccountId, sns

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.policies import document
from gateway_infra.builders.shared.properties import without_none
from gateway_infra.builders.shared.values import TagMap, Value, ref, tag_list


@dataclass(frozen=True)
class AlarmTopic(Bundle):
    """A topic, who may publish to it, and its subscribers."""

    topic: sns.Topic
    policy: sns.TopicPolicy

    @property
    def arn(self) -> Any:
        """The topic's ARN, as ``Ref``."""
        return ref(self.topic)


def alarm_topic(
    *, emails: Sequence[str], kms_key_arn: Value | None = None, tags: TagMap
) -> AlarmTopic:
    """Build a topic to which this account's alarms publish; each address confirms by mail.

    It is encrypted with `kms_key_arn` alone, whose policy must let CloudWatch use it, and never
    with SNS's own key: alarms cannot use that one, as its policy does not let CloudWatch in.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
    """
    topic = sns.Topic(
        "AlarmTopic",
        Subscription=[sns.Subscription(Endpoint=email, Protocol="email") for email in emails],
        Tags=tag_list(tags),
        **without_none(KmsMasterKeyId=kms_key_arn),
    )
    arn = ref(topic)
    policy = sns.TopicPolicy(
        "AlarmTopicPolicy",
        Topics=[arn],
        PolicyDocument=document(
            Statement(
                Sid="Alarms",
                Effect=Allow,
                Principal=Principal("Service", "cloudwatch.amazonaws.com"),
                Action=[sns_actions.Publish],
                Resource=[arn],
                Condition=Condition(StringEquals({"aws:SourceAccount": AccountId})),
            ),
            Statement(
                Sid="TlsOnly",
                Effect=Deny,
                Principal=Principal("*"),
                Action=[sns_actions.Publish],
                Resource=[arn],
                Condition=Condition(Bool({"aws:SecureTransport": "false"})),
            ),
        ),
    )
    return AlarmTopic(topic, policy)
