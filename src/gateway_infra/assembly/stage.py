"""Add the stage and what serves the API: logs, deployment, usage plan."""

from __future__ import annotations

from typing import Any

from gateway_infra.assembly.access import endpoints_of
from gateway_infra.assembly.graph_builder import API, GraphBuilder, tags_of
from gateway_infra.assembly.key import encryption_key
from gateway_infra.assembly.usage_plan import add_api_keys, add_usage_plan
from gateway_infra.assembly.waf import add_waf
from gateway_infra.builders.api import RestApi
from gateway_infra.builders.logs import api_log_groups
from gateway_infra.builders.openapi import OpenApiRestApi
from gateway_infra.builders.shared.api_endpoint import api_url
from gateway_infra.builders.shared.values import ref
from gateway_infra.builders.stage import (
    STAGE_NAME,
    Deployment,
    Stage,
    deployment,
    properties_hash,
    stage,
)
from gateway_infra.facts import API_DEFINITION
from gateway_infra.loading.load import Loaded


def add_stage(loaded: Loaded, api: RestApi | OpenApiRestApi, builder: GraphBuilder) -> Any:
    """Build what serves the API; return the access log group, which alarms count in."""
    environment = loaded.environment
    tags = tags_of(loaded, "api")
    keys = add_api_keys(loaded, builder)
    definition = [item for item in builder.resources if item.body["Type"] in API_DEFINITION]
    logs = api_log_groups(
        API,
        environment.logs,
        api_id_value=api.id,
        stage_name=STAGE_NAME,
        kms_key_arn=encryption_key(loaded),
        tags=tags,
    )
    builder.add("api-log-groups", logs, ("logs",))
    snapshot: Deployment = deployment(
        API,
        api_id_value=api.id,
        content_hash=properties_hash(
            {item.logical_id: item.body["Properties"] for item in definition},
            environment.api.redeploy,
        ),
        depends_on=[item.logical_id for item in definition if item.logical_id != api.api.title],
    )
    builder.add("deployment", snapshot, ("api",))
    live: Stage = stage(
        API,
        environment.api.stage,
        throttling=environment.api.throttling,
        api_id_value=api.id,
        deployment_id=snapshot.id,
        access_log_group=ref(logs.access),
        routes=environment.api.routes,
        # A stage with logs is refused where the account has no role to write them with.
        depends_on=[
            logs.execution.title,
            *(item.logical_id for item in builder.resources if item.family == "account"),
        ],
        tags=tags,
    )
    builder.add("stage", live, ("api", "stage"))
    plan = add_usage_plan(loaded, api.id, live.name, keys, builder)
    url = api_url(api_id_value=api.id, stage_name=live.name, vpc_endpoint_ids=endpoints_of(loaded))
    builder.output("ApiUrl", "Where the API answers", url)
    add_waf(loaded, api.id, live.name, builder)
    builder.output("ApiStageName", "Name of the stage", live.name)
    builder.output("ApiAccessLogGroupName", "Log group of the access log", ref(logs.access))
    builder.output("ApiUsagePlanId", "Id of the usage plan", plan.id)
    for key, item in keys.keys.items():
        builder.output(f"{item.title}Id", f"Id of the API key {key}", ref(item))
    return ref(logs.access)
