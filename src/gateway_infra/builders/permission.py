"""The permission for API Gateway to call a function."""

from __future__ import annotations

from dataclasses import dataclass

from troposphere import AccountId, awslambda

from gateway_infra.builders.bundle import Bundle
from gateway_infra.builders.naming import function_id
from gateway_infra.builders.values import Value, sub


@dataclass(frozen=True)
class ApiPermission(Bundle):
    """One statement of a function's resource policy."""

    permission: awslambda.Permission


def api_permission(
    name: str, *, function_arn: Value, api_id_value: Value, stage_name: str
) -> ApiPermission:
    """Let one stage of one API call the function `name`, by any of its routes.

    The permission holds for exactly the ARN that the API calls: pass the alias's where the API
    calls an alias. One permission covers all routes, as the policy may hold 20 KB only.
    https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
    """
    source = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/"
    return ApiPermission(
        awslambda.Permission(
            f"{function_id(name)}Permission",
            Action="lambda:InvokeFunction",
            FunctionName=function_arn,
            Principal="apigateway.amazonaws.com",
            SourceAccount=AccountId,
            SourceArn=sub(f"{source}{stage_name}/*", {"Api": api_id_value}),
        )
    )
