"""Each row of the table: on what it is, on what it is not, and that its words are sound."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway_infra.suppressions import log_bucket
from gateway_infra.suppressions.catalog import SCANNERS, TABLE
from gateway_infra.suppressions.suppression import Suppression
from tests.support import MINIMAL
from tests.suppressions.support import everywhere, of_body, of_file

METHOD = "AWS::ApiGateway::Method"
STAGE = "AWS::ApiGateway::Stage"
FUNCTION = "AWS::Lambda::Function"
ROLE = "AWS::IAM::Role"
POLICY = "AWS::IAM::ManagedPolicy"
GROUP = "AWS::EC2::SecurityGroup"
LOGS = "AWS::Logs::LogGroup"
ALARM = "AWS::CloudWatch::Alarm"
SECRET = "AWS::SecretsManager::Secret"
POOL = "AWS::Cognito::UserPool"
PERMISSION = "AWS::Lambda::Permission"
BUCKET = "AWS::S3::Bucket"
OPEN = MINIMAL.replace(
    "authorization: iam", "authorization: {type: none, reason: A page that all may read.}"
)
IDS = {
    "checkov": r"CKV2?_AWS_\d+",
    "guard": r"[A-Z0-9_]+",
    "cfn_nag": r"[WF]\d+",
    "cdk_nag": r"AwsSolutions-[A-Z]+\d+|NIST\.800\.53\.R5-[A-Za-z0-9]+|CdkNagValidationFailure",
    "control_tower": r"CT\.[A-Z0-9]+\.PR\.\d+",
}


def sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


def egress(**rule: Any) -> dict[str, Any]:
    words = "HTTPS to AWS services and beyond"
    tcp = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}
    tcp["Description"] = words
    return {"SecurityGroupEgress": [{**tcp, **rule}]}


def role(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": list(statements)}}]}


def allow(action: Any, resource: Any, effect: str = "Allow", sid: str = "") -> dict[str, Any]:
    return {"Sid": sid, "Effect": effect, "Action": action, "Resource": resource}


HERE = "${AWS::Region}:${AWS::AccountId}"
STREAMS = sub(f"arn:${{AWS::Partition}}:logs:{HERE}:log-group:/x:*")
LOG = allow("logs:PutLogEvents", [STREAMS], sid="OwnLogGroup")
OBJECTS = sub("arn:${AWS::Partition}:s3:::${Name}/*")
ANY_EC2 = sub(f"arn:${{AWS::Partition}}:ec2:{HERE}:*/*")
TLS = {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
VPC_POLICY = sub(
    "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
)
CACHING = {"HttpMethod": "*", "ResourcePath": "/*", "CachingEnabled": True}
ENCRYPTED = {**CACHING, "CacheDataEncrypted": True}

ON: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("preflight-method", METHOD, {"HttpMethod": "OPTIONS", "AuthorizationType": "NONE"}),
    ("no-user-pool", METHOD, {"HttpMethod": "GET", "AuthorizationType": "AWS_IAM"}),
    ("no-user-pool", METHOD, {"HttpMethod": "GET", "AuthorizationType": "CUSTOM"}),
    ("no-request-validator", "AWS::ApiGateway::RestApi", {}),
    ("no-cache", STAGE, {"CacheClusterEnabled": False}),
    (
        "cache-of-some-routes",
        STAGE,
        {"CacheClusterEnabled": True, "MethodSettings": [{**ENCRYPTED, "HttpMethod": "GET"}]},
    ),
    ("no-web-acl", STAGE, {}),
    ("no-client-certificate", STAGE, {}),
    ("no-reserved-concurrency", FUNCTION, {}),
    ("no-dead-letter-queue", FUNCTION, {"DeadLetterConfig": {}}),
    ("variables-without-key", FUNCTION, {"Environment": {"Variables": {"A": "b"}}}),
    ("log-permission-in-role", FUNCTION, {}),
    ("subnets-from-outside", FUNCTION, {"VpcConfig": {"SubnetIds": ["subnet-1", {"Ref": "A"}]}}),
    ("egress-to-anywhere", GROUP, egress()),
    ("egress-to-anywhere", GROUP, egress(CidrIp=None, CidrIpv6="::/0")),
    (
        "open-database-port",
        "AWS::EC2::SecurityGroupIngress",
        {"FromPort": {"Ref": "P"}, "SourceSecurityGroupId": {"Ref": "G"}},
    ),
    ("managed-policy", ROLE, {"ManagedPolicyArns": [VPC_POLICY]}),
    ("inline-policy", ROLE, role(allow("s3:GetObject", "arn:aws:s3:::b/x"))),
    ("all-resources", ROLE, role(allow(["xray:PutTraceSegments"], ["*"]))),
    ("all-resources", POLICY, role(allow("ec2:DescribeSubnets", "*"))["Policies"][0]),
    ("wildcards-in-arns", ROLE, role(LOG)),
    ("wildcards-in-arns", ROLE, role(allow("s3:GetObject", OBJECTS, sid="BucketObjects"))),
    (
        "wildcards-in-arns",
        POLICY,
        role(allow("ec2:DeleteNetworkInterface", ANY_EC2, sid="Interfaces"))["Policies"][0],
    ),
    ("source-of-permission", PERMISSION, {"SourceArn": sub("a"), "SourceAccount": {"Ref": "A"}}),
    ("log-group-without-key", LOGS, {}),
    ("short-retention", LOGS, {"RetentionInDays": 180}),
    ("alarm-without-action", ALARM, {"AlarmActions": []}),
    ("topic-without-key", "AWS::SNS::Topic", {}),
    ("grants-of-key", "AWS::KMS::Key", {"KeyPolicy": {"Statement": []}}),
    ("tls-by-reference", "AWS::S3::BucketPolicy", {"PolicyDocument": {"Statement": [TLS]}}),
    ("secret-without-key", SECRET, {}),
    ("secret-without-rotation", SECRET, {}),
    ("no-threat-protection", POOL, {}),
    ("no-threat-protection", POOL, {"UserPoolTier": "ESSENTIALS"}),
    ("optional-second-factor", POOL, {"MfaConfiguration": "OPTIONAL"}),
)
"""What a row is on; those of `ALONE` need more than one resource."""

OFF: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("open-method", METHOD, {"HttpMethod": "GET", "AuthorizationType": "NONE"}),
    ("preflight-method", METHOD, {"HttpMethod": "OPTIONS", "AuthorizationType": "AWS_IAM"}),
    ("no-user-pool", METHOD, {"HttpMethod": "GET", "AuthorizationType": "COGNITO_USER_POOLS"}),
    ("usage-plan-beside-stage", "AWS::ApiGateway::RestApi", {}),
    ("no-cache", STAGE, {"CacheClusterEnabled": True}),
    (
        "cache-of-some-routes",
        STAGE,
        {"CacheClusterEnabled": True, "MethodSettings": [ENCRYPTED]},
    ),
    ("cache-of-some-routes", STAGE, {"CacheClusterEnabled": True, "MethodSettings": [CACHING]}),
    ("no-client-certificate", STAGE, {"ClientCertificateId": "a"}),
    ("no-reserved-concurrency", FUNCTION, {"ReservedConcurrentExecutions": 5}),
    ("no-dead-letter-queue", FUNCTION, {"DeadLetterConfig": {"TargetArn": "a"}}),
    ("variables-without-key", FUNCTION, {"Environment": {"Variables": {}}}),
    ("variables-without-key", FUNCTION, {"Environment": {"Variables": {"A": 1}}, "KmsKeyArn": "k"}),
    ("subnets-from-outside", FUNCTION, {"VpcConfig": {"SubnetIds": ["subnet-1"]}}),
    ("egress-to-anywhere", GROUP, egress(ToPort=65535)),
    ("egress-to-anywhere", GROUP, egress(IpProtocol="-1")),
    ("egress-to-anywhere", GROUP, egress(CidrIp="10.0.0.0/8")),
    ("egress-to-anywhere", GROUP, egress(FromPort=22, ToPort=22)),
    ("egress-to-anywhere", GROUP, egress(Description="Ours")),
    (
        "open-database-port",
        "AWS::EC2::SecurityGroupIngress",
        {"FromPort": {"Ref": "P"}, "CidrIp": "0.0.0.0/0"},
    ),
    ("managed-policy", ROLE, {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/PowerUserAccess"]}),
    ("managed-policy", ROLE, {"ManagedPolicyArns": [VPC_POLICY, "arn:aws:iam::aws:policy/X"]}),
    ("inline-policy", ROLE, {}),
    ("all-resources", ROLE, role(allow(["xray:PutTraceSegments", "s3:GetObject"], "*"))),
    ("all-resources", ROLE, role(allow("s3:GetObject", "arn:aws:s3:::b/x"))),
    ("all-resources", ROLE, role(allow("s3:GetObject", "*", "Deny"))),
    ("wildcards-in-arns", ROLE, role(allow("s3:*", sub("arn:aws:s3:::${Name}/x")))),
    ("wildcards-in-arns", ROLE, role(allow("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:*"))),
    ("wildcards-in-arns", ROLE, role(allow("s3:GetObject", "*"))),
    ("wildcards-in-arns", ROLE, role(LOG, allow("s3:Get*", "a"))),
    (
        "wildcards-in-arns",
        POLICY,
        role(allow("ec2:TerminateInstances", "arn:aws:ec2:us-east-1:1:*/*"))["Policies"][0],
    ),
    ("source-of-permission", PERMISSION, {"SourceArn": sub("a")}),
    ("log-group-without-key", LOGS, {"KmsKeyId": "k"}),
    ("short-retention", LOGS, {"RetentionInDays": 365}),
    ("short-retention", LOGS, {}),
    ("alarm-without-action", ALARM, {"OKActions": ["a"]}),
    ("topic-without-key", "AWS::SNS::Topic", {"KmsMasterKeyId": "k"}),
    (
        "grants-of-key",
        "AWS::KMS::Key",
        {"KeyPolicy": {"Condition": {"BoolIfExists": {"kms:GrantIsForAWSResource": False}}}},
    ),
    ("bucket-without-access-log", BUCKET, {}),
    ("bucket-in-one-region", BUCKET, {}),
    ("bucket-without-lock", BUCKET, {}),
    ("bucket-that-keeps-all", BUCKET, {}),
    ("bucket-without-key", BUCKET, {}),
    ("tls-by-reference", "AWS::S3::BucketPolicy", {"PolicyDocument": {}}),
    (
        "tls-by-reference",
        "AWS::S3::BucketPolicy",
        {"PolicyDocument": {"Statement": [{**TLS, "Effect": "Allow"}]}},
    ),
    ("secret-without-key", SECRET, {"KmsKeyId": "k"}),
    ("no-threat-protection", POOL, {"UserPoolTier": "PLUS"}),
    ("optional-second-factor", POOL, {"MfaConfiguration": "ON"}),
    ("optional-second-factor", POOL, {"MfaConfiguration": "OFF"}),
)
ALONE = {"open-method", "usage-plan-beside-stage"} | {row.key for row in log_bucket.ROWS[:5]}


@pytest.mark.parametrize(("key", "kind", "properties"), ON)
def test_a_row_is_on_what_breaks_its_rules(key: str, kind: str, properties: dict[str, Any]) -> None:
    assert key in of_body(kind, **properties)


@pytest.mark.parametrize(("key", "kind", "properties"), OFF)
def test_a_row_is_not_on_what_breaks_none(key: str, kind: str, properties: dict[str, Any]) -> None:
    assert key not in of_body(kind, **properties)


def test_every_row_has_both_examples() -> None:
    keys = {row.key for row in TABLE}
    assert {key for key, _, _ in ON} == keys - ALONE
    always = {"no-request-validator", "no-web-acl", "log-permission-in-role"}
    always.add("secret-without-rotation")
    assert {key for key, _, _ in OFF} >= keys - always
    assert len(keys) == len(TABLE)


def test_a_schedule_of_the_same_secret_ends_its_exception() -> None:
    from gateway_infra.suppressions.active import active_suppressions

    def of(name: str) -> set[str]:
        schedule = {"SecretId": {"Ref": name}}
        resources = {
            "It": {"Type": SECRET, "Properties": {}},
            "Rule": {"Type": "AWS::SecretsManager::RotationSchedule", "Properties": schedule},
        }
        return {item.row.key for item in active_suppressions(resources)}

    assert "secret-without-rotation" in of("Other")
    assert "secret-without-rotation" not in of("It")


def test_a_web_acl_and_a_validator_end_theirs() -> None:
    from gateway_infra.suppressions.active import active_suppressions

    def of(second: str, **properties: Any) -> set[str]:
        resources = {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {}},
            "Stage": {"Type": STAGE, "Properties": {}},
            "Second": {"Type": second, "Properties": properties},
        }
        return {item.row.key for item in active_suppressions(resources)}

    keys = of("AWS::WAFv2::WebACLAssociation")
    assert "no-web-acl" not in keys
    checks = {"RestApiId": {"Ref": "Api"}, "ValidateRequestBody": True}
    validator = "AWS::ApiGateway::RequestValidator"
    assert "no-request-validator" in of(validator, **checks)
    assert "no-request-validator" not in of(validator, **checks, ValidateRequestParameters=True)


def test_an_open_method_has_the_files_own_reason() -> None:
    (found,) = [item for item in of_file(OPEN) if item.row.key == "open-method"]
    assert found.reason == "Open on purpose: A page that all may read."
    assert {rule.id for rule in found.rules} >= {"CKV_AWS_59", "W59", "AwsSolutions-APIG4"}


def test_a_routes_own_reason_stands_above_the_apis() -> None:
    other = "{function: web, authorization: {type: none, reason: 'For\n    health\tchecks.'}}"
    text = OPEN.replace("{GET /jobs: web}", f"{{GET /jobs: {other}, GET /x: web}}")
    reasons = {item.logical_id: item.reason for item in of_file(text) if "open" in item.row.key}
    assert reasons["ApiMethodGetJobs"] == "Open on purpose: For health checks."
    assert reasons["ApiMethodGetX"] == "Open on purpose: A page that all may read."


def test_checkov_takes_an_api_key_for_an_authorization() -> None:
    text = OPEN.replace("GET /jobs: web", "GET /jobs: {function: web, api_key: true}")
    text += "  usage_plan: {keys: [partner]}\n"
    (found,) = [item for item in of_file(text) if item.row.key == "open-method"]
    assert "checkov" not in {rule.scanner for rule in found.rules}


def test_what_is_opened_behind_the_files_back_has_none() -> None:
    """The file says `iam`, so no reason for an open method is there."""
    override = "{resource: ApiMethodGetJobs, path: Properties.AuthorizationType, value: NONE}"
    keys = {item.row.key for item in of_file(f"{MINIMAL}overrides: [{override}]\n")}
    assert "open-method" not in keys
    assert "no-user-pool" not in keys


def test_an_override_ends_an_exception() -> None:
    override = "{resource: FunctionWeb, path: Properties.ReservedConcurrentExecutions, value: 5}"
    before = {item.row.key for item in of_file(MINIMAL)}
    after = {item.row.key for item in of_file(f"{MINIMAL}overrides: [{override}]\n")}
    assert before - after == {"no-reserved-concurrency"}


def test_the_authors_own_resources_have_their_authors_reasons() -> None:
    own = "resources: {Mine: {Type: 'AWS::Logs::LogGroup', Properties: {RetentionInDays: 7}}}\n"
    assert not [item for item in of_file(MINIMAL + own) if item.logical_id == "Mine"]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.key)
def test_the_words_of_a_row(row: Suppression) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", row.key)
    assert row.title[:1].isupper() or row.title.startswith("`")
    assert row.rules
    assert all(re.fullmatch(IDS[rule.scanner], rule.id) for rule in row.rules)
    assert isinstance(row.reason, str) != bool(row.example)
    assert (row.example if callable(row.reason) else row.reason).endswith(".")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.key)
def test_every_row_is_in_force_somewhere(row: Suppression) -> None:
    """An example of the docs is what some environment of this repository says."""
    found = [item for item in everywhere() if item.row == row]
    assert found
    assert not row.example or row.example in {item.reason for item in found}


def test_reasons_are_of_one_line_and_long_enough() -> None:
    """cdk-nag refuses a reason of less than ten characters."""
    reasons = {item.reason for item in everywhere()}
    reasons |= {rule.reason for row in TABLE for rule in row.rules if rule.reason}
    assert all(10 <= len(reason) <= 260 and "\n" not in reason for reason in reasons)


def test_every_scanner_has_a_name() -> None:
    assert set(SCANNERS) == set(IDS) == {rule.scanner for row in TABLE for rule in row.rules}
