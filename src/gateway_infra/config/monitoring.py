"""The sections on logs and alarms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from gateway_infra.config.section import Number, Section, matches, refuse_doubles
from gateway_infra.config.values import TopicArn

_EMAIL = matches(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")


class LogsConfig(Section):
    """How long CloudWatch Logs keeps the logs of functions and API.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    """

    retention_days: Literal[
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
        3288, 3653,
    ] = Field(default=30, description="days")  # fmt: skip


class AlarmsConfig(Section):
    """Thresholds over five minutes; an alarm rings when the figure is above its threshold."""

    topic: TopicArn | None = Field(default=None, description="an SNS topic to notify")
    emails: list[Annotated[str, _EMAIL]] = Field(
        default=[], description="addresses to notify, through a topic that is made for them"
    )
    function_errors: int = Field(default=10, ge=0, description="failed invocations")
    function_duration: Number | None = Field(
        default=None,
        gt=0,
        description="seconds, the slowest invocation; unset: five sixths of the function's timeout",
    )
    function_throttles: int = Field(default=0, ge=0, description="refused invocations")
    api_5xx_percent: Number = Field(default=5, ge=0, lt=100, description="% of requests")
    api_latency: Number = Field(default=2, gt=0, description="seconds, of the 99th percentile")
    api_throttled: int = Field(default=0, ge=0, description="requests answered 429")
    database_cpu_percent: Number = Field(default=80, ge=0, lt=100, description="% of CPU")

    @model_validator(mode="after")
    def _distinct(self) -> AlarmsConfig:
        refuse_doubles(self.emails, "emails")
        return self
