"""Resources in CloudFormation's own words: their stacks, order, checks, and what deployers do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway_infra.pipeline import Adopt, Generated, generate
from tests.faults import changed, faults_of
from tests.support import MINIMAL, generate_text, resources_of

QUEUE = "resources: {Jobs: {Type: AWS::SQS::Queue}}\n"


def homes(generated: Generated) -> dict[str, str]:
    return {key: stack.key for stack in generated.stacks for key in stack.template["Resources"]}


def test_a_resource_stands_in_the_template_as_it_is_written() -> None:
    text = """\
resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties: {DelaySeconds: 5, KmsMasterKeyId: {ssm: /key, version: 3}}
    DependsOn: FunctionWebRole
    DeletionPolicy: Retain
    UpdateReplacePolicy: Snapshot
    Metadata: {Team: ours}
"""
    assert resources_of(generate_text(MINIMAL + text))["Jobs"] == {
        "Type": "AWS::SQS::Queue",
        "Properties": {"DelaySeconds": 5, "KmsMasterKeyId": "{{resolve:ssm:/key:3}}"},
        "DependsOn": ["FunctionWebRole"],
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Snapshot",
        "Metadata": {"Team": "ours"},
    }


def test_all_others_stay_as_they_are() -> None:
    generated = generate_text(MINIMAL + QUEUE)
    found = resources_of(generated)
    assert found.pop("Jobs") == {"Type": "AWS::SQS::Queue"}
    assert found == resources_of(generate_text())


OWN = """
layout:
  access: [account, role, security-group]
  service:
    [database-ingress, function-log-group, function, api, cors, permission, api-log-groups]
  live: [deployment, stage, usage-plan]
  watch: [topic, alarms, dashboard]
"""


def to(name: str) -> str:
    return f"{{Type: AWS::SQS::Queue, Properties: {{QueueName: {{Ref: {name}}}}}}}"


@pytest.mark.parametrize(
    ("resource", "stacks"),
    [
        ("{Type: AWS::SQS::Queue}", ("role", "template", "access")),
        (to("FunctionWebRole"), ("role", "template", "access")),
        (to("FunctionWeb"), ("function", "template", "service")),
        (to("Api"), ("api", "template", "service")),
        (to("ApiStage"), ("deployment", "template", "live")),
        (to("Dashboard"), ("monitoring", "template", "watch")),
        (to("Other"), ("deployment", "template", "live")),
        ("{Type: AWS::SQS::Queue, DependsOn: FunctionWeb}", ("function", "template", "service")),
        ("{Type: AWS::SQS::Queue, family: alarms}", ("monitoring", "template", "watch")),
        ("{Type: AWS::SQS::Queue, family: permission}", ("permission", "template", "service")),
    ],
)
def test_it_goes_to_the_stack_of_the_last_thing_that_it_refers_to(
    resource: str, stacks: tuple[str, str, str]
) -> None:
    text = f"{MINIMAL}resources: {{Jobs: {resource}, Other: {to('ApiStage')}}}\n"
    for layout, stack in zip(("split", "single", "own"), stacks, strict=True):
        made = generate_text(text + OWN if layout == "own" else f"{text}layout: {layout}\n")
        assert homes(made)["Jobs"] == stack


def test_the_stack_of_the_account_is_not_for_others() -> None:
    text = f"{MINIMAL}account: {{api_gateway_log_role: true}}\n{QUEUE}"
    made = homes(generate_text(text))
    assert (made["ApiGatewayLogRole"], made["Jobs"]) == ("account", "role")
    made = homes(generate_text(text.replace("Queue}", "Queue, DependsOn: ApiGatewayLogRole}")))
    assert made["Jobs"] == "role"


def test_what_refers_to_it_does_not_move_it() -> None:
    text = (
        MINIMAL
        + QUEUE
        + """\
overrides:
  - {resource: Dashboard, path: Metadata.Queue, value: {Ref: Jobs}}
"""
    )
    generated = generate_text(text)
    assert homes(generated)["Jobs"] == "role"
    monitoring = next(stack for stack in generated.stacks if stack.key == "monitoring")
    assert monitoring.parameters["JobsRef"]["from"] == {
        "stack": "jobs-prod-role",
        "output": "JobsRef",
    }


def test_a_method_of_a_group_of_routes_goes_to_its_stack() -> None:
    text = (
        changed("GET /jobs: web", "GET /jobs: web, GET /admin: web")
        + """\
route_stacks: {admin: [/admin]}
resources:
  Extra:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: {Ref: Api}
      ResourceId: {Ref: ApiResourceAdmin}
      HttpMethod: PUT
      AuthorizationType: AWS_IAM
      Integration: {Type: MOCK}
"""
    )
    generated = generate_text(text)
    assert homes(generated)["Extra"] == "api-admin"
    deployment = next(stack for stack in generated.stacks if stack.key == "deployment")
    assert "api-admin" in deployment.depends_on


def test_its_stack_is_advised_on_where_a_layout_has_several() -> None:
    def advice(text: str) -> list[str]:
        return [item.rule for item in generate_text(text).findings if item.rule == "GI814"]

    assert advice(MINIMAL + QUEUE) == ["GI814"]
    assert advice(MINIMAL + QUEUE.replace("Queue}", "Queue, family: role}")) == []
    assert advice(f"{MINIMAL}{QUEUE}layout: single\n") == []


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("{Api: {Type: AWS::SQS::Queue}}", "Api", "is a resource that is made anyway; change it"),
        ("{FunctionWebVersion: {Type: AWS::SQS::Queue}}", "FunctionWebVersion", "[GI810]"),
        ("{A: {Type: AWS::SQS::Queu}}", "A.Type", "did you mean 'AWS::SQS::Queue'? [GI811]"),
        (f"{{A: {to('B')}}}", "A.Properties.QueueName.Ref", "refers to 'B', which is nowhere"),
        ("{A: {Type: AWS::SQS::Queue, DependsOn: B}}", "A.DependsOn[0]", "refers to 'B', which"),
        ("{A: {Type: AWS::SQS::Queue, Properties: {Delay: 5}}}", "A.Properties.Delay", "[GI804]"),
        ("{A: {Type: AWS::SQS::Queue, Properties: {Arn: a}}}", "A.Properties.Arn", "by AWS alone"),
        (f"{{A: {to('B')}, B: {to('A')}}}", "A", "wait for each other: A → B → A [GI813]"),
        (
            "{A: {Type: AWS::SQS::Queue, family: role, DependsOn: Dashboard}}",
            "A",
            "A of the stack 'role' refers to Dashboard of the stack 'monitoring'",
        ),
        ("{A: {Type: AWS::SQS::Queue, Properties: {QueueName: {Ref: [B]}}}}", "", "[GI816]"),
    ],
)
def test_what_cannot_be_is_told_where_it_is_written(text: str, place: str, message: str) -> None:
    (fault,) = faults_of(generate_text, f"{MINIMAL}resources: {text}\n")
    assert f": resources.{place}" in fault
    assert message in fault


def test_the_name_of_a_parameter_is_taken() -> None:
    text = changed("vpc-0a1b2c3d", "{parameter: Jobs}")
    (fault,) = faults_of(generate_text, text + QUEUE)
    assert ": resources.Jobs: is the name of a template parameter too; rename one" in fault


def test_a_reference_forward_names_both_ends_at_the_override() -> None:
    text = (
        MINIMAL
        + QUEUE.replace("Queue}", "Queue, family: alarms}")
        + """\
overrides:
  - {resource: FunctionWeb, path: Metadata.A, value: {Ref: Jobs}}
"""
    )
    (fault,) = faults_of(generate_text, text)
    assert ": overrides[0].value: FunctionWeb of the stack 'function' refers to Jobs of" in fault
    generate_text(text, layout="single")


def test_a_type_that_is_newer_than_the_schemas_can_be_accepted() -> None:
    text = "resources: {A: {Type: AWS::New::Thing, Properties: {B: 1}}}\n"
    generated = generate_text(f"{MINIMAL}{text}accept: {{GI811: AWS announced it last week}}\n")
    assert resources_of(generated)["A"]["Properties"] == {"B": 1}


ROLE = "{Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}"


@pytest.mark.parametrize(
    ("resource", "capabilities"),
    [
        (f"{ROLE}}}, family: alarms}}", ("CAPABILITY_IAM",)),
        (f"{ROLE}, RoleName: jobs}}, family: alarms}}", ("CAPABILITY_NAMED_IAM",)),
        (
            "{Type: AWS::IAM::AccessKey, Properties: {UserName: jobs}, family: alarms}",
            ("CAPABILITY_IAM",),
        ),
        ("{Type: AWS::SQS::Queue, family: alarms}", ()),
    ],
)
def test_capabilities_of_its_stack(resource: str, capabilities: tuple[str, ...]) -> None:
    generated = generate_text(f"{MINIMAL}resources: {{A: {resource}}}\n")
    assert generated.stacks[-1].key == "monitoring"
    assert generated.stacks[-1].capabilities == capabilities
    manifest = json.loads(generated.files["manifest.json"])
    assert manifest["stacks"][-1]["capabilities"] == list(capabilities)


FUNCTIONS = """\
resources:
  Edge:
    Type: AWS::Lambda::Function
    Properties:
      Role: {Fn::GetAtt: [FunctionWebRole, Arn]}
      Runtime: python3.12
      Handler: index.handler
      Code: {ZipFile: "def handler(event, context): pass"}
  Odd: {Type: AWS::Lambda::Function}
  Odder: {Type: AWS::Lambda::Function, Properties: {Code: 5}}
accept: {GI804: a deployer must take what the schema does not}
"""


@pytest.mark.parametrize("layout", ["single", "split"])
@pytest.mark.parametrize(
    "deployer", ["aws-cli", "cdk", "github-actions", "gitlab-ci", "sam", "sceptre", "terraform"]
)
def test_deployers_take_functions_without_an_image(deployer: str, layout: str) -> None:
    """They know the images of ours, and leave others alone."""
    text = MINIMAL + FUNCTIONS + f"deployers: [{deployer}]\n"
    files = generate_text(text, layout=layout).files
    assert len(files) > 2
    assert not [name for name, content in files.items() if "Edge:" in content]


def test_resources_of_ones_own_are_left_out_of_an_import(tmp_path: Path) -> None:
    (tmp_path / "prod.yaml").write_text(MINIMAL + QUEUE)
    files = generate(tmp_path, "prod", shown="x", adopt=Adopt()).files
    assert "Jobs" not in files["import/role.resources-to-import.json"]
