"""Who may call, by an OpenAPI document: API keys, signatures, and authorizers of the same name.

"The securitySchemes type, if used, must be apiKey", says AWS of its own import; here a scheme of
any type that is called as an entry of ``api.authorizers`` is that authorizer. What is asked for
beyond these is the application's.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from gateway_infra.openapi_input.document import At, Report, follow
from gateway_infra.reading.diagnostics import did_you_mean
from gateway_infra.reading.source import Node

ValueType = Literal["api_key", "iam", "cognito", "lambda"]
"""What the gateway checks itself: a key in ``x-api-key``, a signature, or by an authorizer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-key-usage-plan-oas.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
"""


class _Asked(NamedTuple):
    """A scheme that a requirement names: what checks it, where, and the scopes behind it."""

    name: str
    kind: ValueType | None
    at: At


def secured(
    operation: At, root: Node, report: Report, authorizers: Mapping[str, str]
) -> dict[str, Node]:
    """Return what an operation's ``security`` makes of its route: ``api_key``, ``authorization``.

    `authorizers` are those of the file, each with its type. The document's own security counts
    where the operation has none. Several requirements are alternatives, of which API Gateway knows
    none: only what all of them ask for is asked for.
    https://spec.openapis.org/oas/v3.0.3#security-requirement-object
    """
    security = operation.get("security") or At(root, ()).get("security")
    if security is None or report.expect(security, list) is None:
        return {}
    choices: list[list[_Asked]] = []
    for requirement in security.items():
        if report.expect(requirement, dict) is not None:
            choices.append(
                [
                    _Asked(name, _kind(name, at, root, report, authorizers), at)
                    for name, at in requirement.entries()
                ]
            )
    if not choices:
        return {}
    route: dict[str, Node] = {}
    place = security.node.place
    served: set[str] = set()
    keys = [{item.name for item in choice if item.kind == "api_key"} for choice in choices]
    if all(keys):
        route["api_key"] = Node(True, place)
        served.update(*keys)
    signatures = [{item.name for item in choice if item.kind == "iam"} for choice in choices]
    if all(signatures):
        route["authorization"] = Node("iam", place)
        served.update(*signatures)
    elif name := _common_authorizer(choices):
        route["authorization"] = _by_authorizer(name, choices, security, report)
        served.add(name)
    _list_the_rest(security, choices, served, report)
    return route


def _common_authorizer(choices: list[list[_Asked]]) -> str | None:
    """Return the first authorizer that all alternatives ask for."""
    found = [
        [item.name for item in choice if item.kind in ("cognito", "lambda")] for choice in choices
    ]
    return next((name for name in found[0] if all(name in names for names in found)), None)


def _by_authorizer(name: str, choices: list[list[_Asked]], security: At, report: Report) -> Node:
    """Return the authorization by an authorizer, with the scopes of which a token needs one.

    A requirement means all of its scopes; API Gateway lets in who has any:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html
    """
    asked = [item for choice in choices for item in choice if item.name == name]
    kind = str(asked[0].kind)
    entries = {
        "type": Node(kind, security.node.place),
        "authorizer": Node(name, security.node.place),
    }
    scopes: dict[str, Node] = {}
    for item in asked:
        given = [scope.node for scope in item.at.items() if isinstance(scope.value, str)]
        if kind == "cognito" and len(given) > 1:
            message = f"asks for all scopes of '{name}' together, and API Gateway for any one of "
            report.spot("security scopes", item.at, f"{message}them; the application must check")
        if kind == "lambda" and given:
            message = f"asks for scopes, which the function of '{name}' must check: API Gateway "
            report.spot("security scopes", item.at, f"{message}does not tell it of them")
        scopes.update({str(node.value): node for node in given})
    if kind == "cognito" and scopes and all(item.at.items() for item in asked):
        entries["scopes"] = Node(list(scopes.values()), asked[0].at.node.place)
    return Node(entries, security.node.place)


def _list_the_rest(
    security: At, choices: list[list[_Asked]], served: set[str], report: Report
) -> None:
    """List what is asked for and not checked; nothing where a caller may do without any."""
    if not all(choices):
        if any(choices):
            message = "is a choice with none in it, so the gateway asks for none of them"
            report.spot("security choice", security, message)
        return
    several = len(choices) > 1
    for choice in choices:
        for name, kind, at in choice:
            if kind is None:
                message = f"asks for '{name}', which the gateway does not check: the application "
                message += "must, or an authorizer of that name under `api.authorizers`; till then "
                report.spot("security scheme", at, f"{message}`api.authorization` rules")
            elif name not in served and several:
                message = f"has '{name}' as one of several choices, which API Gateway cannot offer"
                report.spot("security choice", at, f"{message}; the application must check")
            elif name not in served:
                message = f"asks for '{name}' beside another, and API Gateway asks one authorizer "
                report.spot("security choice", at, f"{message}alone; the application must check")


def _kind(
    name: str, at: At, root: Node, report: Report, authorizers: Mapping[str, str]
) -> ValueType | None:
    """Return what checks a scheme; ``None`` where the gateway does not."""
    components = At(root, ()).get("components")
    schemes = components.get("securitySchemes") if components else None
    scheme = schemes.get(name) if schemes else None
    if scheme is None:
        known = [key for key, _ in schemes.entries()] if schemes else []
        message = f"names '{name}', which is not under components.securitySchemes"
        report.fault(at, f"{message}{did_you_mean(name, known)}", "GI361")
        return None
    target = follow(scheme, root, report)
    if authorizers.get(name) == "cognito":
        return "cognito"
    if authorizers.get(name) == "lambda":
        return "lambda"
    if target is None or target.text("type") != "apiKey":
        return None
    if target.text("x-amazon-apigateway-authtype") == "awsSigv4":
        return "iam"
    header = (target.text("name") or "").lower()
    return "api_key" if target.text("in") == "header" and header == "x-api-key" else None
