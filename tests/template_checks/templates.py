"""What the tests of rules on the templates share: what a rule finds in an environment."""

from __future__ import annotations

from functools import lru_cache

from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, show_path
from tests.support import generate_text


@lru_cache(maxsize=4)  # a test asks for one, then for how severe it is
def problems_in(text: str, layout: str | None = None) -> tuple[Diagnostic, ...]:
    """Return all that is told of an environment, whether it is refused or not."""
    try:
        return generate_text(text, layout=layout).findings
    except ConfigError as error:
        return error.problems


def found(rule: str, text: str, layout: str | None = None) -> list[str]:
    """Return what a rule finds in an environment, each as ``key.path: message``."""
    return [
        f"{show_path(problem.path)}: {problem.message}"
        for problem in problems_in(text, layout)
        if problem.rule == rule
    ]


def severities(rule: str, text: str) -> set[str]:
    """Return how severe what a rule finds in an environment is."""
    return {problem.severity for problem in problems_in(text, None) if problem.rule == rule}
