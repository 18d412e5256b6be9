"""What a rule is, what it looks at, and what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.reading.source import Node

if TYPE_CHECKING:
    from gateway_infra.sections.environment import Environment


class Subject(NamedTuple):
    """What rules look at: a valid environment, its name, and where its values are written."""

    name: str
    environment: Environment
    source: Node


def broken(rule: Rule, subject: Subject) -> Iterator[Diagnostic]:
    """Yield a problem for each place where a rule with a check is broken."""
    for found in rule.check(subject) if rule.check else ():
        place = subject.source.find(found.path).place
        yield found._replace(rule=rule.id, severity=rule.severity, place=place)
