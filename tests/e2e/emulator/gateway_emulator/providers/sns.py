"""Topics and their policies, updated in place."""

import json
from typing import Any

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.sns.resource_providers.aws_sns_topic import SNSTopicProvider
from localstack.services.sns.resource_providers.aws_sns_topicpolicy import SNSTopicPolicyProvider

from .base import changed, succeeded, tag_changes, updated_model

ATTRIBUTES = ("DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig")


class Topic(SNSTopicProvider):
    """LocalStack replaces a topic without a name at each update; AWS keeps it."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        client, arn = request.aws_client_factory.sns, model["TopicArn"]
        for name in ATTRIBUTES:
            if changed(request, name):
                client.set_topic_attributes(
                    TopicArn=arn, AttributeName=name, AttributeValue=str(model.get(name, ""))
                )
        _update_subscriptions(request, arn)
        added, removed = tag_changes(request)
        if added:
            tags = [{"Key": key, "Value": value} for key, value in added.items()]
            client.tag_resource(ResourceArn=arn, Tags=tags)
        if removed:
            client.untag_resource(ResourceArn=arn, TagKeys=removed)
        return succeeded(request, model)


class TopicPolicy(SNSTopicPolicyProvider):
    """Who may publish."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        for arn in model["Topics"]:
            request.aws_client_factory.sns.set_topic_attributes(
                TopicArn=arn,
                AttributeName="Policy",
                AttributeValue=json.dumps(model["PolicyDocument"]),
            )
        return succeeded(request, model)


def _update_subscriptions(request: ResourceRequest, arn: str) -> None:
    client = request.aws_client_factory.sns
    new, old = _subscriptions(request.desired_state), _subscriptions(request.previous_state)
    for protocol, endpoint in sorted(new - old):
        client.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
    for one in client.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
        if (one["Protocol"], one["Endpoint"]) in old - new:
            client.unsubscribe(SubscriptionArn=one["SubscriptionArn"])


def _subscriptions(model: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["Protocol"], one["Endpoint"]) for one in model.get("Subscription") or []}


PROVIDERS = (Topic, TopicPolicy)
