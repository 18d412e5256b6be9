"""cfn-lint in process; importing this module imports cfn-lint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cfnlint.api import lint_file
from cfnlint.config import ManualArgs


def lint_templates(file: Path, region: str) -> Iterator[str]:
    """Yield a line for each finding of cfn-lint in a template, warnings included."""
    for match in lint_file(file, ManualArgs(regions=[region])):
        line, column = match.linenumber, match.columnnumber
        yield f"{file}:{line}:{column}: {match.rule.id} {match.message}"
