"""Decision 6: one stage, ``v1``, for each environment, with versioned deployments."""

from __future__ import annotations

import json

import pytest

from tests.decisions.shipped import changed, every_environment, properties, shipped, the, types

FIELDS = {"requestId", "caller", "responseLatency", "integrationLatency", "integrationError"}


@pytest.mark.parametrize(
    ("name", "level", "trace"), [("dev", "INFO", True), ("staging", "INFO", True),
                                 ("prod", "ERROR", False)],
)  # fmt: skip
def test_logging_by_environment(name: str, level: str, trace: bool) -> None:
    """Decision 6: whole requests are logged in dev and staging, errors alone in prod."""
    [settings] = the(name, "AWS::ApiGateway::Stage")["MethodSettings"]
    assert settings["LoggingLevel"] == level
    assert settings["DataTraceEnabled"] is trace
    assert settings["MetricsEnabled"] is True


@every_environment
def test_there_is_one_stage_v1_and_it_is_traced(name: str) -> None:
    """Decision 6: the stage's name is the API's version."""
    stage = the(name, "AWS::ApiGateway::Stage")
    assert stage["StageName"] == "v1"
    assert stage["TracingEnabled"] is True


@every_environment
def test_the_access_log_is_json_with_request_caller_latency_and_error(name: str) -> None:
    """Decision 6: one line of JSON a request."""
    written = the(name, "AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"]
    assert set(json.loads(written)) >= FIELDS


def test_stage_variables_come_from_the_file() -> None:
    """Decision 6: none are shipped; a file can set them."""
    assert "Variables" not in the("prod", "AWS::ApiGateway::Stage")
    generated = changed("prod", "api.stage.variables.color=green")
    [stage] = properties(generated, "AWS::ApiGateway::Stage").values()
    assert stage["Variables"] == {"color": "green"}


@every_environment
def test_the_accounts_log_role_is_off_and_said_to_be_needed(name: str) -> None:
    """Decision 6: it belongs to the account and region, and one stack alone may set it."""
    assert "AWS::ApiGateway::Account" not in types(shipped(name))
    assert any("account.api_gateway_log_role" in note for note in shipped(name).notes)


@pytest.mark.parametrize("layout", ["single", "split"])
def test_the_accounts_log_role_has_a_stack_of_its_own_and_comes_first(layout: str) -> None:
    """Decision 6: kept when that stack is deleted, as other APIs log with it."""
    generated = changed("prod", "account.api_gateway_log_role=true", layout=layout)
    first = generated.stacks[0]
    assert first.key == "account"
    for body in first.template["Resources"].values():
        assert body["DeletionPolicy"] == "Retain"
