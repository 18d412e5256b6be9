"""The binary media type ``*/*``, which LocalStack takes for no type at all.

With it every body is binary, and no template maps a binary body: a mock integration then finds no
status and answers 500, unless ``ContentHandling`` makes text of the body first. AWS's pages do not
say so; users of aws/chalice (#1310) and serverless/serverless (#10254) report it.
"""

from typing import Any

from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.handlers.integration_request import (
    IntegrationRequestHandler,
)
from localstack.utils.strings import to_bytes

_render = IntegrationRequestHandler.render_request_template_mapping


def install() -> None:
    """Leave a binary body as it is."""
    IntegrationRequestHandler.render_request_template_mapping = _render_text_only


def _render_text_only(
    handler: IntegrationRequestHandler,
    context: RestApiInvocationContext,
    body: str | bytes,
    template: str,
) -> tuple[bytes, Any]:
    media_types = context.deployment.rest_api.rest_api.get("binaryMediaTypes") or []
    is_text = context.integration.get("contentHandling") == "CONVERT_TO_TEXT"
    if "*/*" in media_types and not is_text:
        return to_bytes(body), context.context_variable_overrides
    return _render(handler, context, body, template)
