"""Rules of the stage: its logs and its variables."""

from __future__ import annotations

import json

import pytest

from gateway_infra.rules.catalog import rules_by_id
from gateway_infra.sections.access_log import ACCESS_LOG_FIELDS, CONTEXT_VARIABLES
from tests.rules.apis import environment, found, severities
from tests.support import generate_text, of_type


def stage(settings: str, tier: str = "prod") -> str:
    """Return an environment whose stage has these settings."""
    return environment(api=f"stage: {{{settings}}}", tier=tier)


def logged(field: str, value: str) -> str:
    """Return an environment whose access log has a further field."""
    return stage(f"access_log_fields: {{{field}: $context.{value}}}")


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI510",
        stage("data_trace: true"),
        "api.stage.data_trace: writes whole requests and answers of production to the log",
    ),
    (
        "GI511",
        stage("logging_level: INFO"),
        "api.stage.logging_level: is INFO, which writes a dozen lines a request",
    ),
    (
        "GI512",
        environment(),
        "account.api_gateway_log_role: is false: API Gateway writes logs with a role set once",
    ),
    (
        "GI513",
        stage("access_log_fields: {'user agent': $context.status}"),
        "api.stage.access_log_fields[\"user agent\"]: is 'user agent'; it must be a name of",
    ),
    (
        "GI513",
        stage("access_log_fields: {agent: 'from $context.identity.sourceIp'}"),
        "api.stage.access_log_fields.agent: is 'from $context.identity.sourceIp'; it must be one "
        "variable, as in $context.identity.userAgent",
    ),
    (
        "GI514",
        logged("status", "integration.status"),
        "api.stage.access_log_fields.status: is $context.status in every line already",
    ),
    (
        "GI515",
        logged("agent", "identity.useragent"),
        "api.stage.access_log_fields.agent: is $context.identity.useragent, which is none of the "
        "variables that AWS lists; did you mean 'identity.userAgent'?",
    ),
    (
        "GI515",
        logged("agent", "zzzz"),
        "api.stage.access_log_fields.agent: is $context.zzzz, which is none of the variables that "
        "AWS lists; the log would hold '-'",
    ),
    (
        "GI515",
        logged("agent", "authorizer."),
        "api.stage.access_log_fields.agent: is $context.authorizer., which is none",
    ),
    (
        "GI516",
        logged("why", "error.messageString"),
        "api.stage.access_log_fields.why: is $context.error.messageString, which comes in quotes "
        "of its own and would break the JSON of the line; write $context.error.message",
    ),
    (
        "GI517",
        logged("key", "identity.apiKey"),
        "api.stage.access_log_fields.key: writes callers' API keys themselves to the log",
    ),
    (
        "GI520",
        stage(f"variables: {{{'x' * 65}: a}}"),
        f"api.stage.variables.{'x' * 65}: is '",
    ),
    (
        "GI520",
        stage(f"variables: {{a: {'x' * 513}}}"),
        "api.stage.variables.a: is '",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI510", stage("data_trace: true", "staging")),
    ("GI510", stage("data_trace: false")),
    ("GI511", stage("logging_level: INFO", "staging")),
    ("GI511", stage("logging_level: ERROR")),
    ("GI512", environment(more="account: {api_gateway_log_role: true}")),
    ("GI513", logged("userAgent", "identity.userAgent")),
    ("GI514", logged("status", "status")),
    ("GI514", logged("integration_status", "integration.status")),
    ("GI515", logged("agent", "identity.userAgent")),
    ("GI515", logged("tenant", "authorizer.tenant_id")),
    ("GI516", logged("why", "error.validationErrorString")),
    ("GI517", logged("key", "identity.apiKeyId")),
    ("GI520", stage(f"variables: {{{'x' * 64}: {'y' * 512}}}")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


@pytest.mark.parametrize(
    "settings", ["", "access_log_fields: {agent: $context.identity.userAgent}"]
)
def test_a_line_of_the_access_log_is_one_json_object_of_known_variables(settings: str) -> None:
    """It is made here, so that no file can make it something else."""
    [body] = of_type(generate_text(stage(settings)), "AWS::ApiGateway::Stage").values()
    written = body["Properties"]["AccessLogSetting"]["Format"]
    line = json.loads(written)
    assert "\n" not in written
    assert {value.removeprefix("$context.") for value in line.values()} <= CONTEXT_VARIABLES
    assert all(value.startswith("$context.") for value in line.values())
    assert line["requestId"] == "$context.requestId"
    assert len(line) == len(ACCESS_LOG_FIELDS) + bool(settings)


@pytest.mark.parametrize("tier", ["dev", "staging", "prod"])
def test_what_a_tier_sets_itself_is_not_spoken_of(tier: str) -> None:
    text = environment(tier=tier)
    assert [found(rule, text) for rule in ("GI510", "GI511")] == [[], []]
