"""The secret of the database, where the file asks for one, and its rotation."""

from __future__ import annotations

from typing import Any

from troposphere import Ref

from gateway_infra.assembly.encryption import encryption_key
from gateway_infra.assembly.parts import Parts, tags_of
from gateway_infra.builders import naming
from gateway_infra.builders.secret import database_secret, secret_rotation
from gateway_infra.config.load import Loaded
from gateway_infra.config.network import DatabaseSection
from gateway_infra.inputs import all_in_template, in_template


def made_secret_arn() -> Any:
    """Return the ARN of the secret that is made, for whoever is given it."""
    return Ref("DatabaseSecret")


def add_secret(loaded: Loaded, parts: Parts) -> None:
    """Build the secret and, where it is to be rotated, what rotates it."""
    database = loaded.environment.database
    if database is None or database.secret is None:
        return
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
    parts.add("secret", secret, ("database", "secret"))
    parts.output("DatabaseSecretArn", "Secret with the login to the database", secret.arn)
    if database.secret.rotation_days is not None:
        _add_rotation(loaded, database, database.secret.rotation_days, parts)


def _add_rotation(loaded: Loaded, database: DatabaseSection, days: int, parts: Parts) -> None:
    network = loaded.environment.network
    rotation = secret_rotation(
        days,
        secret_arn=made_secret_arn(),
        vpc_id=in_template(network.vpc),
        subnet_ids=all_in_template(network.subnets),
        database_port=in_template(database.port),
        database_security_group_id=in_template(database.security_group),
        kms_key_arn=encryption_key(loaded),
        tags=tags_of(loaded, "database"),
    )
    parts.add("secret", rotation, ("database", "secret", "rotation_days"))
