"""The section on log groups and their retention."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BeforeValidator, Field

from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import Section, wrong

_Days = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
]  # fmt: skip
RETENTION_DAYS: tuple[int, ...] = get_args(_Days)
"""What CloudWatch Logs takes:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""


def _listed(value: Any) -> Any:
    """Refuse days that CloudWatch Logs does not offer, naming those that it does."""
    if type(value) is not int or value in RETENTION_DAYS:
        return value
    shorter = [days for days in RETENTION_DAYS if days < value]
    longer = [days for days in RETENTION_DAYS if days > value]
    near = " or ".join(str(days) for days in (*shorter[-1:], *longer[:1]))
    raise wrong(f"is {value} days, which CloudWatch Logs does not offer; write {near}", "GI613")


RetentionDays: TypeAlias = Annotated[_Days, BeforeValidator(_listed)]
"""Days that CloudWatch Logs keeps what it is sent."""


class LogsConfig(Section):
    """How long CloudWatch Logs keeps the logs of functions and API.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    """

    retention_days: RetentionDays = Field(default=30, description="days")


RULES = (
    Rule.error(
        "GI613",
        "A retention that CloudWatch Logs does not offer",
        "Only some numbers of days are taken, and the stack is refused for any other.",
        "Write one of those that the message names.",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"
        "API_PutRetentionPolicy.html",
    ),
)
