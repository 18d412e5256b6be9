"""The section on alarms and their thresholds."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import DISTINCT, Number, Section, matches, wrong
from gateway_infra.values.value_types import TopicArn

_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = matches(
    rf"{_WORD}(?:\.{_WORD})*@(?:{_LABEL}\.)+(?:[A-Za-z]{{1,63}}|xn--[A-Za-z0-9-]{{1,59}})",
    "an e-mail address and nothing else, as in oncall@example.com",
    "GI612",
)


def _standard_topic(value: Any) -> Any:
    """Refuse a FIFO topic, which an alarm cannot publish to."""
    if isinstance(value, str) and value.endswith(".fifo"):
        raise wrong(
            "is a FIFO topic, which takes no message without a group id, and alarms send none; "
            "name a standard topic",
            "GI611",
        )
    return value


class AlarmsConfig(Section):
    """Thresholds over five minutes; an alarm rings when the figure is above its threshold."""

    topic: Annotated[TopicArn | None, BeforeValidator(_standard_topic)] = Field(
        default=None,
        description="an SNS topic to notify",
        examples=["arn:aws:sns:us-east-1:123456789012:alarms", {"parameter": "TopicArn"}],
    )
    emails: list[Annotated[str, _EMAIL]] = Field(
        default=[],
        description="addresses to notify, through a topic that is made for them",
        json_schema_extra=DISTINCT,
        examples=[["oncall@example.com"]],
    )
    function_errors: int = Field(default=10, ge=0, description="failed invocations")
    function_duration: Number | None = Field(
        default=None,
        gt=0,
        description="seconds, the slowest invocation; unset: five sixths of the function's timeout",
        examples=[50],
    )
    function_throttles: int = Field(default=0, ge=0, description="refused invocations")
    api_5xx_percent: Number = Field(default=5, ge=0, lt=100, description="% of requests")
    api_latency: Number = Field(default=2, gt=0, description="seconds, of the 99th percentile")
    api_throttled: int = Field(default=0, ge=0, description="requests answered 429")
    database_cpu_percent: Number = Field(default=80, ge=0, lt=100, description="% of CPU")


RULES = (
    Rule.error(
        "GI611",
        "A FIFO topic",
        "SNS refuses a message to a FIFO topic that has no message group id, and the action of an "
        "alarm has no place for one. Nor does a FIFO topic deliver mail.",
        "Name a standard topic.",
        "https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
    ),
    Rule.error(
        "GI612",
        "An e-mail address that is none",
        "SNS refuses it while the stack is made, which is rolled back for it; or the alarms of a "
        "year go to an address that does not exist.",
        "Write the bare address, without a name, a scheme or a second address.",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html",
    ),
)
