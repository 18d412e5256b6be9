"""Add the permissions with which the API invokes functions."""

from __future__ import annotations

from gateway_infra.assembly.graph_builder import GraphBuilder
from gateway_infra.builders.api import RestApi
from gateway_infra.builders.function import ImageFunction
from gateway_infra.builders.openapi import OpenApiRestApi
from gateway_infra.builders.permission import api_permission
from gateway_infra.builders.stage import STAGE_NAME
from gateway_infra.loading.load import Loaded


def add_permissions(
    loaded: Loaded,
    functions: dict[str, ImageFunction],
    api: RestApi | OpenApiRestApi,
    builder: GraphBuilder,
) -> None:
    """Let the stage invoke each function that a route calls."""
    for name in sorted({route.function for route in loaded.environment.api.routes.values()}):
        permission = api_permission(
            name, function_arn=functions[name].alias_arn, api_id_value=api.id, stage_name=STAGE_NAME
        )
        builder.add("permission", permission, ("functions", name))
