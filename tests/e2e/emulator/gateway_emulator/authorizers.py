"""Authorizers: a token of a user pool is checked, or a function is asked and its policy read.

Before the API key, as `authorization` does it for signatures. What a deployment does not hold is
not asked: the authorizers are those of the snapshot that the stage serves.

What AWS does and this does not: decisions are not kept (`ttl`), a role is not assumed
(`AuthorizerCredentials` stands for a permission), and `Condition` of a policy is not read.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from localstack.aws.connect import connect_to
from localstack.http import Response
from localstack.services.apigateway.next_gen.execute_api.api import RestApiGatewayHandlerChain
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    AccessDeniedError,
    AuthorizerConfigurationError,
    UnauthorizedError,
)
from localstack.services.apigateway.next_gen.execute_api.handlers.api_key_validation import (
    ApiKeyValidationHandler,
)
from localstack.utils.aws.arns import extract_account_id_from_arn, extract_region_from_arn

from .permissions import is_allowed
from .pools import InvalidTokenError, verified

Decision = Mapping[str, Any]

_before = ApiKeyValidationHandler.__call__


def install() -> None:
    """Put the check before that of the API key, and before that of a signature."""
    global _before  # noqa: PLW0603 - what was there when the server started
    _before = ApiKeyValidationHandler.__call__
    ApiKeyValidationHandler.__call__ = _check


def _check(
    handler: ApiKeyValidationHandler,
    chain: RestApiGatewayHandlerChain,
    context: RestApiInvocationContext,
    response: Response,
) -> None:
    method = context.resource_method
    if method.get("authorizationType") in ("COGNITO_USER_POOLS", "CUSTOM"):
        authorizer = context.deployment.rest_api.authorizers.get(method["authorizerId"])
        if authorizer is None:
            raise AuthorizerConfigurationError
        by_pool = authorizer["type"] == "COGNITO_USER_POOLS"
        ask = _by_pool if by_pool else _by_function
        context.context_variables["authorizer"] = ask(authorizer, context)
    _before(handler, chain, context, response)


def _by_pool(authorizer: Mapping[str, Any], context: RestApiInvocationContext) -> dict[str, Any]:
    """Check a token: an ID token, or where scopes are asked for an access token with one of them.

    AWS takes it with and without ``Bearer``. Which of 401 and 403 a missing scope is answered with
    its pages leave open; 403 is that of "access is denied by a custom or Amazon Cognito
    authorizer".
    """
    token = _source(authorizer["identitySource"], context)
    if not token:
        raise UnauthorizedError("Unauthorized")
    try:
        claims = verified(token.removeprefix("Bearer ").strip(), authorizer["providerARNs"])
    except InvalidTokenError as error:
        raise UnauthorizedError("Unauthorized") from error
    scopes = context.resource_method.get("authorizationScopes") or []
    if claims.get("token_use") != ("access" if scopes else "id"):
        raise UnauthorizedError("Unauthorized")
    if scopes and not set(scopes) & set(str(claims.get("scope", "")).split()):
        raise AccessDeniedError("User is not authorized to access this resource")
    return {"claims": {name: _text(value) for name, value in claims.items()}}


def _by_function(
    authorizer: Mapping[str, Any], context: RestApiInvocationContext
) -> dict[str, Any]:
    """Ask the function, and read its policy."""
    sources = [part.strip() for part in (authorizer.get("identitySource") or "").split(",")]
    values = [_source(source, context) for source in sources if source]
    if not all(values):
        raise UnauthorizedError("Unauthorized")
    arn = _method_arn(context)
    if authorizer["type"] == "TOKEN":
        pattern = authorizer.get("identityValidationExpression")
        if pattern and not re.fullmatch(pattern, values[0]):
            raise UnauthorizedError("Unauthorized")
        event = {"type": "TOKEN", "authorizationToken": values[0], "methodArn": arn}
    else:
        event = _request_event(context, arn)
    decision = _asked(authorizer, context, event)
    effects = set(_effects(decision, arn))
    if "Deny" in effects:
        message = "User is not authorized to access this resource with an explicit deny"
        raise AccessDeniedError(message)
    if "Allow" not in effects:
        raise AccessDeniedError("User is not authorized to access this resource")
    told = {name: _text(value) for name, value in (decision.get("context") or {}).items()}
    return {"principalId": decision["principalId"], "integrationLatency": 0, **told}


def _asked(
    authorizer: Mapping[str, Any], context: RestApiInvocationContext, event: Mapping[str, Any]
) -> Decision:
    """Call the function; an error that says ``Unauthorized`` is 401, and any other 500."""
    function = authorizer["authorizerUri"].split("/functions/")[1].removesuffix("/invocations")
    source = f"{_api_arn(context)}/authorizers/{authorizer['id']}"
    if not authorizer.get("authorizerCredentials") and not is_allowed(function, source):
        raise AuthorizerConfigurationError
    client = connect_to(
        aws_access_key_id=extract_account_id_from_arn(function),
        region_name=extract_region_from_arn(function),
    ).lambda_
    answer = client.invoke(FunctionName=function, Payload=json.dumps(event))
    payload = json.loads(answer["Payload"].read() or "null")
    if "FunctionError" in answer:
        if payload.get("errorMessage") == "Unauthorized":
            raise UnauthorizedError("Unauthorized")
        raise AuthorizerConfigurationError
    if not isinstance(payload, dict) or not {"principalId", "policyDocument"} <= payload.keys():
        raise AuthorizerConfigurationError
    return payload


def _effects(decision: Decision, arn: str) -> Iterator[str]:
    """Yield the effects of the statements that are about the method."""
    for statement in _each(decision["policyDocument"].get("Statement")):
        actions = _each(statement.get("Action"))
        if not any(fnmatchcase("execute-api:Invoke", str(action)) for action in actions):
            continue
        if any(fnmatchcase(arn, str(resource)) for resource in _each(statement.get("Resource"))):
            yield statement["Effect"]


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _request_event(context: RestApiInvocationContext, arn: str) -> dict[str, Any]:
    request = context.invocation_request
    return {
        "type": "REQUEST",
        "methodArn": arn,
        "resource": context.resource["path"],
        "path": request["path"],
        "httpMethod": request["http_method"],
        "headers": dict(request["headers"]),
        "queryStringParameters": request.get("query_string_parameters") or {},
        "pathParameters": request.get("path_parameters") or {},
        "stageVariables": context.stage_variables or {},
        "requestContext": {
            "apiId": context.api_id,
            "stage": context.stage,
            "path": context.context_variables.get("path"),
            "httpMethod": request["http_method"],
        },
    }


def _source(expression: str, context: RestApiInvocationContext) -> str:
    """Give the value of an identity source, empty where there is none."""
    request = context.invocation_request
    kind, _, name = expression.removeprefix("method.request.").partition(".")
    values: Mapping[str, Any] = {
        "header": request["headers"],  # looks names up without regard to case
        "querystring": request.get("query_string_parameters") or {},
        "stageVariables": context.stage_variables or {},
        "context": context.context_variables,
    }[kind]
    return str(values.get(name) or "")


def _api_arn(context: RestApiInvocationContext) -> str:
    return f"arn:aws:execute-api:{context.region}:{context.account_id}:{context.api_id}"


def _method_arn(context: RestApiInvocationContext) -> str:
    request = context.invocation_request
    return f"{_api_arn(context)}/{context.stage}/{request['http_method']}{request['path']}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
