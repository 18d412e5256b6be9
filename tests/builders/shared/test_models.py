"""Models, validators and what else a route asks of a request, on the methods of an API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.builders.support import TAGS, properties
from tests.support import plain

from gateway_infra import ApiConfig, Authorization, RouteCache, RouteConfig, rest_api
from gateway_infra.builders.api import RestApi
from gateway_infra.builders.shared.models import model_key

JOB = {"type": "object", "required": ["name"]}
DRAFT = "http://json-schema.org/draft-04/schema#"


def build(
    routes: dict[str, dict[str, Any]], models: dict[str, Any] | None = None, **config: Any
) -> RestApi:
    return rest_api(
        "api",
        ApiConfig(**config),
        api_name="jobs-test",
        routes={key: RouteConfig(function="web", **value) for key, value in routes.items()},
        authorization=Authorization(type="iam"),
        function_arns={"web": "literal-arn"},
        models=models,
        tags=TAGS,
    )


def method(route: dict[str, Any], key: str = "POST /jobs") -> dict[str, Any]:
    """Return the method of an API with one route."""
    [found] = build({key: route}, {"Job": JOB}).methods.values()
    properties_: dict[str, Any] = found.to_dict()["Properties"]
    return properties_


def test_a_named_model() -> None:
    """Its schema is an object: as text it would reach API Gateway in quotes."""
    built = build({"GET /": {}}, {"Job": JOB})
    assert properties(built, "ApiModelJob") == {
        "RestApiId": {"Ref": "Api"},
        "Name": "Job",
        "ContentType": "application/json",
        "Schema": {"$schema": DRAFT, **JOB},
    }


def test_a_schema_says_its_draft_once() -> None:
    built = build({"GET /": {}}, {"Job": {"$schema": f"{DRAFT[:-1]}", **JOB}})
    assert properties(built, "ApiModelJob")["Schema"]["$schema"] == DRAFT[:-1]


@pytest.mark.parametrize(
    ("route", "content_type", "name", "of_type"),
    [
        ("POST /jobs", "application/json", "PostJobsBody", "application/json"),
        ("PUT /jobs/{id}", "$default", "PutJobsByIdBodyDefault", "application/json"),
        ("ANY /", "application/vnd.a+json", "AnyBodyApplicationVndAJson", "application/vnd.a+json"),
    ],
)
def test_a_routes_own_model_is_named_after_it(
    route: str, content_type: str, name: str, of_type: str
) -> None:
    built = build({route: {"request_models": {content_type: JOB}}})
    found = properties(built, f"ApiModel{name}")
    assert (found["Name"], found["ContentType"]) == (name, of_type)
    assert found["Schema"] == {"$schema": DRAFT, **JOB}
    [made] = built.methods.values()
    models = made.to_dict()["Properties"]["RequestModels"]
    assert models == {content_type: {"Ref": f"ApiModel{name}"}}
    assert set(built.models) == {f"{route} {content_type}"}


def test_routes_name_models_by_reference() -> None:
    """So that a method waits for its model."""
    found = method({"request_models": {"application/json": "Job", "$default": "Job"}})
    assert found["RequestModels"] == {
        "$default": {"Ref": "ApiModelJob"},
        "application/json": {"Ref": "ApiModelJob"},
    }


def test_a_model_that_is_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="'POST /jobs' names the model Run, which is missing"):
        method({"request_models": {"application/json": "Run"}})


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({}, None),
        ({"request_parameters": {"querystring.a": False}}, None),
        ({"request_parameters": {"querystring.a": True}}, "Parameters"),
        ({"request_models": {"$default": "Job"}}, "Body"),
        (
            {"request_models": {"$default": "Job"}, "request_parameters": {"header.A": False}},
            "Body",
        ),
        (
            {"request_models": {"$default": "Job"}, "request_parameters": {"header.A": True}},
            "All",
        ),
        ({"request_models": {"$default": "Job"}, "validate": "none"}, None),
        (
            {
                "request_models": {"$default": "Job"},
                "request_parameters": {"header.A": True},
                "validate": "parameters",
            },
            "Parameters",
        ),
        ({"validate": "all"}, "All"),
    ],
)
def test_what_is_declared_is_checked_unless_said_otherwise(
    settings: dict[str, Any], kind: str | None
) -> None:
    built = build({"POST /jobs": settings}, {"Job": JOB})
    found = properties(built, "ApiMethodPostJobs").get("RequestValidatorId")
    assert found == ({"Ref": f"ApiValidator{kind}"} if kind else None)
    validators = {
        key: (
            body["Properties"]["ValidateRequestBody"],
            body["Properties"]["ValidateRequestParameters"],
        )
        for key, body in plain(built).items()
        if body["Type"] == "AWS::ApiGateway::RequestValidator"
    }
    checks = {"All": (True, True), "Body": (True, False), "Parameters": (False, True)}
    assert validators == ({f"ApiValidator{kind}": checks[kind]} if kind else {})


def test_routes_share_validators() -> None:
    settings = {"request_parameters": {"querystring.a": True}}
    built = build({"GET /a": settings, "GET /b": settings})
    assert list(built.validators) == ["parameters"]
    assert properties(built, "ApiValidatorParameters")["Name"] == "parameters"


def test_parameters_stand_beside_those_of_the_path() -> None:
    parameters = {"querystring.page": False, "header.X-Id": True}
    found = method({"request_parameters": parameters}, "GET /jobs/{id}")
    assert found["RequestParameters"] == {
        "method.request.path.id": True,
        "method.request.header.X-Id": True,
        "method.request.querystring.page": False,
    }


def test_a_cached_route_is_told_apart_by_its_path_and_its_keys() -> None:
    """By default API Gateway takes no parameter for a key, not even one of the path."""
    settings = {
        "request_parameters": {"querystring.page": False, "header.A": False},
        "cache": RouteCache(keys=["querystring.page"]),
    }
    found = method(settings, "GET /{a}/{b}")["Integration"]
    assert found["CacheKeyParameters"] == [
        "method.request.path.a",
        "method.request.path.b",
        "method.request.querystring.page",
    ]
    # A proxy integration maps no parameters.
    assert "RequestParameters" not in found


def test_a_route_without_a_cache_has_no_keys() -> None:
    assert "CacheKeyParameters" not in method({}, "GET /{a}")["Integration"]
    assert "CacheKeyParameters" not in method({"cache": RouteCache()}, "GET /")["Integration"]


def test_a_routes_own_timeout() -> None:
    built = build({"GET /a": {"timeout": 10}, "GET /b": {}}, integration_timeout=20)
    assert properties(built, "ApiMethodGetA")["Integration"]["TimeoutInMillis"] == 10000
    assert properties(built, "ApiMethodGetB")["Integration"]["TimeoutInMillis"] == 20000


@pytest.mark.parametrize(
    ("route", "logical_id", "location"),
    [
        ("GET /a/{b}", "ApiDescriptionGetAByB", {"Method": "GET", "Path": "/a/{b}"}),
        ("ANY /", "ApiDescriptionAny", {"Method": "*", "Path": "/"}),
    ],
)
def test_a_description_is_a_part_of_the_documentation(
    route: str, logical_id: str, location: dict[str, str]
) -> None:
    built = build({route: {"description": 'Says "hé".'}, "GET /c": {}})
    found = properties(built, logical_id)
    assert found["Location"] == {"Type": "METHOD", **location}
    assert json.loads(found["Properties"]) == {"description": 'Says "hé".'}
    assert list(built.documentation) == [route]


def test_what_belongs_to_a_path() -> None:
    """Routes with stacks of their own take it with them; what routes share stays."""
    settings = {"description": "a", "request_models": {"$default": JOB}}
    built = build(
        {"POST /jobs": {**settings, "request_parameters": {"header.A": True}}}, {"J": JOB}
    )
    assert built.paths == {
        "ApiResourceJobs": "/jobs",
        "ApiMethodPostJobs": "/jobs",
        "ApiModelPostJobsBodyDefault": "/jobs",
        "ApiDescriptionPostJobs": "/jobs",
    }


def test_the_key_of_a_model() -> None:
    assert model_key("GET /", "a/b", "Job") == "Job"
    assert model_key("GET /", "a/b", JOB) == "GET / a/b"
