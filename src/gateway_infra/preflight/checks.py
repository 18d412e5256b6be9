"""Rules that need the templates: quotas, sizes, policies. Their words are in the catalog."""

from __future__ import annotations

from gateway_infra.preflight import added, names, policies, sizes, weakened
from gateway_infra.preflight.whole import Check, Whole
from gateway_infra.reading.problems import Problem

CHECKS: tuple[Check, ...] = (
    *added.CHECKS,
    *names.CHECKS,
    *policies.CHECKS,
    *sizes.CHECKS,
    *weakened.CHECKS,
)
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
