"""Checks of what an OpenAPI document cannot say, where the API is defined by one."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.config.environment import Environment
from gateway_infra.config.problems import KeyPath, Problem
from gateway_infra.config.source import Node

IGNORED_HEADERS = ("accept", "authorization", "content-type")
"""Parameters that "shall be ignored": https://spec.openapis.org/oas/v3.0.1#parameter-object"""

_ADVICE = "write `api.definition: resources`"


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
