"""Which family feeds which, seen on whole environments."""

from __future__ import annotations

import json

import pytest

from gateway_infra.reading.diagnostics import ConfigError
from tests.support import CASES, MINIMAL, ROOT, generate_text, of_type, resources_of
from tests.test_invariants import in_layout

SHIPPED = [
    "AlarmTopic",
    "AlarmTopicPolicy",
    "Api",
    "ApiAccessLogGroup",
    "ApiClientErrors",
    "ApiExecutionLogGroup",
    "ApiLatencyAlarm",
    "ApiMethodAny",
    "ApiMethodAnyByProxy",
    "ApiMethodGetHealth",
    "ApiMethodGetJobs",
    "ApiMethodGetJobsResults",
    "ApiMethodGetRuns",
    "ApiMethodOptions",
    "ApiMethodOptionsByProxy",
    "ApiMethodOptionsHealth",
    "ApiMethodOptionsJobs",
    "ApiMethodOptionsJobsRegister",
    "ApiMethodOptionsJobsResults",
    "ApiMethodOptionsRuns",
    "ApiMethodPostJobs",
    "ApiMethodPostJobsRegister",
    "ApiMethodPostRuns",
    "ApiResourceByProxy",
    "ApiResourceHealth",
    "ApiResourceJobs",
    "ApiResourceJobsRegister",
    "ApiResourceJobsResults",
    "ApiResourceRuns",
    "ApiServerErrors",
    "ApiServerErrorsAlarm",
    "ApiStage",
    "ApiThrottledAlarm",
    "ApiThrottledFilter",
    "ApiUsagePlan",
    "Dashboard",
    "DatabaseCpuAlarm",
    "FunctionWeb",
    "FunctionWebAlias",
    "FunctionWebDatabaseIngress",
    "FunctionWebDurationAlarm",
    "FunctionWebErrorsAlarm",
    "FunctionWebLogGroup",
    "FunctionWebPermission",
    "FunctionWebRole",
    "FunctionWebSecurityGroup",
    "FunctionWebThrottlesAlarm",
]


def test_logical_ids_are_public() -> None:
    """Renaming one replaces a resource for every user: this list may only grow."""
    found = resources_of(in_layout(ROOT / "environments", "prod", "split"))
    hashed = {key for key in found if "Deployment" in key or "Version" in key}
    assert sorted(set(found) - hashed) == sorted(SHIPPED)
    assert len(hashed) == 2


def test_logical_ids_do_not_follow_environment_region_or_order() -> None:
    image = "functions.web.image=123456789012.dkr.ecr.eu-west-1.amazonaws.com/jobs:2"
    overrides = ("region=eu-west-1", "service=other", image)
    other = in_layout(ROOT / "environments", "prod", "split", *overrides)
    assert set(SHIPPED) <= set(resources_of(other))
    routes = {"GET /jobs": "web", "POST /jobs": "web", "GET /a": "web"}
    ids = [
        set(resources_of(generate_text(MINIMAL.replace("{GET /jobs: web}", json.dumps(order)))))
        for order in (routes, dict(reversed(routes.items())))
    ]
    assert ids[0] == ids[1]


def test_each_function_is_given_what_it_uses() -> None:
    found = resources_of(in_layout(CASES, "several-functions", "split"))
    web, thumbs = (
        found[key]["Properties"]["Environment"]["Variables"]
        for key in ("FunctionWeb", "FunctionThumbMaker")
    )
    assert {"PG_HOST", "PG_PORT", "PG_NAME", "PG_USER", "PG_PASSWORD"} <= set(web)
    assert "UPLOADS" not in web
    assert "UPLOADS" in thumbs
    assert not [key for key in thumbs if key.startswith("PG_")]
    assert "FunctionWebDatabaseIngress" in found
    assert "FunctionThumbMakerDatabaseIngress" not in found
    policies = {key: json.dumps(found[f"Function{key}Role"]) for key in ("Web", "ThumbMaker")}
    assert "s3:PutObject" not in policies["Web"]
    assert "rds:" not in policies["ThumbMaker"]
    assert "s3:PutObject" in policies["ThumbMaker"]
    assert "rds:DescribeDBClusters" in policies["Web"]
    groups = {key: found[f"Function{key}SecurityGroup"]["Properties"] for key in policies}
    ports = {
        key: sorted(rule["FromPort"] for rule in group["SecurityGroupEgress"])
        for key, group in groups.items()
    }
    assert ports == {"Web": [443, 5433], "ThumbMaker": [443]}


def test_a_function_without_routes_gets_no_permission() -> None:
    text = MINIMAL.replace(
        "functions:\n",
        "functions:\n  idle: {image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/j:1}\n",
    )
    generated = generate_text(text)
    assert list(of_type(generated, "AWS::Lambda::Permission")) == ["FunctionWebPermission"]
    assert len(of_type(generated, "AWS::Lambda::Function")) == 2


def test_a_stage_that_logs_waits_for_the_accounts_role() -> None:
    single, split = (in_layout(CASES, "api-settings", layout) for layout in ("single", "split"))
    assert [stack.key for stack in single.stacks] == ["account", "template"]
    assert single.stacks[1].depends_on == ("account",)
    keys = {stack.key: stack.depends_on for stack in split.stacks}
    assert next(iter(keys)) == "account"
    assert "account" in keys["deployment"]


@pytest.mark.parametrize("name", ["Api", "FunctionWeb", "Dashboard"])
def test_an_open_value_with_the_name_of_a_resource_is_located(name: str) -> None:
    text = MINIMAL.replace("vpc: vpc-0a1b2c3d", f"vpc: {{parameter: {name}}}")
    with pytest.raises(ConfigError) as caught:
        generate_text(text)
    assert str(caught.value) == (
        "environments/prod.yaml:3:11: network.vpc: gives a template parameter the name of the "
        f"resource {name}; rename it [GI732]"
    )


def test_functions_whose_parts_share_an_id_are_refused() -> None:
    image = "{image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/j:1}"
    text = MINIMAL.replace("functions:\n", f"functions:\n  web-role: {image}\n")
    with pytest.raises(ConfigError, match="FunctionWebRole"):
        generate_text(text)
