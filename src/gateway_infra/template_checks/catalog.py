"""Rules that need the templates: quotas, sizes, policies. Their words are in the catalog."""

from __future__ import annotations

from gateway_infra.reading.problems import Problem
from gateway_infra.template_checks import names, policies, raw_resources, sizes, weakenings
from gateway_infra.template_checks.context import Check, Whole

CHECKS: tuple[Check, ...] = (
    *raw_resources.CHECKS,
    *names.CHECKS,
    *policies.CHECKS,
    *sizes.CHECKS,
    *weakenings.CHECKS,
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
