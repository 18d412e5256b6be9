"""The operations of an OpenAPI document as routes of the API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gateway_infra.openapi_input.document import At, follow
from gateway_infra.openapi_input.request import body_of, parameters_of
from gateway_infra.openapi_input.schema import Schemas
from gateway_infra.openapi_input.security import secured
from gateway_infra.reading.diagnostics import did_you_mean, near_miss
from gateway_infra.reading.merge import merge
from gateway_infra.reading.source import Node
from gateway_infra.sections.routes import route_fault

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
ANY_METHOD = "x-amazon-apigateway-any-method"
OURS = "x-gateway-infra"
PREFIX = "x-amazon-apigateway-"
_OF_A_PATH = (*METHODS, "$ref", "description", "parameters", "servers", "summary", "trace")


class LineContext(NamedTuple):
    """What the environment file says that matters to routes."""

    function: Node | None
    """The function of routes that name none."""
    routed: frozenset[str]
    """Routes that the file gives a function itself, or removes."""
    cors: bool
    cache: bool
    binary: tuple[str, ...]
    authorizers: Mapping[str, str]
    """The type of each authorizer."""


class Routes(NamedTuple):
    """Routes and models by name, and the operations that lead nowhere."""

    routes: dict[str, Node]
    models: dict[str, Node]
    homeless: list[At]


def routes_of(paths: At, schemas: Schemas, around: LineContext) -> Routes:
    """Return a route for each operation, with a function where one is known."""
    found = Routes({}, {}, [])
    for path, written in paths.entries():
        if path.startswith("x-"):
            continue
        fault = route_fault(f"GET {path}")
        if fault:
            message = fault.message.replace("'GET /", "'/")
            schemas.report.fault(written, message, fault.rule)
            continue
        item = follow(written, schemas.root, schemas.report)
        if item is None or schemas.report.expect(item, dict) is None:
            continue
        for method, operation in _operations(item, schemas, around):
            key = f"{method} {path}"
            found.routes[key] = _route(key, item, operation, schemas, around, found)
    return found


def _operations(item: At, schemas: Schemas, around: LineContext) -> Iterator[tuple[str, At]]:
    """Yield the methods of a path that can be routes; list the others."""
    report = schemas.report
    for key, at in item.entries():
        if key == "trace":
            report.spot("trace", at, "is left out: API Gateway has no TRACE")
        elif key == "options" and around.cors:
            report.spot("options", at, "is left out: `api.cors` answers OPTIONS on every path")
        elif key in METHODS or key == ANY_METHOD:
            if report.expect(at, dict) is not None:
                yield "ANY" if key == ANY_METHOD else key.upper(), at
        elif key.startswith(PREFIX):
            _list_extension(key, at, schemas)
        elif key not in _OF_A_PATH and not key.startswith("x-"):
            known = [method for method in METHODS if method not in dict(item.entries())]
            hint = near_miss(key.lower(), known)
            report.fault(at, f"is no method of HTTP that OpenAPI knows{hint}")


def _route(
    key: str, item: At, operation: At, schemas: Schemas, around: LineContext, found: Routes
) -> Node:
    """Return one route; put its models into `found`, and itself where it has no function."""
    place = operation.node.place
    entries: dict[str, Node] = {}
    if around.function is not None:
        entries["function"] = around.function
    if description := _description(operation):
        entries["description"] = description
    entries.update(secured(operation, schemas.root, schemas.report, around.authorizers))
    parameters = parameters_of(item, operation, schemas)
    if parameters:
        entries["request_parameters"] = Node(parameters, place)
    body = body_of(operation, key.partition(" ")[0], around.binary, schemas)
    found.models.update(body.models)
    if body.request_models:
        entries["request_models"] = Node(body.request_models, place)
    entries.update(_extensions(operation, entries, schemas, around))
    route = Node(entries, place)
    ours = schemas.report.expect(operation.get(OURS), dict)
    if ours is not None:
        route = merge(route, Node(ours.node.value, place), ("api", "routes", key))
    homeless = isinstance(route.value, dict) and "function" not in route.value
    if homeless and key not in around.routed:
        found.homeless.append(operation)
    return route


def _description(operation: At) -> Node | None:
    """Return an operation's summary, on one line; its long description stays in the document."""
    summary = operation.get("summary")
    text = " ".join(summary.value.split()) if summary and isinstance(summary.value, str) else ""
    # "${" would read as a variable in a template.
    return Node(text[:1024].replace("${", "$ {"), summary.node.place) if summary and text else None


def _extensions(
    operation: At, route: dict[str, Node], schemas: Schemas, around: LineContext
) -> dict[str, Node]:
    """Return what API Gateway's own extensions of an operation make of its route."""
    found: dict[str, Node] = {}
    root = At(schemas.root, ())
    validator = operation.get(f"{PREFIX}request-validator") or root.get(
        f"{PREFIX}request-validator"
    )
    if validator is not None and (checked := _validated(validator, route, schemas)):
        found["validate"] = checked
    for key, at in operation.entries():
        if key == f"{PREFIX}auth":
            if at.text("type") == "AWS_IAM":
                found["authorization"] = Node("iam", at.node.place)
            elif at.text("type") != "NONE":
                _list_extension(key, at, schemas)
        elif key == f"{PREFIX}integration":
            found.update(_integration(at, route, schemas, around))
        elif key.startswith(PREFIX) and key != f"{PREFIX}request-validator":
            _list_extension(key, at, schemas)
    return found


def _validated(at: At, route: dict[str, Node], schemas: Schemas) -> Node | None:
    """Return what a request validator leaves unchecked of a route; ``None`` where it is nothing.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-request-validators.html
    """
    validators = At(schemas.root, ()).get(f"{PREFIX}request-validators")
    name = at.value if isinstance(at.value, str) else ""
    validator = validators.get(name) if validators else None
    if validator is None:
        known = [key for key, _ in validators.entries()] if validators else []
        message = f"names the validator '{name}', which is not under {PREFIX}request-validators"
        schemas.report.fault(at, f"{message}{did_you_mean(name, known)}", "GI361")
        return None
    has_body = "request_models" in route
    has_parameters = (
        True in route.get("request_parameters", Node({}, at.node.place)).plain().values()
    )
    body, parameters = (
        (found := validator.get(key)) is not None and found.value is True
        for key in ("validateRequestBody", "validateRequestParameters")
    )
    if (body or not has_body) and (parameters or not has_parameters):
        return None
    kind = (
        "body" if body and has_body else "parameters" if parameters and has_parameters else "none"
    )
    return Node(kind, at.node.place)


def _integration(
    at: At, route: dict[str, Node], schemas: Schemas, around: LineContext
) -> dict[str, Node]:
    """Return timeout and cache keys of an integration, which is made anew here.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
    """
    found: dict[str, Node] = {}
    timeout = at.get("timeoutInMillis")
    if timeout is not None and isinstance(timeout.value, int):
        found["timeout"] = Node(-(-timeout.value // 1000), timeout.node.place)
    keys = at.get("cacheKeyParameters")
    declared = route.get("request_parameters", Node({}, at.node.place)).plain()
    texts: list[Node] = []
    for item in keys.items() if keys else ():
        name = str(item.value).removeprefix("method.request.")
        if around.cache and name in declared and at.path[-2] == "get":
            texts.append(Node(name, item.node.place))
        else:
            message = (
                f"is '{name}', which is no cache key here: it takes `api.stage.cache`, a GET, "
            )
            schemas.report.spot("cache key", item, f"{message}and a parameter that is declared")
    if keys is not None and texts:
        found["cache"] = Node({"keys": Node(texts, keys.node.place)}, keys.node.place)
    message = "is made by gateway-infra: a proxy to the route's function; only timeout and cache "
    schemas.report.spot("integration", at, f"{message}keys are read here")
    return found


def _list_extension(key: str, at: At, schemas: Schemas) -> None:
    message = f"is not read; say it in the environment file, or under {OURS}"
    schemas.report.spot(f"extension {key}", at, message)
