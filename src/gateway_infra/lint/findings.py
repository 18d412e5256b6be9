"""One finding, whoever found it, and many of them as they are told: each once, sorted by place."""

from __future__ import annotations

from collections.abc import Iterable

from gateway_infra.reading.diagnostics import Diagnostic, Severity, show_path

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")


def rule_of(problem: Diagnostic) -> str:
    """Return the id of the rule that a problem breaks; of one without, that of its kind."""
    if problem.rule:
        return problem.rule
    return "GI004" if problem.path else "GI001"


def merged(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return findings sorted by place, with those that differ in nothing but where as one."""
    alike: dict[tuple[object, ...], list[Diagnostic]] = {}
    for item in findings:
        where = (item.place, show_path(item.path), item.rule, item.message, item.accepted)
        alike.setdefault((*where, item.severity, item.note), []).append(item)
    return tuple(_one(alike[key]) for key in sorted(alike, key=str_key))


def str_key(key: tuple[object, ...]) -> tuple[object, ...]:
    """Sort by file, line and column first, then by what is said."""
    place, *rest = key
    return (place, *(str(part) for part in rest))


def _one(alike: list[Diagnostic]) -> Diagnostic:
    names = {name for item in alike for name in item.environments}
    places = {place for item in alike for place in item.templates}
    return alike[0]._replace(
        environments=tuple(sorted(names)),
        templates=tuple(sorted(places, key=lambda t: (t.environment, t.stack, t.line, t.column))),
    )
