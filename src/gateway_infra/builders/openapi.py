"""The REST API as one resource: its definition is an OpenAPI document in the API's ``Body``.

It behaves as the API of single resources does, from the same settings, and the end-to-end tests
ask both the same. What differs is how it changes: CloudFormation hands the document to
``PutRestApi``, which replaces the whole definition (``Mode: overwrite``), before it makes the next
deployment. So a route that is gone from the document is gone with the same deploy, in any layout,
and any number of routes is one resource.

What is not in the document goes back to its default with each replacement, so binary media types,
compression, the resource policy and a private API's endpoints stand in it, and in the resource's
own properties with the same values, so that it does not matter which of the two CloudFormation
applies last, which no page tells.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import apigateway, encode_to_dict

from gateway_infra.builders.shared.api_endpoint import api_properties, cache_keys
from gateway_infra.builders.shared.authorizers import AuthorizerTarget, authorizer_schemes
from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.cors_preflight import error_headers, preflight_template
from gateway_infra.builders.shared.models import model_key, request_models, request_validators
from gateway_infra.builders.shared.naming import api_id
from gateway_infra.builders.shared.openapi_schemas import PREFIX, component_schemas
from gateway_infra.builders.shared.properties import without_none
from gateway_infra.builders.shared.values import TagMap, Value, attribute, invocation_uri, ref
from gateway_infra.sections.api import ApiConfig
from gateway_infra.sections.authorizers import AuthorizerConfig, authorizer_of
from gateway_infra.sections.cors import CorsConfig
from gateway_infra.sections.route import Authorization, RouteConfig
from gateway_infra.sections.routes import (
    path_parameters,
    reached_methods,
    require_routes,
    split_route,
)

_SIGNATURE = "sigv4"
_KEY = "api_key"
_SCHEMES: Mapping[str, Mapping[str, str]] = {
    _KEY: {"type": "apiKey", "name": "x-api-key", "in": "header"},
    _SIGNATURE: {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "awsSigv4",
    },
}
"""API Gateway's own schemes: an API key, and a signature that IAM checks.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-key-usage-plan-oas.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
"""


_PLACES = {"header": "header", "querystring": "query"}
"""Where a parameter stands, in the words of API Gateway and of OpenAPI."""


@dataclass(frozen=True)
class OpenApiRestApi(Bundle):
    """An API that holds its whole definition."""

    api: apigateway.RestApi

    @property
    def id(self) -> Any:
        """The API's id, as ``Ref``."""
        return ref(self.api)

    @property
    def root_resource_id(self) -> Any:
        """The id of the root path's resource; those of other paths are known to AWS alone."""
        return attribute(self.api, "RootResourceId")


def openapi_rest_api(
    name: str,
    config: ApiConfig,
    *,
    api_name: str,
    routes: Mapping[str, RouteConfig],
    authorization: Authorization,
    function_arns: Mapping[str, Value],
    authorizers: Mapping[str, AuthorizerConfig] | None = None,
    deciders: Mapping[str, AuthorizerTarget] | None = None,
    models: Mapping[str, Mapping[str, Any]] | None = None,
    cors: CorsConfig | None = None,
    policy: Mapping[str, Any] | None = None,
    vpc_endpoint_ids: Sequence[Value] = (),
    tags: TagMap,
) -> OpenApiRestApi:
    """Build an API whose `routes` lead to functions, from an OpenAPI document.

    It takes what `rest_api` takes, behaves the same, and its logical id is the same. `cors` makes
    the preflights and error headers that `cors_methods` and `cors_errors` make there. Keep methods,
    models, gateway responses and validators of one's own away from it: the next change of the
    document removes them. A warning of the import fails the deploy, as it means that something in
    the document was ignored. Raise `ValueError` for a route that is none, that leads to a function
    without an ARN, that is a preflight of `cors`, or that names a model that is missing or models
    ``$default``, for which OpenAPI has no word.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-restapi.html
    """
    require_routes({key: route.function for key, route in routes.items()}, function_arns)
    built = _models(routes, models or {})
    paths = _paths(
        config,
        routes=routes,
        authorization=authorization,
        authorizers=authorizers or {},
        function_arns=function_arns,
        names={key: model.Name for key, model in built.items()},
    )
    schemes = {**_SCHEMES, **authorizer_schemes(authorizers or {}, deciders=deciders or {})}
    if cors is not None:
        _add_preflights(paths, cors, routes)
    properties = api_properties(
        config, api_name, policy=policy, vpc_endpoint_ids=vpc_endpoint_ids, tags=tags
    )
    return OpenApiRestApi(
        apigateway.RestApi(
            api_id(name),
            Body={
                "openapi": "3.0.1",
                "info": {"title": api_name, "version": "1.0"},
                "paths": paths,
                **_components(paths, built, schemes),
                **_settings(config, routes, cors),
                **_reach(policy, vpc_endpoint_ids),
            },
            FailOnWarnings=True,
            Mode="overwrite",
            # The import's own default is an edge-optimized API:
            # https://docs.aws.amazon.com/apigateway/latest/api/API_ImportRestApi.html
            Parameters={"endpointConfigurationTypes": config.endpoint.upper()},
            **properties,
        )
    )


def _paths(
    config: ApiConfig,
    *,
    routes: Mapping[str, RouteConfig],
    authorization: Authorization,
    authorizers: Mapping[str, AuthorizerConfig],
    function_arns: Mapping[str, Value],
    names: Mapping[str, str],
) -> dict[str, dict[str, Any]]:
    """Return the operations of all routes, by path and by the field that holds a method there.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-any-method.html
    """
    paths: dict[str, dict[str, Any]] = {}
    for key in sorted(routes):
        method, path = split_route(key)
        field = "x-amazon-apigateway-any-method" if method == "ANY" else method.lower()
        paths.setdefault(path, {})[field] = {
            **_request(key, routes[key], names),
            **_security(routes[key], authorization, authorizers),
            # OpenAPI wants them, and a proxy integration does not: empty, as SAM writes them.
            "responses": {},
            "x-amazon-apigateway-integration": _integration(
                path, routes[key], config, function_arns
            ),
        }
    return paths


def _integration(
    path: str, route: RouteConfig, config: ApiConfig, function_arns: Mapping[str, Value]
) -> dict[str, Any]:
    """Return how a route calls its function: always by POST, whatever the route's method.

    References in it are resolved by CloudFormation, as in any property.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
    """
    integration = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": invocation_uri(function_arns[route.function]),
        "timeoutInMillis": (route.timeout or config.integration_timeout) * 1000,
    }
    if keys := cache_keys(path, route):
        integration["cacheKeyParameters"] = keys
    return integration


def _request(key: str, route: RouteConfig, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what a route says of its requests: description, parameters, bodies, validation.

    An operation's description becomes a part of the API's documentation.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-request-validator.html
    """
    parameters = [
        *(_parameter("path", name, required=True) for name in path_parameters(split_route(key)[1])),
        *(
            _parameter(_PLACES[place], name, required=route.request_parameters[parameter])
            for parameter in sorted(route.request_parameters)
            for place, _, name in [parameter.partition(".")]
        ),
    ]
    content = {
        kind: {"schema": {"$ref": PREFIX + names[model_key(key, kind, model)]}}
        for kind, model in sorted(route.request_models.items())
    }
    return without_none(
        **{
            "description": route.description,
            "parameters": parameters or None,
            "requestBody": {"content": content} if content else None,
            "x-amazon-apigateway-request-validator": route.checked,
        }
    )


def _parameter(place: str, name: str, *, required: bool) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": {"type": "string"}}


def _security(
    route: RouteConfig, authorization: Authorization, authorizers: Mapping[str, AuthorizerConfig]
) -> dict[str, Any]:
    """Return what a route asks of its caller.

    In OpenAPI either of two schemes would do. To API Gateway the list holds all that a method
    wants; no page says so, and AWS's own transform for SAM writes a signature and a key like this.
    Scopes stand behind the scheme of a user pool.
    """
    asked = route.authorization or authorization
    name = authorizer_of(asked, authorizers)
    security: list[dict[str, list[str]]] = []
    if asked.type == "iam":
        security.append({_SIGNATURE: []})
    elif name is not None:
        security.append({name: list(asked.scopes)})
    if route.api_key:
        security.append({_KEY: []})
    return {"security": security} if security else {}


def _add_preflights(
    paths: dict[str, dict[str, Any]], cors: CorsConfig, routes: Mapping[str, RouteConfig]
) -> None:
    """Add an OPTIONS method to every path, also to those that only lie between."""
    for path, methods in sorted(reached_methods(routes, tuple(cors.methods)).items()):
        operations = paths.setdefault(path, {})
        if "options" in operations:
            raise ValueError(f"the route 'OPTIONS {path}' is what CORS makes; remove either")
        operations["options"] = _preflight(preflight_template(cors, methods))


def _preflight(template: str) -> dict[str, Any]:
    """Return an OPTIONS method, open to all, that answers 204 by `template` without a function."""
    return {
        "responses": {"204": {"description": "Preflight"}},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "contentHandling": "CONVERT_TO_TEXT",
            "passthroughBehavior": "when_no_match",
            "requestTemplates": {"application/json": '{"statusCode": 204}'},
            "responses": {
                "default": {
                    "statusCode": "204",
                    "responseTemplates": {"application/json": template},
                }
            },
        },
    }


def _settings(
    config: ApiConfig, routes: Mapping[str, RouteConfig], cors: CorsConfig | None
) -> dict[str, Any]:
    """Return what the document says of the whole API."""
    answers = {
        kind: {"responseParameters": error_headers(cors)}
        for kind in ("DEFAULT_4XX", "DEFAULT_5XX")
        if cors is not None
    }
    validators = {
        kind: {
            "validateRequestBody": validator.ValidateRequestBody,
            "validateRequestParameters": validator.ValidateRequestParameters,
        }
        for kind, validator in request_validators("", api_id_value="", routes=routes).items()
    }
    settings = without_none(
        **{
            "binary-media-types": sorted(config.binary_media_types) or None,
            "minimum-compression-size": config.minimum_compression_size,
            "gateway-responses": answers or None,
            "request-validators": validators or None,
        }
    )
    return {f"x-amazon-apigateway-{key}": value for key, value in settings.items()}


def _reach(policy: Mapping[str, Any] | None, vpc_endpoint_ids: Sequence[Value]) -> dict[str, Any]:
    """Return what the document says of who reaches the API; endpoints stand below a server.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/openapi-extensions-policy.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-endpoint-configuration.html
    """
    said: dict[str, Any] = {}
    if policy is not None:
        said["x-amazon-apigateway-policy"] = dict(policy)
    if vpc_endpoint_ids:
        endpoints = {"vpcEndpointIds": list(vpc_endpoint_ids)}
        server = {"url": "/", "x-amazon-apigateway-endpoint-configuration": endpoints}
        said["servers"] = [server]
    return said


def _models(
    routes: Mapping[str, RouteConfig], models: Mapping[str, Mapping[str, Any]]
) -> dict[str, apigateway.Model]:
    """Return the models that single resources would have, for their names and schemas."""
    for key, route in routes.items():
        if "$default" in route.request_models:
            raise ValueError(f"the route {key!r} models $default, for which OpenAPI has no word")
    return request_models("", api_id_value="", models=models, routes=routes)


def _components(
    paths: Mapping[str, Mapping[str, Any]],
    models: Mapping[str, apigateway.Model],
    schemes: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Return what the operations of `paths` refer to."""
    asked = {
        scheme
        for operations in paths.values()
        for operation in operations.values()
        for requirement in operation.get("security", ())
        for scheme in requirement
    }
    schemas = component_schemas(
        {model.Name: encode_to_dict(model.Schema) for model in models.values()}
    )
    components = {
        "schemas": schemas,
        "securitySchemes": {name: dict(schemes[name]) for name in sorted(asked)},
    }
    filled = {name: part for name, part in components.items() if part}
    return {"components": filled} if filled else {}
