"""Monitoring: the record's five alarms, throttling, and its key metrics on a dashboard."""

from __future__ import annotations

import pytest

from tests.decisions.shipped import every_environment, properties, shipped, the, types
from tests.support import of_type

FIVE = {
    "FunctionWebErrorsAlarm": ("Errors", "Sum", 10),
    "ApiServerErrorsAlarm": ("5XXError", "Average", 0.05),
    "ApiLatencyAlarm": ("Latency", "p99", 2000),
    "FunctionWebDurationAlarm": ("Duration", "Maximum", 50000),
    "DatabaseCpuAlarm": ("CPUUtilization", "Average", 80),
}
KEY_METRICS = (
    *("Invocations", "Duration", "Errors", "Throttles", "ConcurrentExecutions"),
    *("Count", "Latency", "IntegrationLatency", "4XXError", "5XXError"),
    *("DatabaseConnections", "CPUUtilization", "FreeableMemory"),
)
THROTTLES = {"FunctionWebThrottlesAlarm", "ApiThrottledAlarm"}


@pytest.mark.parametrize("name", ["staging", "prod"])
@pytest.mark.parametrize("logical_id", FIVE)
def test_the_records_five_alarms(name: str, logical_id: str) -> None:
    """Alarms 1 to 5: above the record's figure, over five minutes."""
    metric, statistic, threshold = FIVE[logical_id]
    alarm = properties(shipped(name), "AWS::CloudWatch::Alarm")[logical_id]
    assert alarm["MetricName"] == metric
    assert statistic in (alarm.get("Statistic"), alarm.get("ExtendedStatistic"))
    assert alarm["Threshold"] == threshold
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (300, 1)
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert alarm["TreatMissingData"] == "notBreaching"


def advised(name: str) -> set[str]:
    """Return the rules by which a shipped environment is given advice."""
    return {item.rule for item in shipped(name).findings if item.severity == "advice"}


def test_without_an_identifier_the_databases_alarm_is_absent_and_advice_says_so() -> None:
    """Dev names no instance."""
    assert set(of_type(shipped("dev"), "AWS::CloudWatch::Alarm")) == (
        (set(FIVE) | THROTTLES) - {"DatabaseCpuAlarm"}
    )
    assert "GI608" in advised("dev")
    assert "GI608" not in advised("prod")


@every_environment
def test_the_apis_alarms_name_the_api_as_its_metrics_do(name: str) -> None:
    """``ApiName`` is the API's name, not its id: one source for both."""
    api = the(name, "AWS::ApiGateway::RestApi")["Name"]
    alarms = properties(shipped(name), "AWS::CloudWatch::Alarm")
    for logical_id in ("ApiServerErrorsAlarm", "ApiLatencyAlarm"):
        found = {item["Name"]: item["Value"] for item in alarms[logical_id]["Dimensions"]}
        assert found == {"ApiName": api, "Stage": "v1"}


def test_prod_tells_its_people_and_the_others_say_that_nobody_is_told() -> None:
    """A topic is made for the addresses of the file."""
    alarms = properties(shipped("prod"), "AWS::CloudWatch::Alarm")
    topic = {"Ref": "AlarmTopic"}
    assert all(alarm["AlarmActions"] == [topic] for alarm in alarms.values())
    for name in ("dev", "staging"):
        assert "AWS::SNS::Topic" not in types(shipped(name))
        assert "GI615" in advised(name)
    assert not {"GI607", "GI615"} & {item.rule for item in shipped("prod").findings}


def test_the_dashboard_shows_the_records_key_metrics() -> None:
    """Those of function, API and database that the record lists."""
    body = the("prod", "AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"]
    for metric in KEY_METRICS:
        assert f'"{metric}"' in body
