"""cfn-lint finds nothing, warnings included, in any case and the shipped prod, in any layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.support import lint_templates
from tests.test_invariants import ENVIRONMENTS, in_layout

TEMPLATES = [
    (folder, name, layout)
    for folder, name in ENVIRONMENTS
    # What differs in the first is beside the templates, and prod has what the others have;
    # .ci/run lints all that is shipped.
    if not name.startswith("deployer-") and name not in ("dev", "staging")
    for layout in ("single", "split")
]
MOST = [item for item in TEMPLATES if item[1:] in (("prod", "split"), ("hardened", "single"))]
"""What holds most of what there is, in each posture; the rest takes a minute (`slow`)."""


@pytest.mark.parametrize(
    ("folder", "name", "layout"),
    TEMPLATES,
    ids=[f"{name}-{layout}" for _, name, layout in TEMPLATES],
)
@pytest.mark.slow
def test_cfn_lint_finds_nothing(folder: Path, name: str, layout: str, tmp_path: Path) -> None:
    assert linted(folder, name, layout, tmp_path) == []


@pytest.mark.parametrize(("folder", "name", "layout"), MOST)
def test_cfn_lint_finds_nothing_in_either_posture(
    folder: Path, name: str, layout: str, tmp_path: Path
) -> None:
    assert linted(folder, name, layout, tmp_path) == []


def linted(folder: Path, name: str, layout: str, tmp_path: Path) -> list[str]:
    """Return what cfn-lint finds in the templates of an environment."""
    generated = in_layout(folder, name, layout)
    files = [tmp_path / f"{stack.key}.json" for stack in generated.stacks]
    for file in files:
        file.write_text(generated.files[file.name])
    return lint_templates(files, generated.plan.region)


def test_a_fault_is_found(tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    file.write_text('{"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {}}}}')
    [finding] = lint_templates([file], "us-east-1")
    assert "E3003" in finding
    assert str(file) in finding
