"""Checks on the graph and the templates: quotas, sizes, policies, raw resources."""

from __future__ import annotations

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.template_checks import names, policies, raw_resources, sizes, weakenings
from gateway_infra.template_checks.context import RuleContext

RULES: tuple[Rule, ...] = (
    *raw_resources.RULES,
    *names.RULES,
    *policies.RULES,
    *sizes.RULES,
    *weakenings.RULES,
)
"""Every rule that needs the templates, in the order in which findings are reported."""


def plan_problems(whole: RuleContext) -> list[Diagnostic]:
    """Return what the rules of the templates find."""
    return [
        whole.loaded.problem(found.path, found.message)._replace(
            rule=rule.id, severity=rule.severity
        )
        for rule in RULES
        for found in (rule.check(whole) if rule.check else ())
    ]
