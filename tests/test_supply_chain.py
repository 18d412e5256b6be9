"""What CI installs is locked by hash, what it runs is pinned; an audit without answers says so."""

from __future__ import annotations

import configparser
import datetime
import json
import re
import runpy
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import ROOT

CI = ROOT / ".ci"
LOCKS = [*sorted(CI.glob("*.txt")), *sorted((ROOT / "tests/e2e/locks").glob("*.txt"))]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yaml"))


def locked(lock: Path) -> dict[str, int]:
    """Return the hashes of each row of a lock file, counted."""
    rows = re.split(r"\n(?=\S)", lock.read_text().replace("\\\n", ""))
    rows = [row for row in rows if row.strip() and not row.startswith(("#", "--"))]
    return {row.split(" --hash")[0].strip(): row.count("--hash=sha256:") for row in rows}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_row_of_a_lock_is_one_version_with_its_hashes(lock: Path) -> None:
    rows = locked(lock)
    assert len(rows) > 5
    assert [row for row, hashes in rows.items() if not hashes or "==" not in row] == []


@pytest.mark.parametrize("extra", ["dev", "fuzz"])
def test_a_lock_has_what_setup_cfg_asks_for(extra: str) -> None:
    """A package that is added there without a renewal of the lock cannot be installed by CI."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    extras = config["options.extras_require"]
    asked = f"{extras[extra]}\n{config['options']['install_requires']}\nsetuptools"
    names = {re.split(r"[^A-Za-z0-9._-]", line)[0] for line in asked.splitlines() if line}
    assert {name.lower() for name in names} <= {
        row.split("==")[0] for row in locked(CI / f"{extra}.txt")
    }


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.stem)
def test_a_workflow_runs_actions_of_one_commit_and_may_only_read(workflow: Path) -> None:
    text = workflow.read_text()
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action
    parsed = yaml.safe_load(text)
    assert parsed["permissions"] == {"contents": "read"}
    for job in parsed["jobs"].values():
        steps = [step for step in job["steps"] if "actions/checkout@" in step.get("uses", "")]
        assert [step["with"]["persist-credentials"] for step in steps] == [False]


def test_workflows_cover_each_python_that_setup_cfg_lists() -> None:
    """The README and the workflows list the same versions of Python."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    listed = re.findall(r"Python :: (3\.\d+)", config["metadata"]["classifiers"])
    assert config["options"]["python_requires"] == f">={listed[0]}"
    assert config["mypy"]["python_version"] == listed[0]
    assert f"Python {listed[0]} to {listed[-1]}" in (ROOT / "README.md").read_text()
    for name, expected in {
        "versions": listed,
        "audit": listed,
        "ci": [listed[0], listed[-1]],
    }.items():
        workflow = yaml.safe_load((ROOT / ".github/workflows" / f"{name}.yaml").read_text())
        assert workflow["jobs"]["run"]["strategy"]["matrix"]["python"] == expected, name


Audit = Callable[..., tuple[int, str]]

SOUND = {"name": "sound", "version": "1", "vulns": []}
BROKEN = {
    "name": "broken",
    "version": "1.0",
    "vulns": [{"id": "GHSA-x", "aliases": ["CVE-2026-1"], "fix_versions": ["1.1"]}],
}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found on PyPI"}


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Audit:
    """Run CI's audit over what pip-audit is made to say; return the exit code and what is told."""

    def run(said: str, *options: str, ignored: str = "", code: int = 1) -> tuple[int, str]:
        monkeypatch.setattr(
            subprocess,
            "run",
            lambda *a, **_: subprocess.CompletedProcess(a, code, said, "no way\n"),
        )
        module = runpy.run_path(str(CI / "audit.py"))
        (tmp_path / "audit-ignored").write_text(ignored)
        module["main"].__globals__["IGNORED"] = tmp_path / "audit-ignored"
        code = module["main"]([*options, "dev.txt"])
        return code, capsys.readouterr().out

    return run


def said(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages})


AUDITS: dict[str, tuple[str, int, int, str]] = {
    "all well": (said(SOUND), 0, 0, "dev.txt: 1 packages asked about\n"),
    "a vulnerability": (
        said(SOUND, BROKEN),
        1,
        1,
        "VULNERABLE: dev.txt: broken 1.0: GHSA-x, mended in 1.1\n",
    ),
    "one without a fix": (
        said({**BROKEN, "vulns": [{"id": "PYSEC-1", "fix_versions": []}]}),
        1,
        1,
        "VULNERABLE: dev.txt: broken 1.0: PYSEC-1, mended in no release yet\n",
    ),
    "no answer for one": (
        said(SOUND, UNKNOWN),
        0,
        1,
        "NOT AUDITED: dev.txt: 1 without an answer: unknown\ndev.txt: 1 packages asked about\n",
    ),
    "no answer at all": (
        "",
        0,
        1,
        "NOT AUDITED: dev.txt: 1 without an answer: all of it (no way)\n"
        "dev.txt: 0 packages asked about\n",
    ),
    "no report": ("[]", 0, 1, "NOT AUDITED: dev.txt: 1 without an answer: all of it (no way)\n"),
}
"""What pip-audit says; the exit code, that of the weekly job, and what is told."""


@pytest.mark.parametrize("case", AUDITS)
def test_an_audit(audit: Audit, case: str) -> None:
    report, code, strict, text = AUDITS[case]
    for found, options in ((code, ()), (strict, ("--strict",))):
        returned, told = audit(report, *options)
        assert returned == found
        assert text in told


def test_what_is_ignored_is_so_until_its_day(audit: Audit) -> None:
    today = datetime.datetime.now().astimezone().date()
    for days, code in ((1, 0), (0, 0), (-1, 1)):
        until = today + datetime.timedelta(days=days)
        for name in ("GHSA-x", "CVE-2026-1"):
            line = f"# about\n\n{name} {until} It is not reached.\n"
            assert audit(said(BROKEN), ignored=line)[0] == code
    assert audit(said(BROKEN), ignored=f"GHSA-y {today} Another.\n")[0] == 1
    with pytest.raises(ValueError, match="write ID YYYY-MM-DD reason, not 'GHSA-x never'"):
        audit(said(BROKEN), ignored="GHSA-x never\n")


def test_the_file_of_what_is_ignored_can_be_read() -> None:
    module = runpy.run_path(str(CI / "audit.py"))
    list(module["ignored"]((CI / "audit-ignored").read_text(), datetime.date(2026, 1, 1)))
