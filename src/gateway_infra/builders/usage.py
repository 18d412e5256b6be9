"""The usage plan and its API keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troposphere import apigateway

from gateway_infra.builders.bundle import Bundle
from gateway_infra.builders.naming import api_id, pascal
from gateway_infra.builders.values import TagMap, Value, ref, tag_list, whole
from gateway_infra.config.api import ThrottlingConfig, UsagePlanConfig


@dataclass(frozen=True)
class UsagePlan(Bundle):
    """A usage plan with its keys by name."""

    plan: apigateway.UsagePlan
    keys: dict[str, apigateway.ApiKey]
    plan_keys: dict[str, apigateway.UsagePlanKey]


def usage_plan(
    name: str,
    config: UsagePlanConfig,
    *,
    throttling: ThrottlingConfig,
    api_id_value: Value,
    stage_name: Value,
    tags: TagMap,
) -> UsagePlan:
    """Build the usage plan of a stage; pass `stage_name` as a ``Ref`` to the stage.

    Its throttle and quota bind only callers that send an API key; all others meet the stage's own
    throttle. A key tells callers apart, it does not authenticate them.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
    """
    base = api_id(name)
    quota: dict[str, Any] = {}
    if config.quota is not None:
        settings = apigateway.QuotaSettings(Limit=config.quota.limit, Period=config.quota.period)
        quota["Quota"] = settings
    plan = apigateway.UsagePlan(
        f"{base}UsagePlan",
        ApiStages=[apigateway.ApiStage(ApiId=api_id_value, Stage=stage_name)],
        Throttle=apigateway.ThrottleSettings(
            RateLimit=whole(throttling.rate), BurstLimit=throttling.burst
        ),
        Tags=tag_list(tags),
        **quota,
    )
    keys = {
        key: apigateway.ApiKey(
            f"{base}Key{pascal(key)}", Description=key, Enabled=True, Tags=tag_list(tags)
        )
        for key in sorted(config.keys)
    }
    plan_keys = {
        key: apigateway.UsagePlanKey(
            f"{base}PlanKey{pascal(key)}",
            KeyId=ref(keys[key]),
            KeyType="API_KEY",
            UsagePlanId=ref(plan),
        )
        for key in keys
    }
    return UsagePlan(plan, keys, plan_keys)
