"""The secret of the database, where the file asks for one, and its rotation."""

from __future__ import annotations

from typing import Any

from troposphere import Ref

from gateway_infra.assembly.graph_builder import GraphBuilder, tags_of
from gateway_infra.assembly.key import encryption_key
from gateway_infra.builders.secret import database_secret, rotation_endpoint_access, secret_rotation
from gateway_infra.builders.shared import naming
from gateway_infra.inputs import all_in_template, in_template
from gateway_infra.loading.load import Loaded
from gateway_infra.sections.database import DatabaseSection


def made_secret_arn() -> Any:
    """Return the ARN of the secret that is made, for whoever is given it."""
    return Ref("DatabaseSecret")


def add_secret(loaded: Loaded, builder: GraphBuilder) -> Any:
    """Build the secret and, where it is to be rotated, what rotates it.

    Return the id of the rotation function's security group, ``None`` without rotation.
    """
    database = loaded.environment.database
    if database is None or database.secret is None:
        return None
    name = naming.service_name(loaded.environment.service, loaded.name)
    secret = database_secret(
        database.secret,
        host=in_template(database.host),
        port=in_template(database.port),
        database=in_template(database.name),
        user=in_template(database.user),
        description=f"{name}: login to the database",
        kms_key_arn=encryption_key(loaded),
        tags=tags_of(loaded, "database"),
    )
    builder.add("secret", secret, ("database", "secret"))
    builder.output("DatabaseSecretArn", "Secret with the login to the database", secret.arn)
    if database.secret.rotation_days is None:
        return None
    return _add_rotation(loaded, database, database.secret.rotation_days, builder)


def add_rotation_access(
    loaded: Loaded, rotation_group: Any, endpoint_group: Any, builder: GraphBuilder
) -> None:
    """Let the rotation function reach the VPC endpoints, where both are made."""
    if rotation_group is None or endpoint_group is None:
        return
    access = rotation_endpoint_access(
        rotation_security_group_id=rotation_group,
        endpoint_security_group_id=endpoint_group,
        scoped=loaded.environment.network.egress == "scoped",
    )
    builder.add("endpoint-ingress", access, ("network", "endpoints"))


def _add_rotation(
    loaded: Loaded, database: DatabaseSection, days: int, builder: GraphBuilder
) -> Any:
    network = loaded.environment.network
    groups = network.https_to.security_groups if network.https_to else []
    lists = network.https_to.prefix_lists if network.https_to else []
    rotation = secret_rotation(
        days,
        secret_arn=made_secret_arn(),
        vpc_id=in_template(network.vpc),
        subnet_ids=all_in_template(network.subnets),
        database_port=in_template(database.port),
        database_security_group_id=in_template(database.security_group),
        https_security_group_ids=(
            [in_template(group) for group in groups] if network.egress == "scoped" else None
        ),
        https_prefix_lists=[in_template(item) for item in lists],
        kms_key_arn=encryption_key(loaded),
        tags=tags_of(loaded, "database"),
    )
    builder.add("secret", rotation, ("database", "secret", "rotation_days"))
    return rotation.group_id
