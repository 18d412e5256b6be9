"""Wildcards in IAM policies, and which of them have to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

NO_RESOURCE_TYPE = frozenset(
    (
        "cloudformation:BatchDescribeTypeConfigurations",
        "cloudformation:DescribeStackDriftDetectionStatus",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    )
)
"""Actions for which IAM takes no resource but ``*``.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

ANY_OF_ACCOUNT = frozenset(
    ("ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses")
)
"""Actions that Lambda needs on the network interfaces it makes, allowed on ``*/*`` of the account.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""


class Allowed(NamedTuple):
    """A statement that allows: its actions, and its resources as text (``<…>`` where open).

    `arn_equals` has the keys and ARNs of its condition of that name.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    sid: str = ""
    arn_equals: tuple[tuple[str, str], ...] = ()


def allowed(properties: Mapping[str, Any]) -> Iterator[Allowed]:
    """Yield what a role's own policies, or a policy, allow."""
    documents = [properties.get("PolicyDocument")]
    policies = properties.get("Policies")
    if isinstance(policies, list):
        documents += [item.get("PolicyDocument") for item in policies if isinstance(item, Mapping)]
    for document in documents:
        statements = document.get("Statement") if isinstance(document, Mapping) else None
        for statement in _listed(statements):
            if isinstance(statement, Mapping) and statement.get("Effect") == "Allow":
                yield Allowed(
                    tuple(map(text_of, _listed(statement.get("Action")))),
                    tuple(map(text_of, _listed(statement.get("Resource")))),
                    str(statement.get("Sid", "")),
                    _arn_equals(statement.get("Condition")),
                )


def _arn_equals(condition: Any) -> tuple[tuple[str, str], ...]:
    held = condition.get("ArnEquals") if isinstance(condition, Mapping) else None
    if not isinstance(held, Mapping):
        return ()
    return tuple((str(key), text_of(value)) for key, value in held.items())


def text_of(value: Any) -> str:
    """Return a value's text, with ``<…>`` for what is known only to CloudFormation."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and len(value) == 1:
        (key, content) = next(iter(value.items()))
        if key == "Fn::Sub":
            text, given = content if isinstance(content, list) else (content, {})
            for name, item in given.items():
                text = text.replace(f"${{{name}}}", text_of(item))
            return str(text)
    return "<…>"


def everything(properties: Mapping[str, Any]) -> list[Allowed]:
    """Return the statements that allow something on ``*``."""
    return [item for item in allowed(properties) if "*" in item.resources]


def has_to_be(item: Allowed) -> bool:
    """Tell whether IAM takes nothing but ``*`` for all actions of a statement."""
    return all(action in NO_RESOURCE_TYPE for action in item.actions)


def wildcards(properties: Mapping[str, Any]) -> list[Allowed]:
    """Return the statements with a ``*`` anywhere in an action or a resource."""
    return [
        item
        for item in allowed(properties)
        if any("*" in text for text in (*item.actions, *item.resources))
    ]


def within_bounds(item: Allowed) -> bool:
    """Tell whether a statement's wildcards stay within what is named, or have to be.

    An action with a wildcard never does; a resource does where more than the service is named
    before the ``*``, and for network interfaces on all that is in the account.
    """
    if any("*" in action for action in item.actions):
        return False
    if "*" in item.resources:
        return has_to_be(item)
    anything = set(item.actions) <= ANY_OF_ACCOUNT
    return all(
        "*" not in text or _is_named(text) or (anything and text.endswith(":*/*"))
        for text in item.resources
    )


def _is_named(arn: str) -> bool:
    """Tell whether an ARN names what kind of thing, or which one, before its wildcard."""
    parts = arn.split(":", 5)
    return len(parts) == 6 and "*" not in "".join(parts[:3]) and parts[5][:1] != "*"


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
