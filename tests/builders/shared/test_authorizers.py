"""Authorizers as resources and as security schemes, and what methods say of them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders.support import TAGS, properties
from troposphere import GetAtt, Ref, encode_to_dict

from gateway_infra import (
    ApiConfig,
    Authorization,
    AuthorizerConfig,
    AuthorizerTarget,
    RouteConfig,
    openapi_rest_api,
    rest_api,
)

URI = {
    "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    "${DecideAlias}/invocations"
}
POOL = {"Fn::GetAtt": ["Pool", "Arn"]}
BY_FUNCTION = AuthorizerTarget(function_arn=Ref("DecideAlias"))
BY_POOL = AuthorizerTarget(pool_arns=(GetAtt("Pool", "Arn"), "literal-pool"))

CASES: dict[str, tuple[dict[str, Any], AuthorizerTarget, dict[str, Any], dict[str, Any]]] = {
    # settings, what it asks, the resource, and the security scheme
    "cognito": (
        {"type": "cognito", "pool": {}},
        BY_POOL,
        {
            "Type": "COGNITO_USER_POOLS",
            "IdentitySource": "method.request.header.Authorization",
            "ProviderARNs": [POOL, "literal-pool"],
        },
        {
            "name": "Authorization",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {
                "type": "cognito_user_pools",
                "providerARNs": [POOL, "literal-pool"],
            },
        },
    ),
    "cognito by another header": (
        {"type": "cognito", "pool": {}, "header": "X-Token"},
        AuthorizerTarget(pool_arns=("p",)),
        {
            "Type": "COGNITO_USER_POOLS",
            "IdentitySource": "method.request.header.X-Token",
            "ProviderARNs": ["p"],
        },
        {
            "name": "X-Token",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {
                "type": "cognito_user_pools",
                "providerARNs": ["p"],
            },
        },
    ),
    "token": (
        {"type": "lambda", "function": "decide", "pattern": "Bearer .+", "ttl": 0},
        BY_FUNCTION,
        {
            "Type": "TOKEN",
            "IdentitySource": "method.request.header.Authorization",
            "AuthorizerUri": URI,
            "AuthorizerResultTtlInSeconds": 0,
            "IdentityValidationExpression": "Bearer .+",
        },
        {
            "name": "Authorization",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "token",
                "authorizerUri": URI,
                "authorizerResultTtlInSeconds": 0,
                "identityValidationExpression": "Bearer .+",
            },
        },
    ),
    "request": (
        {
            "type": "lambda",
            "function": "decide",
            "kind": "request",
            "identity_sources": [
                "header.X-Key",
                "querystring.k",
                "stageVariables.s",
                "context.path",
            ],
        },
        BY_FUNCTION,
        {
            "Type": "REQUEST",
            "IdentitySource": "method.request.header.X-Key, method.request.querystring.k, "
            "stageVariables.s, context.path",
            "AuthorizerUri": URI,
            "AuthorizerResultTtlInSeconds": 300,
        },
        {
            "name": "Unused",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "request",
                "authorizerUri": URI,
                "authorizerResultTtlInSeconds": 300,
                "identitySource": "method.request.header.X-Key, method.request.querystring.k, "
                "stageVariables.s, context.path",
            },
        },
    ),
    "request without a source": (
        {"type": "lambda", "function": "decide", "kind": "request", "ttl": 0},
        BY_FUNCTION,
        {"Type": "REQUEST", "AuthorizerUri": URI, "AuthorizerResultTtlInSeconds": 0},
        {
            "name": "Unused",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "request",
                "authorizerUri": URI,
                "authorizerResultTtlInSeconds": 0,
            },
        },
    ),
    "elsewhere, by a role": (
        {"type": "lambda", "arn": {"parameter": "Decide"}, "role": {"parameter": "Role"}},
        AuthorizerTarget(function_arn=Ref("DecideAlias"), role_arn=Ref("Role")),
        {
            "Type": "TOKEN",
            "IdentitySource": "method.request.header.Authorization",
            "AuthorizerUri": URI,
            "AuthorizerResultTtlInSeconds": 300,
            "AuthorizerCredentials": {"Ref": "Role"},
        },
        {
            "name": "Authorization",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "token",
                "authorizerUri": URI,
                "authorizerResultTtlInSeconds": 300,
                "authorizerCredentials": {"Ref": "Role"},
            },
        },
    ),
}

ARGUMENTS: dict[str, Any] = {
    "api_name": "jobs-test",
    "function_arns": {"web": Ref("WebAlias")},
    "tags": TAGS,
}


def arguments(settings: dict[str, Any], decider: AuthorizerTarget, **route: Any) -> dict[str, Any]:
    """Return the arguments of either builder for one route behind one authorizer, `who-calls`."""
    config = AuthorizerConfig.model_validate(settings)
    return {
        **ARGUMENTS,
        "authorization": Authorization(type=config.type),
        "authorizers": {"who-calls": config},
        "deciders": {"who-calls": decider},
        "routes": {"GET /jobs": RouteConfig.model_validate({"function": "web", **route})},
    }


@pytest.mark.parametrize("case", CASES)
def test_an_authorizer_as_a_resource(case: str) -> None:
    settings, decider, resource, _ = CASES[case]
    built = rest_api("api", ApiConfig(), **arguments(settings, decider))
    expected = {"RestApiId": {"Ref": "Api"}, "Name": "who-calls", **resource}
    assert properties(built, "ApiAuthorizerWhoCalls") == expected


@pytest.mark.parametrize("case", CASES)
def test_the_same_in_a_document(case: str) -> None:
    settings, decider, _, scheme = CASES[case]
    built = openapi_rest_api("api", ApiConfig(), **arguments(settings, decider))
    body = encode_to_dict(built.api)["Properties"]["Body"]
    expected = {"type": "apiKey", "in": "header", **scheme}
    assert body["components"]["securitySchemes"] == {"who-calls": expected}
    assert body["paths"]["/jobs"]["get"]["security"] == [{"who-calls": []}]


METHODS: dict[str, tuple[Any, dict[str, Any], list[dict[str, list[str]]] | None]] = {
    # a route's authorization, what its method says, and its security in a document
    "the API's own": (
        None,
        {"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "ApiAuthorizerPartners"}},
        [{"partners": []}],
    ),
    "iam": ("iam", {"AuthorizationType": "AWS_IAM"}, [{"sigv4": []}]),
    "none": (
        {"type": "none", "reason": "a public price list"},
        {"AuthorizationType": "NONE"},
        None,
    ),
    "cognito": (
        {"type": "cognito", "authorizer": "users"},
        {"AuthorizationType": "COGNITO_USER_POOLS", "AuthorizerId": {"Ref": "ApiAuthorizerUsers"}},
        [{"users": []}],
    ),
    "scopes": (
        {"type": "cognito", "scopes": ["jobs/write", "jobs/admin"]},
        {
            "AuthorizationType": "COGNITO_USER_POOLS",
            "AuthorizerId": {"Ref": "ApiAuthorizerUsers"},
            "AuthorizationScopes": ["jobs/write", "jobs/admin"],
        },
        [{"users": ["jobs/write", "jobs/admin"]}],
    ),
}


@pytest.mark.parametrize("case", METHODS)
def test_a_route_has_an_authorization_of_its_own(case: str) -> None:
    authorization, method, security = METHODS[case]
    told = {} if authorization is None else {"authorization": authorization}
    config = {
        "partners": AuthorizerConfig.model_validate({"type": "lambda", "function": "decide"}),
        "users": AuthorizerConfig.model_validate({"type": "cognito", "pool": {}}),
    }
    given: dict[str, Any] = {
        **ARGUMENTS,
        "authorization": Authorization(type="lambda"),
        "authorizers": config,
        "deciders": {"partners": BY_FUNCTION, "users": BY_POOL},
        "routes": {"GET /jobs": RouteConfig.model_validate({"function": "web", **told})},
    }
    built = properties(rest_api("api", ApiConfig(), **given), "ApiMethodGetJobs")
    found = {key: value for key, value in built.items() if key.startswith("Authoriz")}
    assert found == method
    document = encode_to_dict(openapi_rest_api("api", ApiConfig(), **given).api)
    assert document["Properties"]["Body"]["paths"]["/jobs"]["get"].get("security") == security


def test_a_key_is_asked_for_beside_an_authorizer() -> None:
    settings, decider, _, _ = CASES["token"]
    given = arguments(settings, decider, api_key=True)
    built = openapi_rest_api("api", ApiConfig(), **given)
    operation = encode_to_dict(built.api)["Properties"]["Body"]["paths"]["/jobs"]["get"]
    assert operation["security"] == [{"who-calls": []}, {"api_key": []}]
    method = properties(rest_api("api", ApiConfig(), **given), "ApiMethodGetJobs")
    assert (method["AuthorizationType"], method["ApiKeyRequired"]) == ("CUSTOM", True)


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": (
        {"authorization": Authorization(type="cognito", authorizer="user")},
        "names the authorizer 'user', which is not under",
    ),
    "of another type": ({"authorization": Authorization(type="lambda")}, "has none of that type"),
    "without its pool": ({"deciders": {}}, "the authorizer 'who-calls' has no user pool's ARN"),
}


@pytest.mark.parametrize("builder", [rest_api, openapi_rest_api])
@pytest.mark.parametrize("case", FAULTS)
def test_what_names_nothing_is_refused(case: str, builder: Any) -> None:
    changed, message = FAULTS[case]
    settings, decider, _, _ = CASES["cognito"]
    with pytest.raises(ValueError, match=message):
        builder("api", ApiConfig(), **{**arguments(settings, decider), **changed})


@pytest.mark.parametrize("builder", [rest_api, openapi_rest_api])
def test_a_function_without_an_arn_is_refused(builder: Any) -> None:
    settings, _, _, _ = CASES["token"]
    with pytest.raises(ValueError, match="has no function's ARN"):
        builder("api", ApiConfig(), **arguments(settings, AuthorizerTarget()))
