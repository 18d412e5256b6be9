"""The section on the backup plan."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import Section, matches, wrong
from gateway_infra.values.value_types import VaultArn

LONGEST_CONTINUOUS = 35
"""Days that a continuous backup is kept at most:
https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html"""


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


RULES = (
    Rule.error(
        "GI970",
        "Continuous backups for longer than AWS keeps them",
        "A continuous backup restores any second of at most the last 35 days; AWS Backup refuses a "
        "plan that wants more.",
        "Write retention_days: 35 or less, or leave continuous out.",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html",
    ),
)
