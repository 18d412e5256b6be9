"""Decision 10: throttling by environment, on the stage and in a usage plan."""

from __future__ import annotations

import pytest

from tests.decisions.shipped import changed, every_environment, properties, shipped, the, types

LIMITS = [("dev", 50, 100), ("staging", 250, 500), ("prod", 1000, 2000)]


@pytest.mark.parametrize(("name", "rate", "burst"), LIMITS)
def test_stage_and_usage_plan_have_the_environments_limits(
    name: str, rate: int, burst: int
) -> None:
    """Decision 10: the stage binds everyone, the plan binds callers with a key."""
    [settings] = the(name, "AWS::ApiGateway::Stage")["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == rate
    assert settings["ThrottlingBurstLimit"] == burst
    plan = the(name, "AWS::ApiGateway::UsagePlan")["Throttle"]
    assert plan == {"RateLimit": rate, "BurstLimit": burst}


@every_environment
def test_keys_are_optional_and_none_is_shipped(name: str) -> None:
    """Decision 10: the record only considers them."""
    assert "AWS::ApiGateway::ApiKey" not in types(shipped(name))
    methods = properties(shipped(name), "AWS::ApiGateway::Method").values()
    assert not any(body["ApiKeyRequired"] for body in methods)


def test_a_key_and_its_route_are_two_lines() -> None:
    """Decision 10: a key is tied to the plan, and asked for on the routes that say so."""
    generated = changed(
        "prod", "api.usage_plan.keys=[partner-a]", 'api.routes["GET /runs"].api_key=true',
        'api.routes["GET /runs"].function=web',
    )  # fmt: skip
    assert set(properties(generated, "AWS::ApiGateway::UsagePlanKey")) == {"ApiPlanKeyPartnerA"}
    methods = properties(generated, "AWS::ApiGateway::Method")
    asked = {key for key, body in methods.items() if body["ApiKeyRequired"]}
    assert asked == {"ApiMethodGetRuns"}


@every_environment
def test_throttled_requests_ring_an_alarm(name: str) -> None:
    """Decision 10: counted in the access log, as REST APIs have no metric for them."""
    alarms = properties(shipped(name), "AWS::CloudWatch::Alarm")
    [count] = the(name, "AWS::Logs::MetricFilter")["MetricTransformations"]
    alarm = alarms["ApiThrottledAlarm"]
    assert alarm["MetricName"] == count["MetricName"]
    assert alarm["Namespace"] == count["MetricNamespace"]
    assert the(name, "AWS::Logs::MetricFilter")["FilterPattern"] == '{ $.status = "429" }'
    assert alarms["FunctionWebThrottlesAlarm"]["MetricName"] == "Throttles"
