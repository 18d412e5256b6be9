"""API Gateway's own answers: status, header mappings and body template of a ``GatewayResponse``.

A header's value is a quoted constant, or reads ``context.``, ``stageVariables.`` or
``method.request.`` (``header``, ``querystring`` or ``path``). AWS does not document whether the
name in ``method.request.header.NAME`` is matched case-sensitively; HTTP says that it is not, and
the emulator follows HTTP. A value that does not exist leaves its header out.

An answer made before a resource was matched (``MISSING_AUTHENTICATION_TOKEN``) has no path
parameters.
"""

import json
from typing import Any

from localstack.http import Response
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    BaseGatewayException,
    get_gateway_response_or_default,
)
from localstack.services.apigateway.next_gen.execute_api.handlers.gateway_exception import (
    GatewayExceptionHandler,
)
from localstack.services.apigateway.next_gen.execute_api.template_mapping import (
    ApiGatewayVtlTemplate,
)

CONTENT_TYPE = "application/json"


def install() -> None:
    """Replace the answer that ignores mappings and templates."""
    GatewayExceptionHandler.create_exception_response = _response


def resolve(expression: str, context: RestApiInvocationContext) -> str | None:
    """Give the value of one mapping expression, ``None`` when there is none."""
    if expression.startswith("'"):
        return expression.strip("'")
    source, _, name = expression.partition(".")
    value: Any = None
    if source == "context":
        value = _dig(context.context_variables, name)
    elif source == "stageVariables":
        value = (context.stage_variables or {}).get(name)
    elif expression.startswith("method.request."):
        value = _request_value(expression.removeprefix("method.request."), context)
    return None if value is None else str(value)


def _dig(variables: Any, path: str) -> Any:
    for part in path.split("."):
        variables = (variables or {}).get(part)
    return variables


def _request_value(expression: str, context: RestApiInvocationContext) -> str | None:
    position, _, name = expression.partition(".")
    request = context.invocation_request
    values = {
        "header": request["headers"],  # looks names up without regard to case
        "querystring": request.get("query_string_parameters"),
        "path": request.get("path_parameters"),
    }.get(position)
    return values.get(name) if values else None


def _response(
    handler: GatewayExceptionHandler,
    exception: BaseGatewayException,
    context: RestApiInvocationContext,
) -> Response:
    definition = get_gateway_response_or_default(
        exception.type, context.deployment.rest_api.gateway_responses
    )
    headers = handler._build_response_headers(exception)
    for target, expression in (definition.get("responseParameters") or {}).items():
        value = resolve(expression, context)
        if value is not None:
            headers[target.removeprefix("gatewayresponse.header.")] = value
    return Response(
        response=_body(handler, exception, context, definition.get("responseTemplates") or {}),
        headers=headers,
        status=definition.get("statusCode") or exception.status_code or 500,
    )


def _body(
    handler: GatewayExceptionHandler,
    exception: BaseGatewayException,
    context: RestApiInvocationContext,
    templates: dict[str, str],
) -> str:
    template = templates.get(CONTENT_TYPE)
    if not template:
        return handler._build_response_content(exception)
    variables = dict(context.context_variables)
    # AWS quotes messageString, so that a template may place it in JSON as it is.
    variables["error"] = variables["error"] | {"messageString": json.dumps(exception.message)}
    return ApiGatewayVtlTemplate().render_vtl(
        template, {"context": variables, "stageVariables": context.stage_variables or {}}
    )
