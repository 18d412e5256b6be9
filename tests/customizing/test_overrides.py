"""Overrides: what they change, what is said of those that cannot be, and of those that surprise."""

from __future__ import annotations

import pytest

from gateway_infra.customizing import schemas
from gateway_infra.pipeline import Generated
from tests.faults import changed, faults_of
from tests.support import MINIMAL, generate_text, of_type, resources_of


def overriding(*overrides: str) -> Generated:
    return generate_text(MINIMAL + "overrides:\n" + "".join(f"  - {{{o}}}\n" for o in overrides))


def faults(*overrides: str) -> list[str]:
    return faults_of(overriding, *overrides)


def found(generated: Generated, family: str = "GI8") -> list[tuple[str, str]]:
    """Return rule and key of what is said of overrides."""
    return [
        (item.rule, str(item).split(": ")[1])
        for item in generated.findings
        if item.rule.startswith(family)
    ]


def test_one_resource_is_changed_by_its_id() -> None:
    """The form of the issue."""
    text = "resource: ApiStage, path: Properties.CacheClusterEnabled, value: true"
    generated = overriding(text)
    (stage,) = of_type(generated, "AWS::ApiGateway::Stage").values()
    assert stage["Properties"]["CacheClusterEnabled"] is True
    assert found(generated) == []
    others = resources_of(generate_text())
    assert {k: v for k, v in resources_of(generated).items() if v != others[k]} == {
        "ApiStage": stage
    }


def test_all_resources_of_a_type_are_changed() -> None:
    text = changed("GET /jobs: web", "GET /jobs: web, POST /jobs: web")
    text += (
        "overrides: [{type: AWS::ApiGateway::Method, path: Properties.OperationName, value: x}]\n"
    )
    methods = of_type(generate_text(text), "AWS::ApiGateway::Method")
    assert [body["Properties"]["OperationName"] for body in methods.values()] == ["x", "x"]


def test_those_of_a_family_that_have_the_property_are_changed() -> None:
    """The family of alarms has a metric filter too, without actions."""
    generated = overriding("family: alarms, path: Properties.ActionsEnabled, value: false")
    alarms = of_type(generated, "AWS::CloudWatch::Alarm")
    assert {body["Properties"]["ActionsEnabled"] for body in alarms.values()} == {False}
    (metric,) = of_type(generated, "AWS::Logs::MetricFilter").values()
    assert "ActionsEnabled" not in metric["Properties"]


def test_attributes_are_set_on_all_of_a_family() -> None:
    generated = overriding(
        "family: alarms, path: DeletionPolicy, value: Retain",
        "family: alarms, path: Metadata.Team, value: ours",
    )
    for kind in ("AWS::CloudWatch::Alarm", "AWS::Logs::MetricFilter"):
        for body in of_type(generated, kind).values():
            assert (body["DeletionPolicy"], body["Metadata"]["Team"]) == ("Retain", "ours")


def test_a_family_is_changed_in_the_stacks_of_route_groups_too() -> None:
    text = changed("GET /jobs: web", "GET /jobs: web, GET /admin: web")
    text += "route_stacks: {admin: [/admin]}\n"
    text += "overrides: [{family: api, path: Properties.OperationName, value: x}]\n"
    methods = of_type(generate_text(text), "AWS::ApiGateway::Method")
    assert [body["Properties"]["OperationName"] for body in methods.values()] == ["x", "x"]


def test_what_several_have_is_removed_from_those_that_have_it() -> None:
    kind, name = "AWS::CloudWatch::Alarm", "ExtendedStatistic"
    before = of_type(generate_text(), kind)
    after = of_type(overriding(f"family: alarms, path: Properties.{name}, remove: true"), kind)
    assert len({name in body["Properties"] for body in before.values()}) == 2
    assert {name in body["Properties"] for body in after.values()} == {False}


def test_references_and_open_values_cross_stacks() -> None:
    text = (
        MINIMAL
        + """\
overrides:
  - {resource: FunctionWeb, path: Properties.KmsKeyArn, value: {parameter: KeyArn}}
  - resource: Dashboard
    path: Metadata.Api
    value: {Fn::Join: ["/", [{Ref: Api}, {Ref: ApiStage}]]}
"""
    )
    stacks = {stack.key: stack for stack in generate_text(text).stacks}
    assert stacks["function"].parameters["KeyArn"] == {"required": True}
    metadata = stacks["monitoring"].template["Resources"]["Dashboard"]["Metadata"]
    assert metadata == {"Api": {"Fn::Join": ["/", [{"Ref": "ApiId"}, {"Ref": "ApiStageName"}]]}}
    assert stacks["monitoring"].parameters["ApiId"]["from"]["stack"] == "jobs-prod-api"


STAGE = "resource: ApiStage, path: Properties"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("resource: ApiStages, path: Properties.A, value: 1", "did you mean 'ApiStage'? [GI801]"),
        ("resource: web, path: Properties.A, value: 1", "there is no such resource here [GI801]"),
        ("type: AWS::ApiGateway::Stag, path: Properties.A, value: 1", "'AWS::ApiGateway::Stage'?"),
        ("family: topic, path: Properties.A, value: 1", "no resource of that family here [GI801]"),
        (f"{STAGE}.CacheClusterEnable, value: true", "did you mean 'CacheClusterEnabled'? [GI803]"),
        (f"{STAGE}.CanarySetting.Percent, value: 5", "names Properties.CanarySetting.Percent"),
        ("resource: ApiStage, path: 'Properties.MethodSettings[0].Foo', value: 1", "known: Cache"),
        ("family: alarms, path: Properties.Foo, value: 1", "no resource of the family 'alarms'"),
        (f"{STAGE}.MethodSettings.HttpMethod, value: GET", "which is a list; say which one"),
        (f"{STAGE}.Variables, remove: true", "removes Properties.Variables, which is not there"),
        ("family: alarms, path: Properties.OKActions, remove: true", "which is not there [GI802]"),
        ("type: AWS::ApiGateway::Stage, path: Properties.RestApiId.A, value: 1", "(of ApiStage)"),
        (f"{STAGE}.CacheClusterEnabled, value: 5", "a switch (true or false), not a number"),
        (
            f"{STAGE}.CanarySetting, value: {{PercentTraffic: 101}}",
            ".value.PercentTraffic: must be",
        ),
        (f"{STAGE}.RestApiId, remove: true", "overrides[0].path: leaves out RestApiId"),
        ("resource: FunctionWeb, path: Properties.Arn, value: a", "is set by AWS alone; remove it"),
        (
            "resource: FunctionWeb, path: 'Properties.FileSystemConfigs[0].Arn', value: {Ref: Api}",
            "overrides[0].path: leaves out LocalMountPath, which it must have",
        ),
        (
            "resource: FunctionWeb, path: Properties.Role, value: {Ref: A}",
            "refers to 'A', which is",
        ),
        ("resource: ApiStage, path: DependsOn, value: [Api, Apis]", ".value[1]: refers to 'Apis'"),
    ],
)
def test_what_cannot_be_is_told_where_it_is_written(override: str, message: str) -> None:
    (fault,) = faults(override)
    assert fault.startswith("environments/prod.yaml:10:")
    assert ": overrides[0]." in fault
    assert message in fault


def test_all_faults_are_told_at_once() -> None:
    said = faults(
        "resource: A, path: Properties.B, value: 1",
        f"{STAGE}.Foo, value: 1",
        f"{STAGE}.StageName.A, value: 1",
        "resource: ApiStage, path: DependsOn, value: B",
    )
    assert [line.split("[GI")[-1] for line in said] == ["801]", "803]", "802]", "812]"]


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            f"{STAGE}.StageName, value: a",
            f"{STAGE}.StageName, value: b",
            "contradicts overrides[0], which sets Properties.StageName of ApiStage",
        ),
        (
            f"{STAGE}.StageName, value: a",
            "type: AWS::ApiGateway::Stage, path: Properties.StageName, remove: true",
            "contradicts overrides[0], which sets Properties.StageName of ApiStage",
        ),
        (
            "family: stage, path: Properties.MethodSettings, remove: true",
            "resource: ApiStage, path: 'Properties.MethodSettings[0].HttpMethod', value: GET",
            "contradicts overrides[0], which removes Properties.MethodSettings of ApiStage",
        ),
        (
            "resource: ApiStage, path: 'Properties.MethodSettings[0].HttpMethod', value: GET",
            "family: stage, path: Properties.MethodSettings, remove: true",
            "contradicts overrides[0], which sets Properties.MethodSettings[0].HttpMethod of",
        ),
    ],
)
def test_two_overrides_of_one_property_are_told_with_both_names(
    first: str, second: str, message: str
) -> None:
    fault = faults(first, second)[-1]
    assert f": overrides[1].path: {message}" in fault
    assert fault.endswith("keep one [GI805]")


def test_a_whole_and_a_part_of_it_go_together_in_either_order() -> None:
    whole = f"{STAGE}.CanarySetting, value: {{UseStageCache: true, PercentTraffic: 5}}"
    part = f"{STAGE}.CanarySetting.PercentTraffic, value: 9"
    for overrides in ((whole, part), (part, whole)):
        (stage,) = of_type(overriding(*overrides), "AWS::ApiGateway::Stage").values()
        setting = {"UseStageCache": True, "PercentTraffic": 9}
        assert stage["Properties"]["CanarySetting"] == setting


@pytest.mark.parametrize(
    ("override", "said"),
    [
        (f"{STAGE}.TracingEnabled, value: true", [("GI806", "overrides[0].value")]),
        (f"{STAGE}.StageName, value: v2", [("GI809", "overrides[0].path")]),
        (f"{STAGE}.StageName, value: v1", [("GI806", "overrides[0].value")]),
        (f"{STAGE}.Description, value: Mine", []),
        (
            "resource: FunctionWeb, path: Properties.Description, value: A",
            [("GI808", "overrides[0].path")],
        ),
        (
            "resource: FunctionWeb, path: Properties.KmsKeyArn, value: {parameter: A}",
            [("GI815", "overrides[0].value")],
        ),
        (
            "resource: Api, path: Properties.Description, value: {import: a}",
            [("GI815", "overrides[0].value")],
        ),
        ("resource: Api, path: Metadata.A, value: {import: a}", []),
        ("resource: Api, path: Properties.Description, value: {ssm: /a, version: 3}", []),
        (f"{STAGE}.Description, value: {{parameter: A}}", []),
    ],
)
def test_what_surprises_is_told(override: str, said: list[tuple[str, str]]) -> None:
    assert found(overriding(override)) == said


def test_advice_on_a_late_value_names_the_functions_own_key() -> None:
    generated = overriding(
        "resource: FunctionWeb, path: Properties.KmsKeyArn, value: {parameter: A}"
    )
    (finding,) = [item for item in generated.findings if item.rule == "GI815"]
    assert finding.message.endswith("change functions.web.redeploy with it")
    assert finding.severity == "warning"


def test_a_property_that_is_newer_than_the_schemas_can_be_accepted() -> None:
    text = f"{MINIMAL}overrides: [{{{STAGE}.Newer, value: 1}}]\n"
    (fault,) = faults_of(generate_text, text)
    assert "[GI803]" in fault
    generated = generate_text(f"{text}accept: {{GI803: AWS announced it last week}}\n")
    (stage,) = of_type(generated, "AWS::ApiGateway::Stage").values()
    assert stage["Properties"]["Newer"] == 1
    assert [item.rule for item in generated.accepted] == ["GI803"]
    assert found(generated) == []


def test_a_value_that_the_schema_is_behind_on_can_be_accepted() -> None:
    text = "resource: FunctionWeb, path: Properties.Architectures, value: [risc]"
    assert "[GI804]" in faults(text)[0]
    accepted = f"{MINIMAL}overrides: [{{{text}}}]\naccept: {{GI804: the region has it already}}\n"
    (function,) = of_type(generate_text(accepted), "AWS::Lambda::Function").values()
    assert function["Properties"]["Architectures"] == ["risc"]


def test_what_was_wrong_before_is_not_told_of_an_override() -> None:
    text = """\
resources: {Jobs: {Type: AWS::SQS::Queue, Properties: {Delay: 5}}}
overrides: [{resource: Jobs, path: Properties.DelaySeconds, value: 5}]
accept: {GI804: the schema is wrong on that}
"""
    assert [item.path[0] for item in generate_text(MINIMAL + text).accepted] == ["resources"]


def test_without_the_schemas_names_are_checked_and_a_warning_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schemas, "find_spec", lambda _: None)
    generated = overriding(f"{STAGE}.CacheClusterEnabled, value: 5")
    assert found(generated) == [("GI807", "overrides")]
    (warning,) = [item for item in generated.warnings if item.rule == "GI807"]
    assert "pip install 'gateway-infra[lint]'" in warning.message
    (fault,) = faults(f"{STAGE}.CacheClusterEnable, value: 5")
    assert "did you mean 'CacheClusterEnabled'? [GI803]" in fault
    (fault,) = faults("resource: ApiStage, path: 'Properties.MethodSettings[0].Foo', value: 1")
    assert "names Properties.MethodSettings[0].Foo" in fault
    assert generate_text().warnings == overriding(f"{STAGE}.Variables.a, value: b").warnings[:-1]


def test_no_message_shows_what_is_set() -> None:
    for path, value in (
        ("Properties.MemorySize", "hunter2"),
        ("Properties.Environment.Variables", "{A: [hunter2]}"),
        ("Properties.PackageType", "hunter2"),
        ("Properties.Environment", "hunter2"),
        ("Properties.FileSystemConfigs", "[{Arn: hunter2, LocalMountPath: hunter2}]"),
    ):
        said = faults(f"resource: FunctionWeb, path: {path}, value: {value}")
        assert said
        assert not [line for line in said if "hunter2" in line]


def test_a_circle_is_told_at_the_override_that_closes_it() -> None:
    said = faults(
        f"{STAGE}.Description, value: a",
        "resource: FunctionWeb, path: Properties.KmsKeyArn, value: {Ref: ApiStage}",
    )
    (fault,) = said
    assert ": overrides[1].value: resources wait for each other: FunctionWeb → ApiStage" in fault
    assert fault.endswith("[GI813]")


def test_a_reference_forward_is_told_at_the_override() -> None:
    text = (
        MINIMAL
        + """\
overrides:
  - {resource: FunctionWebLogGroup, path: Metadata.A, value: {Ref: ApiAccessLogGroup}}
"""
    )
    (fault,) = faults_of(generate_text, text)
    assert ": overrides[0].value: FunctionWebLogGroup of the stack 'function' refers to" in fault
    generate_text(text, layout="single")
