"""Rules that need the templates: quotas, sizes, policies. Their words are in the catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from gateway_infra.config.load import Loaded
from gateway_infra.config.problems import Problem
from gateway_infra.config.rules.rule import Found, Rule
from gateway_infra.graph import Graph
from gateway_infra.writers.plan import Plan


class Whole(NamedTuple):
    """What these rules look at: the environment, its graph, and the stacks it was cut into."""

    loaded: Loaded
    graph: Graph
    plan: Plan


CHECKS: tuple[tuple[Rule, Callable[[Whole], Iterator[Found]]], ...] = ()
"""Each rule of the templates with its check."""


def plan_problems(whole: Whole) -> list[Problem]:
    """Return what the rules of the templates find."""
    return [
        whole.loaded.problem(found.path, found.message)._replace(
            rule=rule.id, severity=rule.severity
        )
        for rule, check in CHECKS
        for found in check(whole)
    ]
