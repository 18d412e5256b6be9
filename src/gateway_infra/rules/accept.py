"""What the file accepts with a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.catalog import OF_CFN_LINT, find_rule, near_rule
from gateway_infra.rules.rule import Subject


def accept_errors(subject: Subject) -> Iterator[Diagnostic]:
    """Yield what stands under `accept` and is no rule, or one that cannot be accepted."""
    for key in subject.environment.accept:
        rule = find_rule(key)
        if rule is None:
            message = f"is no rule; `gateway-infra rules` lists them{near_rule(key)}"
            if OF_CFN_LINT.fullmatch(key):
                message = "is a rule of cfn-lint, which .cfnlintrc silences (ignore_checks), or "
                message += "Metadata of the resource: docs/linting.md"
        elif rule.status == "removed":
            message = f"was removed. {rule.reason} {rule.fix}"
        elif not rule.acceptable:
            message = "cannot be accepted: AWS refuses what it is about, or nothing could be made; "
            message += "mend what it finds"
        else:
            continue
        path = ("accept", key)
        yield Diagnostic(path, message, "GI005", place=subject.source.find(path).place)


def unused(subject: Subject, found: Collection[str]) -> Iterator[Diagnostic]:
    """Yield what is accepted and is none of the rules of which something was `found`.

    What stands in a file that other environments share may well be needed there: that is advice.
    """
    for key in subject.environment.accept:
        if key in found:
            continue
        path: KeyPath = ("accept", key)
        place = subject.source.find(path).place
        # Written in a file that this environment is laid over.
        if place.line > 0 and PurePosixPath(place.file).name != f"{subject.name}.yaml":
            message = f"is accepted for all environments, and nothing breaks it in '{subject.name}'"
            message += "; accept it where it is broken, or nowhere if it is not"
            yield Diagnostic(path, message, "GI008", "advice", place=place)
        else:
            message = "is accepted, and nothing breaks it; remove it"
            yield Diagnostic(path, message, "GI006", "warning", place=place)


def accepted_rules(accept: Mapping[str, str]) -> dict[str, str]:
    """Return the rules that a file accepts and that can be accepted, with the reasons."""
    rules = {key: find_rule(key) for key in accept}
    return {
        key: accept[key]
        for key, rule in rules.items()
        if rule and rule.acceptable and rule.status != "removed"
    }


def not_accepted(problems: Iterable[Diagnostic], accepted: Collection[str]) -> list[Diagnostic]:
    """Return the problems but for those of accepted rules."""
    return [problem for problem in problems if problem.rule not in accepted]


RULES = (
    Rule.error(
        "GI005",
        "`accept` names what is no rule, or one that cannot be accepted",
        "It would silence nothing, while readers believe that it does.",
        "Name a rule that `gateway-infra rules` lists as acceptable.",
        "docs/rules.md",
    ),
    Rule.warning(
        "GI006",
        "`accept` silences a rule that nothing breaks",
        "A reason that no longer applies misleads whoever reads the file, and would hide the next "
        "place where the rule is broken.",
        "Remove it.",
        "docs/rules.md",
        acceptable=False,
    ),
    Rule.advice(
        "GI008",
        "`accept` of a shared file silences a rule that nothing breaks here",
        "What base.yaml accepts holds in every environment. Where it is broken in some only, a "
        "reader of the others is told of an exception that is none.",
        "Move it to the environments where the rule is broken, or write `GI301: null` in one "
        "where it is not; leave it where most environments need it.",
        "docs/rules.md",
        acceptable=False,
    ),
)
