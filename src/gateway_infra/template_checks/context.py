"""What rules of the templates look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from gateway_infra.graph import Graph
from gateway_infra.loading.load import Loaded
from gateway_infra.rules.rule import Found, Rule
from gateway_infra.writers.plan import Plan


class Whole(NamedTuple):
    """The environment, its graph, and the stacks it was cut into."""

    loaded: Loaded
    graph: Graph
    plan: Plan


Check: TypeAlias = "tuple[Rule, Callable[[Whole], Iterator[Found]]]"
"""A rule of the templates with what finds where it is broken."""
