"""What rules of the templates look at."""

from __future__ import annotations

from typing import NamedTuple

from gateway_infra.graph import Graph
from gateway_infra.loading.load import Loaded
from gateway_infra.writers.plan import Plan


class RuleContext(NamedTuple):
    """The environment, its graph, and the stacks it was cut into."""

    loaded: Loaded
    graph: Graph
    plan: Plan
