"""Rules of request models and of what the gateway checks by them."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import environment, found, severities

JOB = "models: {Job: {type: object}}"


def route(settings: str, api: str = "", key: str = "POST /jobs") -> str:
    """Return an environment with one route that has these settings."""
    return environment(f"{{{key}: {{function: web, {settings}}}}}", api)


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI320",
        route("request_models: {a/json: Jop}", JOB),
        'api.routes["POST /jobs"].request_models["a/json"]: names the model \'Jop\', which is '
        "not under `api.models`; did you mean 'Job'?",
    ),
    (
        "GI321",
        route("validate: body"),
        'api.routes["POST /jobs"].validate: is body, but no body can be checked without',
    ),
    (
        "GI321",
        route("validate: all, request_models: {a/json: Job}", JOB),
        'api.routes["POST /jobs"].validate: is all, but no parameter is required',
    ),
    (
        "GI321",
        route("validate: parameters, request_parameters: {header.A: false}"),
        'api.routes["POST /jobs"].validate: is parameters, but no parameter is required',
    ),
    (
        "GI322",
        route("validate: none, request_models: {a/json: Job}", JOB),
        'api.routes["POST /jobs"].validate: is none, so `request_models` only describe the body',
    ),
    (
        "GI323",
        route("request_models: {a/json: Job}", JOB, "GET /jobs"),
        'api.routes["GET /jobs"].request_models: are checked on GET too',
    ),
    (
        "GI324",
        route("request_models: {application/xml: Job}", JOB),
        'api.routes["POST /jobs"].request_models["application/xml"]: has a model for '
        "application/xml, but API Gateway checks JSON alone",
    ),
    (
        "GI325",
        environment(api=JOB),
        "api.models.Job: is used by no route's request_models; name it there, or remove it",
    ),
    (
        "GI326",
        route("request_models: {a/json: {type: array, maxItems: 3}}"),
        'api.routes["POST /jobs"].request_models["a/json"].maxItems: is not supported in models',
    ),
    (
        "GI327",
        environment(api="models: {Job: {type: objct}}"),
        "api.models.Job.type: names 'objct'; did you mean 'object'?",
    ),
    (
        "GI328",
        environment(api="models: {Job: {items: {$ref: Run}}}"),
        "api.models.Job.items[\"$ref\"]: names the model 'Run', which is not under `api.models`",
    ),
    (
        "GI329",
        environment(api="models: {Empty: {type: object}}"),
        "api.models.Empty: is the name of a model that every API has from the start",
    ),
    (
        "GI330",
        environment(api="models: {Job: {file: schemas/job.json}}"),
        "api.models.Job.file: is 'schemas/job.json', and there is no such file",
    ),
    (
        "GI331",
        environment(api="models: {Job: {description: " + "x" * 400_000 + "}}"),
        "api.models.Job: holds over 400,000 bytes with all that it refers to",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI320", route("request_models: {a/json: Job}", JOB)),
    ("GI321", route("validate: body, request_models: {a/json: Job}", JOB)),
    ("GI321", route("validate: parameters, request_parameters: {header.A: true}")),
    ("GI321", route("validate: none")),
    ("GI322", route("validate: body, request_models: {a/json: Job}", JOB)),
    ("GI322", route("validate: none")),
    ("GI323", route("request_models: {a/json: Job}", JOB)),
    ("GI323", route("request_models: {a/json: Job}, validate: none", JOB, "GET /jobs")),
    ("GI324", route("request_models: {application/hal+json: Job, $default: Job}", JOB)),
    ("GI324", route("request_models: {application/xml: Job}, validate: none", JOB)),
    ("GI325", route("request_models: {a/json: Job}", JOB)),
    (
        "GI325",
        route("request_models: {a/json: {items: {$ref: Job}}}", JOB),
    ),
    ("GI326", route("request_models: {a/json: {type: array, uniqueItems: true}}")),
    ("GI327", environment(api=JOB)),
    ("GI328", environment(api="models: {Job: {items: {$ref: Run}}, Run: {type: object}}")),
    ("GI329", environment(api="models: {Emptied: {type: object}}")),
    ("GI331", environment(api="models: {Job: {description: " + "x" * 399_900 + "}}")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []
