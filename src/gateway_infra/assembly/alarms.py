"""Add the alarms."""

from __future__ import annotations

from typing import Any

from gateway_infra.assembly.graph_builder import API, GraphBuilder, database_identifiers, tags_of
from gateway_infra.assembly.sources import of_function, of_stage
from gateway_infra.builders.alarms import api_alarms, database_alarms, function_alarms
from gateway_infra.builders.function import ImageFunction
from gateway_infra.builders.shared import naming
from gateway_infra.builders.stage import STAGE_NAME
from gateway_infra.loading.load import Loaded


def add_alarms(
    loaded: Loaded,
    functions: dict[str, ImageFunction],
    access_log_group: Any,
    actions: list[Any],
    builder: GraphBuilder,
) -> None:
    """Build the alarms of the functions, the API and the database."""
    environment = loaded.environment
    config = environment.alarms
    tags = tags_of(loaded, "monitoring")
    for name, function in functions.items():
        alarms = function_alarms(
            name,
            config,
            function_name=function.name,
            timeout=environment.functions[name].timeout,
            actions=actions,
            tags=tags,
        )
        builder.add_each("alarms", of_function(alarms))
    of_api = api_alarms(
        API,
        config,
        api_name=naming.service_name(environment.service, loaded.name),
        stage_name=STAGE_NAME,
        access_log_group=access_log_group,
        actions=actions,
        tags=tags,
    )
    builder.add_each("alarms", of_stage(of_api))
    instance, cluster = database_identifiers(environment)
    if instance is not None or cluster is not None:
        of_database = database_alarms(
            config, instance=instance, cluster=cluster, actions=actions, tags=tags
        )
        builder.add("alarms", of_database, ("alarms", "database_cpu_percent"))
