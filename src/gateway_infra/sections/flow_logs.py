"""The section on the flow logs of the VPC."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway_infra.sections.logs import RetentionDays
from gateway_infra.values.section import Section


class FlowLogsConfig(Section):
    """Who talked to whom in the VPC: a line for each flow, of everything in it.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
    """

    traffic: Literal["all", "accept", "reject"] = Field(
        default="all", description="which traffic: all, accept (let through) or reject"
    )
    retention_days: RetentionDays | None = Field(
        default=None, description="days; unset: those of `logs`", examples=[365]
    )
