"""VPC endpoints that are made here, and what 443 may reach where egress is scoped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

from pydantic import Field, model_validator

from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import DISTINCT, Section, wrong
from gateway_infra.values.value_types import PrefixListId, RouteTableId, SecurityGroupId, SubnetIds
from gateway_infra.values.values import Value

EndpointService: TypeAlias = Literal[
    "dynamodb",
    "ecr",
    "events",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "states",
    "sts",
    "xray",
]
"""Services by the last part of their endpoint's name, but for ``ecr``, which has two:
https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html"""

SERVICES: tuple[str, ...] = get_args(EndpointService)
GATEWAYS = frozenset(("dynamodb", "s3"))
"""Services with gateway endpoints, which cost nothing and are entries of route tables:
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"""

_ENDPOINTS = {"ecr": ("ecr.api", "ecr.dkr")}
_OWN_PREFIX = frozenset(
    ("ecr.api", "ecr.dkr", "lambda", "monitoring", "sqs", "states", "sts", "xray")
)
"""Endpoints whose names begin with ``cn.`` in China, as ``describe-vpc-endpoint-services`` lists
them; AWS CDK keeps such a list in ``aws-ec2/lib/vpc-endpoint.ts``."""


def endpoint_names(services: Sequence[str]) -> list[tuple[int, str]]:
    """Return the endpoints of services, each with the place of its service in the list."""
    return [
        (position, name)
        for position, service in enumerate(services)
        for name in _ENDPOINTS.get(service, (service,))
    ]


def endpoint_prefix(name: str, region: str) -> str:
    """Return what the name of an endpoint's service begins with in a region."""
    china = region.startswith("cn-") and name in _OWN_PREFIX
    return "cn.com.amazonaws" if china else "com.amazonaws"


class EndpointsConfig(Section):
    """VPC endpoints that are made here, in a stack of their own.

    A service has one endpoint with private DNS in a VPC, so one environment of a VPC makes them.
    Private DNS wants the VPC's attributes enableDnsHostnames and enableDnsSupport. An interface
    endpoint costs by the hour in each zone and by the gigabyte; a gateway endpoint costs nothing.
    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """

    services: list[EndpointService] = Field(
        min_length=1,
        description="services to make endpoints of; s3 and dynamodb are gateways, the rest "
        "interfaces with private DNS; ecr is two, ecr.api and ecr.dkr",
        json_schema_extra=DISTINCT,
        examples=[["s3", "secretsmanager"]],
    )
    route_tables: list[RouteTableId] = Field(
        default=[],
        max_length=200,
        description="the subnets' route tables, which gateways are entries of",
        examples=[["rtb-0a1b2c3d4e5f60718", {"stack_output": "network/PrivateRouteTable"}]],
    )
    subnets: SubnetIds | None = Field(
        default=None,
        description="subnets of the interface endpoints, one of each zone; unset: network.subnets",
        examples=[[{"ssm": "/shared/subnet-a"}, {"ssm": "/shared/subnet-b"}]],
    )

    @property
    def interfaces(self) -> list[str]:
        """The services whose endpoints are interfaces."""
        return [service for service in self.services if service not in GATEWAYS]

    @model_validator(mode="after")
    def _fit(self) -> EndpointsConfig:
        _refuse_twice(self.route_tables, "route_tables")
        gateways = [service for service in self.services if service in GATEWAYS]
        if gateways and not self.route_tables:
            message = f"is missing, and the endpoint of {gateways[0]} is an entry of route tables; "
            raise wrong(f"{message}list those of the subnets", "GI914", ("route_tables",))
        if self.route_tables and not gateways:
            message = "names route tables, and none of the services has a gateway endpoint (s3 and "
            raise wrong(f"{message}dynamodb do); remove it", "GI914", ("route_tables",))
        if self.subnets is not None and not self.interfaces:
            message = "names subnets, and gateway endpoints are in none; remove it"
            raise wrong(message, "GI914", ("subnets",))
        return self


class HttpsTargets(Section):
    """What 443 may reach besides the endpoints made here, where egress is scoped."""

    security_groups: list[SecurityGroupId] = Field(
        default=[],
        max_length=25,
        description="groups of endpoints, proxies or services of one's own",
        examples=[["sg-0a1b2c3d4e5f60718"]],
    )
    prefix_lists: list[PrefixListId] = Field(
        default=[],
        max_length=25,
        description="prefix lists, as AWS's own of S3, without which a gateway endpoint is not "
        "reached: `aws ec2 describe-managed-prefix-lists`",
        examples=[[{"ssm": "/shared/s3-prefix-list"}]],
    )

    @model_validator(mode="after")
    def _something_once(self) -> HttpsTargets:
        _refuse_twice(self.security_groups, "security_groups")
        _refuse_twice(self.prefix_lists, "prefix_lists")
        if not self.security_groups and not self.prefix_lists:
            raise wrong("lists nothing; name security_groups or prefix_lists, or remove it")
        return self


def _refuse_twice(values: Sequence[Value], key: str) -> None:
    for position, value in enumerate(values):
        if value in values[:position]:
            raise wrong("is there twice; keep one", at=(key, position))


RULES = (
    Rule.error(
        "GI914",
        "An endpoint without what it is made in",
        "A gateway endpoint (s3, dynamodb) is an entry of route tables, and one in none does "
        "nothing; an interface endpoint is in subnets. Neither has the other.",
        "List the route tables of the functions' subnets under network.endpoints.route_tables.",
        "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html",
    ),
)
