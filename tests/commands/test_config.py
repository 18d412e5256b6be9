"""``gateway-infra config``: what is printed, and its exit codes."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from gateway_infra.cli import main
from tests.command import contents, write
from tests.support import CASES, ROOT

pytestmark = pytest.mark.usefixtures("project")


class Printed(NamedTuple):
    code: int
    out: str
    err: str


Config = Callable[..., Printed]


@pytest.fixture
def config(capsys: pytest.CaptureFixture[str]) -> Config:
    """Return the command as a function of its arguments."""

    def run(*arguments: str) -> Printed:
        capsys.readouterr()
        try:
            code = main(["config", *arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Printed(code, *capsys.readouterr())

    return run


def test_all_that_holds_is_printed_as_yaml(config: Config) -> None:
    before = contents()
    ran = config("--env", "prod")
    assert (ran.code, ran.err) == (0, "")
    printed = yaml.safe_load(ran.out)
    assert printed["functions"]["web"]["memory"] == 3008
    assert printed["alarms"]["emails"] == ["a@b.c"]
    assert printed["api"]["throttling"] == {"rate": 1000, "burst": 2000}
    assert "#" not in ran.out
    assert contents() == before


def test_what_is_printed_loads_again_as_the_same(config: Config) -> None:
    ran = config("--env", "prod", "--set", "functions.web.timeout=20", "--origin")
    Path("alone").mkdir()
    Path("alone/prod.yaml").write_text(ran.out)
    again = config("--env", "prod", "--environments", "alone")
    assert again.out == config("--env", "prod", "--set", "functions.web.timeout=20").out
    Path("alone/base.yaml").write_text("tags: {Team: other}\n")
    Path("alone/prod.yaml").write_text(f"extends: null\n{ran.out}")
    assert config("--env", "prod", "--environments", "alone").out == again.out


def test_a_documents_routes_are_printed_in_its_place(config: Config) -> None:
    ran = config("--env", "openapi-input", "--environments", str(CASES))
    api = yaml.safe_load(ran.out)["api"]
    assert "openapi" not in api
    assert api["routes"]["GET /jobs"]["api_key"] is True
    arguments = ("--environments", str(CASES), "--get", "api.openapi.file")
    assert config("--env", "openapi-input", *arguments).out == "openapi-input.yml\n"


def test_the_origin_of_each_value(config: Config) -> None:
    ran = config("--env", "dev", "--origin", "--set", "functions.web.timeout=20")
    lines = [line.split("  # ") for line in ran.out.splitlines()]
    notes = {pair[0].strip(): pair[1] for pair in lines if len(pair) == 2}
    assert notes["service: jobs"] == "environments/base.yaml:1"
    assert notes["memory: 512"] == "environments/dev.yaml:1"
    assert notes["timeout: 20"] == "--set"
    assert notes["port: 8080"] == "default"
    assert notes["burst: 100"] == "default of tier dev"
    # What has no note is a mapping or a list with lines of its own.
    assert all(pair[0].endswith(":") for pair in lines if len(pair) == 1)
    columns = {line.index("  # ") for line in ran.out.splitlines() if len(line) < 60 if "#" in line}
    assert len(columns) == 1


def test_the_origin_of_a_section_that_is_empty(config: Config) -> None:
    write(dev="posture: hardened\ndatabase: {password: null}\nguards: {}\n")
    lines = [line.split("  # ") for line in config("--env", "dev", "--origin").out.splitlines()]
    notes = {pair[0].strip(): pair[1].strip() for pair in lines if len(pair) == 2}
    assert notes["secret:"] == notes["waf:"] == "default of posture hardened"
    assert notes["length: 40"] == "default"
    # Of a section with something in it, that says it.
    assert "database:" not in notes
    assert "logs:" not in notes
    assert "#" not in config("--env", "dev").out


def test_what_differs(config: Config) -> None:
    write(dev="functions: {web: {memory: 512}}\nalarms: {emails: [d@b.c, e@b.c]}\ntier: prod\n")
    ran = config("--env", "prod", "--diff", "dev")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "functions.web.memory:\n"
        "  prod: 3008\n"
        "  dev:  512\n"
        "alarms.emails:\n"
        "  prod: [a@b.c]\n"
        "  dev:  [d@b.c, e@b.c]\n"
    )


def test_what_differs_and_where_that_is_written(config: Config) -> None:
    write(prod="bucket: {name: uploads}\n", dev="tier: prod\n")
    ran = config("--env", "prod", "--diff", "dev", "--origin")
    assert ran.out == (
        "bucket:\n"
        "  prod:\n"
        "    name: uploads          # environments/prod.yaml:1\n"
        "    variable: BUCKET_NAME  # default\n"
        "  dev:  (not set)\n"
        "functions.web.uses:\n"
        "  prod: [database, bucket]  # default\n"
        "  dev:  [database]          # default\n"
    ).replace("          # environments", "           # environments").replace(
        "BUCKET_NAME  #", "BUCKET_NAME   #"
    )


def test_set_changes_the_first_environment_alone(config: Config) -> None:
    ran = config("--env", "prod", "--diff", "prod", "--set", "functions.web.memory=512")
    assert ran.code == 0
    assert ran.out == "functions.web.memory:\n  prod with --set: 512\n  prod:            3008\n"


def test_nothing_differs(config: Config) -> None:
    write(dev="tier: prod\n", prod="{}\n")
    assert config("--env", "prod", "--diff", "dev") == (0, "prod and dev do not differ\n", "")


GOT = {
    ("service",): "jobs\n",
    ("functions.web.memory",): "3008\n",
    ("alarms.emails[0]",): "a@b.c\n",
    ("api.routes[\"GET /jobs\"].api_key",): "false\n",
    ("api.routes[\"GET /jobs\"]",): "web\n",
    ("database.password",): "{environment_variable: DB_PASSWORD}\n",
    ("database.password.environment_variable",): "DB_PASSWORD\n",
    ("api.throttling",): "rate: 1000\nburst: 2000\n",
    ("alarms.emails",): "- a@b.c\n",
    ("tags",): "{}\n",
    ("tags.A", "--set", "tags.A=0012"): "0012\n",
    ("tags.A", "--set", "tags.A=0012", "--origin"): '"0012"  # --set\n',
    ("tags.A", "--set", "tags.A=0012", "--format", "json"): '"0012"\n',
    ("service", "--origin"): "jobs  # environments/base.yaml:1\n",
    ("alarms.emails", "--format", "json"): '[\n  "a@b.c"\n]\n',
}  # fmt: skip


@pytest.mark.parametrize("arguments", GOT, ids=" ".join)
def test_one_value(config: Config, arguments: tuple[str, ...]) -> None:
    assert config("--env", "prod", "--get", *arguments) == (0, GOT[arguments], "")


MISSED = {
    "functions.web.memry": (2, "is not a key here; did you mean 'memory'?"),
    "functions.wbe.memory": (2, "functions.wbe: is not a key here; did you mean 'web'?"),
    "functions.web.reserved_concurrency": (1, "is not set"),
    "bucket": (1, "is not set"),
    "functions web": (2, "takes the path of a key, as in functions.web.memory or"),
}


@pytest.mark.parametrize("path", MISSED)
def test_a_value_that_is_not_there(config: Config, path: str) -> None:
    ran = config("--env", "prod", "--get", path)
    code, message = MISSED[path]
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("error: --get ")
    assert message in ran.err


def test_text_of_several_lines_is_one_value(config: Config) -> None:
    write(prod="functions: {web: {variables: {PEM: \"a\\nb\\n\"}}}\n")  # fmt: skip
    ran = config("--env", "prod", "--get", "functions.web.variables.PEM")
    assert ran == (0, "a\nb\n\n", "")
    assert "PEM: |\n        a\n        b\n" in config("--env", "prod").out


def test_json(config: Config) -> None:
    ran = config("--env", "prod", "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.out) == yaml.safe_load(config("--env", "prod").out)


PLANTED = """\
functions: {web: {variables: {API_TOKEN: hunter2, URL: 'https://a:hunter2@b.c'}}}
accept: {GI151: A login of the test alone.}
"""

WAYS = [
    (),
    ("--origin",),
    ("--format", "json"),
    ("--diff", "dev"),
    ("--diff", "dev", "--origin"),
    ("--get", "functions"),
    ("--get", "functions.web.variables.API_TOKEN"),
    ("--get", "functions.web.variables.URL", "--format", "json"),
    ("--get", "functions.web.variables.URL", "--origin"),
]


@pytest.mark.parametrize("arguments", WAYS, ids=" ".join)
def test_what_looks_like_a_secret_is_never_printed(
    config: Config, arguments: tuple[str, ...]
) -> None:
    write(prod=PLANTED)
    ran = config("--env", "prod", *arguments)
    assert "hunter2" not in ran.out + ran.err
    if arguments[-1:] and arguments[1:2] and arguments[1].endswith(("TOKEN", "URL")):
        assert (ran.code, ran.out) == (2, "")
        assert "error: environments/prod.yaml:1: functions.web.variables" in ran.err
    elif "json" not in arguments:
        assert ran.code == 0
        assert ran.out.count("looks like a secret; not shown") == 2


def test_a_secret_of_the_command_line_is_not_printed_either(config: Config) -> None:
    ran = config("--env", "prod", "--set", "functions.web.variables.API_TOKEN=hunter2", "--origin")
    assert "hunter2" not in ran.out
    assert "API_TOKEN: …" in ran.out
    assert "# --set, looks like a secret; not shown\n" in ran.out


def test_all_that_is_wrong_with_both_environments_is_told(config: Config) -> None:
    write(dev="functions: {web: {memory: 1}}\n", prod="api: {cors: {origins: []}}\n")
    ran = config("--env", "prod", "--diff", "dev")
    assert (ran.code, ran.out) == (2, "")
    assert "environments/dev.yaml:1:19: functions.web.memory: " in ran.err
    assert "environments/prod.yaml:1:14: api.cors.origins: " in ran.err
    assert config("--env", "prod", "--get", "service").code == 2


def test_an_environment_that_is_not_there(config: Config) -> None:
    ran = config("--env", "prod", "--diff", "stging")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no environment 'stging'" in ran.err


WRONG = {
    (): "required: --env",
    ("--env", "prod", "--env", "dev"): "--env names one environment here",
    ("--env", "prod", "--diff", "dev", "--get", "service"): "not allowed with argument",
    ("--env", "prod", "--format", "json", "--origin"): "--format json cannot stand beside",
    (
        "--env",
        "prod",
        "--format",
        "json",
        "--diff",
        "dev",
    ): "--format json cannot stand beside",
    ("--env", "prod", "--format", "toml"): "invalid choice: 'toml'",
    ("--env", "prod", "prod"): "unrecognized arguments: prod",
}


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_options_that_do_not_go_together(config: Config, arguments: tuple[str, ...]) -> None:
    ran = config(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert WRONG[arguments] in ran.err


def test_the_same_environment_twice_is_one(config: Config) -> None:
    assert config("--env", "dev", "--env", "dev") == config("--env", "dev")


def test_warnings_are_not_told(config: Config) -> None:
    """A pipe takes the file; what it is worth, `generate` says."""
    assert config("--env", "prod").err == ""


def test_it_is_written_as_utf_8_whatever_the_terminal_is(monkeypatch: pytest.MonkeyPatch) -> None:
    write(prod="tags: {A: x}\napi: {authorization: {type: none, reason: Zürich prüft selbst.}}\n")
    stream = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(stream, encoding="ascii"))
    assert main(["config", "--env", "prod"]) == 0
    assert "reason: Zürich prüft selbst.\n".encode() in stream.getvalue()


def test_a_reader_that_stops_early_is_no_failure() -> None:
    command = [sys.executable, "-m", "gateway_infra", "config", "--env", "prod", "--origin"]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_page_shows_what_is_printed(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "config.md").read_text()
    examples = re.findall(r"```\n\$ gateway-infra config (.*)\n((?:.*\n)*?)```", page)
    assert len(examples) == 2
    for arguments, shown in examples:
        # Comments stand as far to the right as the longest line of all, which the page leaves out.
        printed = re.sub(" +#", "  #", config(*shlex.split(arguments)).out)
        for part in re.sub(" +#", "  #", shown).split("…\n"):
            assert part in printed
