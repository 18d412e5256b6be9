"""Decision 8: separate log groups, each with its retention."""

from __future__ import annotations

import pytest

from tests.decisions.shipped import every_environment, properties, shipped
from tests.support import of_type

GROUPS = {"FunctionWebLogGroup", "ApiAccessLogGroup", "ApiExecutionLogGroup"}


@pytest.mark.parametrize(("name", "days"), [("dev", 7), ("staging", 14), ("prod", 30)])
def test_retention_by_environment(name: str, days: int) -> None:
    """Decision 8: function, access and execution log apart; 14 days in staging are ours."""
    groups = properties(shipped(name), "AWS::Logs::LogGroup")
    assert set(groups) == GROUPS
    assert {body["RetentionInDays"] for body in groups.values()} == {days}


@every_environment
def test_names_are_those_that_aws_writes_to(name: str) -> None:
    """Decision 8: AWS makes a missing group itself, and keeps its lines for ever."""
    groups = properties(shipped(name, "single"), "AWS::Logs::LogGroup")
    assert groups["FunctionWebLogGroup"]["LogGroupName"] == f"/aws/lambda/jobs-{name}-web"
    execution = groups["ApiExecutionLogGroup"]["LogGroupName"]
    assert execution == {"Fn::Sub": "API-Gateway-Execution-Logs_${Api}/v1"}
    function = properties(shipped(name), "AWS::Lambda::Function")["FunctionWeb"]
    assert function["FunctionName"] == f"jobs-{name}-web"


@every_environment
@pytest.mark.parametrize("layout", ["single", "split"])
def test_groups_are_made_before_what_writes_to_them(name: str, layout: str) -> None:
    """Decision 8: the stage refers to the access log, and waits for the execution log."""
    generated = shipped(name, layout)
    [function] = of_type(generated, "AWS::Lambda::Function").values()
    assert function["DependsOn"] == ["FunctionWebLogGroup"]
    [stage] = of_type(generated, "AWS::ApiGateway::Stage").values()
    assert stage["DependsOn"] == ["ApiExecutionLogGroup"]
    destination = stage["Properties"]["AccessLogSetting"]["DestinationArn"]["Fn::Sub"]
    assert destination.endswith(":log-group:${ApiAccessLogGroup}")
