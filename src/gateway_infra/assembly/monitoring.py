"""Alarms, whom they tell, and the dashboard."""

from __future__ import annotations

from typing import Any

from gateway_infra.assembly.graph_builder import API, Parts, tags_of
from gateway_infra.assembly.key import encryption_key
from gateway_infra.assembly.sources import of_function, of_stage
from gateway_infra.builders.alarms import api_alarms, database_alarms, function_alarms
from gateway_infra.builders.dashboard import dashboard
from gateway_infra.builders.function import ImageFunction
from gateway_infra.builders.shared import naming
from gateway_infra.builders.stage import STAGE_NAME
from gateway_infra.builders.topic import alarm_topic
from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded


def add_monitoring(
    loaded: Loaded, functions: dict[str, ImageFunction], access_log_group: Any, parts: Parts
) -> None:
    """Build the alarms, whom they tell, and the dashboard."""
    environment = loaded.environment
    config = environment.alarms
    tags = tags_of(loaded, "monitoring")
    actions = [] if config.topic is None else [in_template(config.topic)]
    if config.emails:
        topic = alarm_topic(emails=config.emails, kms_key_arn=encryption_key(loaded), tags=tags)
        parts.add("topic", topic, ("alarms", "emails"))
        parts.output("AlarmTopicArn", "Topic that alarms notify", topic.arn)
        actions = [topic.arn]
    for name, function in functions.items():
        alarms = function_alarms(
            name,
            config,
            function_name=function.name,
            timeout=environment.functions[name].timeout,
            actions=actions,
            tags=tags,
        )
        parts.add_each("alarms", of_function(alarms))
    api_name = naming.service_name(environment.service, loaded.name)
    of_api = api_alarms(
        API,
        config,
        api_name=api_name,
        stage_name=STAGE_NAME,
        access_log_group=access_log_group,
        actions=actions,
        tags=tags,
    )
    parts.add_each("alarms", of_stage(of_api))
    database = environment.database
    instance = in_template(database.instance_identifier) if database else None
    cluster = in_template(database.cluster_identifier) if database else None
    if instance is not None or cluster is not None:
        of_database = database_alarms(
            config, instance=instance, cluster=cluster, actions=actions, tags=tags
        )
        parts.add("alarms", of_database, ("alarms", "database_cpu_percent"))
    board = dashboard(
        api_name=api_name,
        stage_name=STAGE_NAME,
        function_names={name: function.name for name, function in functions.items()},
        database_instance=instance,
        database_cluster=cluster,
        tags=tags,
    )
    parts.add("dashboard", board, ("functions",))
