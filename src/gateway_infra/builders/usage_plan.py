"""The usage plan and its API keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troposphere import apigateway

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.naming import api_id, pascal
from gateway_infra.builders.shared.properties import without_none
from gateway_infra.builders.shared.values import TagMap, Value, ref, tag_list, whole
from gateway_infra.sections.stage import ThrottlingConfig
from gateway_infra.sections.usage_plan import UsagePlanConfig


@dataclass(frozen=True)
class ApiKeys(Bundle):
    """API keys by name; AWS makes their values."""

    keys: dict[str, apigateway.ApiKey]

    @property
    def ids(self) -> dict[str, Any]:
        """The id of each key, as ``Ref``."""
        return {name: ref(key) for name, key in self.keys.items()}


@dataclass(frozen=True)
class UsagePlan(Bundle):
    """A usage plan and the keys that it holds, by name."""

    plan: apigateway.UsagePlan
    plan_keys: dict[str, apigateway.UsagePlanKey]

    @property
    def id(self) -> Any:
        """The plan's id, as ``Ref``."""
        return ref(self.plan)


def api_keys(name: str, config: UsagePlanConfig, *, tags: TagMap) -> ApiKeys:
    """Build the API keys that `config` names.

    A key tells callers apart, it does not authenticate them.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
    """
    return ApiKeys(
        {
            key: apigateway.ApiKey(
                f"{api_id(name)}Key{pascal(key)}",
                Description=key,
                Enabled=True,
                Tags=tag_list(tags),
            )
            for key in sorted(config.keys)
        }
    )


def usage_plan(
    name: str,
    config: UsagePlanConfig,
    *,
    throttling: ThrottlingConfig,
    api_id_value: Value,
    stage_name: Value,
    key_ids: Mapping[str, Value],
    tags: TagMap,
) -> UsagePlan:
    """Build the usage plan of a stage; pass `stage_name` as a ``Ref`` to the stage.

    Its throttle and quota bind only callers that send an API key, each on its own; all others meet
    the stage's throttle. A plan that only named the stage could be made before it.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
    """
    base = api_id(name)
    quota = config.quota and apigateway.QuotaSettings(
        Limit=config.quota.limit, Period=config.quota.period
    )
    plan = apigateway.UsagePlan(
        f"{base}UsagePlan",
        ApiStages=[apigateway.ApiStage(ApiId=api_id_value, Stage=stage_name)],
        Throttle=apigateway.ThrottleSettings(
            RateLimit=whole(throttling.rate), BurstLimit=throttling.burst
        ),
        Tags=tag_list(tags),
        **without_none(Quota=quota),
    )
    plan_keys = {
        key: apigateway.UsagePlanKey(
            f"{base}PlanKey{pascal(key)}",
            KeyId=key_ids[key],
            KeyType="API_KEY",
            UsagePlanId=ref(plan),
        )
        for key in sorted(key_ids)
    }
    return UsagePlan(plan, plan_keys)
