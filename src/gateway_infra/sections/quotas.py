"""Quotas: one table of AWS's defaults, which a file overrides for an account that has others."""

from __future__ import annotations

from pydantic import Field

from gateway_infra.values.section import Section


class QuotasConfig(Section):
    """Quotas of the account and region; each may be set where AWS has raised it, or has less.

    The meaning says which AWS raises on request, and which are fixed. Rules name the key here that
    they go by.

    API Gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    CloudFormation: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    IAM, tags too: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    Security groups: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """

    api_resources: int = Field(default=300, ge=1, description="paths of one API; AWS raises it")
    api_authorizers: int = Field(
        default=10, ge=1, description="authorizers of one API; AWS raises it"
    )
    api_policy_characters: int = Field(
        default=8_192, ge=1, description="characters of an API's resource policy; AWS raises it"
    )
    integration_timeout: int = Field(
        default=29,
        ge=1,
        le=900,
        description="seconds that a Regional API may wait for a function; AWS raises it",
    )
    account_rate: int = Field(
        default=10_000,
        ge=1,
        description="requests a second of all the account's APIs in a region; 2,500 in some newer "
        "regions; AWS raises it",
    )
    account_burst: int = Field(
        default=5_000,
        ge=1,
        description="requests at once of all the account's APIs in a region; 1,250 in some newer "
        "regions; AWS sets it by account_rate",
    )
    concurrent_executions: int = Field(
        default=1_000,
        ge=1,
        description="instances of all the account's functions in a region; less in new accounts; "
        "AWS raises it",
    )
    function_policy_bytes: int = Field(
        default=20_480, ge=1, description="bytes of a function's resource policy; fixed"
    )
    variables_bytes: int = Field(
        default=4_096,
        ge=1,
        description="bytes of names and values of a function's variables; fixed",
    )
    role_policy_characters: int = Field(
        default=10_240, ge=1, description="characters of all inline policies of a role; fixed"
    )
    managed_policy_characters: int = Field(
        default=6_144, ge=1, description="characters of a managed policy; fixed"
    )
    security_group_rules: int = Field(
        default=60, ge=1, description="rules of a security group in one direction; AWS raises it"
    )
    tags: int = Field(default=50, ge=3, description="tags of a resource; fixed")
    stack_resources: int = Field(default=500, ge=1, description="resources of a stack; fixed")
    stack_parameters: int = Field(default=200, ge=1, description="parameters of a template; fixed")
    stack_outputs: int = Field(default=200, ge=1, description="outputs of a template; fixed")
    parameter_bytes: int = Field(
        default=4_096, ge=1, description="bytes of a parameter's value; fixed"
    )
    template_bytes: int = Field(
        default=1_000_000, ge=1, description="bytes of a template that is uploaded to S3; fixed"
    )
    dynamic_references: int = Field(
        default=60, ge=1, description="dynamic references of a template; fixed"
    )


FIXED: tuple[str, ...] = tuple(
    name
    for name, field in QuotasConfig.model_fields.items()
    if (field.description or "").endswith("; fixed")
)
"""The quotas that AWS's pages call fixed, or for which they name no way to raise them."""
