"""What the tests of exceptions share: those in force in an environment or in one resource."""

from __future__ import annotations

from functools import cache
from typing import Any

from gateway_infra.pipeline import Generated, generate
from gateway_infra.suppressions.active import active_suppressions
from gateway_infra.suppressions.metadata import graph_suppressions
from gateway_infra.suppressions.suppression import ActiveSuppression
from tests.support import ROOT, generate_text, generated_case
from tests.test_cases import NAMES


def of_file(text: str) -> list[ActiveSuppression]:
    """Return the exceptions in force in an environment, from the text of its file."""
    return _in(generate_text(text))


def of_body(kind: str, **properties: Any) -> dict[str, ActiveSuppression]:
    """Return by key the exceptions that one resource needs, with no file beside it."""
    resources = {"It": {"Type": kind, "Properties": properties}}
    return {item.row.key: item for item in active_suppressions(resources)}


@cache
def everywhere() -> tuple[ActiveSuppression, ...]:
    """Return those of all shipped environments and golden cases."""
    shipped = [generate(ROOT / "environments", name) for name in ("dev", "staging", "prod")]
    cases = [generated_case(name) for name in NAMES]
    return tuple(found for item in (*shipped, *cases) for found in _in(item))


def _in(item: Generated) -> list[ActiveSuppression]:
    return graph_suppressions(item.graph, item.loaded.environment)
