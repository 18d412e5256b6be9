"""Decision 7: the gateway answers preflights, by mock OPTIONS methods."""

from __future__ import annotations

from typing import Any

import pytest

from tests.decisions.shipped import changed, every_environment, properties, shipped
from tests.support import of_type
from tests.vtl import MISSING, answer_headers

DEV = ["http://localhost:3000", "http://localhost:5000"]
STAGING = ["https://staging.jobs.example.com"]
PROD = ["https://jobs.example.com", "https://console.example.com"]
HEADERS = "Content-Type,X-Amz-Date,Authorization,X-Api-Key"

origins = pytest.mark.parametrize(
    ("name", "origin"),
    [
        (name, origin)
        for name, listed in (("dev", DEV), ("staging", STAGING), ("prod", PROD))
        for origin in listed
    ],
)


def options(name: str) -> dict[str, dict[str, Any]]:
    methods = properties(shipped(name, "single"), "AWS::ApiGateway::Method")
    return {key: body for key, body in methods.items() if body["HttpMethod"] == "OPTIONS"}


def template(body: dict[str, Any]) -> str:
    [response] = body["Integration"]["IntegrationResponses"]
    return str(response["ResponseTemplates"]["application/json"])


@every_environment
def test_every_resource_and_the_root_have_a_mock_options_method(name: str) -> None:
    """Decision 7: a preflight never reaches a function, and asks for neither login nor key."""
    resources = of_type(shipped(name, "single"), "AWS::ApiGateway::Resource")
    found = options(name)
    targets = [body["ResourceId"].get("Ref", "root") for body in found.values()]
    assert sorted(targets) == sorted([*resources, "root"])
    for body in found.values():
        assert body["Integration"]["Type"] == "MOCK"
        assert body["AuthorizationType"] == "NONE"
        assert body["ApiKeyRequired"] is False


@origins
@pytest.mark.parametrize("spelling", ["Origin", "origin"])
@pytest.mark.parametrize("missing", MISSING.values(), ids=list(MISSING))
def test_each_of_an_environments_origins_is_answered(
    name: str, origin: str, spelling: str, missing: str | None
) -> None:
    """Decision 7: localhost in dev, its domain in staging, its domains in prod."""
    for body in options(name).values():
        found = answer_headers(template(body), {spelling: origin}, missing=missing)
        assert found["Access-Control-Allow-Origin"] == origin
        assert found["Access-Control-Allow-Headers"] == HEADERS


@every_environment
@pytest.mark.parametrize("stranger", ["https://jobs.example.com.evil.net", "null", None])
def test_a_stranger_gets_no_allow_header(name: str, stranger: str | None) -> None:
    """Decision 7: origins of the other environments are strangers too."""
    listed = {"dev": DEV, "staging": STAGING, "prod": PROD}
    others = [origin for key, found in listed.items() if key != name for origin in found]
    for origin in [stranger, *others]:
        headers = {} if origin is None else {"Origin": origin}
        for body in options(name).values():
            assert answer_headers(template(body), headers) == {"Vary": "Origin"}


@pytest.mark.parametrize(
    ("logical_id", "expected"),
    [
        ("ApiMethodOptions", "GET,OPTIONS,POST"),
        ("ApiMethodOptionsByProxy", "GET,OPTIONS,POST"),
        ("ApiMethodOptionsJobsResults", "GET,OPTIONS,POST"),
    ],
)
def test_methods_are_those_that_reach_the_function(logical_id: str, expected: str) -> None:
    """Decision 7: POST on /jobs/results falls through to the catch-all, so it is allowed."""
    found = answer_headers(template(options("prod")[logical_id]), {"Origin": PROD[0]})
    assert found["Access-Control-Allow-Methods"] == expected


def test_without_a_catch_all_methods_are_the_paths_own() -> None:
    """Decision 7: nothing is promised that the gateway would refuse."""
    without = ('api.routes["ANY /"]=null', 'api.routes["ANY /{proxy+}"]=null')
    methods = properties(changed("prod", *without), "AWS::ApiGateway::Method")
    for logical_id, expected in (
        ("ApiMethodOptionsJobsResults", "GET,OPTIONS"),
        ("ApiMethodOptionsJobsRegister", "OPTIONS,POST"),
        ("ApiMethodOptions", "OPTIONS"),
    ):
        found = answer_headers(template(methods[logical_id]), {"Origin": PROD[0]})
        assert found["Access-Control-Allow-Methods"] == expected


@pytest.mark.parametrize(("name", "first"), [("dev", DEV[0]), ("prod", PROD[0])])
def test_the_gateways_own_errors_carry_cors_headers(name: str, first: str) -> None:
    """Decision 7: they cannot compare, so they name the first origin."""
    responses = properties(shipped(name), "AWS::ApiGateway::GatewayResponse").values()
    assert {body["ResponseType"] for body in responses} == {"DEFAULT_4XX", "DEFAULT_5XX"}
    for body in responses:
        sent = body["ResponseParameters"]
        assert sent["gatewayresponse.header.Access-Control-Allow-Origin"] == f"'{first}'"
        assert sent["gatewayresponse.header.Vary"] == "'Origin'"
