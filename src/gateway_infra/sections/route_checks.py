"""Checks of routes on plain data, so that they are told together with errors of the models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, did_you_mean
from gateway_infra.reading.rule import Rule
from gateway_infra.reading.source import Node
from gateway_infra.sections.routes import all_paths, parent_of, route_fault


def route_errors(data: Mapping[str, Any], source: Node) -> Iterator[Diagnostic]:
    """Check routes against each other (GI308) and against the functions' names (GI303)."""
    api = data.get("api")
    routes = api.get("routes") if isinstance(api, dict) else None
    functions = data.get("functions")
    if not isinstance(routes, dict):
        return
    for key, route in routes.items():
        name = route.get("function") if isinstance(route, dict) else route
        path: KeyPath = ("api", "routes", key)
        if isinstance(route, dict):
            path = (*path, "function")
        if isinstance(functions, dict) and isinstance(name, str) and name not in functions:
            hint = did_you_mean(name, functions)
            message = f"names the function '{name}', which is not under `functions`{hint}"
            yield Diagnostic(path, message, "GI303", place=source.find(path).place)
    yield from _path_errors([key for key in routes if route_fault(key) is None], source)


def _path_errors(routes: list[str], source: Node) -> Iterator[Diagnostic]:
    """Find levels of the path tree with two path parameters: API Gateway takes one."""
    at_level: dict[str, tuple[str, str]] = {}
    for key in routes:
        for path in sorted(all_paths([key])):
            part = path.rsplit("/", 1)[-1]
            if not part.startswith("{"):
                continue
            first, first_key = at_level.setdefault(parent_of(path), (part, key))
            if first != part:
                message = f"has {part} where '{first_key}' has {first}; API Gateway takes one path "
                message += "parameter at a level: "
                greedy = part.endswith("+}") != first.endswith("+}")
                message += "a greedy one counts; keep either" if greedy else "use one name"
                route: KeyPath = ("api", "routes", key)
                yield Diagnostic(route, message, "GI308", place=source.find(route).place)
                break


RULES = (
    Rule.error(
        "GI303",
        "A route to a function that is not there",
        "A route leads to a function by its name under `functions`; there is nothing else that it "
        "could call.",
        "Correct the name, or write the function.",
        "docs/reference.md",
    ),
    Rule.error(
        "GI308",
        "Two path parameters at one level",
        'API Gateway: "A sibling ({id}) of this resource already has a variable path part -- only '
        'one is allowed". A greedy part counts as one.',
        "Use one name for the parameter in all routes of that level.",
        "https://github.com/amazon-archives/aws-apigateway-importer/issues/202",
    ),
)
