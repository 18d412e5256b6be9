"""The Terraform configuration, evaluated as Terraform does: each stack gets what it needs."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_infra.pipeline import generate
from gateway_infra.writers.deployers.terraform import literal, terraform_files
from gateway_infra.writers.plan import Plan, PlannedStack
from tests.support import MINIMAL, ROOT, generate_text
from tests.test_invariants import every_environment, in_layout
from tests.writers.deployers.hcl import Applied, HclError, apply, evaluate

STACK_ARGUMENTS = {
    "name",
    "template_body",
    "template_url",
    "capabilities",
    "parameters",
    "tags",
    "timeouts",
    # of Terraform's own
    "depends_on",
    "lifecycle",
}
"""Those of https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudformation_stack
that are used."""


def main_of(plan: Plan) -> Any:
    (text,) = terraform_files(plan).values()
    return json.loads(text)


def applied(plan: Plan, folder: Path, **variables: str) -> list[Applied]:
    """Write the plan's templates, and evaluate its configuration where all else is there."""
    outputs = {
        stack.name: {key: f"{stack.name}!{key}" for key in stack.outputs} for stack in plan.stacks
    }
    for stack in plan.stacks:
        (folder / stack.file).write_text(stack.text)
        for how in stack.parameters.values():
            if "from" in how and not plan.stack_named(how["from"]["stack"]):
                name, key = how["from"]["stack"], how["from"]["output"]
                outputs.setdefault(name, {})[key] = f"{name}!{key}"
    (folder / "terraform").mkdir()
    return apply(main_of(plan), folder / "terraform", variables, outputs)


def planned(key: str = "all", /, size: int = 0, **parameters: tuple[Any, Any]) -> PlannedStack:
    """Return a stack with these parameters: who fills each, and its body in the template."""
    bodies = {name: body for name, (_, body) in parameters.items()}
    text = json.dumps({"Parameters": bodies}) + " " * size
    return PlannedStack(
        key=key,
        name=f"jobs-prod-{key}",
        file=f"{key}.json",
        template={"Parameters": bodies},
        text=text,
        parameters={name: how for name, (how, _) in parameters.items()},
        depends_on=(),
        capabilities=(),
        outputs=(),
        tags={},
    )


def plan_of(*stacks: PlannedStack, protect: bool = False) -> Plan:
    return Plan("prod", "jobs", "us-east-1", "own", protect, stacks)


STRING = {"Type": "String"}


@pytest.mark.parametrize("layout", ["single", "split"])
@every_environment
def test_each_stack_gets_what_the_manifest_says(
    folder: Path, name: str, layout: str, tmp_path: Path
) -> None:
    plan = in_layout(folder, name, layout).plan
    variables = {"template_bucket": "templates"}
    for stack in plan.stacks:
        for parameter, how in stack.parameters.items():
            if "environment_variable" in how:
                variables[how["environment_variable"]] = f"secret {parameter}"
            elif how.get("required"):
                variable = "parameter_version" if parameter == "version" else parameter
                variables[variable] = f"given {parameter}"
    done = applied(plan, tmp_path, **variables)
    stacks = [item.arguments for item in done if item.address.startswith("aws_cloudformation")]
    assert [stack["name"] for stack in stacks] == [stack.name for stack in plan.stacks]
    for stack, arguments in zip(plan.stacks, stacks, strict=True):
        assert arguments.get("template_body", stack.text) == stack.text
        assert arguments["tags"] == stack.tags
        assert arguments.get("capabilities", []) == list(stack.capabilities)
        assert arguments.get("parameters", {}) == {
            parameter: expected(how, parameter, stack)
            for parameter, how in stack.parameters.items()
        }


def expected(how: Any, parameter: str, stack: PlannedStack) -> str:
    if "value" in how:
        return str(how["value"])
    if "from" in how:
        return f"{how['from']['stack']}!{how['from']['output']}"
    if "environment_variable" in how:
        return f"secret {parameter}"
    if how["required"]:
        return f"given {parameter}"
    return str(stack.template["Parameters"][parameter]["Default"])


@given(st.text(alphabet=st.sampled_from("$%{}\\\"'~ \né") | st.characters(codec="utf-8")))
def test_text_stands_for_itself(text: str) -> None:
    assert evaluate(json.loads(json.dumps(literal(text))), {}) == text


def test_hostile_text_reaches_the_stack(tmp_path: Path) -> None:
    value = '${var.x} %{ if true } $${q} "quo\\te", a,b = : / + @ \n'
    stack = planned(Size=({"value": value}, STRING))._replace(tags={"a:b/c=d+@ _-${": value})
    (item,) = applied(plan_of(stack), tmp_path)
    assert item.arguments["parameters"] == {"Size": value}
    assert item.arguments["tags"] == {"a:b/c=d+@ _-${": value}


def test_stacks_wait_for_the_one_before() -> None:
    resources = main_of(generate_text().plan)["resource"]["aws_cloudformation_stack"]
    order = ["role", "function", "api", "permission", "deployment", "monitoring"]
    assert "depends_on" not in resources["role"]
    for before, key in pairwise(order):
        assert resources[key]["depends_on"] == [f"aws_cloudformation_stack.{before}"]


@pytest.mark.parametrize("protect", [True, False])
def test_protected_stacks_are_not_destroyed(protect: bool) -> None:
    main = main_of(plan_of(planned(), protect=protect))
    body = main["resource"]["aws_cloudformation_stack"]["all"]
    assert body.get("lifecycle") == ({"prevent_destroy": True} if protect else None)


VARIABLES = {
    "required": (
        {"VpcId": ({"required": True}, {"Type": "AWS::EC2::VPC::Id", "Description": "The ${VPC}"})},
        {"VpcId": {"type": "string", "nullable": False, "description": "The ${VPC}"}},
    ),
    "with a default, which is literal text": (
        {"Size": ({"required": False}, {"Type": "String", "Default": '${x} "q"'})},
        {"Size": {"type": "string", "nullable": False, "default": '${x} "q"'}},
    ),
    "a number": (
        {"Port": ({"required": False}, {"Type": "Number", "Default": 5432})},
        {"Port": {"type": "string", "nullable": False, "default": "5432"}},
    ),
    "a secret": (
        {"DbPassword": ({"environment_variable": "DB_PASSWORD"}, {**STRING, "NoEcho": True})},
        {
            "DB_PASSWORD": {
                "type": "string",
                "nullable": False,
                "description": "Set TF_VAR_DB_PASSWORD to the value of DB_PASSWORD",
                "sensitive": True,
            }
        },
    ),
    "a secret that is given": (
        {"Token": ({"required": True}, {**STRING, "NoEcho": True})},
        {"Token": {"type": "string", "nullable": False, "sensitive": True}},
    ),
    "nothing to give": ({"Size": ({"value": "/shared/size"}, STRING)}, None),
}


@pytest.mark.parametrize("case", VARIABLES)
def test_who_deploys_gives_variables(case: str) -> None:
    parameters, variables = VARIABLES[case]
    assert main_of(plan_of(planned("all", **parameters))).get("variable") == variables


@pytest.mark.parametrize("name", ["count", "lifecycle", "locals", "providers", "source", "version"])
def test_names_that_terraform_keeps(name: str, tmp_path: Path) -> None:
    stack = planned(**{name: ({"required": True}, STRING)})
    (item,) = applied(plan_of(stack), tmp_path, **{f"parameter_{name}": "v"})
    assert item.arguments["parameters"] == {name: "v"}


def test_a_parameter_and_an_environment_variable_of_one_name(tmp_path: Path) -> None:
    stack = planned(
        TOKEN=({"required": True}, STRING),
        Token=({"environment_variable": "TOKEN"}, {**STRING, "NoEcho": True}),
    )
    variables = {"TOKEN": "secret", "parameter_TOKEN": "given"}
    (item,) = applied(plan_of(stack), tmp_path, **variables)
    assert item.arguments["parameters"] == {"TOKEN": "given", "Token": "secret"}


def test_one_value_in_two_stacks_is_one_variable(tmp_path: Path) -> None:
    parameter = ({"required": True}, STRING)
    plan = plan_of(planned("one", VpcId=parameter), planned("two", VpcId=parameter))
    assert list(main_of(plan)["variable"]) == ["VpcId"]
    assert [item.arguments["parameters"] for item in applied(plan, tmp_path, VpcId="v")] == [
        {"VpcId": "v"},
        {"VpcId": "v"},
    ]


def test_a_large_template_goes_through_a_bucket(tmp_path: Path) -> None:
    plan = plan_of(planned("small"), planned("large", size=51_200))
    done = {item.address: item for item in applied(plan, tmp_path, template_bucket="templates")}
    small = done["aws_cloudformation_stack.small"]
    large = done["aws_cloudformation_stack.large"]
    upload = done["aws_s3_object.large"]
    assert len(done) == 3
    assert upload.arguments["bucket"] == "templates"
    assert Path(upload.arguments["source"]).read_text() == plan.stacks[1].text
    key = upload.arguments["key"]
    assert re.fullmatch(r"jobs-prod/large-[0-9a-f]{64}\.json", key)
    host = "templates.s3.us-east-1.amazonaws.com"
    assert large.arguments["template_url"] == f"https://{host}/{key}"
    assert "template_body" not in large.arguments
    assert "template_url" not in small.arguments


def test_another_template_has_another_url(tmp_path: Path) -> None:
    urls = set()
    for size in (51_200, 51_201):
        folder = tmp_path / str(size)
        folder.mkdir()
        plan = plan_of(planned("large", size=size))
        _, stack = applied(plan, folder, template_bucket="templates")
        urls.add(stack.arguments["template_url"])
    assert len(urls) == 2


def test_a_small_template_needs_no_bucket() -> None:
    main = main_of(plan_of(planned()))
    assert "variable" not in main
    assert "data" not in main
    assert list(main["resource"]) == ["aws_cloudformation_stack"]


@pytest.mark.parametrize("layout", ["single", "split"])
def test_only_documented_arguments_are_used(layout: str) -> None:
    plan = generate(ROOT / "environments", "prod", layout=layout).plan
    main = main_of(plan)
    for body in main["resource"]["aws_cloudformation_stack"].values():
        assert set(body) <= STACK_ARGUMENTS
        assert set(body["timeouts"]) == {"create", "update", "delete"}
    for body in main["data"]["aws_cloudformation_stack"].values():
        assert set(body) == {"name"}


def test_settings_that_terraform_takes_literally() -> None:
    main = main_of(generate_text().plan)
    assert main["terraform"] == {
        "required_version": ">= 1.1",
        "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.0"}},
    }
    assert main["provider"] == {"aws": {"region": "us-east-1"}}


def test_outputs_of_each_stack() -> None:
    main = main_of(generate_text().plan)
    assert main["output"]["api"]["value"] == "${aws_cloudformation_stack.api.outputs}"
    assert "permission" not in main["output"]


def test_no_secret_has_a_default_or_a_value() -> None:
    (text,) = terraform_files(generate(ROOT / "environments", "prod").plan).values()
    assert json.loads(text)["variable"]["DB_PASSWORD"]["sensitive"] is True
    assert '"DbPassword": "${var.DB_PASSWORD}"' in text


@pytest.mark.parametrize("text", ["${var.x}", "${nothing.x.y}", "%{ if true }", "${"])
def test_the_evaluation_finds_what_terraform_refuses(text: str) -> None:
    with pytest.raises(HclError):
        evaluate(text, {"var": {}})


def test_the_evaluation_wants_every_variable(tmp_path: Path) -> None:
    with pytest.raises(HclError, match="VpcId"):
        applied(plan_of(planned(VpcId=({"required": True}, STRING))), tmp_path)


def test_the_command_writes_it() -> None:
    text = f"{MINIMAL}deployers: [terraform]\n"
    assert "terraform/main.tf.json" in generate_text(text).files
