"""Who may call, by an OpenAPI document: API keys and signatures; the rest is the application's.

"The securitySchemes type, if used, must be apiKey":
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""

from __future__ import annotations

from typing import Literal

from gateway_infra.config.openapi.document import At, Report, follow
from gateway_infra.config.problems import did_you_mean
from gateway_infra.config.source import Node

Kind = Literal["api_key", "iam"]
"""What the gateway checks itself: a key in ``x-api-key``, or a signature.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-key-usage-plan-oas.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
"""


def secured(operation: At, root: Node, report: Report) -> dict[str, Node]:
    """Return what an operation's ``security`` makes of its route: ``api_key``, ``authorization``.

    The document's own counts where the operation has none. Several requirements are alternatives,
    of which API Gateway knows none: only what all of them ask for is asked for.
    https://spec.openapis.org/oas/v3.0.3#security-requirement-object
    """
    security = operation.get("security") or At(root, ()).get("security")
    if security is None or report.expect(security, list) is None:
        return {}
    choices: list[dict[str, tuple[Kind | None, At]]] = []
    for requirement in security.items():
        if report.expect(requirement, dict) is not None:
            choices.append({n: (_kind(n, a, root, report), a) for n, a in requirement.entries()})
    if not choices:
        return {}
    kinds = [{kind for kind, _ in choice.values()} for choice in choices]
    route: dict[str, Node] = {}
    place = security.node.place
    if all("api_key" in kind for kind in kinds):
        route["api_key"] = Node(True, place)
    if all("iam" in kind for kind in kinds):
        route["authorization"] = Node("iam", place)
    _list_the_rest(security, choices, route, report)
    return route


def _list_the_rest(
    security: At,
    choices: list[dict[str, tuple[Kind | None, At]]],
    route: dict[str, Node],
    report: Report,
) -> None:
    """List what is asked for and not checked; nothing where a caller may do without any."""
    if not all(choices):
        if any(choices):
            message = "is a choice with none in it, so the gateway asks for none of them"
            report.spot("security choice", security, message)
        return
    for choice in choices:
        for name, (kind, at) in choice.items():
            if kind is None:
                message = f"asks for '{name}', which the gateway does not check: the application "
                report.spot("security scheme", at, f"{message}must, and `api.authorization` rules")
            elif ("api_key" if kind == "api_key" else "authorization") not in route:
                message = f"has '{name}' as one of several choices, which API Gateway cannot offer"
                report.spot("security choice", at, f"{message}; the application must check")


def _kind(name: str, at: At, root: Node, report: Report) -> Kind | None:
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
    if target is None or target.text("type") != "apiKey":
        return None
    if target.text("x-amazon-apigateway-authtype") == "awsSigv4":
        return "iam"
    header = (target.text("name") or "").lower()
    return "api_key" if target.text("in") == "header" and header == "x-api-key" else None
