"""One finding, whoever found it, and many of them as they are told: each once, sorted by place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gateway_infra.reading.problems import KeyPath, Place, Problem, Severity, show_path

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")


class InTemplate(NamedTuple):
    """Where cfn-lint found something: `path` as in ``("Resources", "Api", "Properties", …)``."""

    environment: str
    stack: str
    file: str
    path: KeyPath
    line: int
    column: int


class Finding(NamedTuple):
    """What is told of one key, and of which environments it holds.

    `rule` is an id of ours (``GI301``) or of cfn-lint (``W3005``), which has `templates` too.
    `note` says how the place was found, where the key itself is not written there. `accepted` is
    the reason with which the file accepts it; empty where it does not.
    """

    rule: str
    severity: Severity
    message: str
    place: Place
    path: KeyPath
    environments: tuple[str, ...]
    templates: tuple[InTemplate, ...] = ()
    note: str = ""
    accepted: str = ""

    @property
    def tool(self) -> str:
        """Who found it."""
        return "cfn-lint" if self.templates else "gateway-infra"

    @property
    def counts(self) -> bool:
        """Whether it fails a run: errors and warnings do, unless they are accepted."""
        return self.severity != "advice" and not self.accepted


def rule_of(problem: Problem) -> str:
    """Return the id of the rule that a problem breaks; of one without, that of its kind."""
    if problem.rule:
        return problem.rule
    return "GI004" if problem.path else "GI001"


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings sorted by place, with those that differ in nothing but where as one."""
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for item in findings:
        where = (item.place, show_path(item.path), item.rule, item.message, item.accepted)
        alike.setdefault((*where, item.severity, item.note), []).append(item)
    return tuple(_one(alike[key]) for key in sorted(alike, key=str_key))


def str_key(key: tuple[object, ...]) -> tuple[object, ...]:
    """Sort by file, line and column first, then by what is said."""
    place, *rest = key
    return (place, *(str(part) for part in rest))


def _one(alike: list[Finding]) -> Finding:
    names = {name for item in alike for name in item.environments}
    places = {place for item in alike for place in item.templates}
    return alike[0]._replace(
        environments=tuple(sorted(names)),
        templates=tuple(sorted(places, key=lambda t: (t.environment, t.stack, t.line, t.column))),
    )
