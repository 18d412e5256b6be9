"""Paths and routes of what was written, read back from the API's resources or its document."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from gateway_infra.graph import Reference, references
from gateway_infra.writers.previous_output import Written, WrittenResource, WrittenStack

_ANY = "x-amazon-apigateway-any-method"
_RESOURCE = "AWS::ApiGateway::Resource"
_METHOD = "AWS::ApiGateway::Method"
_LONGEST = 100
"""How many parts a path may have; a file that was edited may hold a circle."""


def api_paths(written: Written) -> dict[str, str]:
    """Return the name of the stack that holds each path of the API, by path."""
    found: dict[str, str] = {}
    for stack in written.stacks.values():
        for item in stack.resources.values():
            path = _path(written, stack, item) if item.type == _RESOURCE else None
            if path is not None:
                found[path] = stack.name
    return found


def called_routes(
    written: Written, stack: WrittenStack, logical_id: str, names: Collection[str]
) -> list[str]:
    """Return the routes of a method, or of an API's document, that refer to any of `names`."""
    item = stack.resources[logical_id]
    if item.type == _METHOD:
        path = _target_path(written, stack, item.properties.get("ResourceId"))
        return [f"{item.properties.get('HttpMethod')} {path}"] if path else []
    return [
        f"{'ANY' if method == _ANY else method.upper()} {path}"
        for path, method, operation in _operations(item.properties.get("Body"))
        if any(reference.target in names for reference in references(operation))
    ]


def _operations(body: Any) -> Iterator[tuple[str, str, Any]]:
    paths = body.get("paths") if isinstance(body, dict) else None
    for path, methods in (paths if isinstance(paths, dict) else {}).items():
        for method, operation in (methods if isinstance(methods, dict) else {}).items():
            yield path, method, operation


def _path(written: Written, stack: WrittenStack, item: WrittenResource) -> str | None:
    parts: list[str] = []
    while len(parts) < _LONGEST:
        parts.append(str(item.properties.get("PathPart")))
        found = _followed(written, stack, item.properties.get("ParentId"))
        if found is None:
            return None
        stack, reference = found
        if reference.attribute == "RootResourceId":
            return "/" + "/".join(reversed(parts))
        item = stack.resources[reference.target]
    return None


def _target_path(written: Written, stack: WrittenStack, value: Any) -> str | None:
    """Return the path that a method's ``ResourceId`` stands for."""
    found = _followed(written, stack, value)
    if found is None:
        return None
    home, reference = found
    if reference.attribute == "RootResourceId":
        return "/"
    return _path(written, home, home.resources[reference.target])


def _followed(
    written: Written, stack: WrittenStack, value: Any
) -> tuple[WrittenStack, Reference] | None:
    """Return the resource that a value refers to, through another stack's output too."""
    for reference in list(references(value))[:1]:
        if reference.target in stack.resources:
            return stack, reference
        source = stack.sources.get(reference.target)
        producer = written.stacks.get(source[0]) if source else None
        output = producer.outputs.get(source[1]) if source and producer else None
        if producer and output and output.target in producer.resources:
            return producer, output
    return None
