"""Rules of the file itself: reading it, its keys and values, and what it accepts."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.rules.rule import Found, Rule, Subject

_YAML = "https://yaml.org/spec/1.2.2/"
_REFERENCE = "docs/reference.md"


_NO_REASONS = ("fixme", "later", "tbd", "temporary", "to do", "todo", "your reason in")


def _short_reasons(subject: Subject) -> Iterator[Found]:
    for rule, reason in subject.environment.accept.items():
        if len(reason.split()) < 3 or reason.strip().lower().startswith(_NO_REASONS):
            shown = reason if len(reason) <= 60 else f"{reason[:57]}…"
            message = f"has the reason '{shown}', which tells a reader nothing; write why the "
            yield Found(("accept", rule), f"{message}finding does not matter here")


RULES = (
    Rule(
        "GI001",
        "error",
        "A file that cannot be read",
        "What cannot be read cannot be checked, and guessing at it would deploy something else.",
        "Mend the place that the message names.",
        _YAML,
        acceptable=False,
    ),
    Rule(
        "GI002",
        "error",
        "A key that is not known here",
        "A misspelled key would otherwise be dropped, and the default would be deployed silently.",
        "Correct its spelling or its indentation; the message names the nearest known key.",
        _REFERENCE,
        acceptable=False,
    ),
    Rule(
        "GI003",
        "error",
        "A key that must be written and is missing",
        "It has no default, because no value would be right for every service.",
        "Write it.",
        _REFERENCE,
        acceptable=False,
    ),
    Rule(
        "GI004",
        "error",
        "A value of the wrong kind, or outside of its range",
        "AWS refuses such a value, or would read it as something else.",
        "Write a value of the kind that the message names.",
        _REFERENCE,
        acceptable=False,
    ),
    Rule(
        "GI005",
        "error",
        "`accept` names what is no rule, or one that cannot be accepted",
        "It would silence nothing, while readers believe that it does.",
        "Name a rule that `gateway-infra rules` lists as acceptable.",
        "docs/rules.md",
        acceptable=False,
    ),
    Rule(
        "GI006",
        "warning",
        "`accept` silences a rule that nothing breaks",
        "A reason that no longer applies misleads whoever reads the file, and would hide the next "
        "place where the rule is broken.",
        "Remove it.",
        "docs/rules.md",
        acceptable=False,
    ),
    Rule(
        "GI007",
        "warning",
        "`accept` gives no reason that one can read",
        "The reason is what a reviewer, or whoever is on call, has to judge by.",
        "Write in a few words why the finding does not matter here.",
        "docs/rules.md",
        check=_short_reasons,
        acceptable=False,
    ),
    Rule(
        "GI008",
        "advice",
        "`accept` of a shared file silences a rule that nothing breaks here",
        "What base.yaml accepts holds in every environment. Where it is broken in some only, a "
        "reader of the others is told of an exception that is none.",
        "Move it to the environments where the rule is broken, or write `GI301: null` in one "
        "where it is not; leave it where most environments need it.",
        "docs/rules.md",
        acceptable=False,
    ),
)
