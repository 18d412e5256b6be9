"""The REST API: resources, methods, and what else belongs to its definition."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import apigateway

from gateway_infra.builders.shared.api_endpoint import api_properties, cache_keys
from gateway_infra.builders.shared.authorizers import (
    AuthorizerTarget,
    authorizers_of_api,
    method_authorization,
)
from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.models import model_key, request_models, request_validators
from gateway_infra.builders.shared.naming import api_id, path_words
from gateway_infra.builders.shared.properties import without_none
from gateway_infra.builders.shared.values import TagMap, Value, attribute, invocation_uri, ref
from gateway_infra.sections.api import ApiConfig
from gateway_infra.sections.authorizers import AuthorizerConfig
from gateway_infra.sections.route import Authorization, RouteConfig
from gateway_infra.sections.routes import (
    all_paths,
    parent_of,
    path_parameters,
    require_routes,
    split_route,
)


@dataclass(frozen=True)
class RestApi(Bundle):
    """An API with its resources by path and its methods by route.

    `authorizers` go by name; `models` holds those by name, and those of one route by route and
    content type; `validators` go by what they check; `documentation` holds the routes'
    descriptions.
    """

    api: apigateway.RestApi
    resources: dict[str, apigateway.Resource]
    authorizers: dict[str, apigateway.Authorizer]
    models: dict[str, apigateway.Model]
    validators: dict[str, apigateway.RequestValidator]
    methods: dict[str, apigateway.Method]
    documentation: dict[str, apigateway.DocumentationPart]

    @property
    def id(self) -> Any:
        """The API's id, as ``Ref``."""
        return ref(self.api)

    @property
    def resource_ids(self) -> dict[str, Any]:
        """The id of every path's resource, the root's included."""
        ids = {path: ref(resource) for path, resource in self.resources.items()}
        return {"/": attribute(self.api, "RootResourceId"), **ids}

    @property
    def paths(self) -> dict[str, str]:
        """The path of each resource that belongs to one, by logical id."""
        own = {key: model for key, model in self.models.items() if " " in key}
        of_routes = [*self.methods.items(), *own.items(), *self.documentation.items()]
        return {
            **{item.title: path for path, item in self.resources.items()},
            **{item.title: key.split(" ")[1] for key, item in of_routes},
        }


def rest_api(
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
    policy: Mapping[str, Any] | None = None,
    vpc_endpoint_ids: Sequence[Value] = (),
    tags: TagMap,
) -> RestApi:
    """Build an API whose `routes` (``GET /jobs``) lead to functions.

    `function_arns` gives for each function of the routes the ARN to call, best that of an alias.
    `authorizers` are those that an authorization may name, and `deciders` what each of them asks.
    `models` gives the JSON Schemas (draft 4) that routes name; what a schema refers to must stand
    in itself. Descriptions of routes become documentation parts, which the console shows.
    `policy` is the API's resource policy, best one of `api_policy`; without one nobody can call a
    private API, which gets an address for each of `vpc_endpoint_ids`.
    Every request goes to the function whole (proxy integration), which also answers with its own
    headers: CORS headers of ordinary answers are the application's. Raise `ValueError` for a route
    that is none, that leads to a function without an ARN, or that names a model or an authorizer
    that is missing.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    """
    require_routes({key: route.function for key, route in routes.items()}, function_arns)
    base = api_id(name)
    properties = api_properties(
        config, api_name, policy=policy, vpc_endpoint_ids=vpc_endpoint_ids, tags=tags
    )
    api = apigateway.RestApi(base, **properties)
    resources = _resources(base, api, routes)
    resource_ids = {"/": attribute(api, "RootResourceId")}
    resource_ids.update({path: ref(item) for path, item in resources.items()})
    asked = authorizers_of_api(
        name, authorizers or {}, api_id_value=ref(api), deciders=deciders or {}
    )
    built = request_models(base, api_id_value=ref(api), models=models or {}, routes=routes)
    validators = request_validators(base, api_id_value=ref(api), routes=routes)
    methods = {}
    for key in sorted(routes):
        _, path = split_route(key)
        methods[key] = _method(
            base,
            key,
            routes[key],
            config=config,
            api=api,
            resource_id=resource_ids[path],
            authorization=method_authorization(
                routes[key].authorization or authorization, authorizers or {}, asked
            ),
            function_arn=function_arns[routes[key].function],
            models=built,
            validators=validators,
        )
    described = _documentation(base, api, routes)
    return RestApi(api, resources, asked, built, validators, methods, described)


def _resources(
    base: str, api: apigateway.RestApi, routes: Iterable[str]
) -> dict[str, apigateway.Resource]:
    """Build the resource of every path but the root, which AWS makes."""
    root = attribute(api, "RootResourceId")
    resources: dict[str, apigateway.Resource] = {}
    for path in sorted(all_paths(routes) - {"/"}):
        parent = parent_of(path)
        resources[path] = apigateway.Resource(
            f"{base}Resource{path_words(path)}",
            RestApiId=ref(api),
            ParentId=root if parent == "/" else ref(resources[parent]),
            PathPart=path.rsplit("/", 1)[1],
        )
    return resources


def _method(
    base: str,
    key: str,
    route: RouteConfig,
    *,
    config: ApiConfig,
    api: apigateway.RestApi,
    resource_id: Any,
    authorization: Mapping[str, Any],
    function_arn: Value,
    models: Mapping[str, apigateway.Model],
    validators: Mapping[str, apigateway.RequestValidator],
) -> apigateway.Method:
    """Build one method; Lambda is always called by POST, whatever the route's method."""
    method, path = split_route(key)
    return apigateway.Method(
        f"{base}Method{method.capitalize()}{path_words(path)}",
        RestApiId=ref(api),
        ResourceId=resource_id,
        HttpMethod=method,
        **authorization,
        ApiKeyRequired=route.api_key,
        Integration=apigateway.Integration(
            Type="AWS_PROXY",
            IntegrationHttpMethod="POST",
            Uri=invocation_uri(function_arn),
            TimeoutInMillis=(route.timeout or config.integration_timeout) * 1000,
            **without_none(CacheKeyParameters=cache_keys(path, route) or None),
        ),
        **_request(key, route, models, validators),
    )


def _request(
    key: str,
    route: RouteConfig,
    models: Mapping[str, apigateway.Model],
    validators: Mapping[str, apigateway.RequestValidator],
) -> dict[str, Any]:
    """Return what a method declares of its requests, and what is checked of it."""
    declared = {f"path.{name}": True for name in path_parameters(split_route(key)[1])}
    declared.update(sorted(route.request_parameters.items()))
    parameters = {f"method.request.{name}": needed for name, needed in declared.items()}
    own = {
        content_type: ref(models[model_key(key, content_type, model)])
        for content_type, model in sorted(route.request_models.items())
    }
    return without_none(
        RequestParameters=parameters or None,
        RequestModels=own or None,
        RequestValidatorId=None if route.checked is None else ref(validators[route.checked]),
    )


def _documentation(
    base: str, api: apigateway.RestApi, routes: Mapping[str, RouteConfig]
) -> dict[str, apigateway.DocumentationPart]:
    """Build a part for each route with a description; ``*`` is what ANY is called there.

    https://docs.aws.amazon.com/apigateway/latest/api/API_DocumentationPartLocation.html
    """
    parts = {}
    for key in sorted(routes):
        method, path = split_route(key)
        if routes[key].description is None:
            continue
        parts[key] = apigateway.DocumentationPart(
            f"{base}Description{method.capitalize()}{path_words(path)}",
            RestApiId=ref(api),
            Location=apigateway.Location(
                Type="METHOD", Path=path, Method="*" if method == "ANY" else method
            ),
            Properties=json.dumps({"description": routes[key].description}, ensure_ascii=False),
        )
    return parts
