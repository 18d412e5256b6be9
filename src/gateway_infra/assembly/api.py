"""The API in either definition, and what serves it."""

from __future__ import annotations

from gateway_infra.assembly.access import endpoints_of, policy_of
from gateway_infra.assembly.authorizers import add_deciders
from gateway_infra.assembly.graph_builder import API, GraphBuilder, tags_of
from gateway_infra.assembly.sources import of_api
from gateway_infra.builders.api import RestApi, rest_api
from gateway_infra.builders.cors import cors_errors, cors_methods
from gateway_infra.builders.function import ImageFunction
from gateway_infra.builders.openapi import OpenApiRestApi, openapi_rest_api
from gateway_infra.builders.shared import naming
from gateway_infra.loading.load import Loaded
from gateway_infra.sections.routes import reached_methods


def add_api(
    loaded: Loaded, functions: dict[str, ImageFunction], builder: GraphBuilder
) -> RestApi | OpenApiRestApi:
    """Build the API the way that `definition` says."""
    if loaded.environment.api.definition == "openapi":
        return _api_of_one_document(loaded, functions, builder)
    return _api_of_resources(loaded, functions, builder)


def _api_of_one_document(
    loaded: Loaded, functions: dict[str, ImageFunction], builder: GraphBuilder
) -> OpenApiRestApi:
    section = loaded.environment.api
    deciders = add_deciders(loaded, functions, builder)
    api = openapi_rest_api(
        API,
        section,
        api_name=naming.service_name(loaded.environment.service, loaded.name),
        routes=section.routes,
        authorization=section.authorization,
        function_arns={name: function.alias_arn for name, function in functions.items()},
        authorizers=section.authorizers,
        deciders=deciders,
        models=section.models,
        cors=section.cors,
        policy=policy_of(loaded),
        vpc_endpoint_ids=endpoints_of(loaded),
        tags=tags_of(loaded, "api"),
    )
    builder.add("api", api, ("api",))
    builder.output("ApiId", "Id of the API", api.id)
    builder.output("ApiRootResourceId", "Resource id of the API's root path", api.root_resource_id)
    return api


def _api_of_resources(
    loaded: Loaded, functions: dict[str, ImageFunction], builder: GraphBuilder
) -> RestApi:
    """Build the API and, where origins are listed, its CORS methods and error headers."""
    environment = loaded.environment
    section = environment.api
    deciders = add_deciders(loaded, functions, builder)
    api = rest_api(
        API,
        section,
        api_name=naming.service_name(environment.service, loaded.name),
        routes=section.routes,
        authorization=section.authorization,
        function_arns={name: function.alias_arn for name, function in functions.items()},
        authorizers=section.authorizers,
        deciders=deciders,
        models=section.models,
        policy=policy_of(loaded),
        vpc_endpoint_ids=endpoints_of(loaded),
        tags=tags_of(loaded, "api"),
    )
    builder.add_each("api", of_api(api, section.routes))
    builder.paths.update(api.paths)
    if section.cors is not None:
        any_means = tuple(section.cors.methods)
        methods = cors_methods(
            API,
            section.cors,
            api_id_value=api.id,
            resource_ids=api.resource_ids,
            methods=reached_methods(section.routes, any_means),
        )
        builder.add("cors", methods, ("api", "cors"))
        builder.paths.update({item.title: path for path, item in methods.methods.items()})
        errors = cors_errors(API, section.cors, api_id_value=api.id)
        builder.add("cors", errors, ("api", "cors"))
    builder.output("ApiId", "Id of the API", api.id)
    builder.output("ApiRootResourceId", "Resource id of the API's root path", api.resource_ids["/"])
    return api
