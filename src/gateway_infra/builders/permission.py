"""The permissions for API Gateway to call a function: by a route, or to decide about callers."""

from __future__ import annotations

from dataclasses import dataclass

from troposphere import AccountId, Sub, awslambda

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.naming import api_id, function_id, pascal
from gateway_infra.builders.shared.values import Value, sub


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
    source = sub(f"{_SOURCE}{stage_name}/*", {"Api": api_id_value})
    return ApiPermission(_permission(f"{function_id(name)}Permission", function_arn, source))


def authorizer_permission(
    name: str,
    authorizer: str,
    *,
    function_arn: Value,
    api_id_value: Value,
    authorizer_id: Value = "*",
) -> ApiPermission:
    """Let one authorizer of the API `name` call the function that decides for it.

    Without an id, which an API of one document does not tell, any authorizer of the API may.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
    """
    values = {"Api": api_id_value, "Authorizer": authorizer_id}
    source = sub(f"{_SOURCE}authorizers/${{Authorizer}}", values)
    title = f"{api_id(name)}Authorizer{pascal(authorizer)}Permission"
    return ApiPermission(_permission(title, function_arn, source))


_SOURCE = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/"


def _permission(title: str, function_arn: Value, source: Sub) -> awslambda.Permission:
    return awslambda.Permission(
        title,
        Action="lambda:InvokeFunction",
        FunctionName=function_arn,
        Principal="apigateway.amazonaws.com",
        SourceAccount=AccountId,
        SourceArn=source,
    )
