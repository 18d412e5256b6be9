"""The skeleton of a family: ``python docs/new_family.py NAME``."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT

SCRIPT = ROOT / "docs" / "new_family.py"

CHECKS = (
    ("ruff", "format", "--check", "--quiet", "."),
    ("ruff", "check", "--quiet", "."),
    ("mypy",),
    ("importlinter.cli", "lint"),
    ("gateway_infra", "lint", "--environments", "tests/cases", "--env", "job-queue"),
    (
        *("pytest", "-q", "tests/builders/test_job_queue.py", "tests/builders/test_tags.py"),
        *("tests/builders/test_every_builder.py", "tests/rules/test_catalog.py", "tests/schema"),
        *("tests/test_cases.py", "tests/test_docs.py", "tests/test_facts.py"),
        *("tests/test_families.py", "tests/test_layouts.py", "tests/test_public.py"),
    ),
)
"""Modules that accept what the script wrote, each with its arguments."""


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy of the project, which imports its own source."""
    environ = {**os.environ, "PYTHONPATH": str(project / "src")}
    program = [sys.executable, *command]
    return subprocess.run(
        program, cwd=project, env=environ, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project with a new family."""
    project = tmp_path_factory.mktemp("project") / "copy"
    unread = (".*cache", ".git", ".venv", "__pycache__", "*.egg-info", "build")
    shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(*unread))
    done = run(project, "docs/new_family.py", "job_queue")
    assert done.returncode == 0, done.stderr
    return project


@pytest.mark.slow
@pytest.mark.parametrize("command", CHECKS, ids=lambda command: command[0])
def test_the_skeleton_passes_at_once(written: Path, command: tuple[str, ...]) -> None:
    done = run(written, "-m", *command)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_skeleton_is_a_stack_of_its_own(written: Path) -> None:
    """It edits five files below src/ at most, and writes four."""
    template = json.loads((written / "tests/cases/job-queue/job-queue.json").read_text())
    assert list(template["Resources"]) == ["JobQueueLogGroup"]
    changed = {
        path.relative_to(written).as_posix()
        for path in (written / "src").rglob("*.py")
        if not (ROOT / path.relative_to(written)).is_file()
        or path.read_text() != (ROOT / path.relative_to(written)).read_text()
    }
    assert {path.removeprefix("src/gateway_infra/") for path in changed} == {
        *(f"{storey}/job_queue.py" for storey in ("assembly", "builders", "rules", "sections")),
        *("__init__.py", "assembly/environment.py", "families.py", "sections/environment.py"),
    }


@pytest.mark.slow
def test_a_second_run_changes_nothing(written: Path) -> None:
    before = (written / "src/gateway_infra/families.py").read_text()
    done = run(written, "docs/new_family.py", "job_queue")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert (written / "src/gateway_infra/families.py").read_text() == before


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Queue", "'Queue' is not a module name. Use lower-case words, for example 'job_queue'."),
        ("job-queue", "'job-queue' is not a module name."),
        ("class", "'class' is taken or too long. Choose another name"),
        ("waf", "'waf' is taken"),
        ("monitoring", "'monitoring' is taken"),
        ("schema", "'schema' is taken"),
        ("a" * 31, "is taken or too long"),
        ("functions", "'functions' is a key of the environment file."),
        ("route", "src/gateway_infra/sections/route.py exists. Choose another name"),
    ],
)
def test_a_name_that_cannot_be_used(
    name: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    script: dict[str, Any] = runpy.run_path(str(SCRIPT))
    assert any(message in problem for problem in script["_problems"](name))
    assert not list(script["_problems"]("job_queue"))
