"""Titles, descriptions, defaults and the order of keywords: how the schema reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

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


_SPELLED = {
    "api": "API",
    "cors": "CORS",
    "cpu": "CPU",
    "iam": "IAM",
    "id": "ID",
    "kms": "KMS",
    "openapi": "OpenAPI",
    "ssm": "SSM",
    "ttl": "TTL",
    "vpc": "VPC",
}

_SUFFIX = re.compile(r"(Config|Section)$")

_WORD = re.compile(r"[A-Z][a-z0-9]*|[a-z0-9]+")


def title(name: str) -> str:
    """Return the title of a key (``api_key``) or a section (``UsagePlanConfig``)."""
    words = [word.lower() for word in _WORD.findall(_SUFFIX.sub("", name))]
    first, *others = [_SPELLED.get(word, word) for word in words] or [name]
    return " ".join([first[:1].upper() + first[1:], *others])


def sentence(text: str) -> str:
    """Return a description as a sentence, on one line, with Markdown's quotes."""
    text = " ".join(text.split())
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "…")) else f"{text}."


def paragraphs(text: str) -> str:
    """Return a docstring as Markdown: its quotes, and a paragraph or a point on one line."""
    joined = re.sub(r"(?<!\n)\n(?!\n|- |https?:)", " ", text)
    return re.sub(r"``([^`]*)``", r"`\1`", joined)


def default_sentence(field: Mapping[str, Any], *, required: bool) -> str:
    """Return what holds where a key is not written, unless its description says so."""
    if required:
        return "Required."
    default = field.get("default")
    if "$ref" in field and default is not None:
        return ""  # a section, whose own keys have defaults
    if not default and default not in (False, 0):
        return "" if "unset" in str(field.get("description", "")).lower() else "Unset: none."
    return f"Default: {shown(default)}."


def shown(value: Any) -> str:
    """Return a default as the file would have it."""
    if isinstance(value, list):
        return ", ".join(shown(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value)
