"""Decision 11: stacks in an explicit order."""

from __future__ import annotations

import json

import pytest

from gateway_infra.graph import depends_on
from tests.decisions.shipped import changed, every_environment, shipped
from tests.support import of_type

ORDER = ["role", "function", "api", "permission", "deployment", "monitoring"]
PLACES = {
    "role": {"IAM::Role"},
    "function": {
        "EC2::SecurityGroup",
        "EC2::SecurityGroupIngress",
        "Lambda::Alias",
        "Lambda::Function",
        "Lambda::Version",
        "Logs::LogGroup",
    },
    "api": {
        "ApiGateway::GatewayResponse",
        "ApiGateway::Method",
        "ApiGateway::Resource",
        "ApiGateway::RestApi",
    },
    "permission": {"Lambda::Permission"},
    "deployment": {
        "ApiGateway::Deployment",
        "ApiGateway::Stage",
        "ApiGateway::UsagePlan",
        "Logs::LogGroup",
    },
}


@every_environment
def test_the_shipped_environments_are_split_in_the_records_order(name: str) -> None:
    """Decision 11: its five stacks, then ours for monitoring."""
    stacks = shipped(name).stacks
    assert [stack.key for stack in stacks] == ORDER
    assert [stack.name for stack in stacks] == [f"jobs-{name}-{key}" for key in ORDER]
    manifest = json.loads(shipped(name).files["manifest.json"])
    assert [stack["key"] for stack in manifest["stacks"]] == ORDER


@every_environment
def test_each_stack_holds_its_own_kinds(name: str) -> None:
    """Decision 11: what changes together is deployed together."""
    for stack in shipped(name).stacks[:-1]:
        found = {
            body["Type"].removeprefix("AWS::") for body in stack.template["Resources"].values()
        }
        assert found == PLACES[stack.key]


@every_environment
def test_dependencies_are_explicit_and_point_back(name: str) -> None:
    """Decision 11: the role needs nothing; the rest is as the record lists it."""
    needs = {stack.key: set(stack.depends_on) for stack in shipped(name).stacks}
    assert needs["role"] == set()
    assert needs["function"] == {"role"}
    assert needs["api"] == {"function"}
    assert needs["permission"] == {"function", "api"}
    assert needs["deployment"] == {"api"}
    for position, key in enumerate(ORDER):
        assert needs[key] <= set(ORDER[:position])


@every_environment
def test_in_one_stack_the_deployment_waits_for_all_it_copies(name: str) -> None:
    """Decision 11: a snapshot holds only the methods and responses that were there."""
    generated = shipped(name, "single")
    [(_, body)] = of_type(generated, "AWS::ApiGateway::Deployment").items()
    copied = {
        key
        for kind in ("Method", "Resource", "GatewayResponse")
        for key in of_type(generated, f"AWS::ApiGateway::{kind}")
    }
    assert set(depends_on(body)) == copied
    assert [stack.key for stack in generated.stacks] == ["template"]


@pytest.mark.parametrize("layout", ["single", "split"])
@pytest.mark.parametrize(
    ("change", "is_of_the_api"),
    [
        ('api.routes["GET /added"]=web', True),
        ('api.routes["GET /runs"]={function: web, authorization: iam}', True),
        ("api.cors.error_origin=echo", True),
        ("api.stage.data_trace=true", False),
        ("functions.web.memory=1024", False),
    ],
)
def test_a_change_of_the_api_is_a_new_deployment(
    change: str, is_of_the_api: bool, layout: str
) -> None:
    """Decision 11: a deployment is a copy, so its id is a hash of what it copies, no more."""
    before, after = (
        set(of_type(generated, "AWS::ApiGateway::Deployment"))
        for generated in (shipped("prod", layout), changed("prod", change, layout=layout))
    )
    assert (before != after) is is_of_the_api


@every_environment
def test_the_gateway_may_call_the_alias_from_this_apis_stage_alone(name: str) -> None:
    """Decision 11: the permission's stack; one statement for all routes."""
    [body] = of_type(shipped(name, "single"), "AWS::Lambda::Permission").values()
    assert body["Properties"]["FunctionName"] == {"Ref": "FunctionWebAlias"}
    assert body["Properties"]["SourceArn"]["Fn::Sub"].endswith(":${Api}/v1/*")
    assert body["Properties"]["SourceAccount"] == {"Ref": "AWS::AccountId"}
