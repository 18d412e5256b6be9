"""Routes: what they are called, how their paths nest, which methods reach a path."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Mapping
from typing import NamedTuple

from gateway_infra.reading.rule import Rule

_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_SEGMENT = re.compile(r"[A-Za-z0-9._,:-]+|\{[A-Za-z0-9._-]+\+?\}")
_PART = r"[A-Za-z0-9._,-][A-Za-z0-9._,:-]*|\{[A-Za-z0-9._-]+\}"
ROUTE_PATTERN = rf"({'|'.join(METHODS)}) /((({_PART})/)*({_PART}|\{{[A-Za-z0-9._-]+\+\}}))?"
"""What `route_fault` takes, but for a path parameter that is named twice."""

_OTHER_ROUTERS = re.compile(r":(.+)|<(?:\w+:)?(\w+)>|\{(\w+):[^{}]*\}")
"""A parameter as Express, Flask and FastAPI write it."""


class RouteFault(NamedTuple):
    """What is wrong with a route, and the id of the rule that says why."""

    message: str
    rule: str


def route_fault(key: str) -> RouteFault | None:
    """Say what is wrong with a route such as ``GET /jobs/{id}``; ``None`` when it is sound.

    Path parts: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    method, space, path = key.partition(" ")
    message = _key_fault(method, space, path)
    if message:
        return RouteFault(message, "GI304")
    parts = path[1:].split("/") if path != "/" else []
    for part in parts:
        message = _part_fault(part)
        if message:
            return RouteFault(message, "GI305")
    if any(part.endswith("+}") for part in parts[:-1]):
        message = "has a greedy part such as {proxy+} before its end; it can only be the last"
        return RouteFault(message, "GI306")
    names = [part.strip("{}+") for part in parts if part.startswith("{")]
    if len(set(names)) < len(names):
        return RouteFault("names one path parameter twice", "GI307")
    return None


def _part_fault(part: str) -> str | None:
    """Say what is wrong with one part of a path."""
    elsewhere = _OTHER_ROUTERS.fullmatch(part)
    if elsewhere:
        name = next(filter(None, elsewhere.groups()))
        why = "is literal text here" if part[0] == ":" else "is of other routers"
        return f"has '{part}', which {why}; write '{{{name}}}'"
    if part in ("*", "**"):
        return f"has the path part '{part}'; write {{proxy+}} for all the rest of a path"
    if not _SEGMENT.fullmatch(part):
        return f"has the path part '{part}'; use letters, digits and . _ , : - or {{name}}"
    return None


def _key_fault(method: str, space: str, path: str) -> str | None:
    """Say what is wrong with a route as a method, a space and a path with single slashes."""
    if not space:
        return "must be a method, a space and a path, as in 'GET /jobs'"
    if method not in METHODS:
        hint = f"; write {method.upper()}" if method.upper() in METHODS else ""
        if method == "*":
            hint = "; write ANY"
        elif len(re.findall(r"[A-Za-z]+", method)) > 1:
            hint = "; write a route for each"
        return f"begins with '{method}', which is no method ({', '.join(METHODS)}){hint}"
    if not path.startswith("/"):
        return f"has a path without a leading slash; write '{method} /{path.strip().lstrip('/')}'"
    if path == "/":
        return None
    if path.endswith("/"):
        return f"ends in a slash, which API Gateway drops; write '{method} {path.rstrip('/')}'"
    return "has two slashes in a row; keep one" if "//" in path else None


def split_route(key: str) -> tuple[str, str]:
    """Return the method and the path of a sound route."""
    method, _, path = key.partition(" ")
    return method, path


def require_routes(targets: Mapping[str, str], functions: Container[str]) -> None:
    """Raise `ValueError` for a route that is none, or whose function is not in `functions`."""
    for key, function in targets.items():
        fault = route_fault(key)
        if fault:
            raise ValueError(f"the route {key!r} {fault.message}")
        if function not in functions:
            raise ValueError(f"the route {key!r} leads to {function}, without an ARN for it")


def path_parameters(path: str) -> list[str]:
    """Return the names of a path's parameters, sorted: ``/jobs/{id}/{part+}`` has id and part."""
    return sorted(part.strip("{}+") for part in path.split("/") if part.startswith("{"))


def all_paths(routes: Iterable[str]) -> frozenset[str]:
    """Return every path that needs an API resource: ``/``, the routes' own, those between."""
    paths = {"/"}
    for key in routes:
        parts = split_route(key)[1].strip("/").split("/")
        paths.update("/" + "/".join(parts[: depth + 1]) for depth in range(len(parts)))
    return frozenset(paths)


def parent_of(path: str) -> str:
    """Return the path one level up; ``/`` for a path of one part."""
    return path.rsplit("/", 1)[0] or "/"


def reached_methods(routes: Iterable[str], any_means: tuple[str, ...]) -> dict[str, list[str]]:
    """Return, for each path, the methods that a function answers there, sorted.

    API Gateway looks for a path and a method together: a method that a path does not declare falls
    through to a path parameter or a greedy part that fits as well (no page says so; measured on
    AWS in https://github.com/floci-io/floci/pull/3399). ``ANY`` stands for `any_means`; OPTIONS is
    always among them, as CORS makes it on every path.
    """
    own: dict[str, set[str]] = {}
    for key in routes:
        method, path = split_route(key)
        own.setdefault(path, set()).update(any_means if method == "ANY" else (method,))
    paths = all_paths(routes)
    parameters = {parent_of(path): path for path in paths if path.endswith("}")}
    reached: dict[str, list[str]] = {}
    for path in paths:
        methods = {"OPTIONS"}.union(
            *(own.get(fit, ()) for fit in _fitting(path, paths, parameters))
        )
        reached[path] = sorted(methods)
    return reached


def answering(routes: Collection[str]) -> dict[str, dict[str, str]]:
    """Return, for each path with a route, the route that answers each method there.

    Where a path does not declare a method, the most specific route that fits as well answers (see
    `reached_methods`). OPTIONS is left out: browsers send it for CORS.
    """
    paths = all_paths(routes)
    parameters = {parent_of(path): path for path in paths if path.endswith("}")}
    found: dict[str, dict[str, str]] = {}
    for path in sorted({split_route(key)[1] for key in routes}):
        fits = sorted(_fitting(path, paths, parameters), key=_vagueness)
        keys = {
            method: [key for fit in fits for key in (f"{method} {fit}", f"ANY {fit}")]
            for method in METHODS
            if method not in ("ANY", "OPTIONS")
        }
        found[path] = {
            method: next(key for key in choices if key in routes)
            for method, choices in keys.items()
            if any(key in routes for key in choices)
        }
    return found


def _vagueness(path: str) -> list[int]:
    """Return for each part of a path how much it takes: itself, any one part, or all the rest."""
    return [part.endswith("}") + part.endswith("+}") for part in path.split("/")]


def _fitting(path: str, paths: frozenset[str], parameters: Mapping[str, str]) -> set[str]:
    """Return the declared paths that a request to `path` fits, itself among them."""
    fits = {path} if path == "/" else set()
    heads = {"/"}
    parts = path.strip("/").split("/") if path != "/" else []
    for depth, part in enumerate(parts):
        longer = set()
        for head in heads:
            exact = f"{head.rstrip('/')}/{part}"
            if exact in paths:
                longer.add(exact)
            parameter = parameters.get(head, "")
            if parameter.endswith("+}"):
                fits.add(parameter)
            elif parameter:
                longer.add(parameter)
        heads = longer
        if depth == len(parts) - 1:
            fits |= heads
    return fits


_SPELLING = (
    "A route is a method in capitals, one space and a path that begins with a slash and does not "
    "end in one: anything else would be another route than the one meant."
)

RULES = (
    Rule.error(
        "GI304",
        "A route that is no method and path",
        _SPELLING,
        "Write it as in 'GET /jobs/{id}'.",
        f"{_GUIDE}how-to-method-settings.html",
    ),
    Rule.error(
        "GI305",
        "A path part that API Gateway refuses",
        "A part holds letters, digits and . _ , : - or is one parameter in braces as a whole: "
        "resource/{p} is valid, resource{p} is not. Wildcards and ':id' are of other routers.",
        "Write {name} for what varies, and /{proxy+} for all the rest.",
        f"{_GUIDE}api-gateway-known-issues.html",
    ),
    Rule.error(
        "GI306",
        "A greedy part before the end of a path",
        "{proxy+} takes all that is left of a path, so nothing can come behind it.",
        "Write {name} there, or end the path with it.",
        f"{_GUIDE}api-gateway-method-settings-method-request.html",
    ),
    Rule.error(
        "GI307",
        "A path parameter twice in one path",
        "The function gets path parameters by name, and one of the two values would be lost.",
        "Give them two names.",
        f"{_GUIDE}request-response-data-mappings.html",
    ),
)
