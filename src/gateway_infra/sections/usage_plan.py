"""The section on the usage plan and its API keys."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway_infra.values.section import DISTINCT, Section, matches

_KEY_NAME = matches(
    r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "small letters, digits and single hyphens, as in partner-a"
)


class QuotaConfig(Section):
    """How many requests one API key may make in a period."""

    limit: int = Field(ge=1, description="requests a period", examples=[10000])
    period: Literal["DAY", "WEEK", "MONTH"] = Field(default="MONTH", description="the period")


class UsagePlanConfig(Section):
    """The usage plan: API keys and their quota; its throttle is the API's.

    A usage plan binds only callers that send a key. A key is no authentication.
    """

    keys: list[Annotated[str, _KEY_NAME]] = Field(
        default=[],
        description="API keys to make, by name; AWS makes the value",
        json_schema_extra=DISTINCT,
        examples=[["partner-a"]],
    )
    quota: QuotaConfig | None = Field(
        default=None, description="requests a key may make; unset: no limit"
    )
