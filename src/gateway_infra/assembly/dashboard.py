"""Add the dashboard."""

from __future__ import annotations

from gateway_infra.assembly.graph_builder import GraphBuilder, database_identifiers, tags_of
from gateway_infra.builders.dashboard import dashboard
from gateway_infra.builders.function import ImageFunction
from gateway_infra.builders.shared import naming
from gateway_infra.builders.stage import STAGE_NAME
from gateway_infra.loading.load import Loaded


def add_dashboard(
    loaded: Loaded, functions: dict[str, ImageFunction], builder: GraphBuilder
) -> None:
    """Build the dashboard of the service."""
    instance, cluster = database_identifiers(loaded.environment)
    board = dashboard(
        api_name=naming.service_name(loaded.environment.service, loaded.name),
        stage_name=STAGE_NAME,
        function_names={name: function.name for name, function in functions.items()},
        database_instance=instance,
        database_cluster=cluster,
        tags=tags_of(loaded, "monitoring"),
    )
    builder.add("dashboard", board, ("functions",))
