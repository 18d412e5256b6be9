"""The examples of docs/customizing.md, read from there and generated."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from gateway_infra.graph import Graph, Resource
from tests.lint.support import lint_templates
from tests.support import MINIMAL, ROOT, Generated, generate_text, of_type, resources_of

TEXT = (ROOT / "docs" / "customizing.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
PROGRAM = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
TIMEOUT = MINIMAL.replace("jobs:1}", "jobs:1, timeout: 20}")


@pytest.fixture
def infra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand where the program of the document is."""
    assert PROGRAM
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "alarms.py").write_text(PROGRAM[1])
    for name in ("infra", "infra.alarms"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def made(position: int, layout: str = "split") -> Generated:
    return generate_text(TIMEOUT + EXAMPLES[position], layout=layout)


@pytest.mark.slow
@pytest.mark.usefixtures("infra")
def test_every_example_is_generated_in_either_layout_and_lints_clean(tmp_path: Path) -> None:
    files = []
    for position in range(len(EXAMPLES)):
        single, split = made(position, "single"), made(position, "split")
        assert set(resources_of(single)) == set(resources_of(split))
        assert not [item for item in split.findings if item.severity == "error"]
        files.append(tmp_path / f"{position}.json")
        files[-1].write_text(single.files["template.json"])
    assert len(EXAMPLES) == 4
    # A retention policy beside another is the user's to write.
    assert [line for line in lint_templates(files, "us-east-1") if "W3011" not in line] == []


def test_the_overrides_do_what_they_say() -> None:
    found = resources_of(made(0))
    stage = found["ApiStage"]["Properties"]
    assert (stage["CacheClusterEnabled"], stage["CacheClusterSize"]) == (True, "0.5")
    assert stage["MethodSettings"][0]["CachingEnabled"] is True
    function = found["FunctionWeb"]["Properties"]
    assert "TracingConfig" not in function
    assert function["LoggingConfig"] == {"LogFormat": "JSON"}
    assert found["FunctionWebLogGroup"]["DeletionPolicy"] == "Retain"


def test_the_resources_go_where_it_is_said() -> None:
    homes = {key: stack.key for stack in made(2).stacks for key in stack.template["Resources"]}
    assert [homes[key] for key in ("Jobs", "JobsWait", "Callers")] == ["role", "monitoring", "api"]


@pytest.mark.usefixtures("infra")
def test_the_program_changes_every_alarm() -> None:
    alarms = of_type(made(3), "AWS::CloudWatch::Alarm")
    assert alarms
    for body in alarms.values():
        assert "on-call" in str(body["Properties"]["AlarmActions"][-1])


def test_the_table_names_what_the_graph_has() -> None:
    names = re.findall(r"`(?:graph|item)\.(\w+)", TEXT)
    assert len(names) >= 5
    for name in names:
        assert hasattr(Graph, name) or hasattr(Resource, name), name
