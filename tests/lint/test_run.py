"""cfn-lint over environments: once for the same template, and from memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway_infra.lint import cfn_lint, run
from gateway_infra.lint.cache import Cache
from gateway_infra.lint.cfn_lint import CfnLintError, Job, Match
from gateway_infra.lint.provenance_of_findings import Made
from gateway_infra.lint.run import lint_made
from gateway_infra.reading.diagnostics import Place
from tests.lint.support import TITLE, match
from tests.lint.test_provenance_of_findings import FULL, made

MEMORY = ("Resources", "FunctionWeb", "Properties", "MemorySize")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Find something in templates with a function; return which templates were looked at."""
    jobs: list[Job] = []

    def lint(job: Job) -> list[Match]:
        jobs.append(job)
        return [match("E3034", MEMORY)] if '"FunctionWeb": {' in job.text else []

    monkeypatch.setattr(cfn_lint, "lint_template", lint)
    monkeypatch.setattr(run, "processors", lambda: 1)
    monkeypatch.setattr(run, "of_cfn_lint", lambda: "tools")
    return jobs


def _twice(text: str = FULL) -> list[Made]:
    return [made(text), made(text)]


def test_a_finding_has_its_key_and_its_template(asked: list[Job]) -> None:
    linted = lint_made([made()], Cache(None))
    [found] = linted.findings
    assert (found.rule, found.severity, found.message) == ("E3034", "error", "is odd")
    assert (found.path, found.place) == (
        ("functions", "web", "memory"),
        Place("environments/prod.yaml", 14, 5),
    )
    [place] = found.templates
    assert place[:4] == ("prod", "jobs-prod-function", "function.json", MEMORY)
    assert (place.line, place.column) == (7, 5)
    assert linted.rules == {"E3034": TITLE}
    assert len(asked) == 6


def test_the_same_template_is_looked_at_once(asked: list[Job]) -> None:
    assert len(lint_made(_twice(), Cache(None)).findings) == 2
    assert len(asked) == len(set(asked)) == 6


def test_the_same_template_of_another_region_is_another(asked: list[Job]) -> None:
    lint_made([made(), made(FULL.replace("us-east-1", "eu-west-1"))], Cache(None))
    assert {job.region for job in asked} == {"us-east-1", "eu-west-1"}
    assert len(asked) == 12


def test_what_was_seen_is_not_looked_at_again(asked: list[Job], tmp_path: Path) -> None:
    first = lint_made(_twice(), Cache(tmp_path))
    second = lint_made(_twice(), Cache(tmp_path))
    assert (first.remembered, second.remembered) == (0, 12)
    assert second._replace(remembered=0) == first
    assert len(asked) == 6
    lint_made([made(FULL.replace("512", "513"))], Cache(tmp_path))
    assert len(asked) == 7


def test_another_cfn_lint_looks_again(
    asked: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lint_made([made()], Cache(tmp_path))
    monkeypatch.setattr(run, "of_cfn_lint", lambda: "other tools")
    assert lint_made([made()], Cache(tmp_path)).remembered == 0
    monkeypatch.setattr(run, "of_cfn_lint", lambda: None)
    before = len(list(tmp_path.iterdir()))
    assert lint_made([made()], Cache(tmp_path)).remembered == 0
    assert (len(asked), len(list(tmp_path.iterdir()))) == (18, before)


@pytest.mark.parametrize("content", ["{}", '["x"]', "[[1]]", "[[1,2,3,4,5,6,7,8,9]]", "7", "null"])
def test_what_is_no_memory_of_ours_is_looked_at(
    asked: list[Job], tmp_path: Path, content: str
) -> None:
    lint_made([made()], Cache(tmp_path))
    for file in tmp_path.iterdir():
        file.write_text(content)
    again = lint_made([made()], Cache(tmp_path))
    assert again.remembered in (0, 6 if content == "{}" else 0)
    assert len(asked) in (12, 6 if content == "{}" else 12)


def test_memory_holds_findings_and_nothing_of_a_template(asked: list[Job], tmp_path: Path) -> None:
    text = FULL.replace("LEVEL: info", "LEVEL: planted-value")
    lint_made([made(text)], Cache(tmp_path))
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"is odd" in kept
    for word in (b"planted-value", b"jobs", b"DB_PASSWORD", b"AWS::"):
        assert word not in kept
    assert asked


def test_how_many_processes_are_worth_their_start(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def parallel(_work: object, items: list[Job], *, processes: int, warm: object) -> list[object]:
        assert warm is cfn_lint.warm
        asked.append(processes)
        return [[] for _ in items]

    monkeypatch.setattr(run, "in_parallel", parallel)
    monkeypatch.setattr(run, "processors", lambda: 4)
    for size in (1_000_000, 30_000, 1):
        monkeypatch.setattr(run, "_BYTES_A_PROCESS", size)
        lint_made([made()], Cache(None))
    lint_made([made()], Cache(None), processes=7)
    assert (asked[0], asked[2], asked[3]) == (1, 4, 7)
    assert asked[1] in (2, 3)


def test_what_cfn_lint_cannot_do_is_raised(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(_job: Job) -> list[Match]:
        raise CfnLintError("cfn-lint knows no region")

    monkeypatch.setattr(cfn_lint, "lint_template", refuse)
    monkeypatch.setattr(run, "processors", lambda: 1)
    with pytest.raises(CfnLintError, match="knows no region"):
        lint_made([made()], Cache(tmp_path))
    assert list(tmp_path.iterdir()) == []
