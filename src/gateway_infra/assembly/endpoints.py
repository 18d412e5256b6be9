"""Add the VPC endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gateway_infra.assembly.graph_builder import GraphBuilder, tags_of
from gateway_infra.builders.endpoints import EndpointAccess, gateway_endpoint, interface_endpoint
from gateway_infra.builders.network import endpoint_security_group
from gateway_infra.builders.shared import naming
from gateway_infra.builders.shared.values import sub
from gateway_infra.inputs import all_in_template, in_template
from gateway_infra.loading.load import Loaded
from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.sections.endpoints import GATEWAYS, endpoint_names, endpoint_prefix
from gateway_infra.sections.environment import Environment


def add_endpoints(loaded: Loaded, builder: GraphBuilder) -> Any:
    """Build the VPC endpoints; return the group of those that are interfaces, ``None`` without."""
    network = loaded.environment.network
    config = network.endpoints
    if config is None:
        return None
    section: KeyPath = ("network", "endpoints")
    tags = tags_of(loaded, "network")
    vpc = in_template(network.vpc)
    group = endpoint_security_group(vpc_id=vpc, tags=tags) if config.interfaces else None
    if group is not None:
        builder.add("endpoints", group, section)
        builder.output("EndpointSecurityGroupId", "Security group of the VPC endpoints", group.id)
    for position, name in endpoint_names(config.services):
        if name in GATEWAYS or group is None:
            endpoint = gateway_endpoint(
                name,
                vpc_id=vpc,
                route_table_ids=[in_template(table) for table in config.route_tables],
                passages=list(_passages(name, loaded.environment)),
                tags=tags,
            )
        else:
            endpoint = interface_endpoint(
                name,
                service_prefix=endpoint_prefix(name, loaded.environment.region),
                vpc_id=vpc,
                subnet_ids=all_in_template(config.subnets or network.subnets),
                security_group_ids=[group.id],
                tags=tags,
            )
        builder.add("endpoints", endpoint, (*section, "services", position))
        base = naming.endpoint_id(name)
        builder.output(f"{base}Id", f"Id of the VPC endpoint of {name}", endpoint.id)
    return None if group is None else group.id


def _passages(service: str, environment: Environment) -> Iterator[EndpointAccess]:
    """Yield what the functions do with a service that has a gateway endpoint, each once."""
    bucket = environment.bucket
    used = any("bucket" in function.uses for function in environment.functions.values())
    if service == "s3" and bucket is not None and used:
        arn = "arn:${AWS::Partition}:s3:::${Name}"
        values = {"Name": in_template(bucket.name)}
        objects = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        yield EndpointAccess(objects, [sub(f"{arn}/*", values)])
        yield EndpointAccess(["s3:ListBucket"], [sub(arn, values)])
    seen = []
    for function in environment.functions.values():
        for statement in function.statements:
            actions = [action for action in statement.actions if action.startswith(f"{service}:")]
            resources = [arn for arn in statement.resources if _may_be_of(service, arn)]
            if actions and resources and (actions, resources) not in seen:
                seen.append((actions, resources))
                yield EndpointAccess(actions, [in_template(arn) for arn in resources])


def _may_be_of(service: str, arn: object) -> bool:
    """Tell whether an ARN is of a service; one that is known later may be."""
    pattern = rf"\*|arn:([^:$]+|\$\{{[^}}]+\}}):({service}|\*):.*"
    return not isinstance(arn, str) or bool(re.fullmatch(pattern, arn))
