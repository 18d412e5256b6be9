"""The resource policy of an API: checked before a call goes on, as the deployment holds it.

The evaluation is the tests' own (``tests/policies``), which raises at what it does not know. Where
a call comes from, there is only one host to tell: the header ``X-Test-Source`` says it, as a JSON
object of condition keys. A signed call is one of a role that its own account permits to call; that
account is the API's, unless ``aws:PrincipalAccount`` says otherwise.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

import json
import os
import sys
from typing import Any

from localstack.http import Response
from localstack.services.apigateway.models import RestApiDeployment
from localstack.services.apigateway.next_gen import provider
from localstack.services.apigateway.next_gen.execute_api.api import RestApiGatewayHandlerChain
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway_response import AccessDeniedError
from localstack.services.apigateway.next_gen.execute_api.handlers.api_key_validation import (
    ApiKeyValidationHandler,
)

from . import settings

SOURCE = "X-Test-Source"
_ACTION = "execute-api:Invoke"
_PERMITTED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": _ACTION, "Resource": "*"}],
}


def install() -> None:
    """Put the check before those that are there; it is installed after them."""
    further = ApiKeyValidationHandler.__call__

    def check(
        handler: ApiKeyValidationHandler,
        chain: RestApiGatewayHandlerChain,
        context: RestApiInvocationContext,
        response: Response,
    ) -> None:
        if (policy := _policy(context)) and not _allows(policy, context):
            raise AccessDeniedError(f"User: anonymous is not authorized to perform: {_ACTION}")
        further(handler, chain, context, response)

    ApiKeyValidationHandler.__call__ = check
    freeze = provider.freeze_rest_api

    def with_policy(**given: Any) -> RestApiDeployment:
        frozen = freeze(**given)
        frozen.policy = given["moto_rest_api"].policy
        return frozen

    provider.freeze_rest_api = with_policy


def _policy(context: RestApiInvocationContext) -> dict[str, Any] | None:
    """Return the policy of the snapshot that the stage serves; the API's own may be newer."""
    text = context.deployment.policy
    policy: dict[str, Any] | None = json.loads(text) if text else None
    return policy


def _allows(policy: dict[str, Any], context: RestApiInvocationContext) -> bool:
    root = os.environ[settings.REPOSITORY]
    if root not in sys.path:
        sys.path.insert(0, root)
    from tests.policies.evaluate import ANYONE, Request, decide

    request = context.invocation_request
    source = json.loads(request["headers"].get(SOURCE) or "{}")
    signed = context.resource_method.get("authorizationType") == "AWS_IAM"
    account = str(source.get("aws:PrincipalAccount", context.account_id))
    if signed:
        source["aws:PrincipalAccount"] = account
    place = f"{context.region}:{context.account_id}:{context.api_id}"
    asked = Request(
        _ACTION,
        f"arn:aws:execute-api:{place}/{context.stage}/{context.request.method}{request['path']}",
        principal=f"arn:aws:iam::{account}:role/caller" if signed else ANYONE,
        context=source,
        account=context.account_id,
    )
    return decide(asked, identity=[_PERMITTED] if signed else [], resource=[policy]).allowed
