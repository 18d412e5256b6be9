"""The section on the secret that is made for the database."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import Field

from gateway_infra.sections.database_auth import PASSWORD_KEY
from gateway_infra.values.section import Section


class MadeSecret(NamedTuple):
    """The secret that is made here; its ARN is known in the templates alone."""

    key: str = PASSWORD_KEY


class DatabaseSecretConfig(Section):
    """A secret that is made here, with a password that Secrets Manager generates.

    It is JSON with ``engine``, ``host``, ``port``, ``dbname``, ``username`` and ``password``, as
    rotation wants it. Nothing of it stands in a template, and it stays when its stack is deleted.
    The database learns the password from it: docs/security.md.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
    """

    length: int = Field(default=40, ge=16, le=128, description="characters of the password")
    rotation_days: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="days after which a function that AWS hosts sets another password in the "
        "database and the secret; unset: never",
        examples=[30],
    )
