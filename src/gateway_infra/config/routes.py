"""Routes: what they are called, how their paths nest, which methods reach a path."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

_SEGMENT = re.compile(r"[A-Za-z0-9._,:-]+|\{[A-Za-z0-9._-]+\+?\}")


def route_fault(key: str) -> str | None:
    """Say what is wrong with a route such as ``GET /jobs/{id}``; ``None`` when it is sound.

    Path parts: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    method, space, path = key.partition(" ")
    if not space:
        return "must be a method, a space and a path, as in 'GET /jobs'"
    if method not in METHODS:
        hint = f"; write {method.upper()}" if method.upper() in METHODS else ""
        return f"begins with '{method}', which is no method ({', '.join(METHODS)}){hint}"
    if not path.startswith("/"):
        return f"has a path without a leading slash; write '{method} /{path.strip().lstrip('/')}'"
    if path == "/":
        return None
    if path.endswith("/"):
        return f"ends in a slash, which API Gateway drops; write '{method} {path.rstrip('/')}'"
    if "//" in path:
        return "has two slashes in a row; keep one"
    parts = path[1:].split("/")
    for part in parts:
        if part.startswith(":"):
            return f"has '{part}', which is literal text here; write '{{{part[1:]}}}'"
        if not _SEGMENT.fullmatch(part):
            return f"has the path part '{part}'; use letters, digits and . _ , : - or {{name}}"
    if any(part.endswith("+}") for part in parts[:-1]):
        return "has a greedy part such as {proxy+} before its end; it can only be the last"
    names = [part.strip("{}+") for part in parts if part.startswith("{")]
    if len(set(names)) < len(names):
        return "names one path parameter twice"
    if path in ("/ping", "/sping"):
        return "is kept by API Gateway for its own health check; choose another path"
    return None


def split_route(key: str) -> tuple[str, str]:
    """Return the method and the path of a sound route."""
    method, _, path = key.partition(" ")
    return method, path


def routes_fault(targets: Mapping[str, str], functions: Container[str]) -> str | None:
    """Say what is wrong with routes to functions, of which `functions` are known; else ``None``."""
    for key, function in targets.items():
        fault = route_fault(key)
        if fault:
            return f"the route {key!r} {fault}"
        if function not in functions:
            return f"the route {key!r} leads to {function}, without an ARN for it"
    return None


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
