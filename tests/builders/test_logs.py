"""Log groups: retention, names that AWS expects, and deletion with the stack."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from troposphere import GetAtt

from gateway_infra import LogsConfig, api_log_groups, function_log_group
from gateway_infra.builders.shared.bundle import Bundle
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


def test_a_key_encrypts_every_group_and_none_is_named_without() -> None:
    name, key = "/aws/lambda/jobs-test-web", GetAtt("EncryptionKey", "Arn")
    function = function_log_group(
        "web", LogsConfig(), log_group_name=name, kms_key_arn=key, tags={}
    )
    api = api_log_groups(
        "api", LogsConfig(), api_id_value="a", stage_name="v1", kms_key_arn=key, tags={}
    )
    with_key = plain(function) | plain(api)
    assert len(with_key) == 3
    for body in with_key.values():
        assert body["Properties"]["KmsKeyId"] == {"Fn::GetAtt": ["EncryptionKey", "Arn"]}
    without = plain(of_function(LogsConfig())) | plain(of_api(LogsConfig()))
    assert not any("KmsKeyId" in body["Properties"] for body in without.values())


def test_the_functions_group_has_the_name_that_lambda_writes_to() -> None:
    built = properties(of_function(LogsConfig()), "FunctionWebLogGroup")
    assert built["LogGroupName"] == "/aws/lambda/jobs-test-web"


def test_the_execution_log_has_the_name_that_api_gateway_writes_to() -> None:
    built = properties(of_api(LogsConfig()), "ApiExecutionLogGroup")
    assert built["LogGroupName"] == {"Fn::Sub": "API-Gateway-Execution-Logs_abc123/v1"}


def test_the_access_log_has_no_fixed_name() -> None:
    assert "LogGroupName" not in properties(of_api(LogsConfig()), "ApiAccessLogGroup")
