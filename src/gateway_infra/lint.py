"""cfn-lint in process. It is large, optional and untyped, so it is imported when it is called."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path


def lint_templates(files: Sequence[Path], region: str) -> list[str]:
    """Return a line for each finding of cfn-lint in templates of `region`, warnings included.

    cfn-lint reads its rules once for all files, which takes longer than a template does. Raise
    `ImportError` where it is not installed, and `ValueError` for a region that it does not know.
    """
    helpers = import_module("cfnlint.helpers")
    if region not in helpers.REGIONS:
        raise ValueError(f"cfn-lint knows no region {region}; mend it, or upgrade cfn-lint")
    api = import_module("cfnlint.api")
    config = import_module("cfnlint.config")
    names = [str(file) for file in files]
    found = api.lint_by_config(config.ManualArgs(templates=names, regions=[region]))
    matches = sorted(found, key=lambda m: (names.index(m.filename), m.linenumber, m.rule.id))
    return [
        f"{match.filename}:{match.linenumber}:{match.columnnumber}: {match.rule.id} {match.message}"
        for match in matches
    ]
