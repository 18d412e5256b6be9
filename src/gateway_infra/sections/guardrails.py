"""The section on guards of the account: what watches or keeps more than this service."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from gateway_infra.sections.managed_rules import RULE_SHAPE, checked_rule
from gateway_infra.sections.monitoring import RetentionDays
from gateway_infra.values.section import DISTINCT, Section, matches, refuse_doubles, wrong
from gateway_infra.values.values import VaultArn

LONGEST_CONTINUOUS = 35
"""Days that a continuous backup is kept at most:
https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html"""

RuleName: TypeAlias = Annotated[str, BeforeValidator(checked_rule), RULE_SHAPE]
Hours: TypeAlias = Literal[1, 3, 6, 12, 24]
"""Hours between two evaluations:
https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html"""


def _field(value: str, *words: str) -> str:
    """Return the pattern of a field: values, their ranges and steps, and words of its own."""
    part = "|".join((rf"(?:\*|{value}(?:-{value})?)(?:/[0-9]{{1,4}})?", *words))
    return f"(?:{part})(?:,(?:{part})){{0,60}}"


_MINUTE = "[0-5]?[0-9]"
_HOUR = "(?:[01]?[0-9]|2[0-3])"
_DAY = "(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = "(?:0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
_WEEKDAY = "(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)"
_YEAR = "(?:19[7-9][0-9]|2[01][0-9]{2})"
_DAYS = _field(_DAY, "L", "LW", f"{_DAY}W")
_WEEKDAYS = _field(_WEEKDAY, "L", f"{_WEEKDAY}L", f"{_WEEKDAY}#[1-5]")
_MONTHS = _field(_MONTH)
_CRON = matches(
    rf"cron\({_field(_MINUTE)} {_field(_HOUR)} "
    rf"(?:{_DAYS} {_MONTHS} \?|\? {_MONTHS} {_WEEKDAYS}) {_field(_YEAR)}\)",
    "cron(minute hour day month weekday year), with minutes to 59, hours to 23 and ? for the day "
    "or the weekday, as in cron(0 3 * * ? *) for 3 o'clock each day",
)
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html"""


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


class TrailConfig(Section):
    """Who called which AWS API in the account, in all regions.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
    """

    data_events: bool = Field(
        default=False,
        description="whether to record each object that is read or written in `bucket`, too",
    )
    retention_days: RetentionDays | None = Field(
        default=None,
        description="days in the log group; unset: those of `logs`",
        examples=[365],
    )
    delete_after_days: int | None = Field(
        default=None,
        ge=1,
        le=36500,
        description="days in the bucket, after which the files are gone; unset: kept for good",
        examples=[2557],
    )


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

    @model_validator(mode="after")
    def _distinct(self) -> ConfigRulesConfig:
        refuse_doubles(self.rules or [], "rules")
        return self


class DriftConfig(Section):
    """Whether resources are still as their templates say, or were changed by hand.

    https://docs.aws.amazon.com/config/latest/developerguide/cloudformation-stack-drift-detection-check.html
    """

    frequency: Hours = Field(default=24, description="hours between two checks: 1, 3, 6, 12 or 24")


class BackupConfig(Section):
    """Backups of the database and the bucket, in a vault that outlives both.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html
    """

    schedule: Annotated[str, _CRON] = Field(
        default="cron(0 3 * * ? *)", description="when, in UTC, as EventBridge writes it"
    )
    retention_days: int = Field(default=35, ge=1, le=36500, description="days")
    continuous: bool = Field(
        default=False, description="whether any second of the retention can be restored"
    )
    copy_to: VaultArn | None = Field(
        default=None,
        description="a vault of another region or account, which gets a copy of each",
        examples=["arn:aws:backup:eu-west-1:123456789012:backup-vault:copies"],
    )

    @model_validator(mode="after")
    def _short_enough(self) -> BackupConfig:
        if self.continuous and self.retention_days > LONGEST_CONTINUOUS:
            message = f"is {self.retention_days}, and continuous backups are kept "
            message += f"{LONGEST_CONTINUOUS} days at most; write {LONGEST_CONTINUOUS} or less"
            raise wrong(message, "GI970", ("retention_days",))
        return self


class GuardsConfig(Section):
    """Guards of the account; each is made only where it is written, if only as ``{}``."""

    flow_logs: FlowLogsConfig | None = Field(
        default=None, description="flow logs of `network.vpc`; unset: none"
    )
    trail: TrailConfig | None = Field(
        default=None, description="a CloudTrail trail of the account; unset: none"
    )
    recorder: bool = Field(
        default=False,
        description="whether to make the recorder that AWS Config's rules need; an account has one "
        "in a region",
    )
    config_rules: ConfigRulesConfig | None = Field(
        default=None, description="rules of AWS Config; unset: none"
    )
    drift: DriftConfig | None = Field(
        default=None, description="a rule of AWS Config on changes by hand; unset: none"
    )
    backup: BackupConfig | None = Field(
        default=None, description="backups of database and bucket; unset: none"
    )
