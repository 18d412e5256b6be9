"""The manifest's JSON Schema: it takes every manifest, and nothing that is not one."""

from __future__ import annotations

import copy
import json
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

import pytest
from jsonschema import Draft202012Validator

from gateway_infra.sections.environment import DEPLOYERS
from gateway_infra.writers.manifest import SCHEMA
from tests.support import CASES, MINIMAL, ROOT, generate_text
from tests.test_cases import NAMES
from tests.test_invariants import in_layout

SCHEMA_TEXT = files("gateway_infra.writers").joinpath("manifest.schema.json").read_text()
VALIDATOR = Draft202012Validator(json.loads(SCHEMA_TEXT))

FILES = sorted([*CASES.glob("*/manifest.json"), *ROOT.glob("output/*/manifest.json")])

MANIFEST: dict[str, Any] = {
    "schema": 1,
    "environment": "prod",
    "service": "jobs",
    "region": "us-east-1",
    "layout": "split",
    "protect": True,
    "accepted": {"GI201": "The job may run on after its caller has gone."},
    "deployers": ["terraform"],
    "files": ["terraform/main.tf.json"],
    "stacks": [
        {
            "key": "role",
            "name": "jobs-prod-role",
            "template": "role.json",
            "depends_on": [],
            "capabilities": ["CAPABILITY_IAM"],
            "parameters": {},
            "outputs": ["FunctionWebRoleArn"],
            "tags": {"Service": "jobs"},
            "resources": 1,
            "bytes": 4637,
            "sha256": "0" * 64,
        },
        {
            "key": "function",
            "name": "jobs-prod-function",
            "template": "function.json",
            "depends_on": ["role"],
            "capabilities": [],
            "parameters": {
                "RoleArn": {"from": {"stack": "jobs-prod-role", "output": "FunctionWebRoleArn"}},
                "VpcId": {"value": "/shared/vpc-id"},
                "DbPassword": {"environment_variable": "DB_PASSWORD"},
                "ImageUri": {"required": True},
                "Size": {"required": False},
            },
            "outputs": [],
            "tags": {},
            "resources": 6,
            "bytes": 7672,
            "sha256": "0" * 64,
        },
    ],
}
"""Every key, and every way in which a parameter is filled."""

NAMED_BY_USER = ("accepted", "parameters", "tags")

Way: TypeAlias = tuple[str | int, ...]


def faults(manifest: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(manifest)]


def at(manifest: Any, path: Way) -> Any:
    for step in path:
        manifest = manifest[step]
    return manifest


def places(value: Any, path: Way = ()) -> Iterator[tuple[Way, Any]]:
    """Yield every value within a value, with the way to it."""
    yield path, value
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, step))


def objects() -> list[Way]:
    """Return the way to every object whose keys the schema lists."""
    found = [path for path, value in places(MANIFEST) if isinstance(value, dict)]
    return [path for path in found if not path or path[-1] not in NAMED_BY_USER]


def keys() -> list[Way]:
    return [(*path, key) for path in objects() for key in at(MANIFEST, path)]


def test_the_schema_is_one() -> None:
    VALIDATOR.check_schema(VALIDATOR.schema)
    assert VALIDATOR.schema["properties"]["schema"] == {
        "description": "Version of this format.",
        "const": SCHEMA,
    }


def test_the_schema_knows_every_deployer() -> None:
    items = VALIDATOR.schema["properties"]["deployers"]["items"]
    assert items == {"enum": sorted(DEPLOYERS)}


def test_every_key_is_described() -> None:
    stack = VALIDATOR.schema["$defs"]["stack"]["properties"]
    for name, body in {**VALIDATOR.schema["properties"], **stack}.items():
        assert body.get("description", "").endswith("."), name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_it_takes_every_manifest_of_the_repository(path: Path) -> None:
    assert faults(json.loads(path.read_text())) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("layout", ["single", "split"])
def test_it_takes_every_case_in_both_layouts(name: str, layout: str) -> None:
    item = in_layout(CASES, name, layout)
    assert faults(json.loads(item.files["manifest.json"])) == []


@pytest.mark.parametrize(
    "text", ["route_stacks: {admin: [/jobs]}", "protect: true", "deployers: [terraform]"]
)
def test_it_takes_what_the_cases_have_not(text: str) -> None:
    item = generate_text(f"{MINIMAL}{text}\n")
    assert faults(json.loads(item.files["manifest.json"])) == []


def test_it_takes_the_example() -> None:
    assert faults(MANIFEST) == []


def test_the_example_has_every_key_that_is_written() -> None:
    written = json.loads(generate_text(MINIMAL).files["manifest.json"])
    assert sorted(written) == sorted(MANIFEST)
    assert sorted(written["stacks"][0]) == sorted(MANIFEST["stacks"][0])


@pytest.mark.parametrize("path", keys(), ids=str)
def test_no_key_can_be_left_out(path: Way) -> None:
    manifest = copy.deepcopy(MANIFEST)
    del at(manifest, path[:-1])[path[-1]]
    assert faults(manifest)


@pytest.mark.parametrize("path", objects(), ids=str)
def test_no_unknown_key_is_taken(path: Way) -> None:
    manifest = copy.deepcopy(MANIFEST)
    at(manifest, path)["unknown"] = "x"
    assert faults(manifest)


OTHERS: list[Any] = [None, 1.5, -1, {}, {"a": 1}, [], [[]], True, ""]


@pytest.mark.parametrize("path", [path for path, _ in places(MANIFEST)], ids=str)
def test_no_value_is_of_another_type(path: Way) -> None:
    for other in OTHERS:
        if _like(path, at(MANIFEST, path), other):
            continue
        manifest = copy.deepcopy(MANIFEST)
        if path:
            at(manifest, path[:-1])[path[-1]] = other
        assert faults(manifest if path else other), other


def _like(path: Way, value: Any, other: Any) -> bool:
    """Tell whether `other` may stand there too: an empty list, a switch, text that may be empty."""
    if path and path[-1] in ("stacks", "schema"):
        return False
    if isinstance(value, str):
        return other == "" and (path[-1] == "value" or "tags" in path)
    if path and path[-1] in NAMED_BY_USER:
        return other == {}
    return type(value) is type(other) and isinstance(value, list | bool) and other in ([], True)


WRONG = {
    "a version to come": (("schema",), 2),
    "another layout": (("layout",), "double"),
    "another deployer": (("deployers",), ["make"]),
    "a deployer twice": (("deployers",), ["sam", "sam"]),
    "a file above": (("files",), ["../role.json"]),
    "a file above, further in": (("files",), ["cdk/../../role.json"]),
    "an absolute file": (("files",), ["/etc/passwd"]),
    "a region in words": (("region",), "Virginia"),
    "a service in capitals": (("service",), "Jobs"),
    "a template elsewhere": (("stacks", 0, "template"), "../role.json"),
    "a stack's name with a slash": (("stacks", 0, "name"), "jobs/prod"),
    "no stack": (("stacks",), []),
    "no resource": (("stacks", 0, "resources"), 0),
    "too many resources": (("stacks", 0, "resources"), 501),
    "too large a template": (("stacks", 0, "bytes"), 1_000_001),
    "half a digest": (("stacks", 0, "sha256"), "0" * 32),
    "another capability": (("stacks", 0, "capabilities"), ["CAPABILITY_RESOURCE_POLICY"]),
    "an output with a dot": (("stacks", 0, "outputs"), ["Role.Arn"]),
    "a parameter with a dot": (("stacks", 1, "parameters"), {"Role.Arn": {"required": True}}),
    "nobody fills it": (("stacks", 1, "parameters", "VpcId"), {}),
    "filled twice": (("stacks", 1, "parameters", "VpcId"), {"value": "x", "required": True}),
    "a variable in small letters": (
        ("stacks", 1, "parameters", "DbPassword"),
        {"environment_variable": "password"},
    ),
    "a secret's value": (("stacks", 1, "parameters", "DbPassword"), {"secret": "x"}),
    "a tag's name that is too long": (("stacks", 0, "tags"), {"x" * 129: ""}),
    "a tag's value that is too long": (("stacks", 0, "tags"), {"x": "x" * 257}),
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_value_is_taken(name: str) -> None:
    path, value = WRONG[name]
    manifest = copy.deepcopy(MANIFEST)
    at(manifest, path[:-1])[path[-1]] = value
    assert faults(manifest)


# docs/manifest.md

VARIABLES = "KEY: {environment_variable: SECRET}, SIZE: {parameter: Size, default: b}"


class FakeError(Exception):
    """Stands for what botocore raises."""


class FakeExistsError(FakeError):
    """A stack of that name is there."""


class FakeCloudFormation:
    """Keeps stacks as CloudFormation does, each with the outputs that its template names."""

    exceptions = SimpleNamespace(AlreadyExistsException=FakeExistsError, ClientError=FakeError)

    def __init__(self) -> None:
        self.stacks: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []

    def create_stack(self, **request: Any) -> None:
        name = request["StackName"]
        if name in self.stacks:
            raise FakeExistsError
        self.calls.append(f"create {name}")
        self.stacks[name] = request

    def update_stack(self, **request: Any) -> None:
        name = request["StackName"]
        old = {k: v for k, v in self.stacks[name].items() if k != "EnableTerminationProtection"}
        if old == request:
            raise FakeError("No updates are to be performed.")
        self.calls.append(f"update {name}")
        self.stacks[name] = request

    def describe_stacks(self, **request: str) -> Any:
        name = request["StackName"]
        template = json.loads(self.stacks[name]["TemplateBody"])
        outputs = [
            {"OutputKey": key, "OutputValue": f"{name}.{key}"} for key in template["Outputs"]
        ]
        return {"Stacks": [{"Outputs": outputs}]}

    def get_waiter(self, _name: str) -> Any:
        return SimpleNamespace(wait=lambda **_: None)


def test_the_deployer_of_the_documentation_deploys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = re.search(
        r"tests run this -->\n```python\n(.*?)```",
        (ROOT / "docs" / "manifest.md").read_text(),
        re.DOTALL,
    )
    assert shown
    text = f"{MINIMAL}protect: true\n"
    for old, new in {
        "vpc-0a1b2c3d": "{parameter: VpcId}",
        "subnet-0a1b2c3d": "{stack_output: network/SubnetA}",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1": "{ssm: /jobs/image}",
        "}\napi:": f", variables: {{{VARIABLES}}}}}\napi:",
    }.items():
        assert old in text
        text = text.replace(old, new)
    item = generate_text(text)
    for file, content in item.files.items():
        (tmp_path / file).write_text(content)
    cloud = FakeCloudFormation()
    cloud.stacks["network"] = {"TemplateBody": '{"Outputs": {"SubnetA": {}}}'}
    fake = SimpleNamespace(client=lambda _name, **_: cloud)
    monkeypatch.setitem(sys.modules, "boto3", fake)
    monkeypatch.setenv("SECRET", "s")
    monkeypatch.setattr(sys, "argv", ["deploy.py", str(tmp_path), "VpcId=vpc-1"])
    program = compile(shown[1], "manifest.md", "exec")
    exec(program, {})
    names = [stack.name for stack in item.stacks]
    assert cloud.calls == [f"create {name}" for name in names]
    function = cloud.stacks["jobs-prod-function"]
    assert {p["ParameterKey"]: p["ParameterValue"] for p in function["Parameters"]} == {
        "VpcId": "vpc-1",
        "NetworkSubnetA": "network.SubnetA",
        "JobsImage": "/jobs/image",
        "Secret": "s",
        "FunctionWebRoleArn": "jobs-prod-role.FunctionWebRoleArn",
    }
    assert function["EnableTerminationProtection"] is True
    assert cloud.stacks["jobs-prod-role"]["Capabilities"] == ["CAPABILITY_IAM"]
    exec(program, {})
    assert len(cloud.calls) == len(names)
