"""The sections on what exists already: the network, the database and the bucket."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from gateway_infra.sections.endpoints import EndpointsConfig, HttpsTargets
from gateway_infra.values.section import Section, wrong
from gateway_infra.values.value_types import SubnetIds, VpcId


class NetworkSection(Section):
    """Where the functions run: a VPC and two or more of its private subnets.

    The subnets are a list, or one value that is known later and holds them all, as comma-separated
    text: ``{stack_output: network/PrivateSubnetIds}``.

    Private subnets reach AWS's own services through a NAT gateway, which is not made here, or VPC
    endpoints: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
    """

    vpc: VpcId = Field(
        description="the VPC's id",
        examples=["vpc-0a1b2c3d4e5f60718", {"stack_output": "network/VpcId"}],
    )
    subnets: SubnetIds = Field(
        description="private subnets, in two zones or more: a list, or one value for all",
        examples=[
            [{"ssm": "/shared/subnet-a"}, {"ssm": "/shared/subnet-b"}],
            {"parameter": "SubnetIds"},
        ],
    )
    egress: Literal["anywhere", "scoped"] = Field(
        default="anywhere",
        description="anywhere: 443 and the database's port to any address; scoped: the database's "
        "port to its group, 443 to the endpoints made here and to https_to; posture hardened: "
        "scoped; functions.NAME.egress_ports lead to any address in either",
    )
    https_to: HttpsTargets | None = Field(
        default=None,
        description="what else 443 may reach where egress is scoped; unset: nothing",
        examples=[{"prefix_lists": ["pl-0a1b2c3d4e5f60718"]}],
    )
    endpoints: EndpointsConfig | None = Field(
        default=None, description="VPC endpoints that are made here; unset: none"
    )

    @model_validator(mode="after")
    def _distinct(self) -> NetworkSection:
        given = self.subnets if isinstance(self.subnets, list) else []
        for position, subnet in enumerate(given):
            if subnet in given[:position]:
                at = ("subnets", position)
                raise wrong("is there twice; name subnets of two zones", "GI112", at)
        return self
