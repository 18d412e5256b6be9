"""The resource policy of a function, checked as AWS does before API Gateway invokes it.

A permission belongs to one qualifier: one for the function does not cover an alias. Without a
statement that allows the call, AWS answers 500 with ``Internal server error``.
"""

import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to
from localstack.services.apigateway.next_gen.execute_api.integrations.aws import (
    RestApiAwsProxyIntegration,
)
from localstack.utils.aws.arns import extract_account_id_from_arn, extract_region_from_arn

SERVICE = "apigateway.amazonaws.com"


def install() -> None:
    """Put the check before the proxy integration's call."""
    call = RestApiAwsProxyIntegration.call_lambda
    RestApiAwsProxyIntegration.call_lambda = staticmethod(_checked(call))


def _checked(call: Callable[..., bytes]) -> Callable[..., bytes]:
    def call_lambda(
        function_arn: str, event: bytes, source_arn: str, credentials: str | None = None
    ) -> bytes:
        if not credentials and not is_allowed(function_arn, source_arn):
            # What the Lambda API would answer; the integration turns it into a 500.
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "Invoke")
        return call(function_arn, event, source_arn, credentials)

    return call_lambda


def is_allowed(function_arn: str, source_arn: str) -> bool:
    """Tell whether a function's policy lets API Gateway call it for `source_arn`."""
    client = connect_to(
        aws_access_key_id=extract_account_id_from_arn(function_arn),
        region_name=extract_region_from_arn(function_arn),
    ).lambda_
    try:
        policy = json.loads(client.get_policy(FunctionName=function_arn)["Policy"])
    except client.exceptions.ResourceNotFoundException:
        return False
    return any(_allows(statement, source_arn) for statement in policy["Statement"])


def _allows(statement: dict[str, Any], source_arn: str) -> bool:
    if statement["Principal"] not in ({"Service": SERVICE}, "*"):
        return False
    pattern = statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn", "*")
    return fnmatchcase(source_arn, pattern)
