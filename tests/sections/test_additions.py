"""What `overrides`, `resources` and `customize` take, and how files over each other merge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway_infra.loading.load import load
from gateway_infra.sections.additions import property_path
from gateway_infra.values.intrinsics import faults, with_open_values
from gateway_infra.values.values import DeployTimeValue
from tests.faults import load_faults
from tests.support import MINIMAL, load_text

ONE = "{resource: ApiStage, path: Properties.CacheClusterEnabled, value: true}"


def test_a_list_and_names_are_the_same_overrides() -> None:
    listed = load_text(f"{MINIMAL}overrides: [{ONE}]\n").environment.overrides
    named = load_text(f"{MINIMAL}overrides: {{caching: {ONE}}}\n").environment.overrides
    assert listed == {0: named["caching"]}
    assert named["caching"].keys == ("Properties", "CacheClusterEnabled")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Properties", ("Properties",)),
        ("Properties.A", ("Properties", "A")),
        ("Properties.A[0].B", ("Properties", "A", 0, "B")),
        ("Properties.A[12][3]", ("Properties", "A", 12, 3)),
        ('Properties.paths["/jobs/{id}"].get', ("Properties", "paths", "/jobs/{id}", "get")),
        ("Properties.Variables.DB_HOST", ("Properties", "Variables", "DB_HOST")),
        ("", None),
        ("Properties.", None),
        ("Properties..A", None),
        ("Properties.A[x]", None),
        ("Properties.A[-1]", None),
        ("Properties.A[0", None),
        ("Properties A", None),
    ],
)
def test_paths(text: str, path: tuple[str | int, ...] | None) -> None:
    assert property_path(text) == path


@pytest.mark.parametrize(
    ("override", "key", "message"),
    [
        ("{path: Properties.A, value: 1}", "", "names no resource; write one of `resource`"),
        ("{resource: A, family: role, path: Properties.A, value: 1}", "", "names `resource` and"),
        ("{resource: A, path: Properties.A}", "", "has no `value`; write one, or `remove: true`"),
        ("{resource: A, path: Properties.A, value: null}", "", "has no `value`"),
        ("{resource: A, path: Properties.A, remove: false}", "", "has no `value`"),
        ("{resource: A, path: Properties.A, value: 1, remove: true}", "", "keep one"),
        ("{resource: A, path: Type, value: B}", ".path", "cannot change a type"),
        ("{resource: A, path: Condition, value: B}", ".path", "sets a condition"),
        ("{resource: A, path: A, value: B}", ".path", "must begin with Properties or"),
        ("{resource: A, path: Propertys.A, value: B}", ".path", "did you mean 'Properties'?"),
        ("{resource: A, path: Properties., value: B}", ".path", "is no path; write keys with"),
        ("{resource: A, path: Properties.A.Ref, value: B}", ".path", "write Ref in the `value`"),
        (
            "{resource: A, path: 'Properties[\"Fn::Sub\"]', value: B}",
            ".path",
            "goes into a function",
        ),
        ("{resource: A, path: 'Properties[0]', value: B}", ".path", "write Properties.Name"),
        ("{resource: A, path: 'Metadata[0].A', value: B}", ".path", "write Metadata.Name"),
        ("{resource: A, path: DependsOn.A, value: B}", ".path", "write DependsOn[0]"),
        ("{resource: A, path: DeletionPolicy.A, value: B}", ".path", "which is one word"),
        (
            "{resource: A, path: DeletionPolicy, value: Keep}",
            ".value",
            "is no DeletionPolicy; known",
        ),
        (
            "{resource: A, path: UpdateReplacePolicy, value: RetainExceptOnCreate}",
            ".value",
            "is no",
        ),
        ("{resource: A, path: DependsOn, value: 5}", ".value", "must name logical ids as text"),
        ("{resource: A, path: DependsOn, value: [{Ref: A}]}", ".value", "must name logical ids"),
        ("{resource: A, path: 'DependsOn[0]', value: [A]}", ".value", "must name logical ids"),
        ("{resource: A, path: Properties, value: 5}", ".value", "must be a mapping: Properties is"),
        ("{resource: A, path: Properties, value: {Ref: B}}", ".value", "cannot be a function"),
        ("{resource: A, path: Metadata, value: {parameter: B}}", ".value", "cannot be a function"),
        ("{family: alarm, path: Properties.A, value: B}", ".family", "did you mean 'alarms'?"),
    ],
)
def test_an_override_that_says_too_little_or_too_much(
    override: str, key: str, message: str
) -> None:
    for text, place in ((f"[{override}]", "[0]"), (f"{{a: {override}}}", ".a")):
        (fault,) = load_faults(f"{MINIMAL}overrides: {text}\n")
        assert f": overrides{place}{key}: " in fault
        assert message in fault


def test_open_values_make_parameters_wherever_they_stand() -> None:
    text = """\
overrides:
  key: {resource: FunctionWeb, path: Properties.KmsKeyArn, value: {stack_output: keys/Arn}}
resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties: {Tags: [{Key: Team, Value: {parameter: Team, default: ours}}]}
    DependsOn: ApiStage
"""
    environment = load_text(MINIMAL + text).environment
    assert environment.overrides["key"].value == DeployTimeValue(
        "stack_output", "keys/Arn", "String"
    )
    jobs = environment.resources["Jobs"]
    assert jobs.Properties["Tags"][0]["Value"].parameter == "Team"
    assert jobs.DependsOn == ["ApiStage"]


@pytest.mark.parametrize(
    ("value", "place", "message"),
    [
        ({"Fn::If": ["a", 1, 2]}, ("Fn::If",), "these templates have no conditions"),
        ({"Fn::FindInMap": ["a", 1, 2]}, ("Fn::FindInMap",), "these templates have no mappings"),
        ({"Fn::Transform": {}}, ("Fn::Transform",), "calls a macro"),
        ({"Fn::GetAt": ["A", "Arn"]}, ("Fn::GetAt",), "did you mean 'Fn::GetAtt'?"),
        ({"Fn::GetAtt": "A"}, ("Fn::GetAtt",), "must be a resource and its attribute"),
        ({"Fn::GetAtt": ["A"]}, ("Fn::GetAtt",), "must be a resource and its attribute"),
        ({"Fn::GetAtt": ["A", {"Ref": "B"}]}, ("Fn::GetAtt",), "must be a resource"),
        ({"Fn::Sub": {"a": "b"}}, ("Fn::Sub",), "must be text, or a list of text"),
        ({"Fn::Sub": ["a"]}, ("Fn::Sub",), "must be text, or a list of text"),
        ({"Ref": ["A"]}, ("Ref",), "must name a resource, not hold a list"),
        ({"Ref": "A", "B": 1}, (), "has Ref and other keys beside it"),
        ({"a": [1, None]}, ("a", 1), "is null, which CloudFormation does not take"),
        ({"a": {"parameter": "a-b"}}, ("a",), "has after `parameter:` what is no name there"),
        ({"Fn::Join": ["", [{"Ref": 5}]]}, ("Fn::Join", 1, 0, "Ref"), "must name a resource"),
        ({"a": {"secret": "jobs/db"}}, ("a",), "names a secret, which only the function's code"),
    ],
)
def test_template_data_that_cloudformation_would_not_take(
    value: Any, place: tuple[str | int, ...], message: str
) -> None:
    ((found, said),) = faults(with_open_values(value), ())
    assert found == place
    assert message in said


@pytest.mark.parametrize(
    "value",
    [
        5,
        "text",
        {"Ref": "A"},
        {"Fn::GetAtt": "A.Arn"},
        {"Fn::GetAtt": ["A", "Arn"]},
        {"Fn::Sub": "${A}"},
        {"Fn::Sub": ["${A}${B}", {"B": {"Ref": "C"}}]},
        {"Fn::Join": [",", ["a", {"Ref": "A"}]]},
        {"a": {"parameter": "Name"}},
        {"parameter": {"a": 1}},
        {"parameters": [{"name": "a"}], "ssm": True},
    ],
)
def test_template_data_that_is_sound(value: Any) -> None:
    assert list(faults(with_open_values(value), ())) == []


def test_what_only_looks_like_an_open_value_stays_as_it_is() -> None:
    for value in ({"parameter": {"a": 1}}, {"import": "x", "Other": 1}, {"a": {"ssm": ["x"]}}):
        assert with_open_values(value) == value


def merged(folder: Path, base: str, overlay: str) -> Any:
    (folder / "base.yaml").write_text(MINIMAL + base)
    (folder / "prod.yaml").write_text(overlay)
    return load(folder, "prod", shown="environments").environment


def test_overlays_add_change_and_remove_overrides_by_name(tmp_path: Path) -> None:
    base = f"overrides: {{a: {ONE}, b: {ONE}, c: {ONE}}}\n"
    overlay = f"overrides: {{a: {{value: false}}, b: null, d: {ONE}}}\n"
    found = merged(tmp_path, base, overlay).overrides
    assert {key: item.value for key, item in found.items()} == {"a": False, "c": True, "d": True}


def test_an_overlays_list_replaces_the_one_below(tmp_path: Path) -> None:
    found = merged(tmp_path, f"overrides: [{ONE}, {ONE}]\n", f"overrides: [{ONE}]\n").overrides
    assert list(found) == [0]


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("{Ref: Api}", "{Fn::GetAtt: [Api, RootResourceId]}"),
        ("{Ref: Api}", "{parameter: Name}"),
        ("{parameter: Name}", "{Fn::Sub: x}"),
        ("{a: 1, b: 2}", "{Ref: Api}"),
        ("{Ref: Api}", "{a: 1}"),
    ],
)
def test_a_function_is_replaced_as_one(tmp_path: Path, below: str, above: str) -> None:
    def override(value: str) -> str:
        return f"overrides: {{x: {{resource: A, path: Properties.B, value: {value}}}}}\n"

    found = merged(tmp_path, override(below), override(above)).overrides["x"].value
    assert found == load_text(MINIMAL + override(above)).environment.overrides["x"].value


def test_mappings_of_template_data_merge(tmp_path: Path) -> None:
    text = "resources: {A: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5, Tags: []}}}\n"
    overlay = "resources: {A: {Properties: {DelaySeconds: 6, QueueName: {Ref: Api}}}}\n"
    found = merged(tmp_path, text, overlay).resources["A"]
    assert found.Properties == {"DelaySeconds": 6, "Tags": [], "QueueName": {"Ref": "Api"}}
    assert found.Type == "AWS::SQS::Queue"


def test_dynamic_references_are_left_to_cloudformation_there() -> None:
    reference = "'{{resolve:secretsmanager:jobs:SecretString:password}}'"
    text = f"resources: {{A: {{Type: X1::Y1::Zz, Properties: {{Password: {reference}}}}}}}\n"
    assert load_text(MINIMAL + text).environment.resources["A"].Properties["Password"]
    assert load_faults(f"{MINIMAL}tags: {{A: {reference}}}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("resources: {a-b: {Type: AWS::SQS::Queue}}", "it must be a logical id"),
        ("resources: {A: {Type: SQS}}", "it must be a resource type, as in AWS::SQS::Queue"),
        ("resources: {A: {Type: AWS::SQS::Queue, Condition: B}}", "has a Condition"),
        ("resources: {A: {Type: AWS::SQS::Queue, family: x}}", "resources.A.family: is 'x'"),
        ("resources: {A: {Type: AWS::SQS::Queue, properties: {}}}", "did you mean 'Properties'?"),
        ("resources: {A: {Type: AWS::SQS::Queue, DeletionPolicy: Keep}}", "is 'Keep'"),
        ("customize: infra/alarms.py", "it must be a module and a function of it"),
        ("customize: infra.alarms", "it must be a module and a function of it"),
        ("overrides: ApiStage", "must be a list of overrides, or overrides by name, not text"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    (fault,) = load_faults(f"{MINIMAL}{text}\n")
    assert message in fault
