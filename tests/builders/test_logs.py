"""Log groups: retention, names that AWS expects, and deletion with the stack."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway_infra import LogsConfig, api_log_groups, function_log_group
from gateway_infra.builders.bundle import Bundle
from tests.builders.support import TAG_LIST, TAGS, properties
from tests.support import plain


def of_function(config: LogsConfig) -> Bundle:
    return function_log_group("web", config, log_group_name="/aws/lambda/jobs-test-web", tags=TAGS)


def of_api(config: LogsConfig) -> Bundle:
    return api_log_groups("api", config, api_id_value="abc123", stage_name="v1", tags=TAGS)


@pytest.mark.parametrize("build", [of_function, of_api])
@pytest.mark.parametrize(
    ("config", "days"), [(LogsConfig(), 30), (LogsConfig(retention_days=7), 7)]
)
def test_every_group_has_its_retention_and_goes_with_its_stack(
    build: Callable[[LogsConfig], Bundle], config: LogsConfig, days: int
) -> None:
    for body in plain(build(config)).values():
        assert body["Properties"]["RetentionInDays"] == days
        assert body["Properties"]["Tags"] == TAG_LIST
        assert body["DeletionPolicy"] == body["UpdateReplacePolicy"] == "Delete"


def test_the_functions_group_has_the_name_that_lambda_writes_to() -> None:
    built = properties(of_function(LogsConfig()), "FunctionWebLogGroup")
    assert built["LogGroupName"] == "/aws/lambda/jobs-test-web"


def test_the_execution_log_has_the_name_that_api_gateway_writes_to() -> None:
    built = properties(of_api(LogsConfig()), "ApiExecutionLogGroup")
    assert built["LogGroupName"] == {"Fn::Sub": "API-Gateway-Execution-Logs_abc123/v1"}


def test_the_access_log_has_no_fixed_name() -> None:
    assert "LogGroupName" not in properties(of_api(LogsConfig()), "ApiAccessLogGroup")
