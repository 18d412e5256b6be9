"""Ids that carry a hash follow what overrides, resources and `customize` make of the graph."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from gateway_infra.assembly.environment import assemble
from gateway_infra.customizing.identity import sealed, stable
from gateway_infra.graph import Reference, depends_on, references
from gateway_infra.loading.load import load
from gateway_infra.pipeline import Generated
from tests.faults import changed, faults_of
from tests.support import MINIMAL, generate_text, of_type, resources_of
from tests.test_invariants import ENVIRONMENTS

DEPLOYMENT, VERSION = "AWS::ApiGateway::Deployment", "AWS::Lambda::Version"


@pytest.mark.parametrize(("folder", "name"), ENVIRONMENTS, ids=[name for _, name in ENVIRONMENTS])
def test_a_graph_that_nothing_changed_is_the_same_again(folder: Path, name: str) -> None:
    loaded = load(folder, name, shown="x")
    graph = assemble(loaded)
    plain = stable(graph)
    assert {"ApiDeployment", "FunctionWebVersion"} <= set(plain.resources)
    assert sealed(plain, plain, loaded.environment) == graph


@lru_cache(maxsize=32)
def made(text: str, layout: str | None = None) -> Generated:
    """Generate an environment once; what was made is given again, to be read only."""
    return generate_text(text, layout=layout)


def ids(text: str, layout: str | None = None) -> tuple[str, str]:
    """Return the ids of the deployment and the version."""
    generated = made(text, layout)
    ((deployment,), (version,)) = (of_type(generated, kind) for kind in (DEPLOYMENT, VERSION))
    return deployment, version


def overriding(target: str, path: str, value: str) -> str:
    return f"overrides: [{{{target}, path: '{path}', value: {value}}}]\n"


OPENAPI = changed("authorization", "definition: openapi\n  authorization", MINIMAL)


@pytest.mark.parametrize(
    ("written", "override"),
    [
        ("memory: 512", ("resource: FunctionWeb", "Properties.MemorySize", "512")),
        (
            "variables: {AB: b}",
            ("resource: FunctionWeb", "Properties.Environment.Variables.AB", "b"),
        ),
        ("timeout: 20", ("type: AWS::Lambda::Function", "Properties.Timeout", "20")),
    ],
)
def test_an_override_makes_the_version_that_the_file_would(
    written: str, override: tuple[str, str, str]
) -> None:
    by_file = generate_text(changed("jobs:1}", f"jobs:1, {written}}}"))
    by_override = generate_text(MINIMAL + overriding(*override))
    assert ids(MINIMAL)[1] not in of_type(by_override, VERSION)
    for kind in ("AWS::Lambda::Function", "AWS::Lambda::Alias", VERSION, DEPLOYMENT):
        assert of_type(by_override, kind) == of_type(by_file, kind)


@pytest.mark.parametrize("base", [MINIMAL, OPENAPI])
def test_an_override_makes_the_deployment_that_the_file_would(base: str) -> None:
    by_file = changed("  routes", "  minimum_compression_size: 1024\n  routes", base)
    override = overriding("resource: Api", "Properties.MinimumCompressionSize", "1024")
    if base == OPENAPI:
        # The document holds it too.
        body = "{resource: Api, path: 'Properties.Body[\"x-amazon-apigateway-minimum-compression-"
        override = override.replace("}]", f"}}, {body}size\"]', value: 1024}}]")
    assert ids(base + override) == ids(by_file) != ids(base)
    found, expected = (
        {key: body for kind in (DEPLOYMENT, "AWS::ApiGateway::Stage")
         for key, body in of_type(generate_text(text), kind).items()}
        for text in (base + override, by_file)
    )  # fmt: skip
    assert found == expected


CHANGES = {
    "a method": ("resource: ApiMethodGetJobs", "Properties.ApiKeyRequired", "true", "deployment"),
    "the API": ("resource: Api", "Properties.Description", "Jobs", "deployment"),
    "the API's tags": ("resource: Api", "Properties.Tags", "[]", ""),
    "an attribute of the API": ("resource: Api", "DeletionPolicy", "Retain", ""),
    "the stage": ("resource: ApiStage", "Properties.TracingEnabled", "false", ""),
    "the usage plan": ("resource: ApiUsagePlan", "Properties.Description", "Plan", ""),
    "the deployment": ("resource: ApiDeployment", "Properties.Description", "Mine", ""),
    "a role": ("resource: FunctionWebRole", "Properties.Path", "/jobs/", ""),
    "alarms": ("family: alarms", "Properties.ActionsEnabled", "false", ""),
    "the function": ("resource: FunctionWeb", "Properties.Layers", "[a]", "version"),
    "its description": ("resource: FunctionWeb", "Properties.Description", "Mine", "version"),
    "its tags": ("resource: FunctionWeb", "Properties.Tags", "[]", ""),
    "its concurrency": (
        "resource: FunctionWeb",
        "Properties.ReservedConcurrentExecutions",
        "5",
        "",
    ),
    "its name": ("resource: FunctionWeb", "Properties.FunctionName", "jobs", ""),
    "its policy": ("resource: FunctionWeb", "DeletionPolicy", "Retain", ""),
    "the version": (
        "resource: FunctionWebVersion",
        "Properties.ProvisionedConcurrencyConfig",
        "{ProvisionedConcurrentExecutions: 1}",
        "version",
    ),
    "the version's description": (
        "resource: FunctionWebVersion",
        "Properties.Description",
        "Mine",
        "version",
    ),
}


@pytest.mark.parametrize("layout", ["single", "split"])
@pytest.mark.parametrize("case", CHANGES)
def test_an_override_changes_the_ids_of_copies_and_no_others(case: str, layout: str) -> None:
    target, path, value, changes = CHANGES[case]
    text = MINIMAL + overriding(target, path, value) + "accept: {GI804: no matter in this test}\n"
    before, after = ids(MINIMAL), ids(text, layout)
    assert (before[0] != after[0], before[1] != after[1]) == (
        changes == "deployment",
        changes == "version",
    )
    plain, found = (resources_of(made(t, layout)) for t in (MINIMAL, text))
    assert len(plain) == len(found)
    assert set(plain) - set(found) <= set(before)


def test_the_description_of_a_function_holds_the_hash_unless_it_is_overridden() -> None:
    text = MINIMAL + overriding("resource: FunctionWeb", "Properties.MemorySize", "512")
    generated = made(text)
    (function,) = of_type(generated, "AWS::Lambda::Function").values()
    (version,) = of_type(generated, VERSION)
    assert function["Properties"]["Description"] == f"jobs-prod-web, settings {version[-10:]}"
    own = overriding("resource: FunctionWeb", "Properties.Description", "Mine")
    (function,) = of_type(generate_text(MINIMAL + own), "AWS::Lambda::Function").values()
    assert function["Properties"]["Description"] == "Mine"


def test_the_alias_and_the_stage_follow() -> None:
    text = (
        MINIMAL
        + """\
overrides:
  - {resource: FunctionWeb, path: Properties.MemorySize, value: 512}
  - {resource: Api, path: Properties.Description, value: Jobs}
"""
    )
    generated = generate_text(text)
    deployment, version = ids(text)
    (alias,) = of_type(generated, "AWS::Lambda::Alias").values()
    (stage,) = of_type(generated, "AWS::ApiGateway::Stage").values()
    (snapshot,) = of_type(generated, DEPLOYMENT).values()
    assert Reference(version, "Version") in references(alias)
    assert Reference(deployment) in references(stage)
    assert snapshot["Properties"]["Description"] == f"Content {deployment[-10:]}"


AUTHORIZER = """\
resources:
  Callers:
    Type: AWS::ApiGateway::Authorizer
    Properties: {RestApiId: {Ref: Api}, Name: callers, Type: TOKEN, IdentitySource: a.b}
"""


def deployment_of(generated: Generated) -> tuple[str, list[str]]:
    ((logical_id, body),) = of_type(generated, DEPLOYMENT).items()
    return logical_id, depends_on(body)


def test_a_resource_of_the_apis_definition_is_part_of_the_deployment() -> None:
    plain, _ = deployment_of(generate_text(layout="single"))
    added, waits = deployment_of(generate_text(MINIMAL + AUTHORIZER, layout="single"))
    other, _ = deployment_of(generate_text(MINIMAL + AUTHORIZER.replace("a.b", "c.d")))
    assert len({plain, added, other}) == 3
    assert waits == ["ApiMethodGetJobs", "ApiResourceJobs", "Callers"]


def test_what_belongs_to_another_api_is_not() -> None:
    plain, _ = deployment_of(generate_text(layout="single"))
    text = """\
resources:
  Other: {Type: AWS::ApiGateway::RestApi, Properties: {Name: other}}
  Model:
    Type: AWS::ApiGateway::Model
    Properties: {RestApiId: {Ref: Other}, ContentType: a/b, Schema: {}}
  Foreign:
    Type: AWS::ApiGateway::Model
    Properties: {RestApiId: a1b2c3d4e5, ContentType: a/b, Schema: {}}
"""
    found, waits = deployment_of(generate_text(MINIMAL + text, layout="single"))
    assert found == plain
    assert waits == ["ApiMethodGetJobs", "ApiResourceJobs"]


def test_a_key_of_the_stage_is_hashed_and_not_waited_for() -> None:
    """It waits for the stage, and the stage for the deployment."""
    plain, _ = deployment_of(generate_text(layout="single"))
    text = """\
resources:
  Partner:
    Type: AWS::ApiGateway::ApiKey
    Properties: {StageKeys: [{RestApiId: {Ref: Api}, StageName: {Ref: ApiStage}}]}
"""
    found, waits = deployment_of(generate_text(MINIMAL + text, layout="single"))
    assert found != plain
    assert "Partner" not in waits


def test_ids_without_their_hash_can_be_referred_to() -> None:
    text = """\
resources:
  Next:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: {Ref: Api}, DeploymentId: {Ref: ApiDeployment}, StageName: next}
    DependsOn: FunctionWebVersion
    Metadata: {Version: {Fn::Sub: "${FunctionWebVersion.Version} ${FunctionWebVersion}"}}
"""
    generated = generate_text(MINIMAL + text, layout="single")
    deployment, version = ids(MINIMAL)
    body = resources_of(generated)["Next"]
    assert body["Properties"]["DeploymentId"] == {"Ref": deployment}
    assert body["Metadata"] == {"Version": {"Fn::Sub": f"${{{version}.Version}} ${{{version}}}"}}


def test_two_functions_of_which_one_is_named_as_the_others_version() -> None:
    text = changed("api:", "  web-version: {image: {parameter: Image}}\napi:", MINIMAL)
    generate_text(text)
    (fault,) = faults_of(
        generate_text, text + overriding("family: role", "DeletionPolicy", "Retain")
    )
    assert ": functions: makes the resource FunctionWebVersion" in fault
