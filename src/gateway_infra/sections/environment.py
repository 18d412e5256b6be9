"""The whole environment file as one validated model."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import AfterValidator, Field, field_validator

from gateway_infra.reading.rule import Rule
from gateway_infra.sections.additions import Customize, Overrides, Resources
from gateway_infra.sections.alarms import AlarmsConfig
from gateway_infra.sections.api import ApiSection
from gateway_infra.sections.bucket import BucketSection
from gateway_infra.sections.database import DatabaseSection
from gateway_infra.sections.function import FunctionSection
from gateway_infra.sections.guardrails import GuardsConfig
from gateway_infra.sections.key import EncryptionConfig
from gateway_infra.sections.layout import Layout
from gateway_infra.sections.logs import LogsConfig
from gateway_infra.sections.network import NetworkSection
from gateway_infra.sections.postures import Posture
from gateway_infra.sections.quotas import QuotasConfig
from gateway_infra.sections.role import RolesConfig
from gateway_infra.values.section import (
    DISTINCT,
    NAME_PATTERN,
    InSchema,
    Section,
    like,
    matches,
    refuse_doubles,
    wrong,
)

Name = Annotated[
    str,
    Field(max_length=40),
    matches(NAME_PATTERN.pattern, "small letters, digits and single hyphens, as in jobs"),
]

_REGION = matches(r"[a-z]{2}(-[a-z]+)+-[0-9]", "an AWS region, as in us-east-1")

_TAG = matches(
    r"[A-Za-z0-9.:/=+@_ -]{1,128}",
    "1 to 128 letters, digits, spaces and any of . : / = + @ _ -",
    "GI707",
)

_OURS = ("environment", "service", "component")


def _any_case(word: str) -> str:
    return "".join(f"[{c.upper()}{c}]" if c.isalpha() else c for c in word)


def _not_ours(tag: str) -> str:
    if tag.lower() in _OURS:
        raise wrong("is set by gateway-infra itself; remove it", "GI705")
    if tag.lower().startswith("aws:"):
        raise wrong("begins with aws:, which AWS keeps; rename it", "GI706")
    return tag


def _not_of_aws(value: str) -> str:
    if value.lower().startswith("aws:"):
        raise wrong("has a value that begins with aws:, which AWS keeps; write another", "GI706")
    return value


_NOT_OURS = InSchema(
    like(
        rf"(?!{_any_case('aws:')}|({'|'.join(map(_any_case, _OURS))})$){_TAG.pattern}",
        f"{_TAG.what}; aws:…, Environment, Service and Component are kept",
    )
)

_TAG_VALUE = matches(
    # CloudFormation's alarms take no empty value.
    r"[A-Za-z0-9.:/=+@_ -]{1,256}",
    "1 to 256 letters, digits, spaces and any of . : / = + @ _ -",
    "GI707",
)

_NOT_OF_AWS = InSchema(
    like(rf"(?!{_any_case('aws:')}){_TAG_VALUE.pattern}", f"{_TAG_VALUE.what}; aws:… is kept")
)

Tier = Literal["dev", "staging", "prod"]

Deployer: TypeAlias = Literal[
    "aws-cli", "cdk", "github-actions", "gitlab-ci", "sam", "sceptre", "stack-sets", "terraform"
]

DEPLOYERS: tuple[str, ...] = get_args(Deployer)
"""Programs that deploy templates, for which files can be written beside them."""

MAX_FUNCTIONS = 200
"""One function takes four resources of its stack or more, and CloudFormation takes 500."""

_PATH = matches(r"/|(/[^/\s]+)+", "a path without a slash at its end, as in /admin")

TIERS: dict[str, dict[str, Any]] = {
    "dev": {
        "protect": False,
        "logs": {"retention_days": 7},
        "api": {
            "throttling": {"rate": 50, "burst": 100},
            "stage": {"logging_level": "INFO", "data_trace": True},
        },
    },
    "staging": {
        "protect": False,
        "logs": {"retention_days": 14},
        "api": {
            "throttling": {"rate": 250, "burst": 500},
            "stage": {"logging_level": "INFO", "data_trace": True},
        },
    },
    "prod": {
        "protect": True,
        "logs": {"retention_days": 30},
        "api": {
            "throttling": {"rate": 1000, "burst": 2000},
            "stage": {"logging_level": "ERROR", "data_trace": False},
        },
    },
}
"""What the decision record sets by environment; the files stand above it."""


class AccountConfig(Section):
    """What an account and region has once, for all its APIs; off unless written."""

    api_gateway_log_role: bool = Field(
        default=False,
        description="whether to make the role with which API Gateway writes logs, and set it for "
        "the account and region; only one stack of an account may do that",
    )
    quotas: QuotasConfig = Field(
        default=QuotasConfig.model_construct(), description="quotas of the account"
    )


class Environment(Section):
    """One environment of one service."""

    service: Name = Field(
        description="the service's name, part of every physical name", examples=["jobs"]
    )
    region: Annotated[str, _REGION] = Field(
        description="the AWS region, as in us-east-1", examples=["us-east-1"]
    )
    tier: Tier = Field(description="dev, staging or prod: sets throttling, log level and retention")
    posture: Posture = Field(
        default="record",
        description="record: the decisions to the letter; hardened: of each setting the tighter "
        "default, see docs/security.md; what is written stands above either",
    )
    layout: Layout = Field(
        default="split",
        description="single, split, or stacks of one's own in deploy order, each with its families",
    )
    route_stacks: dict[Name, list[Annotated[str, _PATH]]] = Field(
        default={},
        description="stacks of their own for routes below paths, as in {admin: [/admin]}; "
        "needed past 500 resources",
        examples=[{"admin": ["/admin"]}],
    )
    deployers: list[Deployer] = Field(
        default=[],
        description="programs that deploy the templates, to write files for",
        json_schema_extra=DISTINCT,
        examples=[["aws-cli"]],
    )
    protect: bool = Field(
        default=False,
        description="whether deployers keep the stacks from being deleted; the tier prod: true",
    )
    tags: dict[
        Annotated[str, _TAG, AfterValidator(_not_ours), _NOT_OURS],
        Annotated[str, _TAG_VALUE, AfterValidator(_not_of_aws), _NOT_OF_AWS],
    ] = Field(
        default={},
        description="further tags on everything that takes tags",
        examples=[{"Team": "platform"}],
    )
    network: NetworkSection = Field(description="where the functions run")
    database: DatabaseSection | None = Field(
        default=None, description="PostgreSQL on RDS; unset: none"
    )
    bucket: BucketSection | None = Field(default=None, description="the bucket; unset: none")
    functions: dict[Name, FunctionSection] = Field(
        min_length=1,
        max_length=MAX_FUNCTIONS,
        description="functions by name",
        examples=[{"web": {"image": {"parameter": "ImageUri"}, "readiness_path": "/health"}}],
    )
    roles: RolesConfig = Field(
        default=RolesConfig.model_construct(), description="what the functions' roles may do"
    )
    api: ApiSection = Field(description="the API in front of the functions")
    encryption: EncryptionConfig = Field(
        default=EncryptionConfig.model_construct(), description="whose key encrypts what is kept"
    )
    logs: LogsConfig = Field(
        default=LogsConfig.model_construct(), description="how long logs are kept"
    )
    alarms: AlarmsConfig = Field(
        default=AlarmsConfig.model_construct(), description="who is told of what"
    )
    account: AccountConfig = Field(
        default=AccountConfig.model_construct(), description="what an account has once"
    )
    guards: GuardsConfig = Field(
        default=GuardsConfig.model_construct(),
        description="what watches or keeps more than this service; each is off unless written",
    )
    overrides: Overrides = Field(
        default={},
        description="properties of any resource to set or remove, as a list or by names: "
        "docs/customizing.md",
        examples=[
            [{"resource": "ApiStage", "path": "Properties.CacheClusterEnabled", "value": True}]
        ],
    )
    resources: Resources = Field(
        default={},
        description="further resources in CloudFormation's own words, by logical id",
        examples=[{"Jobs": {"Type": "AWS::SQS::Queue"}}],
    )
    customize: Customize | None = Field(
        default=None,
        description="a function of one's own, as in infra.alarms:customize, that receives all "
        "resources and returns them",
        examples=["infra.alarms:customize"],
    )
    accept: dict[str, Annotated[str, Field(min_length=1)]] = Field(
        default={},
        max_length=999,
        description="rules that may be broken here, each with the reason, as in "
        "{GI201: the job may run on after its caller has gone}",
    )

    @field_validator("deployers")
    @classmethod
    def _once_each(cls, deployers: list[str]) -> list[str]:
        """Refuse a deployer named twice."""
        refuse_doubles(deployers, "deployers")
        return deployers


_TAGGING = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html"

RULES = (
    Rule.error(
        "GI705",
        "A tag that gateway-infra sets itself",
        "Environment, Service and Component tell on every resource where it belongs.",
        "Remove it, or give it another name.",
        "docs/decisions.md",
    ),
    Rule.error(
        "GI706",
        "A tag or its value that begins with aws:",
        "The prefix is kept for AWS, in names and in values, in capital letters too; the request "
        "is refused.",
        "Rename it.",
        _TAGGING,
    ),
    Rule.error(
        "GI707",
        "A tag with characters that not all services take",
        "The tags stand on all resources: API Gateway, IAM, Lambda, CloudWatch and others. What "
        "all of them take is letters, digits, spaces and . : / = + @ _ -, up to 128 characters in "
        "a name and 256 in a value; alarms take no empty value.",
        "Write it with these characters.",
        _TAGGING,
    ),
)
