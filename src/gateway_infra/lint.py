"""cfn-lint in process. It is large, optional and untyped, so it is imported when it is called."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path


def lint_template(file: Path, region: str) -> Iterator[str]:
    """Yield a line for each finding of cfn-lint in a template, warnings included.

    Raise `ImportError` where cfn-lint is not installed.
    """
    api = import_module("cfnlint.api")
    config = import_module("cfnlint.config")
    for match in api.lint_file(file, config.ManualArgs(regions=[region])):
        place = f"{file}:{match.linenumber}:{match.columnnumber}"
        yield f"{place}: {match.rule.id} {match.message}"
