"""What an earlier run wrote, read back; anything else is nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.changes import changes
from gateway_infra.graph import Reference
from gateway_infra.pipeline import Generated
from gateway_infra.writers.previous_output import from_plan, read_written
from tests.support import MINIMAL, generate_text


def write(folder: Path, made: Generated) -> None:
    for name, text in made.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("layout", ["single", "split"])
def test_what_was_written_is_read_as_it_was_planned(layout: str, tmp_path: Path) -> None:
    made = generate_text(layout=layout)
    write(tmp_path, made)
    found = read_written(tmp_path)
    assert found == from_plan(made.plan)
    assert found is not None
    assert list(found.stacks) == [stack.name for stack in made.stacks]


def test_all_that_is_compared_is_there() -> None:
    found = from_plan(generate_text(layout="split").plan)
    assert (found.environment, found.service, found.region) == ("prod", "jobs", "us-east-1")
    api = found.stacks["jobs-prod-api"]
    assert api.key == "api"
    assert api.sources == {"FunctionWebAliasArn": ("jobs-prod-function", "FunctionWebAliasArn")}
    assert api.outputs["ApiRootResourceId"] == Reference("Api", "RootResourceId")
    method = api.resources["ApiMethodGetJobs"]
    assert method.type == "AWS::ApiGateway::Method"
    assert Reference("FunctionWebAliasArn") in method.references
    assert not method.kept
    function = found.stacks["jobs-prod-function"].resources
    assert [name[:18] for name, item in function.items() if item.kept] == ["FunctionWebVersion"]


def manifest(change: Callable[[Any], None]) -> Callable[[Path], None]:
    """Return what changes the manifest as plain data."""

    def edit(folder: Path) -> None:
        data = json.loads((folder / "manifest.json").read_text())
        change(data)
        (folder / "manifest.json").write_text(json.dumps(data))

    return edit


def template(text: str) -> Callable[[Path], None]:
    """Return what writes another text as a template."""

    def edit(folder: Path) -> None:
        (folder / "api.json").write_text(text)

    return edit


def resource(body: Any) -> Callable[[Path], None]:
    return template(json.dumps({"Resources": {"Api": body}}))


def as_folder(folder: Path) -> None:
    (folder / "api.json").unlink()
    (folder / "api.json").mkdir()


def elsewhere(folder: Path) -> None:
    """Name a template that is there, and sound, but not in the folder."""
    (folder / "other").mkdir()
    (folder / "role.json").rename(folder / "other" / "role.json")
    manifest(lambda data: data["stacks"][0].update(template="other/role.json"))(folder)


def bad_bytes(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"\xff\xfe{}")


DEEP = "[" * 5_000 + "]" * 5_000
DEEP_REFERENCES = '{"a":' * 900 + '{"Ref": "Api"}' + "}" * 900
HALF = '{"Resources": {"Api": {"Type": '

BROKEN: dict[str, Callable[[Path], None]] = {
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "half a manifest": lambda folder: (folder / "manifest.json").write_text('{"schema": 1, "st'),
    "another text": bad_bytes,
    "another kind": lambda folder: (folder / "manifest.json").write_text("[1]"),
    "deep": lambda folder: (folder / "manifest.json").write_text(DEEP),
    "a later schema": manifest(lambda data: data.update(schema=2)),
    "no schema": manifest(lambda data: data.pop("schema")),
    "no service": manifest(lambda data: data.pop("service")),
    "a number as region": manifest(lambda data: data.update(region=1)),
    "stacks that are none": manifest(lambda data: data.update(stacks={"a": 1})),
    "a stack without name": manifest(lambda data: data["stacks"][0].pop("name")),
    "a stack with a number as name": manifest(lambda data: data["stacks"][0].update(name=1)),
    "a list as name": manifest(lambda data: data["stacks"][0].update(name=["a"])),
    "parameters that are none": manifest(lambda data: data["stacks"][0].update(parameters=[1])),
    "a source that is none": manifest(
        lambda data: data["stacks"][0].update(parameters={"A": {"from": 1}})
    ),
    "a template elsewhere": elsewhere,
    "a number as template": manifest(lambda data: data["stacks"][0].update(template=5)),
    "no template": lambda folder: (folder / "api.json").unlink(),
    "a folder as template": as_folder,
    "half a template": template(HALF),
    "a template that is none": template("[]"),
    "a template without resources": template("{}"),
    "resources that are none": template('{"Resources": []}'),
    "a resource that is none": resource(5),
    "a resource without type": resource({"Properties": {}}),
    "a list as type": resource({"Type": ["AWS::ApiGateway::RestApi"]}),
    "properties that are none": resource({"Type": "A", "Properties": [1]}),
    "a GetAtt of nothing": resource({"Type": "A", "Properties": {"B": {"Fn::GetAtt": []}}}),
    "a Sub of a number": resource({"Type": "A", "Properties": {"B": {"Fn::Sub": 5}}}),
    "an output that is none": template('{"Resources": {}, "Outputs": {"A": 1}}'),
    "outputs that are none": template('{"Resources": {}, "Outputs": [1]}'),
    "deep properties": template(
        '{"Resources": {"Api": {"Type": "A", "Properties": ' + DEEP_REFERENCES + "}}}"
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_as_it_was_written_is_nothing(name: str, tmp_path: Path) -> None:
    made = generate_text(layout="split")
    write(tmp_path, made)
    assert read_written(tmp_path) is not None
    BROKEN[name](tmp_path)
    assert read_written(tmp_path) is None


def test_a_folder_that_is_not_there_is_nothing(tmp_path: Path) -> None:
    assert read_written(tmp_path / "prod") is None
    (tmp_path / "file").write_text("")
    assert read_written(tmp_path / "file") is None


EDITED = [
    ("api", "Api", {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"paths": [1]}}}),
    (
        "api",
        "Api",
        {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"paths": {"a": 1}}}},
    ),
    ("api", "ApiMethodGetJobs", {"Type": "AWS::ApiGateway::Method"}),
    ("api", "ApiResourceJobs", {"Type": "AWS::ApiGateway::Resource"}),
    (
        "api",
        "ApiResourceJobs",
        {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {"ParentId": {"Ref": "ApiResourceJobs"}, "PathPart": "{a}"},
        },
    ),
    (
        "api",
        "ApiResourceJobs",
        {"Type": "AWS::ApiGateway::Resource", "Properties": {"ParentId": {"Ref": "Gone"}}},
    ),
    (
        "api",
        "ApiResourceJobs",
        {"Type": "AWS::ApiGateway::Resource", "Properties": {"ParentId": {"Ref": "Api"}}},
    ),
    (
        "function",
        "FunctionOld",
        {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": 1}},
    ),
    ("role", "Extra", {"Type": "Custom::Thing", "Properties": {"A": {"Ref": "AWS::Region"}}}),
]


@pytest.mark.parametrize(("key", "logical_id", "body"), EDITED)
def test_resources_that_someone_edited_are_compared_without_a_fault(
    key: str, logical_id: str, body: dict[str, Any], tmp_path: Path
) -> None:
    """A sound template may hold anything."""
    made = generate_text(layout="split")
    write(tmp_path, made)
    path = tmp_path / f"{key}.json"
    data = json.loads(path.read_text())
    data["Resources"][logical_id] = body
    path.write_text(json.dumps(data))
    old = read_written(tmp_path)
    assert old is not None
    other = generate_text(MINIMAL.replace("web", "site"), layout="split")
    assert all(isinstance(text, str) for text in changes(old, made.plan))
    assert all(isinstance(text, str) for text in changes(old, other.plan))
