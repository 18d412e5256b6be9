"""Value types of the environment file: the literal and the template parameter of each place."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

from gateway_infra.reading.rule import Rule
from gateway_infra.values.values import DeployTimeValue, ListOf, SecretValue, Value, ValueType

_BUCKET_NAME = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_HOST_NAME = r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}"


def _bucket_advice(value: str) -> str:
    name = re.sub(r"^(s3://|arn:[a-z-]+:s3:::)", "", value).split("/")[0].lower()
    return f"; write '{name}'" if re.fullmatch(_BUCKET_NAME, name) else ""


def _host_advice(value: str) -> str:
    if "://" in value:
        return "; write host, port, name, user and password under keys of their own"
    with_port = re.fullmatch(rf"{_HOST_NAME}:[0-9]+", value)
    return "; write the port under database.port" if with_port else ""


def _range_advice(value: str) -> str:
    return f"; write '{value}/32'" if re.fullmatch(r"[0-9]+(\.[0-9]+){3}", value) else ""


def _image_advice(value: str) -> str:
    elsewhere = ("docker.io/", "ghcr.io/", "gcr.io/", "public.ecr.aws/", "quay.io/")
    if not value.startswith(elsewhere):
        return ""
    return "; Lambda takes images from a private ECR repository alone, so push it there"


_HEX = "[0-9a-f]{8}([0-9a-f]{9})?"
_ECR = r"[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[a-z0-9][a-z0-9._/-]{0,254}"
_IMAGE = rf"{_ECR}(:[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}|@sha256:[0-9a-f]{{64}})"
_VPC = ValueType(f"vpc-{_HEX}", "a VPC's id, as in vpc-0a1b2c3d4e5f60718", "AWS::EC2::VPC::Id")
_SUBNET = ValueType(
    f"subnet-{_HEX}", "a subnet's id, as in subnet-0a1b2c3d4e5f60718", "AWS::EC2::Subnet::Id"
)
_GROUP = ValueType(
    f"sg-{_HEX}", "a security group's id, as in sg-0a1b2c3d4e5f60718", "AWS::EC2::SecurityGroup::Id"
)
_PREFIX_LIST = ValueType(f"pl-{_HEX}", "a prefix list's id, as in pl-0a1b2c3d4e5f60718")
_ROUTE_TABLE = ValueType(f"rtb-{_HEX}", "a route table's id, as in rtb-0a1b2c3d4e5f60718")
_BUCKET = ValueType(
    _BUCKET_NAME,
    "a bucket's name (3 to 63 of a-z, 0-9, dot and hyphen)",
    rule="GI131",
    advice=_bucket_advice,
)
_HOST = ValueType(_HOST_NAME, "a host name without a scheme", rule="GI123", advice=_host_advice)
_IDENTIFIER = ValueType(
    r"[a-z](-?[a-z0-9])*", "an RDS identifier (small letters, digits, single hyphens)"
)
_ECR_IMAGE = ValueType(
    _IMAGE,
    "an ECR image with a digest (…/jobs@sha256:…) or a tag, "
    "as in 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4.2",
    rule="GI213",
    advice=_image_advice,
)
_TOPIC = ValueType(
    r"arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}",
    "an SNS topic's ARN, as in arn:aws:sns:us-east-1:123456789012:alarms",
)
_VAULT_ARN = ValueType(
    r"arn:[a-z-]+:backup:[a-z0-9-]+:[0-9]{12}:backup-vault:[A-Za-z0-9_-]{2,50}",
    "a backup vault's ARN, as in arn:aws:backup:eu-west-1:123456789012:backup-vault:copies",
)
_PSEUDO = r"\$\{AWS::(?:AccountId|Partition|Region|URLSuffix)\}"
_RESOURCE = ValueType(
    rf"\*|arn:(?:[^:\s${{}}]|{_PSEUDO})+:[a-z0-9-]+:(?:[^:\s${{}}]|{_PSEUDO})*"
    rf":(?:[^:\s${{}}]|{_PSEUDO})*:(?:[^\s${{}}]|{_PSEUDO})+",
    "an ARN, as in arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs",
)
_OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_RANGE = ValueType(
    rf"{_OCTET}(\.{_OCTET}){{3}}/([1-9]|[12][0-9]|3[0-2])"
    r"|[0-9a-f:]{2,39}/([1-9]|[1-9][0-9]|1[01][0-9]|12[0-8])",
    "a range of addresses that is not all of them, as in 203.0.113.0/24, or 203.0.113.7/32 for one",
    advice=_range_advice,
)
_VPC_ENDPOINT = ValueType(f"vpce-{_HEX}", "a VPC endpoint's id, as in vpce-0a1b2c3d4e5f60718")
_ACCOUNT = ValueType("[0-9]{12}", "an account's id, 12 digits in quotes")
_WEB_ACL = ValueType(
    r"arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/[A-Za-z0-9_-]{1,128}/[0-9a-f-]{36}",
    "the ARN of a regional web ACL (AWS WAF, not WAF Classic, and not one for CloudFront)",
)
_USER_POOL = ValueType(
    r"arn:[a-z-]+:cognito-idp:[a-z0-9-]+:[0-9]{12}:userpool/[a-z0-9-]+_[A-Za-z0-9]{1,55}",
    "a user pool's ARN, as in "
    "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEf123",
)
_FUNCTION_ARN = ValueType(
    r"arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]{1,128})?",
    "a function's ARN, as in arn:aws:lambda:us-east-1:123456789012:function:authorizer:live",
)
_ROLE_ARN = ValueType(
    r"arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}",
    "a role's ARN, as in arn:aws:iam::123456789012:role/calls-authorizer",
)
_SQL_NAME = ValueType(r"[A-Za-z_][A-Za-z0-9_$-]{0,62}", "a PostgreSQL name")
VpcId: TypeAlias = Annotated[Value, _VPC]
SubnetIds: TypeAlias = Annotated[list[Value] | DeployTimeValue, ListOf(_SUBNET, 2, 16, "GI111")]
ResourceArn: TypeAlias = Annotated[Value, _RESOURCE]
SecurityGroupId: TypeAlias = Annotated[Value, _GROUP]
PrefixListId: TypeAlias = Annotated[Value, _PREFIX_LIST]
RouteTableId: TypeAlias = Annotated[Value, _ROUTE_TABLE]
BucketName: TypeAlias = Annotated[Value, _BUCKET]
Host: TypeAlias = Annotated[Value, _HOST]
Port: TypeAlias = Annotated[Value, ValueType("", "a port (1 to 65535)", "Number")]
Identifier: TypeAlias = Annotated[Value, _IDENTIFIER]
Image: TypeAlias = Annotated[Value, _ECR_IMAGE]
TopicArn: TypeAlias = Annotated[Value, _TOPIC]
AddressRange: TypeAlias = Annotated[Value, _RANGE]
VpcEndpointId: TypeAlias = Annotated[Value, _VPC_ENDPOINT]
AccountId: TypeAlias = Annotated[Value, _ACCOUNT]
WebAclArn: TypeAlias = Annotated[Value, _WEB_ACL]
VaultArn: TypeAlias = Annotated[Value, _VAULT_ARN]
UserPoolArn: TypeAlias = Annotated[Value, _USER_POOL]
FunctionArn: TypeAlias = Annotated[Value, _FUNCTION_ARN]
RoleArn: TypeAlias = Annotated[Value, _ROLE_ARN]
SqlName: TypeAlias = Annotated[Value, _SQL_NAME]
Secret: TypeAlias = Annotated[
    DeployTimeValue | SecretValue, ValueType("", "a secret", secret=True, code=True)
]
Text: TypeAlias = Annotated[
    Value | SecretValue, ValueType(r"(?s).*", "text (write it in quotes)", code=True)
]

RULES = (
    Rule.error(
        "GI123",
        "A database's host that is more than a host name",
        "Applications put host and port together themselves, and a URL with a login would show the "
        "password.",
        "Write the host name alone; port, name, user and password have keys of their own.",
        "docs/reference.md",
    ),
    Rule.error(
        "GI213",
        "An image that is not in ECR",
        "Lambda takes images from private ECR repositories alone: not from Docker Hub, and not "
        "from the public ECR gallery.",
        "Push the image to a private ECR repository of the region, and name it with its digest.",
        "https://docs.aws.amazon.com/lambda/latest/dg/images-create.html",
    ),
)
