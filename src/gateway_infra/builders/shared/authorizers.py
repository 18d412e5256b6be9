"""Authorizers: what API Gateway asks about a caller before it calls a function.

The same settings stand in a resource of their own, and in an OpenAPI document's security scheme.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-authorizer.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from troposphere import apigateway

from gateway_infra.builders.shared.naming import api_id, pascal
from gateway_infra.builders.shared.properties import without_none
from gateway_infra.builders.shared.values import Value, invocation_uri, ref
from gateway_infra.sections.authorizers import AuthorizerConfig, authorizer_of
from gateway_infra.sections.route import Authorization


class AuthorizerTarget(NamedTuple):
    """What an authorizer asks: the pools that make its tokens, or a function.

    `function_arn` is what to call, best an alias; `role_arn` the role to call it by, ``None`` where
    its own policy permits the call.
    """

    pool_arns: tuple[Value, ...] = ()
    function_arn: Value | None = None
    role_arn: Value | None = None


def authorizers_of_api(
    name: str,
    config: Mapping[str, AuthorizerConfig],
    *,
    api_id_value: Value,
    deciders: Mapping[str, AuthorizerTarget],
) -> dict[str, apigateway.Authorizer]:
    """Return the authorizers of the API `name`, each with what it asks."""
    return {
        key: apigateway.Authorizer(
            f"{api_id(name)}Authorizer{pascal(key)}",
            RestApiId=api_id_value,
            Name=key,
            **_properties(config[key], _decider(key, config[key], deciders)),
        )
        for key in sorted(config)
    }


def _properties(config: AuthorizerConfig, decider: AuthorizerTarget) -> dict[str, Any]:
    if config.type == "cognito":
        return {
            "Type": "COGNITO_USER_POOLS",
            "IdentitySource": _sources(config),
            "ProviderARNs": list(decider.pool_arns),
        }
    return without_none(
        Type="REQUEST" if config.of_request else "TOKEN",
        AuthorizerUri=invocation_uri(_function(decider)),
        AuthorizerResultTtlInSeconds=config.seconds_kept,
        IdentitySource=_sources(config) or None,
        IdentityValidationExpression=config.pattern,
        AuthorizerCredentials=decider.role_arn,
    )


def authorizer_schemes(
    config: Mapping[str, AuthorizerConfig], *, deciders: Mapping[str, AuthorizerTarget]
) -> dict[str, dict[str, Any]]:
    """Return the security scheme of each authorizer, for an OpenAPI document.

    A scheme names one header; that of the whole request is there for readers alone.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
    """
    schemes: dict[str, dict[str, Any]] = {}
    for key in sorted(config):
        item = config[key]
        schemes[key] = {
            "type": "apiKey",
            "name": "Unused" if item.of_request else item.token_header,
            "in": "header",
            "x-amazon-apigateway-authtype": (
                "cognito_user_pools" if item.type == "cognito" else "custom"
            ),
            "x-amazon-apigateway-authorizer": _extension(item, _decider(key, item, deciders)),
        }
    return schemes


def _extension(config: AuthorizerConfig, decider: AuthorizerTarget) -> dict[str, Any]:
    if config.type == "cognito":
        return {"type": "cognito_user_pools", "providerARNs": list(decider.pool_arns)}
    return without_none(
        type="request" if config.of_request else "token",
        authorizerUri=invocation_uri(_function(decider)),
        authorizerResultTtlInSeconds=config.seconds_kept,
        identitySource=(config.of_request and _sources(config)) or None,
        identityValidationExpression=config.pattern,
        authorizerCredentials=decider.role_arn,
    )


def _sources(config: AuthorizerConfig) -> str:
    """Return what tells callers apart; parameters of the request have a longer name there.

    https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
    """
    if not config.of_request:
        return f"method.request.header.{config.token_header}"
    return ", ".join(
        f"method.request.{source}" if source.startswith(("header.", "querystring.")) else source
        for source in config.identity_sources
    )


def _decider(
    key: str, config: AuthorizerConfig, deciders: Mapping[str, AuthorizerTarget]
) -> AuthorizerTarget:
    decider = deciders.get(key, AuthorizerTarget())
    if config.type == "cognito" and not decider.pool_arns:
        raise ValueError(f"the authorizer {key!r} has no user pool's ARN")
    if config.type == "lambda" and decider.function_arn is None:
        raise ValueError(f"the authorizer {key!r} has no function's ARN")
    return decider


def _function(decider: AuthorizerTarget) -> Value:
    """Return the function's ARN, which `_decider` requires."""
    return cast("Value", decider.function_arn)


def method_authorization(
    authorization: Authorization,
    config: Mapping[str, AuthorizerConfig],
    built: Mapping[str, apigateway.Authorizer],
) -> dict[str, Any]:
    """Return what a method says of who may call it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-method.html
    """
    name = authorizer_of(authorization, config)
    if name is None:
        return {"AuthorizationType": "AWS_IAM" if authorization.type == "iam" else "NONE"}
    return without_none(
        AuthorizationType="COGNITO_USER_POOLS" if authorization.type == "cognito" else "CUSTOM",
        AuthorizerId=ref(built[name]),
        AuthorizationScopes=list(authorization.scopes) or None,
    )
