"""Add the alarm topic."""

from __future__ import annotations

from typing import Any

from gateway_infra.assembly.graph_builder import GraphBuilder, tags_of
from gateway_infra.assembly.key import encryption_key
from gateway_infra.builders.topic import alarm_topic
from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded


def add_topic(loaded: Loaded, builder: GraphBuilder) -> list[Any]:
    """Build the alarm topic, if the file lists addresses; return the actions of alarms."""
    config = loaded.environment.alarms
    if not config.emails:
        return [] if config.topic is None else [in_template(config.topic)]
    topic = alarm_topic(
        emails=config.emails, kms_key_arn=encryption_key(loaded), tags=tags_of(loaded, "monitoring")
    )
    builder.add("topic", topic, ("alarms", "emails"))
    builder.output("AlarmTopicArn", "Topic that alarms notify", topic.arn)
    return [topic.arn]
