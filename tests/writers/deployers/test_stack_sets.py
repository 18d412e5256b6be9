"""Stack sets: one for each stack, filled with what all accounts share, or answer themselves."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.reading.diagnostics import ConfigError
from gateway_infra.writers.deployers.stack_sets import OWN_PARAMETERS, stack_set_files
from gateway_infra.writers.plan import Plan, PlannedStack, UnsupportedError
from tests.faults import DATABASE, changed
from tests.lint.support import lint_templates
from tests.support import MINIMAL, generate_text, generated_case
from tests.writers.deployers.names import OF_SCRIPTS

CASE = "deployer-stack-sets"
SINGLE = f"{MINIMAL}layout: single\ndeployers: [stack-sets]\n"


def case_plan() -> Plan:
    return generated_case(CASE).plan


def outer_of(plan: Plan) -> Any:
    return json.loads(stack_set_files(plan)["stack-set.json"])


def sets_of(plan: Plan) -> dict[str, Any]:
    resources = outer_of(plan)["Resources"].values()
    return {body["Properties"]["StackSetName"]: body["Properties"] for body in resources}


def plan_of(parameters: dict[str, tuple[Any, Any]], *, protect: bool = False) -> Plan:
    """Return a plan of one stack with these parameters: who fills each, and its body."""
    stack = PlannedStack(
        key="template",
        name="jobs-prod",
        file="template.json",
        template={
            "Description": "jobs-prod: template",
            "Parameters": {name: body for name, (_, body) in parameters.items()},
        },
        text="{}",
        parameters={name: how for name, (how, _) in parameters.items()},
        depends_on=(),
        capabilities=(),
        outputs=(),
        tags={},
    )
    return Plan("prod", "jobs", "us-east-1", "single", protect, (stack,))


def test_cfn_lint_finds_nothing(tmp_path: Path) -> None:
    plan = case_plan()
    file = tmp_path / "stack-set.json"
    file.write_text(stack_set_files(plan)["stack-set.json"])
    assert lint_templates([file], plan.region) == []


def test_each_stack_has_its_set() -> None:
    plan = case_plan()
    found = sets_of(plan)
    assert list(found) == [stack.name for stack in plan.stacks]
    for stack in plan.stacks:
        properties = found[stack.name]
        given = {item["ParameterKey"] for item in properties.get("Parameters", [])}
        assert given == set(stack.template.get("Parameters", {}))
        assert properties["PermissionModel"] == "SERVICE_MANAGED"
        assert properties.get("Capabilities", []) == list(stack.capabilities)
        assert {tag["Key"]: tag["Value"] for tag in properties["Tags"]} == stack.tags


def test_targets_are_given_when_it_is_deployed() -> None:
    outer = outer_of(case_plan())
    for body in outer["Resources"].values():
        (group,) = body["Properties"]["StackInstancesGroup"]
        assert group == {
            "DeploymentTargets": {"OrganizationalUnitIds": {"Ref": "OrganizationalUnitIds"}},
            "Regions": {"Ref": "Regions"},
        }
        preferences = body["Properties"]["OperationPreferences"]
        assert preferences["RegionOrder"] == {"Ref": "Regions"}
        assert preferences["RegionConcurrencyType"] == "SEQUENTIAL"
    assert outer["Parameters"]["Regions"]["Default"] == "eu-west-1"
    required = {name for name in OWN_PARAMETERS if "Default" not in outer["Parameters"][name]}
    assert required == {"OrganizationalUnitIds", "TemplateBucket"}


def test_every_stack_can_be_updated_without_a_change() -> None:
    """A stack reads Parameter Store when it is updated, and a stack set when it is changed."""
    for name, properties in sets_of(case_plan()).items():
        separator, (text, salt) = properties["Description"]["Fn::Join"]
        assert (separator, salt) == (", redeploy ", {"Ref": "Redeploy"})
        assert text.startswith(f"jobs-{CASE}: "), name


def test_stack_sets_come_one_after_the_other() -> None:
    resources = outer_of(case_plan())["Resources"]
    first, second = resources["AccountStackSet"], resources["TemplateStackSet"]
    assert "DependsOn" not in first
    assert "DependsOn" not in first["Properties"]["AutoDeployment"]
    assert second["DependsOn"] == ["AccountStackSet"]
    condition, after, otherwise = second["Properties"]["AutoDeployment"]["DependsOn"]["Fn::If"]
    assert condition in outer_of(case_plan())["Conditions"]
    assert after[0]["Fn::Sub"].endswith(":stackset/${AccountStackSet.StackSetId}")
    assert otherwise == {"Ref": "AWS::NoValue"}


def test_one_stack_set_needs_no_order() -> None:
    outer = outer_of(plan_of({}))
    assert "Conditions" not in outer
    assert list(outer["Resources"]) == ["TemplateStackSet"]


STRING = {"Type": "String"}
PARAMETERS = {
    "an SSM parameter is named, and found in each account": (
        ({"value": "/shared/vpc-id"}, {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>"}),
        "/shared/vpc-id",
        None,
        None,
    ),
    "a required one is asked for": (
        ({"required": True}, {**STRING, "MinLength": 1, "AllowedPattern": "x+"}),
        {"Ref": "P"},
        {**STRING, "MinLength": 1, "AllowedPattern": "x+"},
        {"required": True},
    ),
    "an id of AWS is text, as it is none of this account": (
        ({"required": True}, {"Type": "AWS::EC2::VPC::Id", "Description": "The VPC"}),
        {"Ref": "P"},
        {**STRING, "Description": "The VPC"},
        {"required": True},
    ),
    "a list is text too, and loses what is said of its items": (
        ({"required": True}, {"Type": "List<AWS::EC2::Subnet::Id>", "AllowedPattern": "subnet-.*"}),
        {"Ref": "P"},
        STRING,
        {"required": True},
    ),
    "one with a default": (
        ({"required": False}, {"Type": "Number", "Default": 5432, "MaxValue": 65535}),
        {"Ref": "P"},
        {"Type": "Number", "Default": 5432, "MaxValue": 65535},
        {"required": False},
    ),
    "a secret": (
        ({"environment_variable": "DB_PASSWORD"}, {**STRING, "NoEcho": True}),
        {"Ref": "P"},
        {**STRING, "NoEcho": True},
        {"environment_variable": "DB_PASSWORD"},
    ),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_how_a_parameter_is_filled(name: str) -> None:
    parameter, value, body, how = PARAMETERS[name]
    plan = plan_of({"P": parameter})
    assert sets_of(plan)["jobs-prod"]["Parameters"] == [
        {"ParameterKey": "P", "ParameterValue": value}
    ]
    assert outer_of(plan)["Parameters"].get("P") == body
    script = stack_set_files(plan)["aws-cli/deploy.sh"]
    lines = {
        None: "",
        "required": "  required P\n" if how and how.get("required") else "  optional P '",
        "environment_variable": "  variable P DB_PASSWORD\n",
    }
    assert lines[next(iter(how)) if how else None] in script
    assert any(f" P{end}" in script for end in ("\n", " DB", " '")) == (how is not None)


UNSUPPORTED = {
    "outputs of its own stacks": (
        SINGLE.replace("single", "split"),
        "stack-sets, which pass no output from one stack to another; write layout: single",
    ),
    "outputs of other stacks": (
        SINGLE.replace("vpc-0a1b2c3d", "{stack_output: network/VpcId}"),
        "stack-sets, which cannot read the output VpcId of the stack 'network' in each account; "
        "write {ssm: …} or {import: …}",
    ),
    "a tag that the AWS CLI cannot pass": (
        f'{SINGLE}tags: {{"a=b": c}}\n',
        "stack-sets, which are made with the AWS CLI, and that cannot pass the tag 'a=b'",
    ),
    "a parameter of its own": (
        SINGLE.replace("vpc-0a1b2c3d", "{parameter: Regions}"),
        "stack-sets, whose own template has a parameter Regions; rename yours",
    ),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_stack_sets_cannot_do(name: str) -> None:
    text, message = UNSUPPORTED[name]
    with pytest.raises(ConfigError) as caught:
        generate_text(text)
    assert message in str(caught.value)


@pytest.mark.parametrize("name", OWN_PARAMETERS)
def test_no_parameter_hides_one_of_its_own(name: str) -> None:
    with pytest.raises(UnsupportedError, match=name):
        stack_set_files(plan_of({name: ({"required": True}, STRING)}))


def test_one_stack_of_ones_own_layout_is_enough() -> None:
    families = (
        "role, security-group, database-ingress, function-log-group, function, api, cors, "
        "permission, api-log-groups, deployment, stage, usage-plan, topic, alarms, dashboard"
    )
    text = SINGLE.replace("layout: single", f"layout: {{all: [{families}]}}")
    assert "jobs-prod-all" in generate_text(text).files["stack-sets/stack-set.json"]


@pytest.mark.parametrize("protect", [True, False])
def test_protection(protect: bool) -> None:
    plan = plan_of({}, protect=protect)
    automatic = sets_of(plan)["jobs-prod"]["AutoDeployment"]
    assert automatic == {"Enabled": True, "RetainStacksOnAccountRemoval": protect}
    wanted = f"readonly protect={'yes' if protect else 'no'} "
    assert wanted in stack_set_files(plan)["aws-cli/deploy.sh"]


def test_the_url_changes_with_the_template() -> None:
    plan = case_plan()
    script = stack_set_files(plan)["deploy.sh"]
    for stack in plan.stacks:
        digest = hashlib.sha256(stack.text.encode()).hexdigest()
        key = f"jobs-{CASE}/{stack.key}-{digest}.json"
        assert f"  {stack.file} {key}\n" in script
        url = sets_of(plan)[stack.name]["TemplateURL"]["Fn::Sub"]
        assert url == f"https://${{TemplateBucket}}.s3.${{AWS::Region}}.${{AWS::URLSuffix}}/{key}"


# deploy.sh, with programs in place of the AWS CLI and of what it runs last.

RECORD = """\
#!/usr/bin/env bash
printf '%s' "${0##*/}" >>"$LOG"
printf ' [%s]' "$@" >>"$LOG"
echo >>"$LOG"
exit "${AWS_CODE:-0}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files of the case, programs that record, and a space in its name."""
    root = tmp_path / "out put"
    for file, text in generated_case(CASE).files.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "bin").mkdir()
    for program in (root / "bin" / "aws", root / "stack-sets" / "aws-cli" / "deploy.sh"):
        program.write_text(RECORD)
        program.chmod(0o755)
    return root


def run(folder: Path, *arguments: str, **variables: str) -> tuple[int, str, list[str]]:
    """Run the script; return its exit code, what it says, and the calls."""
    log = folder / "log"
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", str(folder / "stack-sets" / "deploy.sh"), *arguments],
        env={**os.environ, "PATH": path, "LOG": str(log), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    calls = log.read_text().splitlines() if log.exists() else []
    return done.returncode, done.stdout + done.stderr, calls


def test_templates_are_uploaded_first(folder: Path) -> None:
    code, said, calls = run(
        folder, "--template-bucket", "b", "--parameter", "Regions=eu-west-1,us-east-1"
    )
    assert (code, said) == (0, "")
    assert len(calls) == 3
    for call, stack in zip(calls, ("account", "template"), strict=False):
        assert call.startswith("aws [s3] [cp] [--only-show-errors] [--region] [eu-west-1] ")
        assert f"{stack}.json] [s3://b/jobs-{CASE}/{stack}-" in call
    assert calls[2] == (
        "deploy.sh [--parameter] [Regions=eu-west-1,us-east-1] [--parameter] [TemplateBucket=b]"
    )


def test_what_is_uploaded_is_there(folder: Path) -> None:
    _, _, calls = run(folder, "--template-bucket", "b")
    for call in calls[:2]:
        source = call.split("] [")[5]
        assert Path(source).is_file()


def test_a_failed_upload_ends_it(folder: Path) -> None:
    code, said, calls = run(folder, "--template-bucket", "b", AWS_CODE="255")
    assert code == 1
    assert "nothing was deployed, because account.json could not be uploaded" in said
    assert len(calls) == 1


@pytest.mark.parametrize("arguments", [("--dry-run",), ("--delete", CASE)])
def test_nothing_is_uploaded_where_nothing_is_deployed(
    folder: Path, arguments: tuple[str, ...]
) -> None:
    code, _, calls = run(folder, *arguments)
    assert code == 0
    assert calls == ["deploy.sh " + " ".join(f"[{argument}]" for argument in arguments)]


def test_a_dry_run_may_name_the_bucket(folder: Path) -> None:
    _, _, calls = run(folder, "--dry-run", "--template-bucket", "b")
    assert calls == ["deploy.sh [--dry-run] [--parameter] [TemplateBucket=b]"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "--template-bucket is missing: give a bucket in eu-west-1"),
        (("--template-bucket",), "--template-bucket needs a value"),
    ],
)
def test_wrong_usage(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    code, said, calls = run(folder, *arguments)
    assert code == 2
    assert message in said
    assert not any(call.startswith("aws") for call in calls)


def test_help_is_of_both_scripts(folder: Path) -> None:
    code, said, calls = run(folder, "--help")
    assert code == 0
    assert "deploy.sh --template-bucket NAME" in said
    assert calls == ["deploy.sh [--help]"]


def test_variables_reach_the_deploy_as_they_are(folder: Path) -> None:
    """None is taken for one of the script, which would pass its own on."""
    program = folder / "stack-sets" / "aws-cli" / "deploy.sh"
    program.write_text('#!/usr/bin/env bash\nenv >"$LOG"\n')
    values = {name: f"value of {name}" for name in OF_SCRIPTS}
    code, said, seen = run(folder, "--template-bucket", "b", **values)
    assert code == 0, said
    assert {f"{name}={value}" for name, value in values.items()} <= set(seen)


def test_cdpath_leads_nowhere_else(folder: Path) -> None:
    (folder / "elsewhere" / "stack-sets").mkdir(parents=True)
    done = subprocess.run(
        ["bash", "stack-sets/deploy.sh", "--dry-run"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LOG": "log", "CDPATH": f"{folder}/elsewhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "log").read_text() == "deploy.sh [--dry-run]\n"


def test_the_exit_code_is_that_of_the_deploy(folder: Path) -> None:
    assert run(folder, "--dry-run", AWS_CODE="3")[0] == 3


def test_the_text_of_a_minimal_one() -> None:
    text = changed("subnet-0a1b2c3d", "{ssm: /shared/subnet-a}")
    files = generate_text(f"{text}layout: single\ndeployers: [stack-sets]\n").files
    mine = sorted(file for file in files if file.startswith("stack-sets/"))
    assert mine == [
        "stack-sets/aws-cli/deploy.sh",
        "stack-sets/aws-cli/stack-set.parameters.json",
        "stack-sets/deploy.sh",
        "stack-sets/stack-set.json",
    ]


def test_a_transform_is_refused() -> None:
    """Stack sets that the organization permits take no macro."""
    text = SINGLE + DATABASE.replace(
        "password: {environment_variable: DB_PASSWORD}", "secret: {rotation_days: 30}"
    )
    with pytest.raises(ConfigError, match=r"stack-sets, which take no transform .*rotation_days"):
        generate_text(text)
    assert generate_text(text.replace("{rotation_days: 30}", "{}"))
