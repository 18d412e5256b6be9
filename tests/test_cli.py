"""The command: options, exit codes, what goes where, and that a failure changes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Run, contents, write
from tests.faults import with_routes
from tests.support import ROOT

SPLIT = ["role", "function", "api", "permission", "deployment", "monitoring"]
pytestmark = pytest.mark.usefixtures("project")


def test_a_line_for_each_stack_goes_to_stdout_and_warnings_to_stderr(run: Run) -> None:
    ran = run("--env", "prod")
    assert ran.code == 0
    lines = ran.out.splitlines()
    files = [f"output/prod/{key}.json" for key in SPLIT]
    assert [line.split()[0] for line in lines[:6]] == files
    for line, file in zip(lines, files, strict=False):
        size = Path(file).stat().st_size
        count = len(json.loads(Path(file).read_text())["Resources"])
        assert line.split() == f"{file} {count} of 500 resources {size:,} of 51,200 bytes".split()
    assert all(line.startswith("note: prod: ") for line in lines[6:])
    assert "note: prod: API Gateway writes logs with a role set once for the account" in ran.out
    assert ran.err == (
        "warning: environments/base.yaml:12:3: database.user: is postgres, by its name the master "
        "user, who may drop every table; make a user for the application with what it needs "
        "[GI126]\n"
        " 12 |   user: postgres\n"
        "    |         ^^^^^^^^\n"
    )


def test_what_is_written(run: Run) -> None:
    run("--env", "prod")
    names = {f"output/prod/{name}.json" for name in [*SPLIT, "manifest"]}
    assert set(contents("output")) == names
    assert os.listdir("output") == ["prod"]
    assert all(content.endswith(b"\n") for content in contents("output").values())


SELECTIONS = {
    ("--env", "prod"): ["prod"],
    ("--env", "prod", "--env", "dev"): ["dev", "prod"],
    ("--env", "prod", "--env", "prod"): ["prod"],
    ("--env=dev",): ["dev"],
    ("--all",): ["dev", "prod"],
}


@pytest.mark.parametrize("arguments", SELECTIONS, ids=" ".join)
def test_which_environments(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).code == 0
    assert sorted(os.listdir("output")) == SELECTIONS[arguments]


def test_a_warning_of_two_environments_is_told_once(run: Run) -> None:
    assert run("--all").err.count("database.user") == 1


def test_quiet_prints_warnings_only(run: Run) -> None:
    ran = run("--all", "--quiet")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("warning: ")


def test_the_layout_of_the_command_stands_above_the_files(run: Run) -> None:
    write(prod="layout: split\n")
    assert run("--env", "prod", "--layout", "single").code == 0
    assert sorted(os.listdir("output/prod")) == ["manifest.json", "template.json"]
    assert json.loads(Path("output/prod/manifest.json").read_text())["layout"] == "single"


def test_overrides_stand_above_the_files(run: Run) -> None:
    image = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs@sha256:{'b' * 64}"
    arguments = ["--set", f"functions.web.image={image}", "--set", "functions.web.memory=256"]
    assert run("--env", "dev", *arguments).code == 0
    function = json.loads(Path("output/dev/function.json").read_text())["Resources"]["FunctionWeb"]
    assert function["Properties"]["Code"] == {"ImageUri": image}
    assert function["Properties"]["MemorySize"] == 256


def test_other_folders(run: Run) -> None:
    Path("environments").rename("envs")
    ran = run("--env", "prod", "--environments", "envs/", "--output", "some/where")
    assert ran.code == 0
    assert sorted(os.listdir("some/where/prod")) == sorted(
        f"{n}.json" for n in [*SPLIT, "manifest"]
    )
    assert "some/where/prod/role.json" in ran.out
    assert "envs/base.yaml:12:3" in ran.err


def test_check_of_what_is_up_to_date_writes_nothing(run: Run) -> None:
    run("--all")
    before = contents()
    ran = run("--all", "--check")
    assert (ran.code, ran.out) == (0, "up to date: output/dev, output/prod\n")
    assert run("--all", "--check", "--quiet").out == ""
    assert contents() == before


def damage(how: str) -> None:
    file = Path("output/prod/role.json")
    text = file.read_text()
    if how == "byte":
        file.write_text(text.replace("2012-10-17", "2012-10-18", 1))
    elif how == "newline":
        file.write_text(text.rstrip("\n"))
    elif how == "line endings":
        file.write_bytes(text.replace("\n", "\r\n").encode())
    elif how == "missing":
        file.unlink()
    elif how == "left over":
        Path("output/prod/template.json").write_text("{}")
    elif how == "binary":
        file.write_bytes(b"\xff\xfe\x00")


STALE = {
    "byte": [
        "stale: output/prod/role.json",
        '-          "Version": "2012-10-18"\n',
        '+          "V',
    ],
    "newline": ["stale: output/prod/role.json", "@@"],
    "line endings": ["stale: output/prod/role.json", "more lines"],
    "missing": ["stale: output/prod/role.json", "is missing"],
    "left over": ["stale: output/prod/template.json", "no longer belongs here"],
    "binary": ["stale: output/prod/role.json", "@@"],
}


@pytest.mark.parametrize("how", STALE)
def test_check_shows_what_is_stale(run: Run, how: str) -> None:
    run("--all")
    damage(how)
    before = contents()
    ran = run("--all", "--check")
    assert ran.code == 1
    assert all(text in ran.out for text in STALE[how])
    assert ran.out.count("stale: ") == 1
    assert ran.out.endswith("\nRun the same command without --check and commit what it writes.\n")
    assert len(ran.out.splitlines()) < 50
    assert contents() == before
    assert run("--all", "--quiet").code == 0
    assert run("--all", "--check").code == 0


def test_check_of_what_was_never_written(run: Run) -> None:
    ran = run("--env", "prod", "--check")
    assert ran.code == 1
    assert ran.out.count("is missing") == 7
    assert not Path("output").exists()


def test_check_finds_a_changed_environment_and_only_that(run: Run) -> None:
    run("--all")
    write(dev="functions: {web: {memory: 513}}\n")
    ran = run("--all", "--check")
    assert ran.code == 1
    assert '+        "MemorySize": 513,' in ran.out
    assert "output/dev/function.json" in ran.out
    assert "output/prod" not in ran.out


def test_lint_without_cfn_lint_writes_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cfnlint", None)
    ran = run("--env", "prod", "--lint")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: --lint needs cfn-lint: pip install 'gateway-infra[lint]'\n"
    assert not Path("output").exists()


def test_a_stack_of_over_500_resources_is_refused_at_its_routes(run: Run) -> None:
    write(base=with_routes(*(f"GET /jobs/r{number}" for number in range(300))))
    ran = run("--env", "prod")
    assert ran.code == 2
    assert ran.err.startswith("error: environments/base.yaml:8:3: api.routes: make 602 resources")
    assert "CloudFormation takes 500" in ran.err
    assert "/{proxy+}" in ran.err
    assert not Path("output").exists()


def test_a_stack_of_nearly_500_resources_warns(run: Run) -> None:
    write(base=with_routes(*(f"GET /jobs/r{number}" for number in range(230))))
    ran = run("--env", "prod", "--quiet")
    assert ran.code == 0
    assert "api.routes: make 462 resources in the stack 'api'" in ran.err


def test_large_templates_are_marked(run: Run) -> None:
    write(base=with_routes(*(f"GET /jobs/r{number}" for number in range(100))))
    lines = run("--env", "prod").out.splitlines()
    (line,) = [line for line in lines if "/api.json" in line]
    assert line.endswith(" of 1,000,000 bytes (upload it to S3 to deploy it)")


SECRETS = [
    "database.password=hunter2",
    "database.password='hunter2",
    "database.password={hunter2: x}",
    "database.password=[hunter2]",
    "database.passwort=hunter2",
    "database={password: hunter2}",
    "database.password:hunter2",
    "database.password hunter2",
    "hunter2",
]


@pytest.mark.parametrize("override", SECRETS)
def test_a_secret_on_the_command_line_is_shown_nowhere(run: Run, override: str) -> None:
    ran = run("--env", "prod", "--set", override)
    assert ran.code == 2
    assert "hunter2" not in ran.out + ran.err
    assert not Path("output").exists()


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def test_the_script_the_module_and_the_function_do_the_same(run: Run) -> None:
    expected = run("--env", "prod")
    before = contents("output")
    for command in ([str(ROOT / "generate.py")], ["-m", "gateway_infra", "generate"]):
        ran = process(*command, "--env", "prod")
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, expected.out, expected.err)
        assert contents("output") == before


def test_the_script_returns_the_exit_code_of_the_command() -> None:
    script = str(ROOT / "generate.py")
    assert process(script, "--env", "prod", "--check").returncode == 1
    ran = process(script, "--env", "porod")
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr == (
        "error: environments: there is no environment 'porod': no file porod.yaml; "
        "did you mean 'prod'; there are dev, prod\n"
    )


@pytest.mark.parametrize(
    "encoding",
    ["ascii", *(pytest.param(name, marks=pytest.mark.slow) for name in ("cp1252", "utf-8"))],
)
def test_a_difference_is_shown_whatever_the_terminal_can_print(run: Run, encoding: str) -> None:
    run("--env", "prod")
    Path("output/prod/role.json").write_text("{}\n" * 60 + "日本\n")
    ran = process(
        "-m", "gateway_infra", "generate", "--env", "prod", "--check", PYTHONIOENCODING=encoding
    )
    assert ran.returncode == 1
    assert "stale: output/prod/role.json" in ran.stdout
    assert ran.stderr.count("warning: ") == 1
    assert "Traceback" not in ran.stderr
