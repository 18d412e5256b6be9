"""The REST API: resources of every path, methods of every route."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import Ref

from gateway_infra import ApiConfig, Authorization, RouteConfig, rest_api
from gateway_infra.builders.api import RestApi
from tests.builders.support import TAG_LIST, TAGS, properties
from tests.support import plain

IAM = Authorization(type="iam")
OPEN = Authorization(type="none", reason="a public price list")
WEB = RouteConfig(function="web")
ROOT = {"Fn::GetAtt": ["Api", "RootResourceId"]}


def build(
    routes: dict[str, RouteConfig],
    config: ApiConfig | None = None,
    authorization: Authorization = IAM,
) -> RestApi:
    return rest_api(
        "api",
        config or ApiConfig(),
        api_name="jobs-test",
        routes=routes or {"GET /jobs": WEB},
        authorization=authorization,
        function_arns={"web": Ref("WebAlias"), "other": Ref("OtherAlias")},
        tags=TAGS,
    )


def test_the_api_is_regional_and_named() -> None:
    assert properties(build({}), "Api") == {
        "Name": "jobs-test",
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "Tags": TAG_LIST,
    }


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (ApiConfig(minimum_compression_size=0), {"MinimumCompressionSize": 0}),
        (ApiConfig(minimum_compression_size=10485760), {"MinimumCompressionSize": 10485760}),
        (
            ApiConfig(binary_media_types=["image/png", "application/zip"]),
            {"BinaryMediaTypes": ["application/zip", "image/png"]},
        ),
    ],
)
def test_compression_and_binary_types(config: ApiConfig, expected: dict[str, Any]) -> None:
    """Nought is a size, not an absence."""
    built = properties(build({}, config), "Api")
    assert {key: built[key] for key in expected} == expected


@pytest.mark.parametrize(("seconds", "expected"), [(None, 29000), (1, 1000), (120, 120000)])
def test_the_integration_timeout_is_explicit(seconds: int | None, expected: int) -> None:
    config = ApiConfig() if seconds is None else ApiConfig(integration_timeout=seconds)
    built = properties(build({}, config), "ApiMethodGetJobs")
    assert built["Integration"]["TimeoutInMillis"] == expected


def test_every_path_between_has_its_resource_under_its_parent() -> None:
    built = build({"GET /jobs/{id}/image": WEB, "ANY /{proxy+}": WEB, "GET /": WEB})
    found = {
        key: (body["Properties"]["ParentId"], body["Properties"]["PathPart"])
        for key, body in plain(built).items()
        if body["Type"] == "AWS::ApiGateway::Resource"
    }
    assert found == {
        "ApiResourceJobs": (ROOT, "jobs"),
        "ApiResourceJobsById": ({"Ref": "ApiResourceJobs"}, "{id}"),
        "ApiResourceJobsByIdImage": ({"Ref": "ApiResourceJobsById"}, "image"),
        "ApiResourceByProxy": (ROOT, "{proxy+}"),
    }
    assert set(built.resources) == {"/jobs", "/jobs/{id}", "/jobs/{id}/image", "/{proxy+}"}


def test_resource_ids_hold_the_root_too() -> None:
    ids = {path: value.to_dict() for path, value in build({}).resource_ids.items()}
    assert ids == {"/": ROOT, "/jobs": {"Ref": "ApiResourceJobs"}}


@pytest.mark.parametrize(
    ("route", "logical_id", "resource"),
    [
        ("GET /", "ApiMethodGet", ROOT),
        ("ANY /", "ApiMethodAny", ROOT),
        ("GET /jobs", "ApiMethodGetJobs", {"Ref": "ApiResourceJobs"}),
        ("DELETE /jobs/{id}", "ApiMethodDeleteJobsById", {"Ref": "ApiResourceJobsById"}),
    ],
)
def test_a_method_stands_on_its_paths_resource(route: str, logical_id: str, resource: Any) -> None:
    built = properties(build({route: WEB}), logical_id)
    assert built["HttpMethod"] == route.split(maxsplit=1)[0]
    assert built["ResourceId"] == resource
    assert built["RestApiId"] == {"Ref": "Api"}


@pytest.mark.parametrize("method", ["GET", "POST", "ANY", "DELETE"])
def test_a_request_goes_whole_to_the_routes_function(method: str) -> None:
    """Lambda is called by POST, whatever the route's own method."""
    built = build({f"{method} /": WEB, f"{method} /jobs": RouteConfig(function="other")})
    for path, alias in (("", "WebAlias"), ("Jobs", "OtherAlias")):
        found = properties(built, f"ApiMethod{method.capitalize()}{path}")["Integration"]
        assert found["Type"] == "AWS_PROXY"
        assert found["IntegrationHttpMethod"] == "POST"
        assert found["Uri"] == {
            "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31"
            f"/functions/${{{alias}}}/invocations"
        }


@pytest.mark.parametrize(
    ("of_api", "of_route", "expected"),
    [(IAM, None, "AWS_IAM"), (OPEN, None, "NONE"), (OPEN, IAM, "AWS_IAM"), (IAM, OPEN, "NONE")],
)
def test_a_routes_own_authorization_stands_above_the_apis(
    of_api: Authorization, of_route: Authorization | None, expected: str
) -> None:
    route = RouteConfig(function="web", authorization=of_route)
    built = properties(build({"GET /jobs": route}, None, of_api), "ApiMethodGetJobs")
    assert built["AuthorizationType"] == expected


@pytest.mark.parametrize("api_key", [True, False])
def test_a_key_is_asked_for_only_where_a_route_says_so(api_key: bool) -> None:
    built = build({"GET /jobs": RouteConfig(function="web", api_key=api_key), "GET /runs": WEB})
    assert properties(built, "ApiMethodGetJobs")["ApiKeyRequired"] is api_key
    assert properties(built, "ApiMethodGetRuns")["ApiKeyRequired"] is False


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/jobs", None),
        ("/jobs/{id}", {"method.request.path.id": True}),
        ("/{a}/{b}", {"method.request.path.a": True, "method.request.path.b": True}),
        ("/{proxy+}", {"method.request.path.proxy": True}),
    ],
)
def test_path_parameters_are_declared(path: str, expected: dict[str, bool] | None) -> None:
    [method] = build({f"GET {path}": WEB}).methods.values()
    assert method.to_dict()["Properties"].get("RequestParameters") == expected


def test_the_order_of_routes_does_not_matter() -> None:
    """Ids come from keys; moving a line of the file changes nothing."""
    routes = {"GET /b": WEB, "POST /a/c": WEB, "GET /a": WEB}
    turned = dict(reversed(routes.items()))
    assert list(plain(build(routes)).items()) == list(plain(build(turned)).items())
