"""What tests of the report share: findings, reports, and cfn-lint over files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway_infra.lint.cfn_lint import Job, Match, lint_template
from gateway_infra.lint.report import Looked, Report, RuleText
from gateway_infra.reading.diagnostics import Diagnostic, InTemplate, Place

TITLE = RuleText("A title", "What it finds.", "https://example.com/E3034")
PLACE = Place("environments/base.yaml", 5, 3)
MEMORY = ("functions", "web", "memory")
IN_TEMPLATE = InTemplate(
    "prod",
    "jobs-prod-function",
    "function.json",
    ("Resources", "FunctionWeb", "Properties", "MemorySize"),
    41,
    9,
)
OURS = Diagnostic(
    ("functions", "web", "timeout"),
    "is 60 s",
    "GI201",
    "warning",
    place=PLACE,
    environments=("prod",),
)
THEIRS = Diagnostic(
    MEMORY,
    "99 is too small",
    "E3034",
    "error",
    place=PLACE,
    environments=("dev", "prod"),
    templates=(IN_TEMPLATE,),
    note="a default",
)
ADVICE = Diagnostic(
    (), "is worth knowing", "GI004", "advice", place=Place("environments"), environments=("dev",)
)
ACCEPTED = OURS._replace(rule="GI007", accepted="It is known, and no harm here.")
ENVIRONMENTS = (
    Looked("dev", "environments/dev.yaml", ("function.json", "role.json")),
    Looked("prod", "environments/prod.yaml", ("function.json", "role.json")),
)


def report_of(*findings: Diagnostic, environments: Any = ENVIRONMENTS, **more: Any) -> Report:
    """Return a report with these findings."""
    rules = {item.rule: TITLE for item in findings if item.templates}
    return Report(environments, findings, rules, **more)


def match(rule: str = "W3005", path: Sequence[str | int] = (), message: str = "is odd") -> Match:
    """Return what cfn-lint found, as far as tests care."""
    severity = "error" if rule.startswith("E") else "warning"
    return Match(rule, severity, message, tuple(path), 7, 5, *TITLE)


def lint_templates(files: Sequence[Path], region: str) -> list[str]:
    """Return a line for each finding of cfn-lint in templates of `region`, warnings included."""
    return [
        f"{file}:{found.line}:{found.column}: {found.rule} {found.message}"
        for file in files
        for found in lint_template(Job(file.read_text(), region))
    ]
