"""The sections on what exists already: the network, the database and the bucket."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from gateway_infra.config.section import Section, matches, wrong
from gateway_infra.config.values import (
    BucketName,
    Host,
    Identifier,
    Port,
    Secret,
    SecurityGroupId,
    SqlName,
    SubnetIds,
    VpcId,
)
from gateway_infra.config.variables import VariableName

_PREFIX = matches(r"[A-Z][A-Z0-9_]*", "capitals, digits and underscores, as in DB_")


class NetworkSection(Section):
    """Where the functions run: a VPC and two or more of its private subnets.

    The subnets are a list, or one value that is known later and holds them all, as comma-separated
    text: ``{stack_output: network/PrivateSubnetIds}``.

    Private subnets reach AWS's own services through a NAT gateway or VPC endpoints, neither of
    which is made here: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
    """

    vpc: VpcId = Field(description="the VPC's id")
    subnets: SubnetIds = Field(
        description="private subnets, in two zones or more: a list, or one value for all"
    )

    @model_validator(mode="after")
    def _distinct(self) -> NetworkSection:
        if isinstance(self.subnets, list) and len(set(self.subnets)) < len(self.subnets):
            raise wrong("lists a subnet twice; name subnets of two zones")
        return self


class DatabaseSection(Section):
    """A PostgreSQL database on RDS; functions get its address and login as variables.

    ``variable_prefix`` gives the variables their names: ``DB_`` makes ``DB_HOST``, ``DB_PORT``,
    ``DB_NAME``, ``DB_USER`` and ``DB_PASSWORD``.
    """

    host: Host = Field(description="the endpoint's host name")
    port: Port = Field(
        default=5432, description="the port, also the one that is opened to functions"
    )
    name: SqlName = Field(description="the database's name")
    user: SqlName = Field(description="the login's name")
    password: Secret = Field(description="the login's password, never literal")
    security_group: SecurityGroupId = Field(
        description="the database's group, which gets an ingress rule for each function"
    )
    instance_identifier: Identifier | None = Field(
        default=None, description="the instance whose CPU is watched"
    )
    cluster_identifier: Identifier | None = Field(
        default=None, description="the (Aurora) cluster whose CPU is watched"
    )
    variable_prefix: Annotated[str, _PREFIX] = Field(
        default="DB_", description="begins the variables' names"
    )

    @model_validator(mode="after")
    def _one_identifier(self) -> DatabaseSection:
        if self.instance_identifier is not None and self.cluster_identifier is not None:
            raise wrong("names both instance_identifier and cluster_identifier; keep one")
        return self


class BucketSection(Section):
    """The bucket that functions read and write; its name reaches them as a variable."""

    name: BucketName = Field(description="the bucket's name")
    variable: VariableName = Field(default="BUCKET_NAME", description="the variable's name")
