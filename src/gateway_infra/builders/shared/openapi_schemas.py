"""JSON Schemas as the components of an OpenAPI document, where one refers to another by name.

A schema that stands alone keeps what it refers to in itself (``#/definitions/Report``). In a
document such a reference would lead to the document's top, so each part that is referred to
becomes a component of its own, named after its schema.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gateway_infra.builders.shared.naming import pascal
from gateway_infra.sections.schema_rules import LISTS, NAMED, ONE_SCHEMA, reference_target

PREFIX = "#/components/schemas/"
_LEFT_OUT = ("$schema", "definitions")
"""A component says no draft, and its definitions are components."""


def component_schemas(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return `schemas` by name, with what they refer to, as components; sorted by name.

    Names hold letters and digits only, as those of models must. Raise `ValueError` for a reference
    that leads nowhere in its schema.
    """
    components: dict[str, dict[str, Any]] = {}
    for name in sorted(schemas):
        taken = {*schemas, *components} - {name}
        components.update(_apart(name, schemas[name], taken))
    return dict(sorted(components.items()))


def _apart(name: str, schema: Mapping[str, Any], taken: set[str]) -> dict[str, dict[str, Any]]:
    """Return one schema and each part of it that a reference leads to."""
    names = {"#": name}
    waiting = ["#"]
    made: dict[str, dict[str, Any]] = {}

    def to(reference: str) -> str:
        if not reference.startswith("#"):
            return reference
        if reference not in names:
            names[reference] = _free(f"{name}{pascal(reference)}", {*taken, *names.values()})
            waiting.append(reference)
        return PREFIX + names[reference]

    while waiting:
        reference = waiting.pop()
        part = reference_target(schema, reference)
        if not isinstance(part, dict):
            raise ValueError(f"the schema {name} refers to {reference}, which is not in it")
        made[names[reference]] = _rewritten(part, to)
    return made


def _free(name: str, taken: set[str]) -> str:
    """Return `name`, or with the first number behind it that makes it new."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}{number}"
    return free


def _rewritten(schema: Mapping[str, Any], to: Callable[[str], str]) -> dict[str, Any]:
    """Return a schema with its references replaced, itself and what is in it."""
    return {
        key: _rewritten_part(key, schema[key], to) for key in sorted(schema) if key not in _LEFT_OUT
    }


def _rewritten_part(key: str, part: Any, to: Callable[[str], str]) -> Any:
    if key == "$ref" and isinstance(part, str):
        return to(part)
    if key in NAMED and isinstance(part, dict):
        return {name: _schema(part[name], to) for name in sorted(part)}
    if (key in LISTS or key == "items") and isinstance(part, list):
        return [_schema(item, to) for item in part]
    return _schema(part, to) if key in ONE_SCHEMA else part


def _schema(value: Any, to: Callable[[str], str]) -> Any:
    return _rewritten(value, to) if isinstance(value, dict) else value
