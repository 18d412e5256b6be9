"""The section on functions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway_infra.reading.rule import Rule
from gateway_infra.sections.variables import VariableName
from gateway_infra.values.section import DISTINCT, Salt, Section, matches
from gateway_infra.values.value_types import Image, ResourceArn, Text

Action = Annotated[
    str,
    matches(
        r"[a-z0-9-]+:[A-Za-z]+\*?",
        "an action, as in sqs:SendMessage, or some of one service, as in sqs:Get*",
        "GI231",
    ),
]


class Statement(Section):
    """A permission of the function's role beyond what the architecture itself needs."""

    actions: list[Action] = Field(
        min_length=1,
        description="IAM actions, as in sqs:SendMessage",
        examples=[["sqs:SendMessage", "sqs:GetQueueUrl"]],
    )
    resources: list[ResourceArn] = Field(
        min_length=1,
        description="ARNs; ${AWS::Partition}, ${AWS::Region}, ${AWS::AccountId} may stand in them",
        examples=[["arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs"]],
    )


class FunctionConfig(Section):
    """Settings of a container-image function.

    Quotas: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    Adapter: https://aws.github.io/aws-lambda-web-adapter/configuration/environment-variables.html
    """

    memory: int = Field(default=3008, ge=128, le=10240, description="MB; 1,769 MB is one vCPU")
    timeout: int = Field(default=60, ge=1, le=900, description="seconds")
    architecture: Literal["x86_64", "arm64"] = Field(
        default="x86_64", description="the instruction set that the image was built for"
    )
    ephemeral_storage: int = Field(default=512, ge=512, le=10240, description="MB of /tmp")
    reserved_concurrency: int | None = Field(
        default=None,
        ge=0,
        description="instances set aside from the account's; unset: none",
        examples=[20],
    )
    port: int = Field(
        default=8080,
        ge=1,
        le=65535,
        description="where the application listens for the web adapter",
    )
    readiness_path: Annotated[str, matches(r"/\S*", "a path, as in /health")] = Field(
        default="/", description="what the web adapter asks on a cold start", examples=["/health"]
    )
    redeploy: Salt | None = Field(
        default=None,
        description="any text; a new one publishes a new version of the function",
        examples=["2026-11-23"],
    )


class FunctionSection(FunctionConfig):
    """A function: its settings, its image and what its code may see and do."""

    image: Image = Field(
        description="the image in ECR",
        examples=[
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4.2",
            {"parameter": "ImageUri"},
        ],
    )
    variables: dict[VariableName, Text] = Field(
        default={},
        description="environment variables",
        examples=[{"LOG_LEVEL": "info", "QUEUE_URL": {"ssm": "/jobs/queue-url"}}],
    )
    uses: list[Literal["database", "bucket"]] = Field(
        default=["database", "bucket"],
        description="which of the sections `database` and `bucket` the function is given",
        json_schema_extra=DISTINCT,
    )
    egress_ports: list[Annotated[int, Field(ge=1, le=65535)]] = Field(
        default=[],
        # A security group takes 60 rules outward, and has two of ours.
        max_length=50,
        description="TCP ports that the function may reach at any address, beside 443 and the "
        "database's, also where network.egress is scoped",
        json_schema_extra=DISTINCT,
        examples=[[5672]],
    )
    statements: list[Statement] = Field(
        default=[],
        description="further permissions of its role",
        examples=[
            [
                {
                    "actions": ["sqs:SendMessage"],
                    "resources": ["arn:aws:sqs:us-east-1:123456789012:jobs"],
                }
            ]
        ],
    )


RULES = (
    Rule.error(
        "GI231",
        "Every action of a service, or of all",
        "A star in place of an action is what an attacker hopes for: the function could also "
        "delete, and give rights to others.",
        "List the actions that the code calls; some of a kind may end in a star, as in sqs:Get*.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    ),
)
