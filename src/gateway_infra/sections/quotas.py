"""Quotas: one table of AWS's defaults, which a file overrides for an account that has others."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from gateway_infra.values.section import Section


def _quota(default: int, description: str, ge: int = 1, le: int | None = None) -> Any:
    return Field(default=default, ge=ge, le=le, description=description)


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

    api_resources: int = _quota(300, "paths of one API; AWS raises it")
    api_authorizers: int = _quota(10, "authorizers of one API; AWS raises it")
    api_policy_characters: int = _quota(
        8_192, "characters of an API's resource policy; AWS raises it"
    )
    integration_timeout: int = _quota(
        29, "seconds that a Regional API may wait for a function; AWS raises it", le=900
    )
    account_rate: int = _quota(
        10_000,
        "requests a second of all the account's APIs in a region; 2,500 in some newer "
        "regions; AWS raises it",
    )
    account_burst: int = _quota(
        5_000,
        "requests at once of all the account's APIs in a region; 1,250 in some newer "
        "regions; AWS sets it by account_rate",
    )
    concurrent_executions: int = _quota(
        1_000,
        "instances of all the account's functions in a region; less in new accounts; AWS raises it",
    )
    function_policy_bytes: int = _quota(20_480, "bytes of a function's resource policy; fixed")
    variables_bytes: int = _quota(
        4_096, "bytes of names and values of a function's variables; fixed"
    )
    role_policy_characters: int = _quota(
        10_240, "characters of all inline policies of a role; fixed"
    )
    managed_policy_characters: int = _quota(6_144, "characters of a managed policy; fixed")
    security_group_rules: int = _quota(
        60, "rules of a security group in one direction; AWS raises it"
    )
    tags: int = _quota(50, "tags of a resource; fixed", ge=3)
    stack_resources: int = _quota(500, "resources of a stack; fixed")
    stack_parameters: int = _quota(200, "parameters of a template; fixed")
    stack_outputs: int = _quota(200, "outputs of a template; fixed")
    parameter_bytes: int = _quota(4_096, "bytes of a parameter's value; fixed")
    template_bytes: int = _quota(1_000_000, "bytes of a template that is uploaded to S3; fixed")
    dynamic_references: int = _quota(60, "dynamic references of a template; fixed")


FIXED: tuple[str, ...] = tuple(
    name
    for name, field in QuotasConfig.model_fields.items()
    if (field.description or "").endswith("; fixed")
)
"""The quotas that AWS's pages call fixed, or for which they name no way to raise them."""
