"""What the file accepts with a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from gateway_infra.config.problems import Problem, did_you_mean
from gateway_infra.config.rules.catalog import BY_ID
from gateway_infra.config.rules.rule import Subject


def accept_errors(subject: Subject) -> Iterator[Problem]:
    """Yield what stands under `accept` and is no rule, or one that cannot be accepted."""
    for key in subject.environment.accept:
        rule = BY_ID.get(key)
        if rule is None:
            message = f"is no rule; `gateway-infra rules` lists them{_near(key)}"
        elif not rule.acceptable:
            message = "cannot be accepted: AWS refuses what it is about, or nothing could be made; "
            message += "mend what it finds"
        else:
            continue
        path = ("accept", key)
        yield Problem(subject.source.find(path).place, path, message, "GI005")


def unused(subject: Subject, found: Collection[str]) -> Iterator[Problem]:
    """Yield what is accepted and is none of the rules of which something was `found`."""
    for key in subject.environment.accept:
        if key not in found:
            message = "is accepted, and nothing breaks it; remove it"
            path = ("accept", key)
            yield Problem(subject.source.find(path).place, path, message, "GI006", "warning")


def not_accepted(problems: Iterable[Problem], accepted: Collection[str]) -> list[Problem]:
    """Return the problems but for those of accepted rules."""
    return [problem for problem in problems if problem.rule not in accepted]


def _near(key: str) -> str:
    near = did_you_mean(key.upper(), BY_ID)
    return near if "did you mean" in near else ""
