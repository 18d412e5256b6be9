"""Add the execution role of a function and its network policy."""

from __future__ import annotations

from typing import Any

from gateway_infra.assembly.graph_builder import GraphBuilder, tags_of
from gateway_infra.assembly.key import encryption_key
from gateway_infra.assembly.secret import made_secret_arn
from gateway_infra.builders.network import FunctionSecurityGroup
from gateway_infra.builders.role import (
    DatabaseLogin,
    ExecutionRole,
    Grant,
    execution_role,
    network_policy,
)
from gateway_infra.builders.shared import naming
from gateway_infra.inputs import all_in_template, in_template, secret_resource
from gateway_infra.loading.load import Loaded
from gateway_infra.sections.database import DatabaseSection
from gateway_infra.sections.function_variables import given_variables, secret_values
from gateway_infra.sections.secret import MadeSecret


def add_role(
    name: str, loaded: Loaded, log_group_name: str, builder: GraphBuilder
) -> ExecutionRole:
    """Build the execution role of a function, with what its settings grant."""
    environment = loaded.environment
    config = environment.functions[name]
    database = environment.database if "database" in config.uses else None
    bucket = environment.bucket if "bucket" in config.uses else None
    secrets, keys = _readable(name, loaded)
    role = execution_role(
        name,
        log_group_name=log_group_name,
        bucket_name=in_template(bucket.name) if bucket else None,
        database_instance=in_template(database.instance_identifier) if database else None,
        database_cluster=in_template(database.cluster_identifier) if database else None,
        describe_databases=database is not None and environment.roles.describe_databases,
        database_login=_login(database),
        secret_arns=secrets,
        secret_key_arns=keys,
        grants=[
            Grant(item.actions, [in_template(arn) for arn in item.resources])
            for item in config.statements
        ],
        scoped=environment.roles.scoped,
        tags=tags_of(loaded, name),
    )
    builder.add("role", role, ("functions", name))
    return role


def add_network_policy(
    name: str,
    loaded: Loaded,
    role: ExecutionRole,
    group: FunctionSecurityGroup,
    builder: GraphBuilder,
) -> list[str]:
    """Build what lets Lambda connect a function; return the ids that the function waits for."""
    network = loaded.environment.network
    policy = network_policy(
        name,
        function_name=naming.function_name(loaded.environment.service, loaded.name, name),
        role_name=role.name,
        vpc_id=in_template(network.vpc),
        subnet_ids=all_in_template(network.subnets),
        security_group_id=group.id,
    )
    builder.add("network-policy", policy, ("functions", name))
    return [policy.policy.title]


def _login(database: DatabaseSection | None) -> DatabaseLogin | None:
    if database is None or database.iam is None:
        return None
    return DatabaseLogin(in_template(database.iam.resource_id), in_template(database.user))


def _readable(name: str, loaded: Loaded) -> tuple[list[Any], list[Any]]:
    """Return the ARNs of the secrets that a function reads, and of the keys that they need."""
    environment = loaded.environment
    existing = [value for _, value in secret_values(name, environment)]
    # Each secret once, whichever of its keys is read.
    secrets = [secret_resource(value) for value in {v.secret: v for v in existing}.values()]
    named = dict.fromkeys(value.kms_key for value in existing if value.kms_key is not None)
    keys = [in_template(key) for key in named]
    if any(isinstance(value, MadeSecret) for *_, value in given_variables(name, environment)):
        secrets.append(made_secret_arn())
        key = encryption_key(loaded)
        # A key that is given for both is in the list already.
        if key is not None and environment.encryption.key not in named:
            keys.append(key)
    return secrets, keys
