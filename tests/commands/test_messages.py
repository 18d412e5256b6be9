"""What is printed of problems: one line each, a quote below an error, color on terminals alone."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.commands.messages import WIDTH, printed, report, report_diagnostics
from gateway_infra.reading.diagnostics import Diagnostic, Place
from tests.command import Run, write

TEXT = "service: jobs\nfunctions:\n  web: {memory: 64, timeout: 0}\n"


@pytest.fixture
def prod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with one file, prod.yaml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prod.yaml").write_text(TEXT)
    return tmp_path / "prod.yaml"


def problem(
    line: int, column: int, *path: str, message: str = "is wrong", **more: Any
) -> Diagnostic:
    place = Place("prod.yaml", line, column) if line else Place("--set a")
    return Diagnostic(path, message, place=place, **more)


MEMORY = problem(3, 9, "functions", "web", "memory")
TIMEOUT = problem(3, 21, "functions", "web", "timeout")
SERVICE = problem(1, 1, "service")


@pytest.mark.usefixtures("prod")
def test_an_error_is_quoted_with_a_caret_under_its_value() -> None:
    assert printed([SERVICE]) == (
        "error: prod.yaml:1:1: service: is wrong\n  1 | service: jobs\n    |          ^^^^\n"
    )


def test_a_byte_order_mark_moves_no_caret(prod: Path) -> None:
    prod.write_bytes(b"\xef\xbb\xbfservice: jobs\r\n")
    assert printed([SERVICE]).splitlines()[1:] == ["  1 | service: jobs", "    |          ^^^^"]


@pytest.mark.usefixtures("prod")
def test_errors_of_one_line_share_its_quote() -> None:
    assert printed([MEMORY, TIMEOUT]).splitlines() == [
        "error: prod.yaml:3:9: functions.web.memory: is wrong",
        "error: prod.yaml:3:21: functions.web.timeout: is wrong",
        "  3 |   web: {memory: 64, timeout: 0}",
        "    |                 ^^           ^",
    ]


@pytest.mark.usefixtures("prod")
def test_warnings_are_quoted_and_advice_is_not() -> None:
    told = [SERVICE._replace(severity=severity) for severity in ("warning", "advice")]
    assert printed(told) == (
        "warning: prod.yaml:1:1: service: is wrong\n"
        "  1 | service: jobs\n"
        "    |          ^^^^\n"
        "advice: prod.yaml:1:1: service: is wrong\n"
    )


def test_more_than_a_few_are_counted() -> None:
    errors = [problem(0, 0, f"k{number}") for number in range(4)]
    assert printed(errors[:3]).count("\n") == 3
    assert printed(errors).splitlines()[-1] == "4 errors"
    told = [*errors[:1], *(e._replace(severity="warning") for e in errors[:3])]
    assert printed(told).splitlines()[-1] == "1 error, 3 warnings"
    told = [e._replace(severity="advice") for e in errors]
    assert printed(told).splitlines()[-1] == "4 pieces of advice"


def test_nothing_is_printed_of_no_problems() -> None:
    assert printed([]) == ""


LATER = {
    "gone": lambda path: path.unlink(),
    "shorter": lambda path: path.write_text(""),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "binary": lambda path: path.write_bytes(bytes(range(256))),
    "other columns": lambda path: path.write_text("\n\n#\n"),
    "no YAML": lambda path: path.write_text("\n\n{[}\n"),
    "huge": lambda path: path.write_bytes(b"#" * 5_000_002),
}


@pytest.mark.parametrize("case", LATER)
def test_a_file_that_has_changed_since_is_no_failure(case: str, prod: Path) -> None:
    LATER[case](prod)
    lines = printed([MEMORY, TIMEOUT]).splitlines()
    assert [line for line in lines if line.startswith("error: ")] == lines[:2]


def test_what_is_given_with_set_is_not_quoted() -> None:
    assert printed([problem(0, 0, "a")]) == "error: --set a: is wrong\n"


class Terminal(io.StringIO):
    """A stderr that is a terminal, as far as anyone asks."""

    def isatty(self) -> bool:
        return True


PLAIN: dict[str, tuple[type[io.StringIO], dict[str, str], bool]] = {
    "a terminal": (Terminal, {}, True),
    "a pipe": (io.StringIO, {}, False),
    "NO_COLOR": (Terminal, {"NO_COLOR": "1"}, False),
    "NO_COLOR, empty": (Terminal, {"NO_COLOR": ""}, True),
    "a terminal that cannot": (Terminal, {"TERM": "dumb"}, False),
    "FORCE_COLOR and a pipe": (io.StringIO, {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, False),
}


@pytest.mark.usefixtures("prod")
@pytest.mark.parametrize("case", PLAIN)
def test_color_is_for_terminals(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, variables, colored = PLAIN[case]
    for name in ("NO_COLOR", "TERM", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    stream = kind()
    monkeypatch.setattr(sys, "stderr", stream)
    report_diagnostics([SERVICE])
    report("warning", "watch out")
    assert ("\x1b[" in stream.getvalue()) == colored


@pytest.mark.usefixtures("prod")
def test_color_changes_no_text() -> None:
    colored = printed([SERVICE, MEMORY], color=True)
    plain = colored
    for code in ("1;31", "31", "2", "0"):
        plain = plain.replace(f"\x1b[{code}m", "")
    assert plain == printed([SERVICE, MEMORY])
    assert "\x1b[31m^^^^\x1b[0m" in colored


def test_a_long_line_is_cut_to_the_width(prod: Path) -> None:
    prod.write_text("service: " + "a" * 300 + "\n")
    for width in (WIDTH, 60, 41):
        quoted = printed([SERVICE], width=width).splitlines()[1:]
        assert all(len(line) <= width for line in quoted)
        assert quoted[1].index("^") == quoted[0].index("aaa")


def test_control_characters_of_a_message_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    report("error", "a\x1b[31mb\nc")
    assert capsys.readouterr().err == "error: a\\x1b[31mb\\nc\n"


# The whole way: files that share a base, and what the command prints of them.


@pytest.mark.usefixtures("project")
def test_a_fault_of_base_is_told_once_for_all_environments(run: Run) -> None:
    Path("environments/base.yaml").write_text("service: jobs: jobs\n")
    lines = run("--all").err.splitlines()
    assert [line for line in lines if line.startswith("error: ")] == lines[:1]
    assert lines[0].startswith("error: environments/base.yaml:1:14: is not YAML: ")
    assert lines[1:] == ["  1 | service: jobs: jobs", "    |              ^"]


@pytest.mark.usefixtures("project")
def test_faults_of_yaml_in_all_files_are_told_together(run: Run) -> None:
    write(base="a: b: c\n", dev="a: [b\n", prod="extends: eu.yaml\n", eu="a: 'b\ntier: dev\n")
    lines = [line for line in run("--all").err.splitlines() if line.startswith("error: ")]
    assert [line.split(" ")[1] for line in lines] == [
        "environments/base.yaml:1:5:",
        "environments/dev.yaml:1:4:",
        "environments/eu.yaml:1:4:",
    ]


@pytest.mark.usefixtures("project")
def test_a_wrong_value_of_base_is_told_once_and_quoted_from_there(run: Run) -> None:
    path = Path("environments/base.yaml")
    path.write_text(path.read_text() + "logs: {retention_days: 2}\n")
    lines = run("--all", "--quiet").err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("error: environments/base.yaml:")
    assert lines[1].endswith(" | logs: {retention_days: 2}")


@pytest.mark.usefixtures("project")
def test_all_of_set_is_told_beside_the_files_faults(run: Run) -> None:
    write(prod="layout: one\n")
    ran = run("--env", "prod", "--set", "functions.web.image=[", "--set", "x", "--set", "logs=5")
    places = [line.split(": ")[1] for line in ran.err.splitlines() if line.startswith("error: ")]
    assert places == [
        "--set",
        "--set functions.web.image",
        "--set logs",
        "environments/prod.yaml:1:1",
    ]


@pytest.mark.usefixtures("project")
def test_faults_of_a_base_do_not_hide_those_of_set(run: Run) -> None:
    write(base="a: b: c\n")
    assert "--set x: has no value" in run("--env", "prod", "--set", "x=").err
