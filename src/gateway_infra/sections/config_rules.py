"""The section on the rules of AWS Config."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from gateway_infra.sections.managed_rules import RULE_SHAPE, checked_rule
from gateway_infra.values.section import DISTINCT, Section

RuleName: TypeAlias = Annotated[str, BeforeValidator(checked_rule), RULE_SHAPE]
Hours: TypeAlias = Literal[1, 3, 6, 12, 24]
"""Hours between two evaluations:
https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html"""


class ConfigRulesConfig(Section):
    """What AWS Config is to check, again with each change: AWS's own rules.

    https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html
    """

    rules: list[RuleName] | None = Field(
        default=None,
        min_length=1,
        description="AWS's names of the rules; unset: those for what the file has",
        json_schema_extra=DISTINCT,
        examples=[["lambda-inside-vpc", "api-gw-xray-enabled"]],
    )
