"""The manifest: every key that a deployer reads."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from gateway_infra.layouts import Stack
from gateway_infra.pipeline import Generated
from gateway_infra.writers.manifest import environment_files
from gateway_infra.writers.plan import make_plan
from tests.faults import DATABASE, changed, with_function
from tests.support import MINIMAL, generate_text

TEXT = changed("vpc-0a1b2c3d", "{parameter: VpcId}")
TEXT = TEXT.replace("subnet-0a1b2c3d", "{stack_output: network/SubnetA}")
TEXT = TEXT.replace("subnet-1a2b3c4d", "{import: network-SubnetB}")
TEXT = with_function("variables: {SIZE: {ssm: /shared/size}}", TEXT) + DATABASE
TEXT += "tags: {Team: platform}\naccount: {api_gateway_log_role: true}\n"
STACK_KEYS = [
    "bytes",
    "capabilities",
    "depends_on",
    "key",
    "name",
    "outputs",
    "parameters",
    "resources",
    "sha256",
    "tags",
    "template",
]
KEYS = ["account", "role", "function", "api", "permission", "deployment", "monitoring"]


def manifest_of(item: Generated) -> Any:
    return json.loads(item.files["manifest.json"])


def test_what_was_generated() -> None:
    manifest = manifest_of(generate_text(TEXT, "staging"))
    stacks = manifest.pop("stacks")
    assert manifest == {
        "schema": 1,
        "environment": "staging",
        "service": "jobs",
        "region": "us-east-1",
        "layout": "split",
        "protect": False,
        "accepted": {},
        "deployers": [],
        "files": [],
    }
    assert [stack["key"] for stack in stacks] == KEYS
    assert all(sorted(stack) == STACK_KEYS for stack in stacks)


@pytest.mark.parametrize("layout", ["single", "split"])
def test_each_stack_is_described_as_its_template_is(layout: str) -> None:
    item = generate_text(TEXT, layout=layout)
    manifest = manifest_of(item)
    assert manifest["layout"] == layout
    assert sorted(item.files) == sorted(
        ["manifest.json", *(stack["template"] for stack in manifest["stacks"])]
    )
    assert list(item.files)[-1] == "manifest.json"
    for stack in manifest["stacks"]:
        text = item.files[stack["template"]]
        template = json.loads(text)
        assert stack["template"] == f"{stack['key']}.json"
        assert stack["bytes"] == len(text.encode())
        assert stack["sha256"] == hashlib.sha256(text.encode()).hexdigest()
        assert stack["resources"] == len(template["Resources"])
        assert sorted(stack["parameters"]) == sorted(template.get("Parameters", {}))
        assert stack["outputs"] == sorted(template.get("Outputs", {}))
        assert stack["tags"] == {"Environment": "prod", "Service": "jobs", "Team": "platform"}


@pytest.mark.parametrize(("layout", "key"), [("single", "template"), ("split", "role")])
def test_stacks_that_make_roles_need_a_capability(layout: str, key: str) -> None:
    needs = {
        stack["key"]: stack["capabilities"]
        for stack in manifest_of(generate_text(TEXT, layout=layout))["stacks"]
    }
    assert {name: found for name, found in needs.items() if found} == {
        "account": ["CAPABILITY_IAM"],
        key: ["CAPABILITY_IAM"],
    }


def test_names_of_stacks() -> None:
    split = manifest_of(generate_text(TEXT, "dev"))["stacks"]
    assert [stack["name"] for stack in split] == [f"jobs-dev-{key}" for key in KEYS]
    single = manifest_of(generate_text(TEXT, "dev", layout="single"))["stacks"]
    assert [stack["name"] for stack in single] == ["jobs-dev-account", "jobs-dev"]


def test_stacks_come_after_those_they_depend_on() -> None:
    manifest = manifest_of(generate_text(TEXT))
    seen: list[str] = []
    for stack in manifest["stacks"]:
        assert set(stack["depends_on"]) <= set(seen)
        assert stack["depends_on"] == sorted(stack["depends_on"])
        seen.append(stack["key"])
    by_key = {stack["key"]: stack for stack in manifest["stacks"]}
    assert by_key["function"]["depends_on"] == ["role"]
    assert by_key["permission"]["depends_on"] == ["api", "function"]


PARAMETERS = {
    "VpcId": {"required": True},
    "NetworkSubnetA": {"from": {"stack": "network", "output": "SubnetA"}},
    "SharedSize": {"value": "/shared/size"},
    "DbPassword": {"environment_variable": "DB_PASSWORD"},
    "FunctionWebRoleArn": {"from": {"stack": "jobs-prod-role", "output": "FunctionWebRoleArn"}},
}


def test_who_fills_each_parameter() -> None:
    stacks = manifest_of(generate_text(TEXT))["stacks"]
    (function,) = [stack for stack in stacks if stack["key"] == "function"]
    assert function["parameters"] == PARAMETERS


def test_in_one_stack_only_what_comes_from_elsewhere_is_a_parameter() -> None:
    stacks = manifest_of(generate_text(TEXT, layout="single"))["stacks"]
    expected = {name: how for name, how in PARAMETERS.items() if "Function" not in name}
    assert stacks[-1]["parameters"] == expected


@pytest.mark.parametrize("layout", ["single", "split"])
def test_every_output_that_a_stack_asks_for_is_one_of_an_earlier_stack(layout: str) -> None:
    outputs: dict[str, list[str]] = {}
    for stack in manifest_of(generate_text(TEXT, layout=layout))["stacks"]:
        for filled in stack["parameters"].values():
            source = filled.get("from", {"stack": "network"})
            if source["stack"] != "network":
                assert source["output"] in outputs[source["stack"]]
        outputs[stack["name"]] = stack["outputs"]


def test_the_first_stack_without_an_account() -> None:
    stacks = manifest_of(generate_text(MINIMAL))["stacks"]
    assert stacks[0]["key"] == "role"
    assert stacks[0]["depends_on"] == []
    assert stacks[0]["parameters"] == {}


def test_bytes_are_counted_and_not_characters() -> None:
    body = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "é→"}}
    stack = Stack("one", "s-one", {"Resources": {"Topic": body}}, {}, ())
    plan = make_plan(
        [stack],
        environment="e",
        service="s",
        region="r",
        layout="single",
        protect=False,
        tags={},
    )
    files = environment_files(plan, [], {}, {})
    (entry,) = json.loads(files["manifest.json"])["stacks"]
    assert entry["bytes"] == len(files["one.json"]) + 3
    assert entry["capabilities"] == []
    assert entry["tags"] == {}
