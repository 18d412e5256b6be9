"""Rules of the file itself: reading it, its keys and values, and what it accepts."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject

_NO_REASONS = ("fixme", "later", "tbd", "temporary", "to do", "todo", "your reason in")


def _short_reasons(subject: Subject) -> Iterator[Diagnostic]:
    for rule, reason in subject.environment.accept.items():
        if len(reason.split()) < 3 or reason.strip().lower().startswith(_NO_REASONS):
            shown = reason if len(reason) <= 60 else f"{reason[:57]}…"
            message = f"has the reason '{shown}', which tells a reader nothing; write why the "
            yield Diagnostic(("accept", rule), f"{message}finding does not matter here")


RULES = (
    Rule.warning(
        "GI007",
        "`accept` gives no reason that one can read",
        "The reason is what a reviewer, or whoever is on call, has to judge by.",
        "Write in a few words why the finding does not matter here.",
        "docs/rules.md",
        check=_short_reasons,
        acceptable=False,
    ),
)
