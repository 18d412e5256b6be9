"""The handler that Sceptre calls for a template."""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from gateway_infra.pipeline import generate
from gateway_infra.sceptre import sceptre_handler
from tests.support import MINIMAL, ROOT

EXAMPLE = ROOT / "examples" / "sceptre"
PROD: Mapping[str, Any] = {
    "environments": str(ROOT / "environments"),
    "env": "prod",
    "stack": "role",
}
REMOVED = object()


def data(**changes: Any) -> dict[str, Any]:
    changed = {**PROD, **changes}
    return {key: value for key, value in changed.items() if value is not REMOVED}


@pytest.mark.parametrize("layout", [None, "split", "single"])
def test_a_stack_is_the_file_that_the_command_writes(layout: str | None) -> None:
    for stack in generate(ROOT / "environments", "prod", layout=layout).stacks:
        assert sceptre_handler(data(stack=stack.key, layout=layout)) == stack.text


def test_what_is_set_stands_above_the_file() -> None:
    settings = ["functions.web.memory=4096", "functions.web.timeout=20"]
    template = sceptre_handler(data(stack="function", set=settings))
    expected = generate(ROOT / "environments", "prod", overrides=settings).stacks[1]
    assert (template, "4096" in template) == (expected.text, True)
    assert template != sceptre_handler(data(stack="function", set=[]))


def test_a_folder_is_found_from_where_sceptre_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "prod.yaml").write_text(MINIMAL)
    monkeypatch.chdir(tmp_path)
    assert "jobs-prod" in sceptre_handler(data(environments="settings"))


def test_several_threads_ask_at_the_same_time() -> None:
    """As Sceptre does for stacks that do not need each other; of two environments here."""
    stacks = {
        (name, stack.key): stack.text
        for name in ("dev", "prod")
        for stack in generate(ROOT / "environments", name).stacks
    }
    with ThreadPoolExecutor(8) as pool:
        asked = [data(env=name, stack=key) for name, key in stacks]
        assert list(pool.map(sceptre_handler, asked)) == list(stacks.values())


def test_nothing_is_kept_between_two_calls(tmp_path: Path) -> None:
    asked = data(environments=str(tmp_path), stack="function")
    (tmp_path / "prod.yaml").write_text(MINIMAL)
    assert '"MemorySize": 512' not in sceptre_handler(asked)
    (tmp_path / "prod.yaml").write_text(MINIMAL.replace("jobs:1}", "jobs:1, memory: 512}"))
    assert '"MemorySize": 512' in sceptre_handler(asked)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["prod.yaml"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, ["is nothing; must be a mapping with environments, env, stack"]),
        ([], ["is a list; must be a mapping with environments, env, stack"]),
        ({}, ["environments: is missing", "env: is missing", "stack: is missing"]),
        (data(stak="role"), ["stak: is not a key here; did you mean 'stack'?"]),
        (data(xy=1, stack=REMOVED), ["xy: is not a key here; known: env, envi", "stack: is miss"]),
        (data(env=5), ["env: is a number; must be text"]),
        (data(env=None), ["env: is nothing; must be text"]),
        (data(stack=""), ["stack: is empty"]),
        (data(environments=["a"]), ["environments: is a list; must be text"]),
        (data(layout="splt"), ["layout: is 'splt'; did you mean 'split'?"]),
        (data(layout=False), ["layout: is a switch (true or false); must be text"]),
        (data(set="a=b"), ["set: must be a list of key.path=value texts"]),
        (data(set=[1]), ["set: must be a list of key.path=value texts"]),
        (
            data(stack="rolle"),
            [
                "stack: there is no stack 'rolle' in the layout; there are role, function, api, "
                "permission, deployment, monitoring"
            ],
        ),
        (data(layout="single"), ["stack: there is no stack 'role' in the layout; there are templ"]),
    ],
    ids=lambda value: value[0][:20] if isinstance(value, list) and value else "",
)
def test_wrong_user_data_is_told_in_one_message(given: Any, told: list[str]) -> None:
    with pytest.raises(ValueError, match=r"^sceptre_user_data: ") as caught:
        sceptre_handler(given)
    messages = str(caught.value).split("; sceptre_user_data: ")
    assert len(messages) == len(told)
    assert all(text in message for text, message in zip(told, messages, strict=True))


def test_a_wrong_environment_is_told_with_file_and_line(tmp_path: Path) -> None:
    text = MINIMAL.replace("jobs:1}", "jobs:1, memory: 64}").replace("GET /jobs", "GET jobs")
    (tmp_path / "prod.yaml").write_text(text)
    with pytest.raises(ValueError, match="memory") as caught:
        sceptre_handler(data(environments=f"{tmp_path}/"))
    told = str(caught.value)
    assert told.startswith(f"{tmp_path}/prod.yaml:5:")
    assert f"; {tmp_path}/prod.yaml:8:" in told
    assert "\n" not in told
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"environments": "nowhere"}, "nowhere: there is no such folder"),
        ({"environments": "x" * 5000}, "x: (File name too long|there is no such folder)"),
        ({"env": "prd"}, "there is no environment 'prd'"),
        ({"set": ["functions.web.memory=1"]}, "--set functions.web.memory: is 1"),
    ],
)
def test_an_environment_that_is_not_there(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        sceptre_handler(data(**changes))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "prod.yaml").mkdir()
    with pytest.raises(ValueError, match=r"prod\.yaml"):
        sceptre_handler(data(environments=str(tmp_path)))


def test_sceptre_gets_its_own_kind_of_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    """That kind is printed as a message; any other with a traceback."""

    class TemplateSceptreHandlerError(Exception):
        pass

    exceptions = ModuleType("sceptre.exceptions")
    vars(exceptions)["TemplateSceptreHandlerError"] = TemplateSceptreHandlerError
    monkeypatch.setitem(sys.modules, "sceptre", ModuleType("sceptre"))
    monkeypatch.setitem(sys.modules, "sceptre.exceptions", exceptions)
    with pytest.raises(TemplateSceptreHandlerError, match="env: is missing"):
        sceptre_handler(data(env=REMOVED))


def test_the_example_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its one stack is filled in whole; ``tests/e2e/test_deploy_sceptre.py`` launches it."""
    monkeypatch.chdir(ROOT)
    text = (EXAMPLE / "config" / "dev" / "all.yaml").read_text()
    config = yaml.safe_load(re.sub(r"!\w+ |\{\{.*\}\}", "", text))
    handler = runpy.run_path(str(EXAMPLE / "templates" / config["template"]["path"]))
    template = handler["sceptre_handler"](config["sceptre_user_data"])
    (stack,) = generate(ROOT / "environments", "dev", layout="single").stacks
    assert template == stack.text
    assert (config["stack_name"], config["stack_tags"]) == (stack.name, stack.tags)
    assert set(config["parameters"]) == set(stack.parameters)
