"""Adopting existing resources: what is imported, by which identifiers, and what is left."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from gateway_infra.assembly.environment import assemble
from gateway_infra.graph import depends_on, references
from gateway_infra.layouts import cut, stack_order
from gateway_infra.writers.adoption import stacks as import_stacks
from gateway_infra.writers.adoption.identifiers import identifier
from gateway_infra.writers.adoption.import_ready import import_files, import_note
from gateway_infra.writers.adoption.stacks import retained
from gateway_infra.writers.adoption.types import IMPORTABLE, MADE_ANEW
from gateway_infra.writers.plan import Plan, UnsupportedError, make_plan
from tests.support import CASES, MINIMAL, ROOT, generate_text, load_text

EVERYTHING = """\
service: jobs
region: us-east-1
network: {vpc: {ssm: /shared/vpc}, subnets: [{stack_output: net/A}, {parameter: SubnetB}]}
functions:
  web:
    image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1
    variables: {PARTNER: {environment_variable: PARTNER}}
api:
  authorization: none
  cors: {origins: ["https://a.example.com"]}
  usage_plan: {keys: [partner]}
  routes: {GET /: web, "GET /jobs/{id}": {function: web, authorization: iam}}
account: {api_gateway_log_role: true}
alarms: {emails: [a@example.com]}
""".replace("authorization: none", "authorization: {type: none, reason: Its callers are checked.}")


@cache
def planned(text: str = EVERYTHING, layout: str = "split") -> Plan:
    """Return the plan as `--import-ready` makes it."""
    loaded = load_text(text)
    stacks = retained(cut(assemble(loaded), stack_order(layout, ()), "jobs-prod"))
    return make_plan(
        stacks,
        environment="prod",
        service="jobs",
        region=loaded.environment.region,
        layout=layout,
        protect=False,
        tags={"Service": "jobs"},
    )


def data(files: dict[str, str], ending: str) -> dict[str, Any]:
    """Return the JSON of all files that end so, by what stands before."""
    return {
        Path(path).name.removesuffix(ending): json.loads(text)
        for path, text in files.items()
        if path.endswith(ending)
    }


def templates(files: dict[str, str]) -> dict[str, Any]:
    return data(files, ".template.json")


def identifiers(files: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return the identifiers of all resources to import by logical id."""
    return {
        item["LogicalResourceId"]: item["ResourceIdentifier"]
        for items in data(files, ".resources-to-import.json").values()
        for item in items
    }


def schema(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return found


@pytest.mark.parametrize("kind", sorted(IMPORTABLE))
def test_identifiers_and_required_properties_are_those_of_the_schema(kind: str) -> None:
    """CloudFormation refuses an import whose identifiers are not the primary ones."""
    found = schema(kind)
    names = [pointer.removeprefix("/properties/") for pointer in found["primaryIdentifier"]]
    assert list(IMPORTABLE[kind].identifiers) == names
    assert IMPORTABLE[kind].required == set(found.get("required", []))
    assert "read" in found["handlers"]
    unread = {pointer.split("/")[2] for pointer in found.get("writeOnlyProperties", [])}
    fixed = {pointer.split("/")[2] for pointer in found.get("createOnlyProperties", [])}
    whole = {name for name in unread if f"/properties/{name}" in found["writeOnlyProperties"]}
    assert IMPORTABLE[kind].unread == whole - fixed - IMPORTABLE[kind].required


def test_only_one_type_cannot_be_imported_at_all() -> None:
    assert {kind for kind in MADE_ANEW if "read" not in schema(kind)["handlers"]} == {
        "AWS::SNS::TopicPolicy"
    }


def test_every_type_that_is_made_is_known_here() -> None:
    """A new type needs a row in one of the two tables; what a file adds by itself does not."""
    paths = [*CASES.glob("*/*.json"), *ROOT.glob("output/*/*.json")]
    paths = [path for path in paths if not path.parent.name.startswith("overrides")]
    made = {
        body["Type"]
        for path in paths
        for body in json.loads(path.read_text()).get("Resources", {}).values()
    }
    assert made
    assert made <= IMPORTABLE.keys() | MADE_ANEW.keys()
    assert not IMPORTABLE.keys() & MADE_ANEW.keys()


def test_a_stand_in_stands_for_a_required_property() -> None:
    stand_ins = [item for item in IMPORTABLE.values() if item.stand_in is not None]
    assert stand_ins
    assert all(item.stand_in and item.stand_in[0] in item.required for item in stand_ins)


@pytest.mark.parametrize("layout", ["single", "split"])
@pytest.mark.parametrize(
    "leave_out",
    [
        (),
        ("FunctionWeb",),
        ("Api",),
        ("FunctionWebRole",),
        ("FunctionWebLogGroup", "ApiKeyPartner"),
    ],
)
def test_an_import_template_stands_alone(layout: str, leave_out: Collection[str]) -> None:
    """All that it has is imported and retained; it refers to nothing else, and has no outputs."""
    files = import_files(planned(layout=layout), leave_out)
    listed = data(files, ".resources-to-import.json")
    assert listed.keys() == templates(files).keys()
    for key, template in templates(files).items():
        resources = template["Resources"]
        assert [item["LogicalResourceId"] for item in listed[key]]
        assert {item["LogicalResourceId"] for item in listed[key]} == resources.keys()
        assert not resources.keys() & set(leave_out)
        assert "Outputs" not in template
        used = set()
        for logical_id, body in resources.items():
            assert body["Type"] in IMPORTABLE, logical_id
            assert body["DeletionPolicy"] == body["UpdateReplacePolicy"] == "Retain", logical_id
            assert IMPORTABLE[body["Type"]].required <= body["Properties"].keys(), logical_id
            assert set(depends_on(body)) <= resources.keys(), logical_id
            used |= {item.target for item in references(body) if "::" not in item.target}
        parameters = template.get("Parameters", {})
        assert used == (used & resources.keys()) | parameters.keys()
        assert not any(body.get("NoEcho") for body in parameters.values())


def test_nothing_else_is_changed() -> None:
    """The deploy that follows finds each property as it was imported."""
    plan = planned()
    for stack in plan.stacks:
        imported = templates(import_files(plan)).get(stack.key, {"Resources": {}})["Resources"]
        for logical_id, body in imported.items():
            ordinary = stack.template["Resources"][logical_id]
            gone = ordinary["Properties"].keys() - body["Properties"].keys()
            allowed = {"FunctionWeb": {"Environment"}, "ApiStage": {"DeploymentId"}}
            assert gone == allowed.get(logical_id, set()), logical_id
            for key, value in body["Properties"].items():
                if (logical_id, key) != ("FunctionWebAlias", "FunctionVersion"):
                    assert value == ordinary["Properties"][key]
            assert ordinary["DeletionPolicy"] == "Retain"


def test_an_import_retains_even_where_the_ordinary_templates_do_not() -> None:
    plan = generate_text(layout="single").plan
    (template,) = templates(import_files(plan)).values()
    for body in template["Resources"].values():
        assert body["DeletionPolicy"] == body["UpdateReplacePolicy"] == "Retain"


def test_an_alias_is_imported_without_the_version_that_is_made_anew() -> None:
    imported = templates(import_files(planned()))["function"]["Resources"]
    assert imported["FunctionWebAlias"]["Properties"]["FunctionVersion"] == "$LATEST"
    assert not [key for key in imported if key.startswith("FunctionWebVersion")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/logs", "/logs"),
        ({"Fn::Sub": "/${FunctionWeb}/x"}, "/jobs-prod-web/x"),
        ({"Fn::Sub": "/${AWS::Region}/x"}, "FILL-IN:LogGroupName:FunctionWebLogGroup"),
        ({"Fn::Sub": "/${SubnetB}/x"}, "FILL-IN:LogGroupName:FunctionWebLogGroup"),
        ({"Fn::Sub": ["/${A}/x", {"A": "a"}]}, "FILL-IN:LogGroupName:FunctionWebLogGroup"),
        ({"Fn::GetAtt": ["FunctionWeb", "Arn"]}, "FILL-IN:LogGroupName:FunctionWebLogGroup"),
        ({"Fn::ImportValue": "name"}, "FILL-IN:LogGroupName:FunctionWebLogGroup"),
        (["/logs"], "FILL-IN:LogGroupName:FunctionWebLogGroup"),
    ],
)
def test_a_name_that_only_aws_can_work_out_is_to_be_filled_in(value: Any, expected: str) -> None:
    plan = planned()
    stack = next(stack for stack in plan.stacks if stack.key == "function")
    body = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": value}}
    resources = {**stack.template["Resources"], "FunctionWebLogGroup": body}
    changed = stack._replace(template={**stack.template, "Resources": resources})
    assert identifier(plan, changed, "FunctionWebLogGroup", "LogGroupName") == expected


def test_identifiers_are_known_from_the_template_or_named_after_what_they_are() -> None:
    found = identifiers(import_files(planned()))
    api = {"RestApiId": "FILL-IN:RestApiId"}
    expected = {
        "Api": api,
        "ApiResourceJobs": {**api, "ResourceId": "FILL-IN:ResourceId:/jobs"},
        "ApiResourceJobsById": {**api, "ResourceId": "FILL-IN:ResourceId:/jobs/{id}"},
        "ApiMethodGet": {**api, "ResourceId": "FILL-IN:ResourceId:/", "HttpMethod": "GET"},
        "ApiMethodGetJobsById": {
            **api,
            "ResourceId": "FILL-IN:ResourceId:/jobs/{id}",
            "HttpMethod": "GET",
        },
        "ApiStage": {**api, "StageName": "v1"},
        "ApiKeyPartner": {"APIKeyId": "FILL-IN:APIKeyId:ApiKeyPartner"},
        "ApiPlanKeyPartner": {"Id": "FILL-IN:Id:ApiPlanKeyPartner"},
        "ApiExecutionLogGroup": {"LogGroupName": "API-Gateway-Execution-Logs_FILL-IN:RestApiId/v1"},
        "FunctionWeb": {"FunctionName": "jobs-prod-web"},
        "FunctionWebLogGroup": {"LogGroupName": "/aws/lambda/jobs-prod-web"},
        "FunctionWebRole": {"RoleName": "FILL-IN:RoleName:FunctionWebRole"},
        "FunctionWebAlias": {"AliasArn": "FILL-IN:AliasArn:FunctionWebAlias"},
    }
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("layout", ["single", "split"])
def test_layouts_agree_on_identifiers(layout: str) -> None:
    """A reference through another stack's output leads to the same resource."""
    assert identifiers(import_files(planned(layout=layout))) == identifiers(import_files(planned()))


def test_a_document_is_left_to_the_deploy() -> None:
    """CloudFormation cannot read it, and would take the imported one for the one that is there."""
    text = EVERYTHING.replace("  cors:", "  definition: openapi\n  cors:")
    plan = planned(text)
    ordinary = next(stack for stack in plan.stacks if stack.key == "api")
    assert "Body" in ordinary.template["Resources"]["Api"]["Properties"]
    imported = templates(import_files(plan))["api"]
    assert {"Body", "Mode"} & imported["Resources"]["Api"]["Properties"].keys() == set()
    assert "Parameters" not in imported
    assert identifiers(import_files(plan))["Api"] == {"RestApiId": "FILL-IN:RestApiId"}


def test_guide_tells_of_the_image_that_runs() -> None:
    guide = import_files(planned())["import/README.md"]
    assert "get-function --function-name jobs-prod-web --query Code.ImageUri" in guide


def test_what_requires_something_left_out_is_left_out_too() -> None:
    files = import_files(planned(), ["ApiResourceJobs"])
    left = {"ApiResourceJobs", "ApiResourceJobsById", "ApiMethodGetJobsById"}
    assert not left & identifiers(files).keys()
    assert "ApiMethodGet" in identifiers(files)
    guide = files["import/README.md"]
    assert "| ApiResourceJobs | AWS::ApiGateway::Resource | it is not there yet |" in guide
    assert "its ParentId refers to ApiResourceJobs, which is not imported" in guide


def test_leaving_out_nothing_that_is_there_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="Typo, which is no resource"):
        import_files(planned(), ["Typo"])


def test_ordinary_templates_keep_what_was_imported_and_delete_the_rest() -> None:
    for stack in planned().stacks:
        for logical_id, body in stack.template["Resources"].items():
            policy = (body["DeletionPolicy"], body["UpdateReplacePolicy"])
            if body["Type"] in IMPORTABLE:
                assert policy == ("Retain", "Retain"), logical_id
            elif body["Type"] == "AWS::Lambda::Version":
                assert policy == ("RetainExceptOnCreate", "Retain")
            elif body["Type"] == "AWS::ApiGateway::Account":
                assert policy == ("Retain", "Retain")
            else:
                assert policy == ("Delete", "Delete"), logical_id


def test_retained_leaves_the_stacks_it_was_given() -> None:
    loaded = load_text(MINIMAL)
    stacks = cut(assemble(loaded), stack_order("single", ()), "jobs-prod")
    before = json.dumps([stack.template for stack in stacks])
    retained(stacks)
    assert json.dumps([stack.template for stack in stacks]) == before


def test_many_resources_are_imported_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change set imports 200; each part has all before it, and what its own refer to."""
    monkeypatch.setattr(import_stacks, "BATCH", 4)
    whole = identifiers(import_files(planned()))
    files = import_files(planned(), ())
    listed = data(files, ".resources-to-import.json")
    parts = sorted(key for key in listed if key.startswith("api."))
    assert len(parts) > 2
    seen: set[str] = set()
    for key in parts:
        assert len(listed[key]) <= 4
        seen |= {item["LogicalResourceId"] for item in listed[key]}
        resources = templates(files)[key]["Resources"]
        assert resources.keys() == seen
        for body in resources.values():
            own = {item.target for item in references(body)} - {"FunctionWebAliasArn"}
            assert {name for name in own if "::" not in name} <= seen
        assert f"import_part {key}" in files["import/import.sh"]
    assert identifiers(files) == whole


def test_guide_and_note_name_each_value_once() -> None:
    files = import_files(planned())
    guide = files["import/README.md"]
    values = {value for found in identifiers(files).values() for value in found.values()}
    names = {v for v in values if v.startswith("FILL-IN:")}
    rows = re.findall(r"^\| `(FILL-IN:[^`]+)` ", guide, re.M)
    assert sorted(rows) == sorted(names)
    assert f"## 1. Fill in {len(names)} identifiers" in guide
    assert import_note(files).startswith(f"{len(names)} identifiers to fill in")
    assert "AlarmTopicPolicy | AWS::SNS::TopicPolicy | CloudFormation cannot import" in guide
    steps = re.findall(r"^(?:./import.sh import (\S+)|# jobs-prod-(\S+):)", guide, re.M)
    assert [b for _, b in steps if b] == ["permission"]
    assert [a or b for a, b in steps] == [stack.key for stack in planned().stacks]


def test_two_runs_give_the_same_files() -> None:
    assert import_files(planned()) == import_files(planned())


FAKE_AWS = """\
#!/bin/bash
{ printf '%s ' "$@"; for word in "$@"; do
    [[ $word == file:///dev/stdin ]] && cat; done; echo; } >>"$AWS_CALLS"
case "$*" in
    *describe-stacks*) echo "${AWS_OUTPUT-value-of-output}" ;;
    *detect-stack-drift*) echo 1 ;;
    *drift-detection-status*) echo DETECTION_COMPLETE ;;
    *change-set-create-complete*) exit "${AWS_REFUSES-0}" ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of an environment with a program `aws` that notes how it is called."""
    plan = planned()
    for path, text in {
        **import_files(plan),
        **{stack.file: stack.text for stack in plan.stacks},
        "bin/aws": FAKE_AWS,
        "bin/sleep": "#!/bin/bash\n",
    }.items():
        target = tmp_path / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)
        target.chmod(0o755)
    return tmp_path


def run(
    folder: Path, *arguments: str, **variables: str
) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run the script; return what came of it, and the calls."""
    calls = folder / "calls"
    calls.unlink(missing_ok=True)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", str(folder / "import" / "import.sh"), *arguments],
        env={"PATH": path, "AWS_CALLS": str(calls), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done, calls.read_text() if calls.exists() else ""


def fill_in(folder: Path) -> None:
    for path in (folder / "import").glob("*.resources-to-import.json"):
        path.write_text(re.sub(r'FILL-IN:[^"/]*', "known", path.read_text()))


def test_script_imports_nothing_before_all_is_filled_in(folder: Path) -> None:
    done, calls = run(folder, "import", "role")
    assert done.returncode == 1
    assert "FILL-IN:RoleName:FunctionWebRole" in done.stderr
    assert "import.sh: fill these in first" in done.stderr
    assert calls == ""


def test_script_imports(folder: Path) -> None:
    fill_in(folder)
    done, calls = run(folder, "import", "function", PARAMETER_SubnetB='a"b\\c', PARTNER="secret")
    assert done.returncode == 0, done.stderr
    made = calls.splitlines()
    created = next(line for line in made if "create-change-set" in line)
    assert "--stack-name jobs-prod-function" in created
    assert "--change-set-type IMPORT" in created
    assert "--resources-to-import file://function.resources-to-import.json" in created
    parameters = json.loads(created[created.index('[{"ParameterKey') :])
    assert {item["ParameterKey"]: item["ParameterValue"] for item in parameters} == {
        "FunctionWebRoleArn": "value-of-output",
        "NetA": "value-of-output",
        "SharedVpc": "/shared/vpc",
        "SubnetB": 'a"b\\c',
    }
    assert "secret" not in calls
    assert [line.split()[1] for line in made[-2:]] == ["execute-change-set", "wait"]
    assert "stack-import-complete" in made[-1]


def test_script_prepares_a_deploy_that_sees_drift_and_passes_a_secret_unseen(folder: Path) -> None:
    done, calls = run(folder, "change", "function", PARAMETER_SubnetB="b", PARTNER="secret")
    assert done.returncode == 0, done.stderr
    created = next(line for line in calls.splitlines() if "create-change-set" in line)
    arguments, _, values = created.partition('[{"ParameterKey')
    assert "--change-set-type UPDATE --template-body=file://../function.json" in arguments
    assert "--deployment-mode REVERT_DRIFT" in arguments
    assert "secret" not in arguments
    assert '"ParameterValue":"secret"' in values
    assert "execute-change-set" not in calls
    done, calls = run(folder, "deploy", "function")
    assert done.returncode == 0, done.stderr
    assert "execute-change-set" in calls
    assert "stack-update-complete" in calls


@pytest.mark.parametrize(
    ("arguments", "variables", "message"),
    [
        (
            ("change", "function"),
            {"PARTNER": "x"},
            "set the environment variable PARAMETER_SubnetB",
        ),
        (
            ("change", "api"),
            {"AWS_OUTPUT": "None"},
            "the stack jobs-prod-function has no output FunctionWebAliasArn; deploy it first",
        ),
        (("import", "permission"), {}, "no stack 'permission' has anything to import"),
        (("remove", "api"), {}, "usage: import.sh import|drift|change|deploy STACK"),
        ((), {}, "no stack '' has anything to import"),
    ],
)
def test_script_says_what_is_missing(
    folder: Path, arguments: tuple[str, ...], variables: dict[str, str], message: str
) -> None:
    done, calls = run(folder, *arguments, **variables)
    assert done.returncode == 1
    assert message in done.stderr
    assert "change-set" not in calls


def test_script_deletes_a_change_set_that_was_refused(folder: Path) -> None:
    fill_in(folder)
    done, calls = run(folder, "import", "role", AWS_REFUSES="255")
    assert done.returncode == 1
    assert "delete-change-set" in calls
    assert "execute-change-set" not in calls


def test_script_is_led_nowhere_else_by_cdpath(folder: Path) -> None:
    (folder / "elsewhere" / "import").mkdir(parents=True)
    done = subprocess.run(
        ["bash", "import/import.sh", "drift", "api"],
        cwd=folder,
        env={
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "AWS_CALLS": "calls",
            "CDPATH": f"{folder}/elsewhere",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, "elsewhere" in done.stdout) == (0, False), done.stderr


def test_script_shows_drift(folder: Path) -> None:
    done, calls = run(folder, "drift", "api")
    assert done.returncode == 0, done.stderr
    assert "describe-stack-resource-drifts --stack-name jobs-prod-api" in calls


def test_script_uploads_what_is_too_large_for_a_request(folder: Path) -> None:
    template = folder / "api.json"
    template.write_text(template.read_text() + " " * 51_200)
    done, _ = run(folder, "change", "api")
    assert done.returncode == 1
    assert "set TEMPLATE_BUCKET" in done.stderr
    done, calls = run(folder, "change", "api", TEMPLATE_BUCKET="mine")
    assert done.returncode == 0, done.stderr
    assert "s3 cp --only-show-errors ../api.json s3://mine/jobs-prod-import/api.json" in calls
    url = "--template-url=https://mine.s3.us-east-1.amazonaws.com/jobs-prod-import/api.json"
    assert url in calls
