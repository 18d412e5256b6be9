"""``AWS_IAM``: a request without a signature is refused; whose signature it is, is not checked.

AWS answers 403 with ``Missing Authentication Token``, before it asks for an API key.
"""

from localstack.http import Response
from localstack.services.apigateway.next_gen.execute_api.api import RestApiGatewayHandlerChain
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    MissingAuthTokenError,
)
from localstack.services.apigateway.next_gen.execute_api.handlers.api_key_validation import (
    ApiKeyValidationHandler,
)

_validate_key = ApiKeyValidationHandler.__call__


def install() -> None:
    """Put the check before that of the API key."""
    ApiKeyValidationHandler.__call__ = _check


def _check(
    handler: ApiKeyValidationHandler,
    chain: RestApiGatewayHandlerChain,
    context: RestApiInvocationContext,
    response: Response,
) -> None:
    needs_signature = context.resource_method.get("authorizationType") == "AWS_IAM"
    if needs_signature and not _is_signed(context):
        raise MissingAuthTokenError("Missing Authentication Token")
    _validate_key(handler, chain, context, response)


def _is_signed(context: RestApiInvocationContext) -> bool:
    request = context.invocation_request
    authorization = request["headers"].get("Authorization") or ""
    return authorization.startswith("AWS4-") or "X-Amz-Signature" in (
        request.get("query_string_parameters") or {}
    )
