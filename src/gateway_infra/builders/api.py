"""The REST API: resources, methods, and what else belongs to its definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troposphere import apigateway

from gateway_infra.builders.bundle import Bundle
from gateway_infra.builders.naming import api_id, path_words
from gateway_infra.builders.values import TagMap, Value, attribute, ref, sub, tag_list
from gateway_infra.config.api import ApiConfig, Authorization, RouteConfig
from gateway_infra.config.routes import all_paths, parent_of, route_fault, split_route


@dataclass(frozen=True)
class RestApi(Bundle):
    """An API with its resources by path and its methods by route."""

    api: apigateway.RestApi
    resources: dict[str, apigateway.Resource]
    methods: dict[str, apigateway.Method]

    @property
    def id(self) -> Any:
        """The API's id, as ``Ref``."""
        return ref(self.api)

    @property
    def resource_ids(self) -> dict[str, Any]:
        """The id of every path's resource, the root's included."""
        ids = {path: ref(resource) for path, resource in self.resources.items()}
        return {"/": attribute(self.api, "RootResourceId"), **ids}


def rest_api(
    name: str,
    config: ApiConfig,
    *,
    api_name: str,
    routes: Mapping[str, RouteConfig],
    authorization: Authorization,
    function_arns: Mapping[str, Value],
    tags: TagMap,
) -> RestApi:
    """Build a regional API whose `routes` (``GET /jobs``) lead to functions.

    `function_arns` gives for each function of the routes the ARN to call, best that of an alias.
    Every request goes to the function whole (proxy integration), which also answers with its own
    headers: CORS headers of ordinary answers are the application's. Raise `ValueError` for a route
    that is none, or that leads to a function without an ARN.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    """
    for key, route in routes.items():
        fault = route_fault(key)
        if fault:
            raise ValueError(f"the route {key!r} {fault}")
        if route.function not in function_arns:
            raise ValueError(f"the route {key!r} leads to {route.function}, without an ARN for it")
    base = api_id(name)
    compression: dict[str, Any] = {}
    if config.minimum_compression_size is not None:
        compression["MinimumCompressionSize"] = config.minimum_compression_size
    if config.binary_media_types:
        compression["BinaryMediaTypes"] = sorted(config.binary_media_types)
    api = apigateway.RestApi(
        base,
        Name=api_name,
        EndpointConfiguration=apigateway.EndpointConfiguration(Types=["REGIONAL"]),
        Tags=tag_list(tags),
        **compression,
    )
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
    methods = {}
    for key in sorted(routes):
        _, path = split_route(key)
        methods[key] = _method(
            base,
            key,
            routes[key],
            config=config,
            api=api,
            resource_id=root if path == "/" else ref(resources[path]),
            authorization=routes[key].authorization or authorization,
            function_arn=function_arns[routes[key].function],
        )
    return RestApi(api, resources, methods)


def _method(
    base: str,
    key: str,
    route: RouteConfig,
    *,
    config: ApiConfig,
    api: apigateway.RestApi,
    resource_id: Any,
    authorization: Authorization,
    function_arn: Value,
) -> apigateway.Method:
    """Build one method; Lambda is always called by POST, whatever the route's method."""
    method, path = split_route(key)
    names = [part.strip("{}+") for part in path.split("/") if part.startswith("{")]
    parameters: dict[str, Any] = {}
    if names:
        declared = {f"method.request.path.{name}": True for name in sorted(names)}
        parameters["RequestParameters"] = declared
    uri = (
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31"
        "/functions/${Function}/invocations"
    )
    return apigateway.Method(
        f"{base}Method{method.capitalize()}{path_words(path)}",
        RestApiId=ref(api),
        ResourceId=resource_id,
        HttpMethod=method,
        AuthorizationType="AWS_IAM" if authorization.type == "iam" else "NONE",
        ApiKeyRequired=route.api_key,
        Integration=apigateway.Integration(
            Type="AWS_PROXY",
            IntegrationHttpMethod="POST",
            Uri=sub(uri, {"Function": function_arn}),
            TimeoutInMillis=config.integration_timeout * 1000,
        ),
        **parameters,
    )
