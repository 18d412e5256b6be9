"""The API as one OpenAPI document: equal, method for method, to the API of single resources."""

from __future__ import annotations

import json
from typing import Any

import pytest
from troposphere import GetAtt, ImportValue, Ref

from gateway_infra import (
    ApiConfig,
    Authorization,
    CorsConfig,
    RouteConfig,
    cors_errors,
    cors_methods,
    definition_hash,
    openapi_rest_api,
    rest_api,
)
from gateway_infra.builders.openapi import OpenApiRestApi
from gateway_infra.graph import references, rewrite
from gateway_infra.sections.routes import METHODS, reached_methods
from tests.builders.support import TAG_LIST, TAGS, properties
from tests.support import generate_text, plain

IAM = Authorization(type="iam")
OPEN = Authorization(type="none", reason="a public price list")
WEB = RouteConfig(function="web")
CORS = CorsConfig(
    origins=["https://a.example", "http://localhost:3000"], methods=["GET", "PUT"], max_age=7
)
ARNS = {"web": Ref("WebAlias"), "other": GetAtt("OtherAlias", "Arn")}
ANY = "x-amazon-apigateway-any-method"
FIELDS = {
    ANY: "ANY",
    **{name.lower(): name for name in METHODS if name != "ANY"},
}
INTEGRATION = "x-amazon-apigateway-integration"
JOB = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
MODELS = {"NewJob": JOB}


def route(**settings: Any) -> RouteConfig:
    return RouteConfig.model_validate({"function": "web", **settings})


ROUTES = {
    "GET /": WEB,
    "GET /jobs": route(description="Lists jobs.", request_parameters={"querystring.page": True}),
    "POST /jobs": route(function="other", request_models={"application/json": "NewJob"}),
    "ANY /jobs/{id}": route(authorization=OPEN, timeout=5),
    "DELETE /jobs/{id}/parts/{part}": route(api_key=True),
    "PUT /jobs/{id}/parts/{part}": route(api_key=True, authorization=OPEN),
    "PATCH /jobs/{id}": route(
        request_models={"application/json": JOB, "application/merge-patch+json": "NewJob"},
        request_parameters={"header.X-Id": True, "header.X-Trace": False, "querystring.dry": False},
    ),
    "HEAD /v1/priced": route(
        request_parameters={"header.X-Id": False, "querystring.q": False},
        cache={"keys": ["querystring.q", "header.X-Id"]},
    ),
    "GET /cached/{id}": route(cache={}),
    "GET /cached": route(cache={}),
    "POST /unchecked": route(
        request_models={"application/json": "NewJob"},
        request_parameters={"header.X-Id": True},
        validate="none",
    ),
    "POST /half": route(
        request_models={"application/json": "NewJob"},
        request_parameters={"header.X-Id": True},
        validate="parameters",
    ),
    "ANY /files/{path+}": WEB,
}


def build(
    routes: dict[str, RouteConfig] | None = None,
    config: ApiConfig | None = None,
    cors: CorsConfig | None = None,
    **changed: Any,
) -> OpenApiRestApi:
    given: dict[str, Any] = {
        "api_name": "jobs-test",
        "routes": routes or {"GET /jobs": WEB},
        "authorization": IAM,
        "function_arns": ARNS,
        "models": MODELS,
        "cors": cors,
        "tags": TAGS,
    }
    return openapi_rest_api("api", config or ApiConfig(), **{**given, **changed})


def document(*arguments: Any, **keywords: Any) -> dict[str, Any]:
    body: dict[str, Any] = properties(build(*arguments, **keywords), "Api")["Body"]
    return body


def of_document(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Read a document as API Gateway does: the properties of each of its methods."""
    validators = body.get("x-amazon-apigateway-request-validators", {})
    methods = {}
    for path, operations in body["paths"].items():
        for field, operation in operations.items():
            method = FIELDS[field]
            named = [name for item in operation.get("security", []) for name in item]
            places = {"path": "path", "query": "querystring", "header": "header"}
            validator = operation.get("x-amazon-apigateway-request-validator")
            methods[f"{method} {path}"] = {
                "auth": "AWS_IAM" if "sigv4" in named else "NONE",
                "key": "api_key" in named,
                "parameters": {
                    f"method.request.{places[item['in']]}.{item['name']}": item["required"]
                    for item in operation.get("parameters", [])
                },
                "models": {
                    kind: media["schema"]["$ref"].removeprefix("#/components/schemas/")
                    for kind, media in operation.get("requestBody", {}).get("content", {}).items()
                },
                "validator": validators.get(validator) and tuple(validators[validator].values()),
                "responses": sorted(operation.get("responses", {})),
                "integration": _integration(operation[INTEGRATION]),
                "description": operation.get("description"),
            }
    return methods


def _integration(integration: dict[str, Any]) -> dict[str, Any]:
    responses = integration.get("responses")
    return {
        "type": integration["type"].upper(),
        "method": integration.get("httpMethod"),
        "uri": integration.get("uri"),
        "timeout": integration.get("timeoutInMillis"),
        "cache": integration.get("cacheKeyParameters"),
        "content": integration.get("contentHandling"),
        "passthrough": integration.get("passthroughBehavior", "").upper(),
        "request": integration.get("requestTemplates"),
        "responses": responses
        and [(item["statusCode"], item["responseTemplates"]) for item in responses.values()],
    }


def of_resources(routes: dict[str, RouteConfig]) -> dict[str, dict[str, Any]]:
    """Build the same API of single resources, and read its methods in the same words."""
    api = rest_api(
        "api",
        ApiConfig(),
        api_name="jobs-test",
        routes=routes,
        authorization=IAM,
        function_arns=ARNS,
        models=MODELS,
        tags=TAGS,
    )
    preflights = cors_methods(
        "api",
        CORS,
        api_id_value=api.id,
        resource_ids=api.resource_ids,
        methods=reached_methods(routes, tuple(CORS.methods)),
    )
    built = {item: body["Properties"] for item, body in plain([*api, *preflights]).items()}
    titles = {key: item.title for key, item in api.methods.items()}
    titles |= {f"OPTIONS {path}": item.title for path, item in preflights.methods.items()}
    return {
        key: _of_method(built[title], built, routes[key].description if key in routes else None)
        for key, title in titles.items()
    }


def _of_method(
    method: dict[str, Any], built: dict[str, dict[str, Any]], description: str | None
) -> dict[str, Any]:
    validator = built.get(method.get("RequestValidatorId", {}).get("Ref", ""))
    integration = method["Integration"]
    responses = integration.get("IntegrationResponses")
    return {
        "auth": method["AuthorizationType"],
        "key": method["ApiKeyRequired"],
        "parameters": method.get("RequestParameters", {}),
        "models": {
            kind: built[model["Ref"]]["Name"]
            for kind, model in method.get("RequestModels", {}).items()
        },
        "validator": validator
        and (validator["ValidateRequestBody"], validator["ValidateRequestParameters"]),
        "responses": [item["StatusCode"] for item in method.get("MethodResponses", [])],
        "integration": {
            "type": integration["Type"],
            "method": integration.get("IntegrationHttpMethod"),
            "uri": integration.get("Uri"),
            "timeout": integration.get("TimeoutInMillis"),
            "cache": integration.get("CacheKeyParameters"),
            "content": integration.get("ContentHandling"),
            "passthrough": integration.get("PassthroughBehavior", ""),
            "request": integration.get("RequestTemplates"),
            "responses": responses
            and [(item["StatusCode"], item["ResponseTemplates"]) for item in responses],
        },
        "description": description,
    }


def test_every_method_is_that_of_single_resources() -> None:
    """Authorization, key, parameters, models, validation, integration, cache, preflights."""
    found, expected = of_document(document(ROUTES, cors=CORS)), of_resources(ROUTES)
    assert set(found) == set(expected)
    for key, method in expected.items():
        assert found[key] == method, key


def test_gateway_responses_are_those_of_single_resources() -> None:
    expected = {
        body["Properties"]["ResponseType"]: {
            "responseParameters": body["Properties"]["ResponseParameters"]
        }
        for body in plain(cors_errors("api", CORS, api_id_value="x")).values()
    }
    assert document(cors=CORS)["x-amazon-apigateway-gateway-responses"] == expected


def test_the_api_is_one_resource_that_replaces_its_definition() -> None:
    """The import's own default would be an edge-optimized API that keeps what it had."""
    built = plain(build())
    assert list(built) == ["Api"]
    assert built["Api"]["Type"] == "AWS::ApiGateway::RestApi"
    assert {key: value for key, value in built["Api"]["Properties"].items() if key != "Body"} == {
        "Name": "jobs-test",
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "FailOnWarnings": True,
        "Mode": "overwrite",
        "Parameters": {"endpointConfigurationTypes": "REGIONAL"},
        "Tags": TAG_LIST,
    }


def test_a_document_of_one_route() -> None:
    """Nothing stands in it that nobody asked for."""
    assert document() == {
        "openapi": "3.0.1",
        "info": {"title": "jobs-test", "version": "1.0"},
        "paths": {
            "/jobs": {
                "get": {
                    "security": [{"sigv4": []}],
                    "responses": {},
                    INTEGRATION: {
                        "type": "aws_proxy",
                        "httpMethod": "POST",
                        "timeoutInMillis": 29000,
                        "uri": {
                            "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path"
                            "/2015-03-31/functions/${WebAlias}/invocations"
                        },
                    },
                }
            }
        },
        "components": {
            "schemas": {"NewJob": JOB},
            "securitySchemes": {
                "sigv4": {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "x-amazon-apigateway-authtype": "awsSigv4",
                }
            },
        },
    }


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [{"sigv4": []}]),
        ({"api_key": True}, [{"sigv4": []}, {"api_key": []}]),
        ({"authorization": OPEN}, None),
        ({"authorization": OPEN, "api_key": True}, [{"api_key": []}]),
    ],
)
def test_what_a_route_asks_of_its_caller(changed: dict[str, Any], expected: Any) -> None:
    body = document({"GET /jobs": route(**changed)})
    assert body["paths"]["/jobs"]["get"].get("security") == expected
    defined = body["components"].get("securitySchemes", {})
    assert set(defined) == {name for item in expected or [] for name in item}
    if "api_key" in defined:
        assert defined["api_key"] == {"type": "apiKey", "name": "x-api-key", "in": "header"}


def test_without_models_and_security_there_are_no_components() -> None:
    assert "components" not in document({"GET /jobs": route(authorization=OPEN)}, models={})


@pytest.mark.parametrize(
    ("config", "extension", "name", "value"),
    [
        (
            ApiConfig(binary_media_types=["image/png", "application/zip"]),
            "x-amazon-apigateway-binary-media-types",
            "BinaryMediaTypes",
            ["application/zip", "image/png"],
        ),
        (
            ApiConfig(minimum_compression_size=0),
            "x-amazon-apigateway-minimum-compression-size",
            "MinimumCompressionSize",
            0,
        ),
    ],
)
def test_settings_stand_in_both_places(
    config: ApiConfig, extension: str, name: str, value: Any
) -> None:
    """What the document does not hold goes back to its default when the document changes."""
    built = properties(build(config=config), "Api")
    assert built["Body"][extension] == built[name] == value
    plain_one = properties(build(), "Api")
    assert extension not in plain_one["Body"]
    assert name not in plain_one


def test_preflights_ask_nothing_of_the_caller() -> None:
    paths = document(ROUTES, cors=CORS)["paths"]
    for path, operations in paths.items():
        assert "security" not in operations["options"], path
    # Paths between have no other method.
    assert set(paths["/jobs/{id}/parts"]) == {"options"}
    assert "/jobs/{id}/parts" not in document(ROUTES)["paths"]


def test_every_preflight_has_the_response_that_its_integration_gives() -> None:
    operation = document(cors=CORS)["paths"]["/jobs"]["options"]
    assert list(operation["responses"]) == ["204"]
    assert list(operation[INTEGRATION]["responses"]) == ["default"]
    assert operation[INTEGRATION]["responses"]["default"]["statusCode"] == "204"


def test_validators_are_defined_where_they_are_used() -> None:
    assert document(ROUTES)["x-amazon-apigateway-request-validators"] == {
        "all": {"validateRequestBody": True, "validateRequestParameters": True},
        "body": {"validateRequestBody": True, "validateRequestParameters": False},
        "parameters": {"validateRequestBody": False, "validateRequestParameters": True},
    }
    assert "x-amazon-apigateway-request-validators" not in document()


def test_a_function_in_another_stack_is_found_in_the_document() -> None:
    """What cuts the graph in stacks sees references inside it, and can replace them."""
    body = build(ROUTES).api.to_dict()
    targets = {(item.target, item.attribute) for item in references(body)}
    targets = {item for item in targets if not item[0].startswith("AWS::")}
    assert targets == {("WebAlias", ""), ("OtherAlias", "Arn")}
    cut = rewrite(body, lambda item: {"Ref": f"{item.target}FromAfar"})
    assert {item.target for item in references(cut)} == {"WebAliasFromAfar", "OtherAliasFromAfar"}


def test_an_imported_arn_is_a_variable_of_the_uri() -> None:
    body = document(function_arns={"web": ImportValue("web-arn")})
    text, variables = body["paths"]["/jobs"]["get"][INTEGRATION]["uri"]["Fn::Sub"]
    assert "${Function}" in text
    assert variables == {"Function": {"Fn::ImportValue": "web-arn"}}


@pytest.mark.parametrize(
    "changed",
    [
        {"routes": {"POST /jobs": WEB}},
        {"routes": {"GET /jobs": route(timeout=5)}},
        {"routes": {"GET /jobs": route(api_key=True)}},
        {"routes": {"GET /jobs": route(description="Lists jobs.")}},
        {"cors": CORS},
        {"config": ApiConfig(minimum_compression_size=7)},
        {"models": {"NewJob": {"type": "object"}}},
        {"function_arns": {"web": Ref("AnotherAlias")}},
        {"api_name": "jobs-other"},
    ],
)
def test_the_deployment_follows_the_document(changed: dict[str, Any]) -> None:
    """Each change of the definition makes another hash, and tags make none."""
    before = definition_hash(build())
    assert definition_hash(build(**changed)) != before
    assert definition_hash(build(tags={"Other": "tag"})) == before


def test_the_order_of_routes_is_nothing() -> None:
    reverse = dict(reversed(ROUTES.items()))
    first, second = document(ROUTES, cors=CORS), document(reverse, cors=CORS)
    assert str(first) == str(second)


@pytest.mark.parametrize(
    ("routes", "cors", "message"),
    [
        ({"GET jobs": WEB}, None, "leading slash"),
        ({"GET /jobs": route(function="else")}, None, "leads to else, without an ARN"),
        ({"OPTIONS /jobs": WEB}, CORS, "is what CORS makes"),
        ({"GET /x": route(request_models={"text/xml": "Other"})}, None, "Other, which is missing"),
        ({"GET /x": route(request_models={"$default": "NewJob"})}, None, r"models \$default"),
    ],
)
def test_what_cannot_be_built(
    routes: dict[str, RouteConfig], cors: CorsConfig | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        build(routes, cors=cors)


def test_a_preflight_of_ones_own_is_fine_without_cors() -> None:
    assert set(document({"OPTIONS /jobs": WEB})["paths"]["/jobs"]) == {"options"}


def test_its_values() -> None:
    api = build()
    assert api.id.to_dict() == {"Ref": "Api"}
    assert api.root_resource_id.to_dict() == {"Fn::GetAtt": ["Api", "RootResourceId"]}


def test_600_routes_fit_in_one_template() -> None:
    """On 301 paths, each signed and with a preflight; CloudFormation takes 1,000,000 bytes."""
    routes = {
        key: WEB
        for number in range(150)
        for path in (f"/things{number}", f"/things{number}/{{id}}")
        for key in (f"GET {path}", f"DELETE {path}")
    }
    generated = generate_text(
        f"""
service: jobs
region: us-east-1
layout: single
network: {{vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]}}
functions:
  web: {{image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1}}
api:
  authorization: iam
  definition: openapi
  cors: {{origins: [https://a.example.com, https://b.example.com]}}
  routes: {json.dumps(dict.fromkeys(routes, "web"))}
"""
    )
    (stack,) = generated.stacks
    assert len(stack.template["Resources"]["Api"]["Properties"]["Body"]["paths"]) == 301
    assert len(stack.template["Resources"]) < 40
    assert len(generated.files["template.json"].encode()) < 950_000
