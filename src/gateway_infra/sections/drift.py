"""The section on drift detection."""

from __future__ import annotations

from pydantic import Field

from gateway_infra.sections.config_rules import Hours
from gateway_infra.values.section import Section


class DriftConfig(Section):
    """Whether resources are still as their templates say, or were changed by hand.

    https://docs.aws.amazon.com/config/latest/developerguide/cloudformation-stack-drift-detection-check.html
    """

    frequency: Hours = Field(default=24, description="hours between two checks: 1, 3, 6, 12 or 24")
