"""Starts moto's server on the port that is given, with what its enforcement of IAM lacks.

moto judges each signed request by the policies of the role whose session signed it. Version 5.2.5
stores the inline policies of a template in a form that its own judge cannot read, attaches none of
the managed ones, makes no key with tags, takes a pattern for a regular expression, and knows which
resource a request is for in S3, SQS and STS only: for any other service it asks whether the action
is allowed on ``*``, so a statement on one ARN allows nothing. This is mended here. The judgment is
moto's, which knows no conditions: a statement counts as if they held.
"""

import json
import os
import re
import sys
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from moto.awslambda.responses import LambdaResponse
from moto.core.exceptions import AccessDeniedError, JsonRESTError
from moto.core.responses import BaseResponse
from moto.dynamodb.responses import DynamoHandler
from moto.ec2.responses import EC2Response
from moto.iam.access_control import IAMPolicyStatement, IAMRequest
from moto.iam.models import Role, iam_backends
from moto.iam.responses import IamResponse
from moto.kms.models import Key
from moto.kms.responses import KmsResponse
from moto.logs.responses import LogsResponse
from moto.rds.responses import RDSResponse
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.server import main
from moto.sns.responses import SNSResponse
from moto.ssm.responses import SimpleSystemManagerResponse

Resources = Callable[[Any], list[str]]


def resource_of(prefix: str, *names: str) -> Resources:
    """Put the first parameter that is given behind a prefix, unless it is an ARN already."""

    def find(response: Any) -> list[str]:
        given = next(filter(None, map(response._get_param, names)), None)
        if given is None:
            return ["*"]
        return [given if given.startswith("arn:") else arn(response, prefix + given)]

    return find


def arn(response: Any, resource: str) -> str:
    """Make an ARN of the service that was called."""
    service = response.service_name.removeprefix("aws")  # moto says "awslambda"
    return f"arn:aws:{service}:{response.region}:{response.current_account}:{resource}"


def log_resources(response: Any) -> list[str]:
    """Name the stream, or the group as AWS does: by its streams, with no name after that."""
    group, stream = response._get_param("logGroupName"), response._get_param("logStreamName")
    return ["*" if group is None else arn(response, f"log-group:{group}:log-stream:{stream or ''}")]


def secret_resources(response: Any) -> list[str]:
    """Name the secret by its whole ARN, which ends in characters that nobody chose."""
    given = response._get_param("SecretId")
    if given is None:
        return ["*"]
    known = {secret.name: secret.arn for secret in response.backend.secrets.values()}
    return [known.get(given, given)]


def database_resources(response: Any) -> list[str]:
    """Name the instance or the cluster; a list of all of them is a request for each."""
    kind, name = next(
        (
            (kind, response._get_param(parameter))
            for kind, parameter in (
                ("db", "DBInstanceIdentifier"),
                ("cluster", "DBClusterIdentifier"),
            )
            if response._get_param(parameter)
        ),
        ("cluster" if "Cluster" in response._get_action() else "db", "*"),
    )
    return [arn(response, f"{kind}:{name}")]


def function_resources(response: Any) -> list[str]:
    """Name the function that stands in the path."""
    _, found, rest = response.path.partition("/functions/")
    name = unquote(rest.split("/")[0]) if found else ""
    return [name if name.startswith("arn:") else arn(response, f"function:{name}")]


def interface_resources(response: Any) -> list[str]:
    """Name an interface with the subnet and the groups that it is made in."""
    if response._get_action() == "CreateNetworkInterface":
        groups = response._get_param("SecurityGroupIds", []) or response._get_param("Groups", [])
        parts = [
            "network-interface/*",
            f"subnet/{response._get_param('SubnetId')}",
            *(f"security-group/{group}" for group in groups),
        ]
    elif identifier := response._get_param("NetworkInterfaceId"):
        parts = [f"network-interface/{identifier}"]
    elif identifier := response._get_param("GroupId"):
        parts = [f"security-group/{identifier}"]
    else:
        return ["*"]
    return [arn(response, part) for part in parts]


def identity_resources(response: Any) -> list[str]:
    """Name the role or the user."""
    for parameter, kind in (("RoleName", "role"), ("UserName", "user")):
        if name := response._get_param(parameter):
            return [f"arn:aws:iam::{response.current_account}:{kind}/{name}"]
    return ["*"]


RESOURCES: dict[type[BaseResponse], Resources] = {
    DynamoHandler: resource_of("table/", "TableName"),
    EC2Response: interface_resources,
    IamResponse: identity_resources,
    KmsResponse: resource_of("key/", "KeyId"),
    LambdaResponse: function_resources,
    LogsResponse: log_resources,
    RDSResponse: database_resources,
    SNSResponse: resource_of("", "TopicArn", "TargetArn"),
    SecretsManagerResponse: secret_resources,
    SimpleSystemManagerResponse: resource_of("parameter/", "Name"),
}


class NamedRequest(IAMRequest):
    """A request under the name that IAM has for its action, where the API has another.

    Of a call to Lambda without a body moto signs what it has read from the path, as no caller does.
    """

    def __init__(self, *, action: str, **more: Any) -> None:
        super().__init__(action="InvokeFunction" if action == "Invoke" else action, **more)
        if self._service == "lambda" and not self._body:
            self._data = {}


def authorize(response: Any, resource: str = "*") -> None:
    """Ask moto about each resource of a request, and refuse as the service would."""
    named = next((find for kind, find in RESOURCES.items() if isinstance(response, kind)), None)
    try:
        for each in named(response) if named else [resource]:
            response._authenticate_and_authorize_action(NamedRequest, each)
    except AccessDeniedError as error:
        if (
            "json" in response.headers.get("Content-Type", "")
            or response.service_name == "awslambda"
        ):
            raise JsonRESTError("AccessDeniedException", error.message) from error
        raise


def match(pattern: str, text: str) -> bool | None:
    """Match as IAM does: moto takes a pattern for a regular expression."""
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch("".join(parts), text) is not None or None


def extend() -> None:
    """Put what is missing into moto."""
    BaseResponse._authenticate_and_authorize_normal_action = authorize
    IAMPolicyStatement._match = staticmethod(match)
    create = Role.create_from_cloudformation_json

    def create_role(
        name: str, template: Any, account_id: str, region_name: str, **more: Any
    ) -> Role:
        """Keep inline policies as text, and attach the managed ones."""
        properties = template["Properties"]
        for policy in properties.get("Policies", []):
            policy["PolicyDocument"] = json.dumps(policy["PolicyDocument"])
        role = create(name, template, account_id, region_name, **more)
        for policy_arn in properties.get("ManagedPolicyArns", []):
            iam_backends[account_id]["aws"].attach_role_policy(policy_arn, role.name)
        return role

    Role.create_from_cloudformation_json = staticmethod(create_role)
    create_other_key = Key.create_from_cloudformation_json

    def create_key(name: str, template: Any, *given: Any, **more: Any) -> Key:
        """Write tags as the API of KMS has them, which differs from CloudFormation."""
        tags = template["Properties"].get("Tags", [])
        template["Properties"]["Tags"] = [
            {"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in tags
        ]
        return create_other_key(name, template, *given, **more)

    Key.create_from_cloudformation_json = staticmethod(create_key)


def end_with_parent() -> None:
    """End when whoever started this closes its standard input, or is gone."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    extend()
    threading.Thread(target=end_with_parent, daemon=True).start()
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
