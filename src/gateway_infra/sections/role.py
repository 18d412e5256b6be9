"""The section on the roles of functions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway_infra.values.section import Section


class RolesConfig(Section):
    """What the roles of all functions have in common.

    ``managed`` is AWS's policy AWSLambdaVPCAccessExecutionRole, which allows six actions of EC2 and
    three of CloudWatch Logs on ``*``. ``scoped`` allows Lambda to make network interfaces in the
    subnets and with the security group of the function alone, denies them to the function's code,
    and lets it write to its own log group only; neither AWS's policy nor an inline one is left.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    """

    network_policy: Literal["managed", "scoped"] = Field(
        default="managed",
        description="managed: AWS's own policy for functions in a VPC; scoped: the least that "
        "connects them, in policies of our own; posture hardened: scoped",
    )
    describe_databases: bool = Field(
        default=True,
        description="whether functions that use the database may read the metadata of instances "
        "and clusters; posture hardened: false",
    )

    @property
    def scoped(self) -> bool:
        """Whether roles have policies of our own alone."""
        return self.network_policy == "scoped"
