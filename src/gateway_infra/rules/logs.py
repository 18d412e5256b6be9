"""Rules of log groups."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject


def _short_retention(subject: Subject) -> Iterator[Diagnostic]:
    days = subject.environment.logs.retention_days
    if subject.environment.tier == "prod" and days < SHORTEST_IN_PROD:
        message = f"is {days} {'day' if days == 1 else 'days'}: what is reported later has no logs "
        yield Diagnostic(("logs", "retention_days"), f"{message}left to look at")


SHORTEST_IN_PROD = 14
"""Days of logs below which a service in prod is told."""

RULES = (
    Rule.advice(
        "GI614",
        "Logs of prod that are kept for less than two weeks",
        "What is deleted cannot be looked at when a fault is reported late. AWS's own check asks "
        "for 365 days where auditors will want to read.",
        "Raise logs.retention_days; the default in prod is 30.",
        "https://docs.aws.amazon.com/config/latest/developerguide/"
        "cw-loggroup-retention-period-check.html",
        check=_short_retention,
    ),
)
