"""Reasons are true of what they stand on: whose statement, whose bucket, which ports."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from troposphere import Ref, Split, Template

from gateway_infra import (
    DatabaseLogin,
    Grant,
    TrailConfig,
    config_recorder,
    execution_role,
    network_policy,
    trail,
    with_suppressions,
)
from gateway_infra.builders.drift import drift
from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.sections.drift import DriftConfig
from gateway_infra.suppressions.active import active_suppressions
from tests.support import MINIMAL
from tests.suppressions.support import of_file

WILDCARDS = "wildcards-in-arns"
HERE = "${AWS::Region}:${AWS::AccountId}"
TRACES = "xray:PutTelemetryRecords, xray:PutTraceSegments take no resource"
WIDE = (
    (
        "ec2:TerminateInstances",
        f"arn:${{AWS::Partition}}:ec2:{HERE}:instance/*",
        "arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:instance/*",
    ),
    (
        "logs:DeleteLogGroup",
        f"arn:${{AWS::Partition}}:logs:{HERE}:log-group:*",
        "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:*",
    ),
    ("s3:DeleteObject", "arn:aws:s3:::prod-*/*", "arn:aws:s3:::prod-*/*"),
    ("rds:DeleteDBInstance", "arn:aws:rds:us-east-1:123456789012:db:*", None),
)
DATABASE = """\
database:
  {host: db.example.com, name: jobs, user: app, security_group: sg-0a1b2c3d, port: 5433,
   password: {secret: jobs/db, key: password}}
"""


def resources_of(*bundles: Bundle) -> dict[str, Any]:
    template = Template()
    for bundle in bundles:
        template.add_resource(list(bundle))
    return copy.deepcopy(template.to_dict()["Resources"])


def reasons(resources: dict[str, Any], key: str) -> dict[str, str]:
    return {
        item.logical_id: item.reason
        for item in active_suppressions(resources)
        if item.row.key == key
    }


def role(**more: Any) -> dict[str, Any]:
    return resources_of(
        execution_role("web", log_group_name="/x/${AWS::StackName}", tags={}, **more)
    )


def granting(action: str, arn: str) -> str:
    own = f"    statements: [{{actions: ['{action}'], resources: ['{arn}']}}]\n"
    return MINIMAL.replace(
        "  web: {image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1}\n",
        f"  web:\n    image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1\n{own}",
    )


@pytest.mark.parametrize(("action", "arn", "shown"), WIDE)
def test_a_statement_of_the_file_is_named_as_such(action: str, arn: str, shown: str | None) -> None:
    (found,) = [item for item in of_file(granting(action, arn)) if item.row.key == WILDCARDS]
    assert found.reason == (
        f"Wildcards within bounds: {TRACES}; streams of one log group; "
        f"the file's own statement: {action} on {shown or arn}."
    )


@pytest.mark.parametrize(("action", "arn", "_"), WIDE)
def test_without_a_file_there_is_no_reason_for_it(action: str, arn: str, _: Any) -> None:
    resources = role(grants=[Grant([action], [arn])])
    assert not reasons(resources, WILDCARDS)
    metadata = with_suppressions({"Resources": resources})["Resources"]["FunctionWebRole"][
        "Metadata"
    ]
    assert "AwsSolutions-IAM5" not in str(metadata)


@pytest.mark.parametrize("action", ["sqs:SendMessage", "ec2:DescribeSubnets"])
def test_a_statement_behind_the_files_back_has_no_reason(action: str) -> None:
    wide = (
        f"{{Sid: OwnLogGroup, Effect: Allow, Action: ['{action}'], Resource: ['arn:aws:x:::y/*']}}"
    )
    policies = f"[{{PolicyName: Function, PolicyDocument: {{Statement: [{wide}]}}}}]"
    override = f"{{resource: FunctionWebRole, path: Properties.Policies, value: {policies}}}"
    found = of_file(f"{MINIMAL}overrides: [{override}]\n")
    assert "inline-policy" in {item.row.key for item in found}
    assert WILDCARDS not in {item.row.key for item in found}


BUILT: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, ""),
    ({"bucket_name": "jobs-uploads"}, "; objects of one bucket"),
    ({"describe_databases": True}, "; metadata of databases whose identifier is not given"),
    ({"database_login": DatabaseLogin("db-A", "app"), "secret_arns": ["arn:aws:x:::y"]}, ""),
)


@pytest.mark.parametrize(("more", "words"), BUILT)
@pytest.mark.parametrize("scoped", [False, True])
def test_what_the_builder_makes_has_its_words(
    more: dict[str, Any], words: str, scoped: bool
) -> None:
    (reason,) = reasons(role(scoped=scoped, **more), WILDCARDS).values()
    assert reason == f"Wildcards within bounds: {TRACES}; streams of one log group{words}."


def lookup_with(condition: bool) -> dict[str, str]:
    resources = resources_of(
        network_policy(
            "web",
            function_name="jobs-web",
            role_name="r",
            vpc_id="vpc-0a1b2c3d",
            subnet_ids=Split(",", Ref("Subnets")),
            security_group_id="sg-0a1b2c3d",
        )
    )
    (body,) = resources.values()
    if not condition:
        for statement in body["Properties"]["PolicyDocument"]["Statement"]:
            statement.pop("Condition", None)
    return reasons(resources, WILDCARDS)


def test_any_subnet_is_excused_in_one_vpc_alone() -> None:
    (reason,) = lookup_with(condition=True).values()
    assert reason.endswith("ids are not known before; subnets of one VPC.")
    assert not lookup_with(condition=False)


@pytest.mark.parametrize(
    ("sid", "key", "value"),
    [
        ("OwnLogGroup", "Action", ["logs:DeleteLogGroup"]),
        ("OwnLogGroup", "Resource", [f"arn:${{AWS::Partition}}:logs:{HERE}:log-group:*"]),
        ("BucketObjects", "Resource", ["arn:${AWS::Partition}:s3:::jobs-*/*"]),
        ("BucketObjects", "Action", ["s3:PutBucketPolicy"]),
        ("BucketObjects", "Sid", "Ours"),
    ],
)
def test_a_changed_statement_is_no_longer_the_builders(sid: str, key: str, value: Any) -> None:
    resources = role(bucket_name="jobs-uploads")
    (policy,) = resources["FunctionWebRole"]["Properties"]["Policies"]
    assert reasons(resources, WILDCARDS)
    (statement,) = [it for it in policy["PolicyDocument"]["Statement"] if it["Sid"] == sid]
    statement[key] = value
    assert not reasons(resources, WILDCARDS)


def test_roles_of_guards_have_words_of_their_own() -> None:
    resources = resources_of(
        made_trail(), config_recorder(tags={}), drift(DriftConfig(), service="jobs", tags={})
    )
    found = reasons(resources, WILDCARDS)
    assert found["TrailRole"] == "Wildcards within bounds: streams of one log group."
    assert found["ConfigRole"] == "Wildcards within bounds: files of AWS Config in one bucket."
    assert found["DriftRole"].endswith("comparing any stack with its template, which changes none.")


def made_trail(**settings: Any) -> Bundle:
    return trail(TrailConfig(**settings), trail_name="jobs", retention_days=30, tags={})


OF_BUCKETS: dict[str, tuple[str, str]] = {
    "bucket-without-access-log": ("It holds logs itself", "It holds the history of settings"),
    "bucket-in-one-region": ("S3 keeps it", "S3 keeps it"),
    "bucket-without-key": ("The trail encrypts", "What AWS Config delivers"),
    "bucket-without-lock": ("Old versions stay", "Old versions stay"),
    "bucket-that-keeps-all": ("It keeps what the trail recorded", "It keeps the history"),
}


def buckets(*, delete_after_days: int | None = None) -> dict[str, Any]:
    return resources_of(made_trail(delete_after_days=delete_after_days), config_recorder(tags={}))


@pytest.mark.parametrize("key", OF_BUCKETS)
def test_a_reason_is_true_of_its_bucket(key: str) -> None:
    found = reasons(buckets(), key)
    assert found.keys() == {"TrailBucket", "ConfigBucket"}
    of_trail, of_config = OF_BUCKETS[key]
    assert found["TrailBucket"].startswith(of_trail)
    assert found["ConfigBucket"].startswith(of_config)


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("bucket-without-access-log", "LoggingConfiguration", {}),
        ("bucket-in-one-region", "ReplicationConfiguration", {}),
        ("bucket-without-key", "BucketEncryption", {"SSEAlgorithm": "aws:kms"}),
        ("bucket-without-lock", "ObjectLockEnabled", True),
        ("bucket-without-lock", "VersioningConfiguration", {"Status": "Suspended"}),
        ("bucket-that-keeps-all", "LifecycleConfiguration", {}),
    ],
)
def test_a_setting_ends_the_exception_of_its_bucket(key: str, name: str, value: Any) -> None:
    resources = buckets()
    resources["TrailBucket"]["Properties"][name] = value
    assert reasons(resources, key).keys() == {"ConfigBucket"}


def test_a_trail_that_is_deleted_one_day_keeps_not_all() -> None:
    assert reasons(buckets(delete_after_days=400), "bucket-that-keeps-all").keys() == {
        "ConfigBucket"
    }


@pytest.mark.parametrize("name", ["It", "TrailBucket", "ConfigBucket"])
def test_a_bare_bucket_has_no_reason(name: str) -> None:
    given = {"Resources": {name: {"Type": "AWS::S3::Bucket", "Properties": {}}}}
    assert with_suppressions(given) == given


def test_a_trail_without_a_key_ends_those_of_its_bucket() -> None:
    resources = buckets()
    del resources["Trail"]["Properties"]["KMSKeyId"]
    assert reasons(resources, "bucket-without-key").keys() == {"ConfigBucket"}


HTTPS = "AWS's services have no fixed addresses"
EGRESS = (
    ("", "", f"TCP to port 443 only: {HTTPS}."),
    (
        "",
        DATABASE,
        f"TCP to port 443 and 5433 only: {HTTPS}, and the database's are not known here.",
    ),
    (
        "[8443]",
        DATABASE,
        f"TCP to port 443, 5433 and 8443 only: {HTTPS}, the database's are not known here, nor are "
        "those of what the function's `egress_ports` are for.",
    ),
    (
        "[8443]",
        "posture: hardened\n",
        "TCP to port 8443 only: the addresses of what the function's `egress_ports` are for are "
        "not known here.",
    ),
)


@pytest.mark.parametrize(("ports", "more", "expected"), EGRESS)
def test_the_reason_for_egress_is_of_the_files_ports(ports: str, more: str, expected: str) -> None:
    text = MINIMAL.replace("jobs:1}", f"jobs:1, egress_ports: {ports}}}") if ports else MINIMAL
    scoped = more.replace("posture: hardened\n", "")
    if scoped != more:
        text = text.replace("1a2b3c4d]}", "1a2b3c4d], egress: scoped}")
    found = [item.reason for item in of_file(text + scoped) if item.row.key == "egress-to-anywhere"]
    assert found == [expected]


@pytest.mark.parametrize("words", ["PostgreSQL", "Port 22 of other services", "Ours"])
def test_a_port_that_the_file_does_not_open_has_no_reason(words: str) -> None:
    rule = f"{{CidrIp: 0.0.0.0/0, IpProtocol: tcp, FromPort: 22, ToPort: 22, Description: {words}}}"
    path = "path: Properties.SecurityGroupEgress"
    override = f"{{resource: FunctionWebSecurityGroup, {path}, value: [{rule}]}}"
    found = of_file(f"{MINIMAL}{DATABASE}overrides: [{override}]\n")
    assert "egress-to-anywhere" not in {item.row.key for item in found}
