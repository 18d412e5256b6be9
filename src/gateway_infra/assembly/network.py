"""VPC endpoints, and what functions may reach where egress is scoped."""

from __future__ import annotations

from typing import Any

from gateway_infra.builders.network import Targets
from gateway_infra.inputs import in_template
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
