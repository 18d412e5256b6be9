"""How functions log in to the database, where no password is given: a secret made here, or IAM."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import Section
from gateway_infra.values.values import Value, ValueType

LOGINS = ("password", "secret", "iam")
"""The keys of `database` of which one says how to log in."""

PASSWORD_KEY = "password"
"""Where the password is in the JSON of a secret that is made here."""

_RESOURCE_ID = ValueType(
    r"(db|cluster)-[A-Z0-9]+|prx-[0-9a-f]+",
    "the resource id of an instance, a cluster or a proxy, as in db-ABCDEFGHIJKL01234 (in "
    "capitals; not its identifier: aws rds describe-db-instances has both)",
    rule="GI129",
)
ResourceId: TypeAlias = Annotated[Value, _RESOURCE_ID]


class DatabaseIamConfig(Section):
    """RDS's IAM authentication: functions log in with a token that they sign, and no password.

    The database must have it turned on, and the user the role ``rds_iam``; RDS takes the token over
    TLS alone.
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
    """

    resource_id: ResourceId = Field(
        description="the resource id of the instance, cluster or proxy that `user` logs in to",
        examples=["db-ABCDEFGHIJKL01234", {"stack_output": "database/ResourceId"}],
    )


RULES = (
    Rule.error(
        "GI129",
        "What is no resource id of a database",
        "IAM allows rds-db:connect on the resource id that RDS gives an instance, a cluster or a "
        "proxy once and for all, not on the identifier that people choose. Those of instances and "
        "clusters are of capitals and digits, those of proxies hexadecimal.",
        "Write DbiResourceId or DbClusterResourceId, as aws rds describe-db-instances or "
        "describe-db-clusters shows it; of a proxy the last part of its ARN (describe-db-proxies).",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html",
    ),
)
