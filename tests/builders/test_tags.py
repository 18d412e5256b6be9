"""Every resource that takes tags has them: which do is read from AWS's own schemas."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

import pytest

from tests.support import generate_text, generated_case, resources_of
from tests.test_cases import NAMES
from tests.test_families import built

FULL = """\
service: jobs
region: us-east-1
account: {api_gateway_log_role: true}
tags: {Team: platform}
network: {vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]}
database:
  host: db.example.com
  name: jobs
  user: jobs
  password: {environment_variable: DB_PASSWORD}
  security_group: sg-0a1b2c3d
  instance_identifier: jobs-db
bucket: {name: jobs-uploads}
functions:
  web: {image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1}
  worker: {image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/worker:1}
api:
  authorization: iam
  authorizers:
    users:
      type: cognito
      pool: {scopes: {jobs/read: Reads}, domain: jobs, callback_urls: [https://a.example.com/in]}
  cors: {origins: [https://a.example.com]}
  usage_plan: {keys: [partner-a]}
  routes: {GET /jobs: web, POST /work: worker}
alarms: {emails: [oncall@example.com]}
guards: {flow_logs: {}, trail: {}, recorder: true, config_rules: {}, drift: {}, backup: {}}
"""
"""An environment with everything that can be switched on."""


@cache
def takes_tags(resource_type: str) -> bool:
    """Whether the provider's schema, which cfn-lint ships, says that the type takes tags."""
    manager = import_module("cfnlint.schema.manager").PROVIDER_SCHEMA_MANAGER
    schema = manager.get_resource_schema("us-east-1", resource_type).schema
    taggable = bool(schema["tagging"]["taggable"])
    assert not taggable or tag_property(resource_type) in schema["properties"]
    return taggable


def tag_property(resource_type: str) -> str:
    """Name the property that holds the tags: AWS Backup and Cognito have names of their own."""
    return {
        "AWS::Backup::BackupPlan": "BackupPlanTags",
        "AWS::Backup::BackupVault": "BackupVaultTags",
        "AWS::Cognito::UserPool": "UserPoolTags",
    }.get(resource_type, "Tags")


def tags_in(body: dict[str, Any]) -> dict[str, str]:
    """Return the tags of a resource, which those take as a mapping."""
    tags = body["Properties"].get(tag_property(body["Type"]), [])
    return tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}


@cache
def resources(layout: str) -> dict[str, dict[str, Any]]:
    return resources_of(generate_text(FULL, layout=layout))


@pytest.mark.parametrize("layout", ["single", "split"])
def test_exactly_what_takes_tags_has_them(layout: str) -> None:
    for logical_id, body in resources(layout).items():
        assert bool(tags_in(body)) == takes_tags(body["Type"]), logical_id


@pytest.mark.parametrize("name", NAMES)
def test_every_case_tags_what_takes_tags(name: str) -> None:
    """A new type needs no row in a table here: AWS's schema decides."""
    for logical_id, item in generated_case(name).graph.resources.items():
        if built(item):
            assert bool(tags_in(item.body)) == takes_tags(item.body["Type"]), logical_id


@pytest.mark.parametrize("layout", ["single", "split"])
def test_tags_say_environment_service_and_component(layout: str) -> None:
    """Beside the file's own tags; the component is a function's name, or another part's."""
    components = set()
    for body in resources(layout).values():
        tags = dict(tags_in(body))
        if tags:
            components.add(tags.pop("Component"))
            assert tags == {"Environment": "prod", "Service": "jobs", "Team": "platform"}
    guards = {"backup", "config-rules", "drift", "flow-logs", "trail"}
    assert components == {"account", "api", "monitoring", "user-pool", "web", "worker", *guards}


@pytest.mark.parametrize(
    ("resource_type", "component"),
    [
        ("AWS::Lambda::Function", "FunctionWorker"),
        ("AWS::IAM::Role", "FunctionWorkerRole"),
        ("AWS::EC2::SecurityGroup", "FunctionWorkerSecurityGroup"),
        ("AWS::Logs::LogGroup", "FunctionWorkerLogGroup"),
    ],
)
def test_a_functions_own_parts_carry_its_name(resource_type: str, component: str) -> None:
    body = resources("split")[component]
    assert body["Type"] == resource_type
    assert {"Key": "Component", "Value": "worker"} in body["Properties"]["Tags"]


def test_tags_stand_in_the_same_order_everywhere() -> None:
    for body in resources("split").values():
        keys = list(tags_in(body))
        assert keys == sorted(keys)
