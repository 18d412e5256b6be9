"""The section on access to the API: its endpoint type and its allow-lists."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import DISTINCT, Section, wrong
from gateway_infra.values.value_types import AccountId, AddressRange, VpcEndpointId, VpcId

EndpointType: TypeAlias = Literal["regional", "private"]
OWN_SIDE = frozenset(("iam", "lambda"))
"""Kinds of authorization by which the caller's own side says whether a call is allowed, so that the
API's policy need not; it must for all others.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html"""


class AccessConfig(Section):
    """Who the API's resource policy lets call; who is in none of its lists gets 403.

    A list that is not there restricts nothing. `vpcs` and `vpc_endpoints` are for a private API,
    and whoever is in either may call; `cidrs` restricts these further there, as any network of
    anybody may have such addresses. `accounts` is for signed calls (authorization: iam).
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
    """

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    cidrs: list[AddressRange] = Field(
        default=[],
        min_length=1,
        description="addresses that may call: those on the internet, or with endpoint: private "
        "those in the networks that may call; unset: any",
        json_schema_extra=DISTINCT,
        examples=[["203.0.113.0/24", {"parameter": "OfficeCidr"}]],
    )
    vpcs: list[VpcId] = Field(
        default=[],
        min_length=1,
        description="VPCs that may call a private API, of any account; unset: those with the "
        "endpoints alone",
        json_schema_extra=DISTINCT,
        examples=[["vpc-0a1b2c3d4e5f60718"]],
    )
    vpc_endpoints: list[VpcEndpointId] = Field(
        default=[],
        min_length=1,
        description="VPC endpoints that may call a private API, beside those of api.vpc_endpoints, "
        "of any account; unset: none beside those",
        json_schema_extra=DISTINCT,
        examples=[["vpce-0a1b2c3d4e5f60718"]],
    )
    accounts: list[AccountId] = Field(
        default=[],
        min_length=1,
        description="further accounts whose users and roles may call, if their own policies let "
        "them; unset: this one alone",
        json_schema_extra=DISTINCT,
        examples=[["123456789012"]],
    )

    @model_validator(mode="after")
    def _named(self) -> AccessConfig:
        if not any((self.cidrs, self.vpcs, self.vpc_endpoints, self.accounts)):
            message = "names nobody; list cidrs, vpcs, vpc_endpoints or accounts, or remove it"
            raise wrong(message, "GI950")
        return self


def any_parameter(path: str) -> str:
    """Return a path as a policy's pattern, where a star stands for each path parameter."""
    return re.sub(r"\{[^}]*\}", "*", path)


RULES = (
    Rule.error(
        "GI950",
        "An allow-list of nobody",
        "A policy without any list would either let everyone call or nobody, and which one is "
        "meant cannot be told.",
        "List cidrs, vpcs, vpc_endpoints or accounts, or remove access.",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
        "apigateway-resource-policies.html",
    ),
)
