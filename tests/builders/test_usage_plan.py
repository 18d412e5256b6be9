"""The usage plan and its keys."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import Ref

from gateway_infra import ThrottlingConfig, UsagePlanConfig, api_keys, usage_plan
from gateway_infra.builders.usage_plan import UsagePlan
from gateway_infra.sections.usage_plan import QuotaConfig
from tests.builders.support import TAG_LIST, TAGS, properties
from tests.support import plain

TWO = UsagePlanConfig(keys=["partner-b", "partner-a"])


def make(config: UsagePlanConfig) -> UsagePlan:
    return usage_plan(
        "api",
        config,
        throttling=ThrottlingConfig(rate=12.5, burst=30),
        api_id_value=Ref("Api"),
        stage_name=Ref("ApiStage"),
        key_ids=api_keys("api", config, tags=TAGS).ids,
        tags=TAGS,
    )


def test_the_plan_waits_for_the_stage_and_throttles_callers_with_a_key() -> None:
    """The stage is a reference: its bare name would let the plan be made before it."""
    assert properties(make(UsagePlanConfig()), "ApiUsagePlan") == {
        "ApiStages": [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "ApiStage"}}],
        "Throttle": {"RateLimit": 12.5, "BurstLimit": 30},
        "Tags": TAG_LIST,
    }


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        (QuotaConfig(limit=1), {"Limit": 1, "Period": "MONTH"}),
        (QuotaConfig(limit=500, period="DAY"), {"Limit": 500, "Period": "DAY"}),
    ],
)
def test_quota(quota: QuotaConfig, expected: dict[str, Any]) -> None:
    assert properties(make(UsagePlanConfig(quota=quota)), "ApiUsagePlan")["Quota"] == expected


def test_without_keys_there_is_a_plan_alone() -> None:
    assert list(api_keys("api", UsagePlanConfig(), tags=TAGS)) == []
    assert set(plain(make(UsagePlanConfig()))) == {"ApiUsagePlan"}


def test_each_key_is_made_by_aws_and_tied_to_the_plan() -> None:
    """No value stands in the template: whoever reads it would hold the key."""
    keys = plain(api_keys("api", TWO, tags=TAGS))
    assert list(keys) == ["ApiKeyPartnerA", "ApiKeyPartnerB"]
    for name, body in zip(("partner-a", "partner-b"), keys.values(), strict=True):
        assert body["Properties"] == {"Description": name, "Enabled": True, "Tags": TAG_LIST}
    assert properties(make(TWO), "ApiPlanKeyPartnerB") == {
        "KeyId": {"Ref": "ApiKeyPartnerB"},
        "KeyType": "API_KEY",
        "UsagePlanId": {"Ref": "ApiUsagePlan"},
    }


def test_the_order_of_keys_does_not_matter() -> None:
    turned = UsagePlanConfig(keys=["partner-a", "partner-b"])
    assert list(plain(make(TWO)).items()) == list(plain(make(turned)).items())


def test_the_plans_id_is_a_reference() -> None:
    assert make(TWO).id.to_dict() == {"Ref": "ApiUsagePlan"}
