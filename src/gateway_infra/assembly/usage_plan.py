"""Add the usage plan and its API keys."""

from __future__ import annotations

from gateway_infra.assembly.graph_builder import API, GraphBuilder, tags_of
from gateway_infra.assembly.sources import of_keys
from gateway_infra.builders.shared.values import Value
from gateway_infra.builders.usage_plan import ApiKeys, UsagePlan, api_keys, usage_plan
from gateway_infra.loading.load import Loaded


def add_usage_plan(
    loaded: Loaded, api_id_value: Value, stage_name: Value, keys: ApiKeys, builder: GraphBuilder
) -> UsagePlan:
    """Build the usage plan of the stage, with its API keys."""
    section = loaded.environment.api.usage_plan
    plan = usage_plan(
        API,
        section,
        throttling=loaded.environment.api.throttling,
        api_id_value=api_id_value,
        stage_name=stage_name,
        key_ids=keys.ids,
        tags=tags_of(loaded, "api"),
    )
    builder.add("usage-plan", [plan.plan], ("api", "usage_plan"))
    builder.add_each("usage-plan", of_keys(plan.plan_keys, section.keys))
    return plan


def add_api_keys(loaded: Loaded, builder: GraphBuilder) -> ApiKeys:
    """Build the API keys, which the deployment copies."""
    section = loaded.environment.api.usage_plan
    keys = api_keys(API, section, tags=tags_of(loaded, "api"))
    builder.add_each("usage-plan", of_keys(keys.keys, section.keys))
    return keys
