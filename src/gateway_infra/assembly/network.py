"""VPC endpoints, and what functions may reach where egress is scoped."""

from __future__ import annotations

from typing import Any

from gateway_infra.assembly.graph_builder import GraphBuilder, tags_of
from gateway_infra.builders.network import (
    FunctionSecurityGroup,
    Targets,
    database_ingress,
    endpoint_ingress,
    function_security_group,
)
from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded
from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.sections.environment import Environment


def targets_of(name: str, environment: Environment, endpoint_group: Any) -> Targets | None:
    """Return what a function may reach; ``None`` where that is everything."""
    network = environment.network
    if network.egress == "anywhere":
        return None
    database = environment.database if "database" in environment.functions[name].uses else None
    own = [] if endpoint_group is None else [endpoint_group]
    groups = network.https_to.security_groups if network.https_to else []
    lists = network.https_to.prefix_lists if network.https_to else []
    return Targets(
        in_template(database.security_group) if database else None,
        [*own, *map(in_template, groups)],
        [in_template(item) for item in lists],
    )


def add_security_group(
    name: str, loaded: Loaded, builder: GraphBuilder, *, endpoint_group: Any
) -> FunctionSecurityGroup:
    """Build the security group of a function and the ingress rules that allow its traffic."""
    environment = loaded.environment
    config = environment.functions[name]
    tags = tags_of(loaded, name)
    source: KeyPath = ("functions", name)
    database = environment.database if "database" in config.uses else None
    group = function_security_group(
        name,
        vpc_id=in_template(environment.network.vpc),
        database_port=in_template(database.port) if database else None,
        further_ports=config.egress_ports,
        targets=targets_of(name, environment, endpoint_group),
        tags=tags,
    )
    builder.add("security-group", group, source)
    if endpoint_group is not None:
        let_in = endpoint_ingress(
            name, function_security_group_id=group.id, endpoint_security_group_id=endpoint_group
        )
        builder.add("endpoint-ingress", let_in, ("network", "endpoints"))
    if database:
        rule = database_ingress(
            name,
            function_security_group_id=group.id,
            database_security_group_id=in_template(database.security_group),
            database_port=in_template(database.port),
        )
        builder.add("database-ingress", rule, ("database",))
    return group
