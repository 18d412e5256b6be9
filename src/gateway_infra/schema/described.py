"""Titles, descriptions, defaults and the order of keywords: how the schema reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gateway_infra.schema.words import default_sentence, paragraphs, sentence, shown, title
from gateway_infra.sections.environment import TIERS

REFERENCE = "#/$defs/"

_FIRST = (
    "$schema", "$id", "title", "description", "$ref", "type", "enum", "const", "default",
    "examples", "format", "pattern", "patternErrorMessage", "errorMessage", "minLength",
    "maxLength", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "minItems",
    "maxItems", "uniqueItems", "items", "required", "minProperties", "maxProperties",
    "propertyNames", "properties", "additionalProperties", "anyOf", "not", "if", "then", "else",
    "dependentSchemas",
)  # fmt: skip
_LAST = "$defs"
_NAMED = ("properties", "dependentSchemas", "$defs")
"""Keywords that hold schemas by names, whose order is the models'."""
_DATA = ("const", "default", "enum", "examples")
_CONSTRAINTS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}
"""Pydantic leaves these as they are where another validator stands between them and the type."""


def described(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of the models as people read it."""
    by_tier = dict(_tier_defaults(schema))
    definitions = {
        name: _section(name, section, schema["$defs"], by_tier)
        for name, section in schema["$defs"].items()
    }
    return {**_section("", schema, schema["$defs"], by_tier), "$defs": definitions}


def ordered(schema: Any) -> Any:
    """Return a schema with its keywords in one order, whichever pydantic made it."""
    if isinstance(schema, list):
        return [ordered(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    others = sorted(keyword for keyword in schema if keyword not in _FIRST and keyword != _LAST)
    keywords = [keyword for keyword in (*_FIRST, *others, _LAST) if keyword in schema]
    return {keyword: _inner(keyword, schema[keyword]) for keyword in keywords}


def _inner(keyword: str, value: Any) -> Any:
    if keyword in _DATA:
        return value
    if keyword in _NAMED:
        return {name: ordered(item) for name, item in value.items()}
    return ordered(value)


def _section(
    name: str,
    section: Mapping[str, Any],
    definitions: Mapping[str, Any],
    by_tier: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    required = section.get("required", ())
    found = dict(section)
    if found.get("title") == name:
        found["title"] = title(name)
    if "description" in found:
        found["description"] = paragraphs(found["description"])
    if "properties" in found:
        found["properties"] = {
            key: _field(
                key,
                field,
                by_tier.get((name, key)) or default_sentence(field, required=key in required),
                definitions,
            )
            for key, field in found["properties"].items()
        }
    return found


def _field(
    key: str, field: Mapping[str, Any], without: str, definitions: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is said of a key; `without` tells what holds where it is not written."""
    rest = {
        _CONSTRAINTS.get(keyword, keyword): item
        for keyword, item in field.items()
        if keyword != "default"
    }
    default = field.get("default")
    if default not in (None, [], {}) and "Default:" in without:
        rest["default"] = default
    said = sentence(paragraphs(field.get("description", "")))
    text = f"{said} {without}".strip()
    below = definitions.get(str(field.get("$ref", "")).removeprefix(REFERENCE), {})
    if "properties" in below:
        # An editor shows what stands beside the reference in place of what it leads to.
        text = f"{text}\n\n{paragraphs(below['description'])}"
    return {**rest, "title": title(key), "description": text}


def _tier_defaults(schema: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the keys whose default is the tier's, by section, with the sentence that says so."""
    for path in _paths(TIERS["prod"]):
        name, section = "", schema
        for part in path[:-1]:
            name = section["properties"][part]["$ref"].removeprefix(REFERENCE)
            section = schema["$defs"][name]
        values = []
        for tier, given in TIERS.items():
            found: Any = given
            for part in path:
                found = found[part]
            values.append(f"{shown(found)} in {tier}")
        yield (name, path[-1]), f"By tier: {', '.join(values)}."


def _paths(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if not isinstance(data, dict):
        yield path
        return
    for key, value in data.items():
        yield from _paths(value, (*path, key))
