"""All rules by id."""

from __future__ import annotations

from gateway_infra.config.rules import file
from gateway_infra.config.rules.rule import Rule

RULES: tuple[Rule, ...] = tuple(sorted((*file.RULES,)))
"""Every rule, by id."""

BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
