"""What a function is given from the file: its variables, and the secrets that it reads itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.sections.database import DatabaseSection
from gateway_infra.sections.environment import Environment
from gateway_infra.sections.secret import MadeSecret
from gateway_infra.values.values import SecretValue, Value

SECRET_ARN = "_SECRET_ARN"
SECRET_KEY = "_SECRET_KEY"
"""A variable that is a secret reaches the function as two, with these after its name: where the
secret is, and, where the file says it, which key of its JSON is meant."""

IAM_AUTH = "IAM_AUTH"
"""The end of the variable that is ``true`` where functions log in to the database by IAM."""

DATABASE_PARTS = ("host", "port", "name", "user")


Given: TypeAlias = "Value | SecretValue | MadeSecret"
"""What becomes a variable; a secret becomes two."""


def given_variables(name: str, environment: Environment) -> Iterator[tuple[KeyPath, str, Given]]:
    """Yield each value that becomes a variable of the function `name`: key path, variable, value.

    Sections come first, then the function's own variables by name.
    """
    function = environment.functions[name]
    database = environment.database
    if database is not None and "database" in function.uses:
        for part in DATABASE_PARTS:
            variable = database.variable_prefix + part.upper()
            yield ("database", part), variable, getattr(database, part)
        yield from _login(database)
    if environment.bucket is not None and "bucket" in function.uses:
        yield ("bucket", "name"), environment.bucket.variable, environment.bucket.name
    for variable, value in sorted(function.variables.items()):
        yield ("functions", name, "variables", variable), variable, value


def _login(database: DatabaseSection) -> Iterator[tuple[KeyPath, str, Given]]:
    """Yield the variable by which a function logs in."""
    password = f"{database.variable_prefix}PASSWORD"
    if database.password is not None:
        yield ("database", "password"), password, database.password
    elif database.secret is not None:
        yield ("database", "secret"), password, MadeSecret()
    else:
        yield ("database", "iam"), database.variable_prefix + IAM_AUTH, "true"


def secret_values(name: str, environment: Environment) -> Iterator[tuple[KeyPath, SecretValue]]:
    """Yield the secrets that exist and that the function `name` reads itself."""
    for path, _, value in given_variables(name, environment):
        if isinstance(value, SecretValue):
            yield path, value
