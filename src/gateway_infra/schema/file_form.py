"""From the schema of a whole environment to that of one file, which holds a part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway_infra.schema.schema_text import REFERENCE

_OF_THE_WHOLE = ("required", "minProperties", "maxProperties")
"""What only all files together have to fulfill."""


def file_form(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a file: nothing is required, and a null removes any key.

    In a list there is nothing to remove, and a null is none of its items.
    """
    types = {name: section.get("type") for name, section in schema["$defs"].items()}
    definitions = {
        name: _or_null(_part(section, types)) for name, section in schema["$defs"].items()
    }
    return {**_part(schema, types), "$defs": definitions}


def _part(schema: Mapping[str, Any], types: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for keyword, item in schema.items():
        if keyword in _OF_THE_WHOLE:
            continue
        if keyword == "anyOf" and all(set(below) == {"required"} for below in item):
            continue
        found[keyword] = _inner(keyword, item, types)
        if not found[keyword] and keyword in ("then", "else"):
            del found[keyword]
    return found


def _inner(keyword: str, item: Any, types: Mapping[str, Any]) -> Any:
    if keyword == "properties":
        return {name: _or_null(_part(below, types)) for name, below in item.items()}
    if keyword == "additionalProperties" and isinstance(item, dict):
        return _or_null(_part(item, types))
    if keyword == "items":
        return _not_null(_part(item, types), types)
    if keyword in ("then", "else"):
        return _part(item, types)
    if keyword == "anyOf":
        return [_part(below, types) for below in item]
    if keyword == "dependentSchemas":
        return {name: _part(below, types) for name, below in item.items()}
    return item


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that takes null too; one that is a reference does, where it leads."""
    found = dict(schema)
    if "type" in found:
        given = found["type"] if isinstance(found["type"], list) else [found["type"]]
        found["type"] = [*dict.fromkeys([*given, "null"])]
    if "enum" in found:
        found["enum"] = [*found["enum"], None]
    if "anyOf" in found:
        found["anyOf"] = [*found["anyOf"], {"type": "null"}]
    return found


def _not_null(schema: dict[str, Any], types: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a list's item, narrowed where it refers to one that takes null."""
    name = schema.get("$ref", "").removeprefix(REFERENCE)
    return {**schema, "type": types[name]} if name and "type" not in schema else schema
