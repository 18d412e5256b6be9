"""Quotas: one table of AWS's defaults, which a file overrides for an account that has others."""

from __future__ import annotations

from pydantic import Field

from gateway_infra.config.section import Section


class QuotasConfig(Section):
    """Quotas of the account and region; each may be set where AWS has raised it, or has less.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """

    api_resources: int = Field(default=300, ge=1, description="paths of one API")
    integration_timeout: int = Field(
        default=29, ge=1, le=900, description="seconds that a Regional API may wait for a function"
    )
    account_rate: int = Field(
        default=10_000, ge=1, description="requests a second of all the account's APIs in a region"
    )
    account_burst: int = Field(
        default=5_000, ge=1, description="requests at once of all the account's APIs in a region"
    )
    concurrent_executions: int = Field(
        default=1_000, ge=1, description="instances of all the account's functions in a region"
    )
    function_policy_bytes: int = Field(
        default=20_480, ge=1, description="bytes of a function's resource policy"
    )
    variables_bytes: int = Field(
        default=4_096, ge=1, description="bytes of names and values of a function's variables"
    )
    role_policy_characters: int = Field(
        default=10_240, ge=1, description="characters of all inline policies of a role"
    )
    stack_resources: int = Field(default=500, ge=1, description="resources of a stack")
    stack_parameters: int = Field(default=200, ge=1, description="parameters of a template")
    stack_outputs: int = Field(default=200, ge=1, description="outputs of a template")
    template_bytes: int = Field(
        default=1_000_000, ge=1, description="bytes of a template that is uploaded to S3"
    )
    dynamic_references: int = Field(
        default=60, ge=1, description="dynamic references of a template"
    )
