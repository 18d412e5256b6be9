"""``gateway-infra lint``, and ``generate --lint``: exit codes, formats, memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from gateway_infra.cli import main
from gateway_infra.commands import lint as linting
from gateway_infra.commands import options as shared
from gateway_infra.layouts import LAYOUTS
from gateway_infra.lint import cfn_lint
from gateway_infra.lint import run as running
from gateway_infra.lint.cfn_lint import CfnLintError, Job, Match
from tests.command import contents, write
from tests.lint.support import match

CLEAN = """\
service: jobs
region: us-east-1
network: {vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]}
functions:
  web:
    image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs@sha256:%s
    timeout: 20
    memory: 512
api:
  authorization: iam
  routes: {GET /jobs: web}
alarms: {emails: [a@example.com]}
account: {api_gateway_log_role: true}
""" % ("a" * 64)
WARNED = "functions: {web: {timeout: 60}}\n"
WRONG = "functions: {web: {memry: 64}}\n"
MEMORY = ("Resources", "FunctionWeb", "Properties", "MemorySize")

Lint = Callable[..., tuple[int, str, str]]


class Looks:
    """What stands in for cfn-lint: which templates it has seen, and what it finds in them."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.found: list[Match] = []
        self.fault = ""

    def __call__(self, job: Job) -> list[Match]:
        if self.fault:
            raise CfnLintError(self.fault)
        self.jobs.append(job)
        return self.found if '"FunctionWeb": {' in job.text else []


@pytest.fixture
def looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Looks:
    """Stand in a folder with a clean environment, beside an empty cache."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    looks = Looks()
    monkeypatch.setattr(cfn_lint, "lint_template", looks)
    monkeypatch.setattr(running, "processors", lambda: 1)
    write(base=CLEAN, prod="{}\n")
    return looks


@pytest.fixture
def lint(looks: Looks, capsys: pytest.CaptureFixture[str]) -> Lint:
    """Return the command as a function of its arguments: code, stdout, stderr."""
    assert looks is not None

    def run(*arguments: str, command: str = "lint") -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main([command, *arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        return (code, *capsys.readouterr())

    return run


def test_nothing_found_is_0(lint: Lint, looks: Looks) -> None:
    code, out, err = lint("--env", "prod", "--quiet")
    assert (code, out, err) == (0, "", "")
    assert len(looks.jobs) == 7
    code, out, _ = lint("--env", "prod", "--no-cache")
    assert code == 0
    assert out.splitlines()[-1].startswith("1 environment, 7 templates: ")


def test_nothing_is_written_beside_the_cache(lint: Lint, tmp_path: Path) -> None:
    before = contents()
    lint("--all")
    lint("--all", "--format", "sarif")
    assert contents() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "work"]
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["gateway-infra"]


def test_a_warning_is_1_at_its_place(lint: Lint) -> None:
    write(prod=WARNED)
    code, out, err = lint("--env", "prod", "--quiet")
    assert (code, err) == (1, "")
    assert out.startswith("warning: environments/prod.yaml:1:19: functions.web.timeout: is 60 s")


def test_what_is_remembered_of_one_environment_is_not_told_of_another(lint: Lint) -> None:
    write(prod=WARNED, dev="tier: prod\n")
    assert [lint("--env", name, "--quiet")[0] for name in ("prod", "dev", "prod")] == [1, 0, 1]


def test_a_warning_of_base_is_told_once_with_its_environments(lint: Lint) -> None:
    write(base=CLEAN.replace("timeout: 20", "timeout: 60"), dev="tier: prod\n")
    _, out, _ = lint("--all", "--quiet")
    assert out.count("is 60 s") == 1
    assert "\n  of dev, prod\n" in out


def test_an_environment_that_cannot_be_generated_is_2_and_the_others_are_linted(
    lint: Lint, looks: Looks
) -> None:
    write(bad=f"tier: prod\n{WRONG}")
    looks.found = [match("W3005", MEMORY)]
    code, out, err = lint("--all")
    assert (code, err) == (2, "")
    assert "error: environments/bad.yaml:2:19: functions.web.memry: is not a key here" in out
    assert "warning: environments/base.yaml:8:5: functions.web.memory: is odd [W3005]" in out
    assert "bad: cannot be generated, so cfn-lint has not seen its templates\n" in out
    assert len(looks.jobs) == 7


def test_an_error_quotes_its_line_and_shows_no_color_without_a_terminal(lint: Lint) -> None:
    write(prod=WRONG)
    _, out, _ = lint("--env", "prod")
    assert "\n  1 | functions: {web: {memry: 64}}\n" in out
    assert "\x1b" not in out


def test_a_finding_of_cfn_lint_is_traced_to_the_key(lint: Lint, looks: Looks) -> None:
    looks.found = [match("E3034", MEMORY)]
    code, out, _ = lint("--env", "prod", "--quiet")
    assert code == 1
    assert out.splitlines()[0] == (
        "error: environments/base.yaml:8:5: functions.web.memory: is odd [E3034]"
    )
    assert out.splitlines()[-1] == (
        "  FunctionWeb.Properties.MemorySize in function.json:7 of jobs-prod-function"
    )


def test_the_layout_and_changes_are_those_of_the_options(lint: Lint, looks: Looks) -> None:
    code, out, _ = lint("--env", "prod", "--layout", "single", "--set", "functions.web.timeout=60")
    assert code == 1
    assert "(api.integration_timeout" in out
    assert len(looks.jobs) == 2
    assert sum('"Timeout": 60' in job.text for job in looks.jobs) == 1


ACCEPTED = f"{WARNED}accept: {{GI201: the job may run on after its caller has gone}}\n"


def test_what_is_accepted_is_told_on_request_and_fails_nothing(lint: Lint) -> None:
    write(prod=ACCEPTED)
    code, out, _ = lint("--env", "prod")
    assert code == 0
    assert "is 60 s" not in out
    assert "1 accepted\n" in out
    _, out, _ = lint("--env", "prod", "--verbose")
    said = "[GI201]: the job may run on after its caller has gone\n"
    assert "accepted: environments/prod.yaml:1:19: functions.web.timeout: is 60 s" in out
    assert said in out
    _, out, _ = lint("--env", "prod", "--verbose", "--format", "sarif")
    [result] = [r for r in json.loads(out)["runs"][0]["results"] if r["ruleId"] == "GI201"]
    assert result["suppressions"][0]["justification"] == (
        "the job may run on after its caller has gone"
    )


FORMATS: dict[str, Callable[[str], Any]] = {
    "json": lambda text: json.loads(text)["findings"][0]["rule"],
    "sarif": lambda text: json.loads(text)["runs"][0]["results"][0]["ruleId"],
    "junit": lambda text: ElementTree.fromstring(text)[0][0].get("name", "").split()[0],
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats_to_standard_output_and_to_a_file(lint: Lint, looks: Looks, name: str) -> None:
    looks.found = [match("E3034", MEMORY)]
    code, out, err = lint("--env", "prod", "--format", name)
    assert (code, err) == (1, "")
    assert FORMATS[name](out) == "E3034"
    code, text, _ = lint("--env", "prod", "--format", name, "--output-file", f"report.{name}")
    assert code == 1
    assert Path(f"report.{name}").read_text() == out
    assert text.startswith("error: environments/base.yaml:8:5: ")


def test_the_text_goes_to_a_file_too(lint: Lint) -> None:
    write(prod=WARNED)
    _, out, _ = lint("--env", "prod", "--output-file", "report.txt")
    assert Path("report.txt").read_text() == out


def test_a_file_that_cannot_be_written_is_2(lint: Lint) -> None:
    code, _, err = lint("--env", "prod", "--format", "sarif", "--output-file", "no/such/folder")
    assert (code, err) == (2, "error: no/such/folder: No such file or directory\n")


def test_without_cfn_lint_it_says_how_to_install_it(
    lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cfnlint", None)
    code, out, err = lint("--env", "prod")
    assert (code, out) == (2, "")
    assert "cfn-lint is not installed: pip install 'gateway-infra[lint]'" in err
    code, out, _ = lint("--env", "prod", "--no-cfn-lint")
    assert code == 0
    assert "1 environment, without cfn-lint: " in out


def test_what_cfn_lint_cannot_do_is_told(lint: Lint, looks: Looks) -> None:
    looks.fault = "cfn-lint: its settings are wrong"
    for command in ("lint", "generate"):
        more = ("--lint",) if command == "generate" else ()
        code, _, err = lint("--env", "prod", *more, command=command)
        assert code == 2
        assert err.endswith("error: cfn-lint: its settings are wrong\n")
    assert not Path("output").exists()


def test_ctrl_c_ends_it_quietly(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_job: Job) -> list[Match]:
        raise KeyboardInterrupt

    monkeypatch.setattr(cfn_lint, "lint_template", interrupt)
    assert lint("--env", "prod") == (130, "", "")


def test_a_second_run_looks_at_nothing(
    lint: Lint, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(prod=WARNED)
    looks.found = [match("W3005", MEMORY)]
    first = lint("--all")
    looks.jobs.clear()
    monkeypatch.setattr("gateway_infra.pipeline.generate", None)
    second = lint("--all")
    assert looks.jobs == []
    assert second[0] == first[0] == 1
    assert second[1] == first[1].replace("7 templates:", "7 templates (7 from memory):")


def test_another_version_of_this_package_generates_anew(
    lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    lint("--env", "prod")
    monkeypatch.setattr("gateway_infra.pipeline.generate", None)
    monkeypatch.setattr(linting, "of_this", lambda: "another")
    with pytest.raises(TypeError):
        lint("--env", "prod")


CHANGES: dict[str, Callable[[], object]] = {
    "an environment": lambda: write(prod="functions: {web: {memory: 640}}\n"),
    "what it extends": lambda: write(base=CLEAN.replace("512", "640")),
    "settings of cfn-lint": lambda: Path(".cfnlintrc").write_text("ignore_checks: [W3005]"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_looked_at(lint: Lint, looks: Looks, change: str) -> None:
    lint("--env", "prod")
    before = len(looks.jobs)
    CHANGES[change]()
    lint("--env", "prod")
    assert len(looks.jobs) - before == (7 if change == "settings of cfn-lint" else 1)


OTHERS = [
    ("--set", "functions.web.memory=640"),
    ("--layout", "single"),
    ("--no-cache",),
    ("--cache-dir", "elsewhere"),
]


@pytest.mark.parametrize("options", OTHERS, ids=" ".join)
def test_other_options_look_anew(lint: Lint, looks: Looks, options: tuple[str, ...]) -> None:
    lint("--env", "prod")
    before = len(looks.jobs)
    lint("--env", "prod", *options)
    assert len(looks.jobs) > before


def test_options_that_change_the_words_alone_do_not(lint: Lint, looks: Looks) -> None:
    lint("--env", "prod")
    before = len(looks.jobs)
    lint("--env", "prod", "--verbose", "--format", "junit", "--jobs", "3")
    assert len(looks.jobs) == before


def test_a_cache_that_cannot_be_used_is_no_fault(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert lint("--env", "prod", "--quiet", "--cache-dir", str(tmp_path / "file")) == (0, "", "")


def test_the_cache_holds_no_value_of_the_file(lint: Lint, tmp_path: Path) -> None:
    planted = "functions: {web: {timeout: 60, variables: {LEVEL: planted-value}}}\n"
    write(prod=planted)
    lint("--env", "prod", "--set", "functions.web.variables.OTHER=planted-other")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "cache").rglob("*.json"))
    assert b"GI201" in kept
    assert b"planted" not in kept


def test_a_second_run_imports_neither_cfn_lint_nor_the_builders(lint: Lint, tmp_path: Path) -> None:
    assert lint("--all", "--quiet")[0] == 0
    program = "import sys; from gateway_infra.cli import main; code = main(sys.argv[1:]); "
    program += "print(code, *[name for name in ('cfnlint', 'pydantic', 'troposphere', 'yaml', "
    program += "'concurrent.futures') if name in sys.modules])"
    command = [sys.executable, "-c", program, "lint", "--all"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "7 templates (7 from memory)" in ran.stdout
    assert ran.stdout.splitlines()[-1] == "0"
    assert os.environ["XDG_CACHE_HOME"] == str(tmp_path / "cache")


def test_usage(lint: Lint) -> None:
    assert lint()[0] == 2
    assert lint("--env", "prod", "--format", "xml")[0] == 2
    assert lint("--env", "prod", "--quiet", "--verbose")[0] == 2
    code, _, err = lint("--env", "prod", "--jobs", "0")
    assert code == 2
    assert "is no whole number of at least 1" in err
    code, out, err = lint("--all", "--environments", "nowhere")
    assert (code, out) == (2, "")
    assert err.startswith("error: nowhere: there is no such folder")


def test_an_environment_that_is_not_there_is_a_finding(lint: Lint) -> None:
    code, out, err = lint("--env", "nope", "--env", "prod")
    assert (code, err) == (2, "")
    assert out.startswith("error: environments: there is no environment 'nope'")


def test_layouts_are_those_that_there_are() -> None:
    assert list(shared.LAYOUTS) == sorted(LAYOUTS)


def test_generate_lints_before_it_writes(lint: Lint, looks: Looks) -> None:
    looks.found = [match("E3034", MEMORY)]
    code, out, err = lint("--env", "prod", "--lint", command="generate")
    assert code == 1
    assert out.startswith("error: environments/base.yaml:8:5: functions.web.memory: is odd [E3034]")
    assert err.endswith("error: nothing is written; mend the errors that cfn-lint found first\n")
    assert not Path("output").exists()


def test_a_warning_of_cfn_lint_does_not_keep_generate_from_writing(
    lint: Lint, looks: Looks
) -> None:
    looks.found = [match("W3005", MEMORY)]
    code, out, _ = lint("--env", "prod", "--lint", "--quiet", command="generate")
    assert code == 1
    assert out.startswith("warning: environments/base.yaml:8:5: functions.web.memory: is odd")
    assert Path("output/prod/manifest.json").is_file()


def test_generate_is_0_with_warnings_of_its_own_alone(lint: Lint) -> None:
    write(prod=WARNED)
    code, out, err = lint("--env", "prod", "--lint", "--quiet", command="generate")
    assert (code, out) == (0, "")
    assert "is 60 s" in err
    code, out, _ = lint("--env", "prod", "--check", "--lint", command="generate")
    assert code == 0
    assert out.endswith("cfn-lint: no findings in 7 templates (7 from memory)\n")


def test_check_tells_of_stale_files_and_of_findings(lint: Lint, looks: Looks) -> None:
    looks.found = [match("E3034", MEMORY)]
    code, out, _ = lint("--env", "prod", "--check", "--lint", command="generate")
    assert code == 1
    assert "stale: output/prod/function.json: is missing\n" in out
    assert "[E3034]" in out
    assert not Path("output").exists()
