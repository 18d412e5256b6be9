"""Bad input to the command: a located message, exit 2, and nothing is written or changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.writers import atomic_swap
from tests.command import Run, contents, write

pytestmark = pytest.mark.usefixtures("project")

USAGE: dict[str, list[str]] = {
    "no environment": [],
    "env and all": ["--env", "prod", "--all"],
    "env without a name": ["--env"],
    "unknown option": ["--env", "prod", "--force"],
    "unknown layout": ["--env", "prod", "--layout", "many"],
    "shortened option": ["--environment", "environments", "--env", "prod"],
    "a word too many": ["--env", "prod", "dev"],
}


@pytest.mark.parametrize("case", USAGE)
def test_wrong_usage(run: Run, case: str) -> None:
    ran = run(*USAGE[case])
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: gateway-infra ")
    assert not Path("output").exists()


def test_help_names_every_option(run: Run) -> None:
    ran = run("--help")
    assert (ran.code, ran.err) == (0, "")
    options = "--env --all --layout --set --output --environments --check --lint --quiet"
    assert all(option in ran.out for option in options.split())


FAILURES: dict[str, tuple[list[str], str]] = {
    "unknown environment": (
        ["--env", "test"],
        "error: environments: there is no environment 'test': no file test.yaml; there are dev",
    ),
    "misspelled environment": (["--env", "pord"], "did you mean 'prod'; there are dev, prod"),
    "base": (["--env", "base"], "error: environments: 'base' is what all environments share"),
    "a path": (["--env", "../environments/prod"], "is no environment's name"),
    "a path upwards": (["--env", "../prod"], "error: environments: '../prod' is no environment's"),
    "nothing": (["--env", ""], "error: environments: '' is no environment's name"),
    "a line break": (["--env", "prod\nerror"], "error: environments: 'prod\\nerror' is no"),
    "missing folder": (
        ["--env", "prod", "--environments", "none"],
        "error: none: there is no such folder; name it with --environments",
    ),
    "missing folder, all": (
        ["--all", "--environments", "none"],
        "error: none: there is no such folder; name it with --environments",
    ),
    "a file for a folder": (
        ["--all", "--environments", "environments/prod.yaml"],
        "error: environments/prod.yaml: there is no such folder",
    ),
    "a folder without environments": (
        ["--all", "--environments", "empty"],
        "error: empty: holds no environment; write one as NAME.yaml beside base.yaml",
    ),
    "a long folder": (["--all", "--environments", "e" * 300], f"error: {'e' * 300}: "),
    "a long environment": (["--env", "e" * 300], "is no environment's name"),
    "override of an unknown key": (
        ["--env", "prod", "--set", "functions.web.memroy=5"],
        "error: --set functions.web.memroy: is not a key here; did you mean",
    ),
    "override without a value": (
        ["--env", "prod", "--set", "functions.web.memory"],
        "error: --set: must be a key path, '=' and a value",
    ),
    "override that is not YAML": (
        ["--env", "prod", "--set", "functions.web.memory=[1"],
        "error: --set functions.web.memory: the value after '=' is not YAML; quote it",
    ),
    "a wrong value in a file": (
        ["--env", "wrong"],
        "error: environments/wrong.yaml:2:3: api.integration_timeout: is 0; ",
    ),
    "the second of two": (["--env", "prod", "--env", "wrong"], "error: environments/wrong.yaml:2"),
    "one of all": (["--all"], "error: environments/wrong.yaml:2:3: "),
    "check of a wrong one": (["--all", "--check"], "error: environments/wrong.yaml:2:3: "),
    "output is a file": (["--env", "prod", "--output", "file"], "error: file: "),
    "output below a file": (["--env", "prod", "--output", "file/out"], "error: file/out: "),
    "output below a device": (["--env", "prod", "--output", "/dev/null/x"], "error: /dev/null/x: "),
    "output of a long name": (["--env", "prod", "--output", "o" * 300], f"error: {'o' * 300}: "),
    "check of a long name": (
        ["--env", "prod", "--check", "--output", "o" * 300],
        f"error: {'o' * 300}",
    ),
    "an environment's folder is a file": (
        ["--env", "prod", "--output", "blocked"],
        "blocked/prod: is a file; move it, or name another folder with --output",
    ),
    "the second's folder is a file": (
        ["--env", "dev", "--env", "prod", "--output", "blocked"],
        "blocked/prod: is a file",
    ),
    "someone else's files": (
        ["--env", "prod", "--output", "foreign"],
        "foreign/prod/role.json: is there, without a manifest.json of gateway-infra beside it",
    ),
}


@pytest.fixture
def obstacles(project: Path) -> None:
    """Put in the way what the failures need."""
    write(wrong="api:\n  integration_timeout: 0\ntier: dev\n")
    for folder in ("empty", "blocked", "foreign/prod"):
        (project / folder).mkdir(parents=True)
    (project / "file").write_text("text")
    (project / "blocked/prod").write_text("text")
    (project / "foreign/prod/role.json").write_text("{}")


@pytest.mark.usefixtures("obstacles")
@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_is_told_and_changes_nothing(run: Run, case: str) -> None:
    arguments, message = FAILURES[case]
    before = contents()
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert message in ran.err
    assert ran.messages[-1].startswith("error: ")
    assert all(line.startswith(("error: ", "warning: ")) for line in ran.messages)
    assert contents() == before
    assert not Path("output").exists()


@pytest.mark.usefixtures("obstacles")
def test_an_existing_output_stays_as_it_is(run: Run) -> None:
    run("--env", "dev", "--env", "prod")
    before = contents()
    write(prod="alarms: {api_latency: 9}\n")
    assert run("--all").code == 2
    assert contents("output") == {k: v for k, v in before.items() if k.startswith("output")}


def test_the_problems_of_all_environments_are_told_together(run: Run) -> None:
    write(dev="layout: one\n", prod="layout: two\n", staging="")
    lines = run("--all").messages
    assert [line.split(" ")[1] for line in lines] == [
        f"environments/{file}:1:1:" for file in ("dev.yaml", "prod.yaml", "staging.yaml")
    ]


FILES: dict[str, bytes] = {
    "empty": b"",
    "list": b"- a\n",
    "tab": b"a:\n\tb: 1\n",
    "latin-1": b"service: caf\xe9\n",
    "control": b"service: \x1b[31m\n",
    "binary": bytes(range(256)),
    "duplicate": b"service: a\nservice: b\n",
    "bomb": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(
        b"%c: &%c [%s]\n" % (c + 1, c + 1, b",".join([b"*%c" % c] * 9)) for c in b"abcdefgh"
    ),
    "large": b"# nothing\n" * 1_000_000,
    "deep": b"[" * 5000,
    "keys of all kinds": b"{1: a, 1.5: b, ~: c, true: d, '': e, 'a b': f}\n",
    "values of all kinds": b"service: {}\nregion: []\nnetwork: ''\nfunctions: 5\napi: true\n",
    "lists of lists": b"functions: [[[]]]\napi: {routes: [[]], cors: [[]]}\nnetwork: {vpc: [[]]}\n",
    "nulls": b"functions: {web: ~}\napi: {routes: {GET /: ~}}\nnetwork: {subnets: [~, ~]}\n",
    "long numbers": b"functions: {web: {memory: %s, timeout: 1e999}}\n" % (b"9" * 5000),
    "odd routes": b'api: {routes: {"": web, " ": web, "GET /\\u0000": web, "\\n": []}}\n',
}


@pytest.mark.parametrize("case", FILES)
def test_no_file_brings_a_traceback(run: Run, case: str) -> None:
    Path("environments/base.yaml").unlink()
    Path("environments/prod.yaml").write_bytes(FILES[case])
    ran = run("--env", "prod")
    assert (ran.code, ran.out) == (2, "")
    assert all(line.startswith("error: environments/prod.yaml:") for line in ran.messages)
    assert all(line.isprintable() for line in ran.err.splitlines())
    assert ran.messages
    assert not Path("output").exists()


@pytest.mark.parametrize("nth", range(1, 7))
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failing_rename_is_taken_back(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    nth: int,
    error: BaseException,
) -> None:
    run("--all")
    Path("output/prod/notes.txt").write_text("ours")
    before = contents()
    write(base=Path("environments/base.yaml").read_text().replace("timeout: 29", "timeout: 28"))
    before |= {"environments/base.yaml": Path("environments/base.yaml").read_bytes()}
    calls: list[Any] = []
    rename = os.rename

    def failing(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == nth:
            raise error
        rename(*arguments)

    # As on a system that cannot exchange two folders at once.
    monkeypatch.setattr(atomic_swap, "_exchanged_at_once", lambda *_: False)
    monkeypatch.setattr(os, "rename", failing)
    if isinstance(error, OSError):
        ran = run("--all")
        assert ran.code == 2
        assert "No space left on device" in ran.err
    else:
        with pytest.raises(KeyboardInterrupt):
            run("--all")
    assert len(calls) >= nth
    assert contents() == before
    assert sorted(os.listdir("output")) == ["dev", "prod"]
