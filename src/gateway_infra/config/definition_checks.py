"""Checks of what an OpenAPI document cannot say, where the API is defined by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway_infra.config.environment import Environment
from gateway_infra.config.problems import KeyPath, Problem
from gateway_infra.config.source import Node

IGNORED_HEADERS = ("accept", "authorization", "content-type")
"""Parameters that "shall be ignored": https://spec.openapis.org/oas/v3.0.1#parameter-object"""

_ADVICE = "write `api.definition: resources`"


def definition_warnings(environment: Environment, source: Node) -> Iterator[Problem]:
    """Yield models that an import of a document may take for less than they say.

    A list of types is no word of OpenAPI 3.0, and users report that the import drops it:
    https://github.com/aws/serverless-application-model/issues/2374
    """
    if environment.api.definition != "openapi":
        return
    given: list[tuple[KeyPath, Any]] = [
        (("api", "models", name), schema) for name, schema in environment.api.models.items()
    ]
    given += [
        (("api", "routes", key, "request_models", content_type), schema)
        for key, route in environment.api.routes.items()
        for content_type, schema in route.request_models.items()
    ]
    doubtful = [path for path, schema in given if _has_type_lists(schema)]
    if doubtful:
        more = f" (and {len(doubtful) - 1} more such)" if len(doubtful) > 1 else ""
        message = "gives a list of types, as for what may be null, which an import may drop, and "
        message += f"check less; test it, or {_ADVICE}{more}"
        yield Problem(source.find(doubtful[0]).place, doubtful[0], message)


def _has_type_lists(value: Any) -> bool:
    if isinstance(value, dict):
        return isinstance(value.get("type"), list) or any(map(_has_type_lists, value.values()))
    return isinstance(value, list) and any(map(_has_type_lists, value))


def definition_errors(environment: Environment, source: Node) -> Iterator[Problem]:
    """Yield models and settings of routes that `definition: openapi` would lose."""
    if environment.api.definition != "openapi":
        return
    if "Ref" in environment.api.models:
        model: KeyPath = ("api", "models", "Ref")
        message = "would be read by CloudFormation as a function; give the model another name"
        yield Problem(source.find(model).place, model, message)
    for key, route in environment.api.routes.items():
        path: KeyPath = ("api", "routes", key)
        if "$default" in route.request_models:
            below: KeyPath = (*path, "request_models", "$default")
            message = "has no word in an OpenAPI document; list the content types, or "
            yield Problem(source.find(below).place, below, message + _ADVICE)
        for parameter in route.request_parameters:
            place, _, name = parameter.partition(".")
            if place == "header" and name.lower() in IGNORED_HEADERS:
                below = (*path, "request_parameters", parameter)
                message = "is ignored in an OpenAPI document, by OpenAPI's own rule; let the "
                message += f"application look at it, or {_ADVICE}"
                yield Problem(source.find(below).place, below, message)
