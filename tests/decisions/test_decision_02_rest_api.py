"""Decision 2: a REST API, not an HTTP API."""

from __future__ import annotations

from tests.decisions.shipped import every_environment, properties, shipped, the, types

ROUTES = {
    "ApiMethodGetHealth",
    "ApiMethodGetJobs",
    "ApiMethodPostJobs",
    "ApiMethodPostJobsRegister",
    "ApiMethodGetJobsResults",
    "ApiMethodGetRuns",
    "ApiMethodPostRuns",
    "ApiMethodAny",
    "ApiMethodAnyByProxy",
}


@every_environment
def test_the_api_is_a_rest_api(name: str) -> None:
    """Decision 2: one regional ``AWS::ApiGateway::RestApi`` and nothing of HTTP APIs."""
    api = the(name, "AWS::ApiGateway::RestApi")
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert api["Name"] == f"jobs-{name}"
    assert not [item for item in types(shipped(name)) if item.startswith("AWS::ApiGatewayV2")]


@every_environment
def test_routes_lead_to_the_function_and_everything_else_does_too(name: str) -> None:
    """Decision 2: the routes of the service, and ``/`` and ``/{proxy+}`` for all others."""
    methods = properties(shipped(name, "single"), "AWS::ApiGateway::Method")
    routes = {key: body for key, body in methods.items() if body["HttpMethod"] != "OPTIONS"}
    assert set(routes) == ROUTES
    for body in routes.values():
        assert body["Integration"]["Type"] == "AWS_PROXY"
        assert "${FunctionWebAlias}" in body["Integration"]["Uri"]["Fn::Sub"]


@every_environment
def test_usage_plans_are_there(name: str) -> None:
    """Decision 2: usage plans and keys are one reason for a REST API."""
    [stage] = the(name, "AWS::ApiGateway::UsagePlan")["ApiStages"]
    assert stage == {"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "ApiStage"}}
