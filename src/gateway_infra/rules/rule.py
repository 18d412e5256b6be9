"""What a rule is, what it looks at, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from gateway_infra.reading.problems import KeyPath, Problem, Severity
from gateway_infra.reading.source import Node

if TYPE_CHECKING:
    from gateway_infra.sections.environment import Environment


class Subject(NamedTuple):
    """What rules look at: a valid environment, its name, and where its values are written."""

    name: str
    environment: Environment
    source: Node


class Found(NamedTuple):
    """A place where a rule is broken, and the one-line message with the numbers in it."""

    path: KeyPath
    message: str


class Rule(NamedTuple):
    """A rule, with what ``gateway-infra explain`` tells of it.

    `title` says in a few words what is found; `reason` what happens on AWS, `fix` what to do,
    `page` where AWS says so (or who measured it). `acceptable` tells whether `accept` may silence
    it: what AWS refuses in any account, and what nothing can be made of, it may not. `check` is
    ``None`` for a rule that is found while the file is read (by the models, which name this id), or
    later, on the templates (see ``gateway_infra.template_checks``).
    """

    id: str
    severity: Severity
    title: str
    reason: str
    fix: str
    page: str
    check: Callable[[Subject], Iterator[Found]] | None = None
    acceptable: bool = True


def broken(rule: Rule, subject: Subject) -> Iterator[Problem]:
    """Yield a problem for each place where a rule with a check is broken."""
    for found in rule.check(subject) if rule.check else ():
        place = subject.source.find(found.path).place
        yield Problem(place, found.path, found.message, rule.id, rule.severity)
