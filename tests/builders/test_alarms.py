"""Alarms: what each watches, when it rings, whom it tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from troposphere import Ref

from gateway_infra import AlarmsConfig, api_alarms, database_alarms, function_alarms
from tests.builders.support import TAG_LIST, TAGS, properties
from tests.support import plain

OF_FUNCTION = {"FunctionName": {"Ref": "FunctionWeb"}}
OF_API = {"ApiName": "jobs-test", "Stage": "v1"}


def alarms(config: AlarmsConfig | None = None, actions: list[Any] | None = None) -> dict[str, Any]:
    """Return every alarm and filter of one function, the API and an instance."""
    config = config or AlarmsConfig()
    shared: dict[str, Any] = {"actions": actions or [], "tags": TAGS}
    return {
        **plain(
            function_alarms("web", config, function_name=Ref("FunctionWeb"), timeout=60, **shared)
        ),
        **plain(
            api_alarms(
                "api",
                config,
                api_name="jobs-test",
                stage_name="v1",
                access_log_group=Ref("AccessLog"),
                **shared,
            )
        ),
        **plain(database_alarms(config, instance="jobs-db", **shared)),
    }


ALARMS: dict[str, tuple[str, str, dict[str, Any], float]] = {
    "FunctionWebErrorsAlarm": ("AWS/Lambda Errors", "Sum", OF_FUNCTION, 10),
    "FunctionWebDurationAlarm": ("AWS/Lambda Duration", "Maximum", OF_FUNCTION, 50_000),
    "FunctionWebThrottlesAlarm": ("AWS/Lambda Throttles", "Sum", OF_FUNCTION, 0),
    "ApiServerErrorsAlarm": ("AWS/ApiGateway 5XXError", "Average", OF_API, 0.05),
    "ApiLatencyAlarm": ("AWS/ApiGateway Latency", "p99", OF_API, 2000),
    "ApiThrottledAlarm": ("GatewayInfra/jobs-test ThrottledRequests", "Sum", {}, 0),
    "DatabaseCpuAlarm": (
        "AWS/RDS CPUUtilization",
        "Average",
        {"DBInstanceIdentifier": "jobs-db"},
        80,
    ),
}
"""Each alarm: its metric, statistic, dimensions and default threshold."""

SETTINGS: dict[str, tuple[str, Any, float]] = {
    "function_errors": ("FunctionWebErrorsAlarm", 0, 0),
    "function_duration": ("FunctionWebDurationAlarm", 110.5, 110_500),
    "function_throttles": ("FunctionWebThrottlesAlarm", 3, 3),
    "api_5xx_percent": ("ApiServerErrorsAlarm", 0.1, 0.001),
    "api_latency": ("ApiLatencyAlarm", 0.3, 300),
    "api_throttled": ("ApiThrottledAlarm", 100, 100),
    "database_cpu_percent": ("DatabaseCpuAlarm", 99.5, 99.5),
}
"""Each setting: its alarm, a value, and the threshold that it gives."""


@pytest.mark.parametrize("logical_id", ALARMS)
def test_what_an_alarm_watches(logical_id: str) -> None:
    metric, statistic, dimensions, threshold = ALARMS[logical_id]
    built = alarms()[logical_id]["Properties"]
    assert f"{built['Namespace']} {built['MetricName']}" == metric
    found = {item["Name"]: item["Value"] for item in built.get("Dimensions", [])}
    assert found == dimensions
    key = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    assert built[key] == statistic
    assert len({"Statistic", "ExtendedStatistic"} & set(built)) == 1
    assert json.dumps(built["Threshold"]) == json.dumps(threshold)


@pytest.mark.parametrize("logical_id", ALARMS)
def test_an_alarm_rings_above_its_threshold_over_five_minutes(logical_id: str) -> None:
    built = alarms()[logical_id]["Properties"]
    assert built["ComparisonOperator"] == "GreaterThanThreshold"
    assert (built["Period"], built["EvaluationPeriods"]) == (300, 1)
    assert built["TreatMissingData"] == "notBreaching"
    assert built["Tags"] == TAG_LIST
    assert "AlarmName" not in built
    assert 0 < len(built["AlarmDescription"]) <= 1024


def test_the_table_holds_every_alarm() -> None:
    assert set(ALARMS) | {"ApiThrottledFilter"} == set(alarms())


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_threshold_can_be_set(setting: str) -> None:
    """The description says the figure, and no other alarm changes."""
    logical_id, value, threshold = SETTINGS[setting]
    before, after = alarms(), alarms(AlarmsConfig(**{setting: value}))
    assert after[logical_id]["Properties"]["Threshold"] == threshold
    assert str(value) in after[logical_id]["Properties"]["AlarmDescription"]
    assert {key for key in before if before[key] != after[key]} == {logical_id}


def test_the_table_holds_every_setting() -> None:
    """``topic`` and ``emails`` say whom to tell, which builders take as ``actions``."""
    assert set(SETTINGS) | {"topic", "emails"} == set(AlarmsConfig.model_fields)


@pytest.mark.parametrize("logical_id", ALARMS)
def test_whom_an_alarm_tells(logical_id: str) -> None:
    """When it rings and when it is over; without a topic it rings for those who look."""
    topic = {"Ref": "AlarmTopic"}
    built = alarms(actions=[Ref("AlarmTopic")])[logical_id]["Properties"]
    assert built["AlarmActions"] == built["OKActions"] == [topic]
    assert not {"AlarmActions", "OKActions"} & set(alarms()[logical_id]["Properties"])


def test_throttled_requests_are_counted_in_the_access_log() -> None:
    """Its status is quoted there, so the filter compares text; a quiet minute counts nought."""
    built = alarms()["ApiThrottledFilter"]["Properties"]
    assert built["LogGroupName"] == {"Ref": "AccessLog"}
    assert built["FilterPattern"] == '{ $.status = "429" }'
    [transformation] = built["MetricTransformations"]
    assert transformation == {
        "MetricNamespace": "GatewayInfra/jobs-test",
        "MetricName": "ThrottledRequests",
        "MetricValue": "1",
        "DefaultValue": 0,
    }


def test_a_cluster_has_its_own_dimension() -> None:
    built = database_alarms(AlarmsConfig(), cluster=Ref("Cluster"), actions=[], tags=TAGS)
    assert properties(built, "DatabaseCpuAlarm")["Dimensions"] == [
        {"Name": "DBClusterIdentifier", "Value": {"Ref": "Cluster"}},
        {"Name": "Role", "Value": "WRITER"},
    ]


def test_an_alarm_needs_a_database() -> None:
    with pytest.raises(ValueError, match="instance or cluster"):
        database_alarms(AlarmsConfig(), actions=[], tags=TAGS)


@pytest.mark.parametrize(("timeout", "threshold"), [(60, 50_000), (15, 12_500), (1, 800)])
def test_a_slow_invocation_is_one_near_its_timeout(timeout: int, threshold: int) -> None:
    """A fixed figure above the timeout would never ring."""
    bundle = function_alarms(
        "web", AlarmsConfig(), function_name="f", timeout=timeout, actions=[], tags=TAGS
    )
    alarm = plain(bundle)["FunctionWebDurationAlarm"]["Properties"]
    assert alarm["Threshold"] == threshold
