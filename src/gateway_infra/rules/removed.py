"""Rules that no longer exist. Their IDs stay reserved, so that no new rule reuses one."""

from __future__ import annotations

from gateway_infra.reading.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "GI967",
        "warning",
        "Web ACL without a blocking rule",
        "The rule has a new ID.",
        "Use GI968.",
        "CHANGELOG.md",
        status="removed",
    ),
)
