"""What holds for every environment: all cases and the shipped ones."""

from __future__ import annotations

import copy
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.graph import depends_on
from gateway_infra.pipeline import Generated, generate
from tests.support import CASES, ROOT, resources_of
from tests.test_cases import NAMES

ENVIRONMENTS = [
    *((CASES, name) for name in NAMES),
    *((ROOT / "environments", name) for name in ("dev", "staging", "prod")),
]

every_environment = pytest.mark.parametrize(
    ("folder", "name"), ENVIRONMENTS, ids=[name for _, name in ENVIRONMENTS]
)


@lru_cache(maxsize=256)
def in_layout(folder: Path, name: str, layout: str, *overrides: str) -> Generated:
    """Generate the templates alone: a deployer of the file may not take every layout.

    What was made is given again, to be read only.
    """
    return generate(folder, name, layout=layout, deployers=(), overrides=overrides, shown="x")


@every_environment
@pytest.mark.parametrize("layout", ["single", "split"])
def test_two_runs_give_the_same_bytes(folder: Path, name: str, layout: str) -> None:
    again = in_layout.__wrapped__(folder, name, layout)
    assert in_layout(folder, name, layout).files == again.files


@every_environment
def test_layouts_hold_the_same_resources_once_wiring_is_undone(folder: Path, name: str) -> None:
    single = resources_of(in_layout(folder, name, "single"))
    cut = in_layout(folder, name, "split")
    split = unwired(cut)
    home = {key: stack.key for stack in cut.stacks for key in stack.template["Resources"]}
    assert single.keys() == split.keys()
    for logical_id, body in single.items():
        bare = {key: value for key, value in body.items() if key != "DependsOn"}
        other = {key: value for key, value in split[logical_id].items() if key != "DependsOn"}
        assert bare == other, logical_id
        gone = set(depends_on(body)) - set(depends_on(split[logical_id]))
        assert set(depends_on(split[logical_id])) <= set(depends_on(body))
        assert all(home[target] != home[logical_id] for target in gone), logical_id


@every_environment
@pytest.mark.parametrize("layout", ["single", "split"])
def test_each_wired_parameter_has_an_earlier_producer(folder: Path, name: str, layout: str) -> None:
    manifest = json.loads(in_layout(folder, name, layout).files["manifest.json"])
    ours = {stack["name"] for stack in manifest["stacks"]}
    outputs: dict[str, list[str]] = {}
    keys: dict[str, str] = {}
    for stack in manifest["stacks"]:
        for filled in stack["parameters"].values():
            source = filled.get("from")
            if source and source["stack"] in ours:
                assert source["output"] in outputs[source["stack"]]
                assert keys[source["stack"]] in stack["depends_on"]
        assert set(stack["depends_on"]) <= set(keys.values())
        outputs[stack["name"]] = stack["outputs"]
        keys[stack["name"]] = stack["key"]


@every_environment
@pytest.mark.parametrize("layout", ["single", "split"])
def test_every_parameter_is_used_and_every_reference_resolves(
    folder: Path, name: str, layout: str
) -> None:
    for stack in in_layout(folder, name, layout).stacks:
        parameters = set(stack.template.get("Parameters", {}))
        text = json.dumps([stack.template["Resources"], stack.template.get("Outputs", {})])
        unused = [p for p in parameters if f'"Ref": "{p}"' not in text and f"${{{p}}}" not in text]
        assert not unused
        assert parameters == set(stack.parameters)


API_CHANGES = [
    "api.authorization=iam",
    "api.usage_plan.keys=[partner-a]",
    'api.routes["GET /added"]=web',
    'api.routes["GET /health"]=null',
    'api.routes["GET /health"]={function: web, authorization: iam}',
    "api.integration_timeout=20",
    "api.minimum_compression_size=100",
    "api.binary_media_types=[image/png]",
    "api.cors.origins=[https://other.example.com]",
    "api.cors.headers=[Content-Type]",
    "api.cors.methods=[GET, OPTIONS]",
    "api.cors.max_age=5",
    "api.cors.credentials=true",
    "api.cors.error_origin=echo",
    "api.cors=null",
    "api.redeploy=again",
    'api.routes["GET /health"]={function: web, description: Other words.}',
    'api.routes["GET /health"]={function: web, timeout: 5}',
    'api.routes["GET /health"]={function: web, request_parameters: {header.X-A: true}}',
    'api.routes["POST /jobs"]={function: web, request_models: {application/json: {type: array}}}',
]
OTHER_CHANGES = [
    "functions.web.memory=512",
    "functions.web.redeploy=again",
    "functions.web.variables.NEW=value",
    "network.vpc=vpc-11111111",
    "database.password={environment_variable: OTHER}",
    "logs.retention_days=90",
    "api.throttling.rate=1",
    "api.stage.logging_level=INFO",
    "api.stage.variables.a=b",
    "api.usage_plan.quota={limit: 5}",
    "tags.Team=other",
    "alarms.function_errors=1",
    "account.api_gateway_log_role=true",
    "api.stage.cache={size: 0.5}",
    'api.routes["GET /health"]={function: web, throttling: {rate: 1}}',
    "network.subnets={parameter: SubnetIds}",
    "protect=false",
]


each_definition = pytest.mark.parametrize("definition", ["openapi", "resources"])


@each_definition
@pytest.mark.parametrize("change", API_CHANGES)
def test_a_change_of_the_api_makes_a_new_deployment(change: str, definition: str) -> None:
    assert deployment_id(definition) != deployment_id(definition, change)


@each_definition
@pytest.mark.parametrize("change", OTHER_CHANGES)
def test_any_other_change_keeps_the_deployment(change: str, definition: str) -> None:
    assert deployment_id(definition) == deployment_id(definition, change)


@each_definition
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(change, marks=() if change == API_CHANGES[0] else pytest.mark.slow)
        for change in (*API_CHANGES, *OTHER_CHANGES)
    ],
)
def test_layouts_agree_on_all_ids_after_a_change(change: str, definition: str) -> None:
    """An ID of a copied resource contains a hash, which must not depend on the layout."""
    single, split = (changed(definition, layout, change) for layout in ("single", "split"))
    assert single.keys() == split.keys()


@pytest.mark.parametrize("case", ["authorizers", "authorizers-openapi"])
@pytest.mark.parametrize(
    ("change", "part"),
    [
        ("api.authorizers.users.pools=[{parameter: StaffPoolArn}]", True),
        ("api.authorizers.partners.ttl=5", True),
        ("api.authorizers.partners.function=web", True),
        ("api.authorizers.devices.identity_sources=[header.X-Device]", True),
        ("api.authorizers.shared.role=null", True),
        ("api.authorization={type: cognito, authorizer: users, scopes: [jobs/read]}", True),
        ("api.require_authorization=false", False),
        ("functions.authorizer.memory=512", False),
    ],
)
def test_an_authorizer_is_part_of_what_is_deployed(case: str, change: str, part: bool) -> None:
    before, after = (
        {key for key in resources_of(in_layout(CASES, case, "split", *more)) if "Deployment" in key}
        for more in ((), (change,))
    )
    assert (before != after) == part


def deployment_id(definition: str, *overrides: str) -> str:
    """Return the ID of the deployment of a changed environment."""
    resources = changed(definition, "single", *overrides)
    [logical_id] = [key for key, body in resources.items() if body["Type"].endswith("::Deployment")]
    return logical_id


def changed(definition: str, layout: str, *overrides: str) -> dict[str, dict[str, Any]]:
    """Return the resources of the shipped prod with ``key.path=value`` overrides."""
    folder = ROOT / "environments"
    return resources_of(
        in_layout(folder, "prod", layout, f"api.definition={definition}", *overrides)
    )


def unwired(generated: Generated) -> dict[str, Any]:
    """Return the resources of all stacks with each wired parameter put back as a reference."""
    outputs = {
        (stack.name, name): output["Value"]
        for stack in generated.stacks
        for name, output in stack.template.get("Outputs", {}).items()
    }
    found: dict[str, Any] = {}
    for stack in generated.stacks:
        values = {
            name: outputs[filled["from"]["stack"], filled["from"]["output"]]
            for name, filled in stack.parameters.items()
            if "from" in filled and (filled["from"]["stack"], filled["from"]["output"]) in outputs
        }
        for logical_id, body in stack.template["Resources"].items():
            found[logical_id] = put_back(copy.deepcopy(body), values)
    return found


def put_back(value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [put_back(item, values) for item in value]
    if isinstance(value, str):
        for name, original in values.items():
            target = original.get("Ref") or ".".join(original["Fn::GetAtt"])
            value = value.replace(f"${{{name}}}", f"${{{target}}}")
        return value
    if not isinstance(value, dict):
        return value
    if set(value) == {"Ref"} and value["Ref"] in values:
        return values[value["Ref"]]
    return {key: put_back(item, values) for key, item in value.items()}
