"""The section on the database."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from gateway_infra.reading.rule import Rule
from gateway_infra.sections.database_auth import LOGINS, DatabaseIamConfig
from gateway_infra.sections.secret import DatabaseSecretConfig
from gateway_infra.values.section import Section, matches, without, wrong
from gateway_infra.values.value_types import (
    Host,
    Identifier,
    Port,
    Secret,
    SecurityGroupId,
    SqlName,
)

_PREFIX = matches(r"[A-Z][A-Z0-9_]*", "capitals, digits and underscores, as in DB_")


def _made_here(value: Any) -> Any:
    """Refuse the name of a secret, which is one that exists."""
    if isinstance(value, str):
        raise wrong(
            "makes a secret, and takes a mapping, as in {} or {rotation_days: 30}; one that exists "
            "goes under database.password, as in {secret: NAME, key: password}",
            "GI128",
        )
    return value


class DatabaseSection(Section):
    """A PostgreSQL database on RDS; functions get its address and login as variables.

    ``variable_prefix`` gives the variables their names: ``DB_`` makes ``DB_HOST``, ``DB_PORT``,
    ``DB_NAME`` and ``DB_USER``. One of three keys says how to log in: `password` makes
    ``DB_PASSWORD``, or ``DB_PASSWORD_SECRET_ARN`` for a secret that exists; `secret` makes the
    secret too; `iam` makes ``DB_IAM_AUTH``, which is ``true``.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [key]} for key in LOGINS],
            "dependentSchemas": {
                key: {
                    "if": {"properties": {key: {"not": {"type": "null"}}}},
                    "then": without(key, *(other for other in LOGINS if other != key)),
                }
                for key in LOGINS
            },
        }
    )

    host: Host = Field(
        description="the endpoint's host name",
        examples=["db.example.com", {"stack_output": "database/Host"}],
    )
    port: Port = Field(
        default=5432,
        description="the port, also the one that is opened to functions",
        examples=[5432, {"parameter": "DatabasePort", "default": 5432}],
    )
    name: SqlName = Field(description="the database's name", examples=["jobs"])
    user: SqlName = Field(description="the login's name", examples=["jobs_app"])
    password: Secret | None = Field(
        default=None,
        description="the login's password, never literal; unset: `secret` or `iam` says how",
        examples=[
            {"environment_variable": "DB_PASSWORD"},
            {"secret": "jobs/prod/db", "key": "password"},
        ],
    )
    secret: Annotated[DatabaseSecretConfig | None, BeforeValidator(_made_here)] = Field(
        default=None,
        description="a secret made here, as in {} or {rotation_days: 30}, with a generated "
        "password that functions read themselves; unset: none",
        examples=[{}, {"rotation_days": 30}],
    )
    iam: DatabaseIamConfig | None = Field(
        default=None,
        description="log in with tokens of IAM, and no password; unset: not so",
        examples=[{"resource_id": "db-ABCDEFGHIJKL01234"}],
    )
    security_group: SecurityGroupId = Field(
        description="the database's group, which gets an ingress rule for each function",
        examples=["sg-0a1b2c3d4e5f60718", {"stack_output": "database/SecurityGroupId"}],
    )
    instance_identifier: Identifier | None = Field(
        default=None, description="the instance whose CPU is watched", examples=["jobs-prod"]
    )
    cluster_identifier: Identifier | None = Field(
        default=None,
        description="the (Aurora) cluster whose CPU is watched",
        examples=["jobs-cluster"],
    )
    variable_prefix: Annotated[str, _PREFIX] = Field(
        default="DB_", description="begins the variables' names"
    )

    @model_validator(mode="after")
    def _one_login(self) -> DatabaseSection:
        given = [key for key in LOGINS if getattr(self, key) is not None]
        if not given:
            raise wrong(
                "does not say how to log in; write one of: password: {environment_variable: "
                "DB_PASSWORD}, which whoever deploys fills; secret: {}, made here with a generated "
                "password; iam: {resource_id: db-…}, without a password",
                "GI128",
            )
        if len(given) > 1:
            first, other = given[0], given[-1]
            raise wrong(
                f"is another way to log in than database.{first}; keep one (`{first}: null` "
                "removes what a file below gives)",
                "GI128",
                (other,),
            )
        return self

    @model_validator(mode="after")
    def _one_identifier(self) -> DatabaseSection:
        if self.instance_identifier is not None and self.cluster_identifier is not None:
            message = "names both instance_identifier and cluster_identifier; keep one"
            raise wrong(message, "GI121", ("cluster_identifier",))
        return self


RULES = (
    Rule.error(
        "GI128",
        "A database with no way to log in, or with several",
        "Functions log in with a password that whoever deploys gives, with one that is generated "
        "into a secret, or with a token of IAM. With two of them, nothing says which holds.",
        "Write one of database.password, database.secret and database.iam.",
        "docs/values.md",
    ),
    Rule.error(
        "GI121",
        "An instance and a cluster at once",
        "One alarm watches the CPU of one database.",
        "Keep instance_identifier or cluster_identifier.",
        "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html",
    ),
)
