"""What makes a JSON Schema sound: the keywords of draft 4 and what each takes.

Plain data in, paths with messages out; where they are written is the caller's to say.
https://datatracker.ietf.org/doc/html/draft-fge-json-schema-validation-00
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, did_you_mean, kind_of, near_miss

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
DRAFT_4 = "http://json-schema.org/draft-04/schema#"
ONE_SCHEMA = frozenset(("additionalItems", "additionalProperties", "items", "not"))
"""Keywords that take a schema; the first two take true and false too, `items` also a list."""

LISTS = frozenset(("allOf", "anyOf", "oneOf"))
"""Keywords that take a list of schemas."""

NAMED = frozenset(("definitions", "dependencies", "patternProperties", "properties"))
"""Keywords that take schemas by name."""

TEXTS = ("$ref", "description", "format", "id", "pattern", "title")
NUMBERS = ("maximum", "minimum")
COUNTS = ("maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties")
EXCLUSIVE = ("exclusiveMaximum", "exclusiveMinimum")
SWITCHES = (*EXCLUSIVE, "uniqueItems")

REFUSED = {
    "$defs": "write `definitions`",
    "const": "write `enum` with one value",
    "dependentRequired": "write `dependencies`",
    "dependentSchemas": "write `dependencies`",
    "else": "write `anyOf`",
    "if": "write `anyOf`",
    "nullable": "write type: [string, 'null']",
    "prefixItems": "write `items` with a list",
    "then": "write `anyOf`",
    "unevaluatedProperties": "write `additionalProperties`",
}
"""What to write for keywords of later drafts and of OpenAPI."""

DOUBTED = ("exclusiveMinimum", "maxItems", "minItems", "oneOf")
"""Keywords of draft 4 that API Gateway's notes on OpenAPI call unsupported in models, or in some of
their uses, without saying what it does with them. The notes have changed over the years (`allOf`,
`anyOf`, `pattern` and `additionalProperties` stood there too, and are gone).
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html"""


def schema_faults(schema: Any, path: KeyPath = ()) -> Iterator[Diagnostic]:
    """Yield what keeps `schema` from being a schema of draft 4 that a template can hold."""
    if not isinstance(schema, dict):
        yield Diagnostic(path, f"must be a JSON Schema, which is a mapping, not {kind_of(schema)}")
        return
    for key, value in schema.items():
        message = _keyword_fault(key, value)
        if message:
            yield Diagnostic((*path, key), message)
    yield from _faults_in_template(schema, path)
    for below, part in subschemas(schema):
        yield from schema_faults(part, (*path, *below))


def schema_doubts(schema: Any, path: KeyPath = ()) -> Iterator[Diagnostic]:
    """Yield keywords of a sound schema that API Gateway may not act on."""
    for key in sorted(schema):
        if key in DOUBTED:
            message = "is not supported in models, says AWS, and not what happens to it; test it"
            yield Diagnostic((*path, key), message)
    for below, part in subschemas(schema):
        yield from schema_doubts(part, (*path, *below))


def subschemas(schema: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    """Yield the schemas right below `schema` with the path to each, whatever stands there."""
    for key, value in schema.items():
        if key in ONE_SCHEMA and isinstance(value, dict):
            yield (key,), value
        elif (key in LISTS or key == "items") and isinstance(value, list):
            yield from (((key, position), part) for position, part in enumerate(value))
        elif key in NAMED and isinstance(value, dict):
            parts = ((name, part) for name, part in value.items())
            yield from (
                ((key, name), part)
                for name, part in parts
                if key != "dependencies" or not isinstance(part, list)
            )


def reference_target(schema: Any, reference: str) -> Any:
    """Return what a local reference such as ``#/definitions/Job`` leads to; ``None`` for nothing.

    https://datatracker.ietf.org/doc/html/rfc6901
    """
    found = schema
    for part in reference.removeprefix("#").split("/")[1:]:
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found


def _keyword_fault(key: str, value: Any) -> str | None:
    if key in _CHECKS:
        return _CHECKS[key](value)
    if key in ONE_SCHEMA or key in LISTS or key in NAMED:
        return _container_fault(key, value)
    if key == "file":
        return "must stand alone: mappings merge, and a file does not; remove it or what is beside"
    if key == "default":
        return None
    # AWS refuses the whole model for one such keyword:
    # https://github.com/amazon-archives/aws-apigateway-importer/issues/213
    near = near_miss(key, (*_CHECKS, *ONE_SCHEMA, *LISTS, *NAMED, "default"))
    hint = f"; {REFUSED[key]}" if key in REFUSED else near or "; leave it out"
    return f"is no keyword of draft 4, the JSON Schema that API Gateway takes{hint}"


def _container_fault(key: str, value: Any) -> str | None:
    if key in LISTS or (key == "items" and isinstance(value, list)):
        if not isinstance(value, list) or not value:
            return f"must be a list of schemas, not {_shown(value)}"
    elif key in NAMED:
        if not isinstance(value, dict):
            return f"must be a mapping of names to schemas, not {_shown(value)}"
    elif key.startswith("additional"):
        if not isinstance(value, bool | dict):
            return f"must be true, false or a schema, not {_shown(value)}"
    elif not isinstance(value, dict):
        return f"must be a schema, not {_shown(value)}"
    return None


def _faults_in_template(value: Mapping[str, Any], path: KeyPath) -> Iterator[Diagnostic]:
    """Yield what CloudFormation would not leave as it is.

    It takes no null, and reads ``Ref`` and ``Fn::…`` as functions wherever they stand.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
    """
    for key, part in value.items():
        if key == "dependencies" and isinstance(part, dict):
            lists = {name: item for name, item in part.items() if isinstance(item, list)}
            for name, item in lists.items():
                if not item or not _distinct_text(item):
                    message = "must be a schema, or a list of different properties"
                    yield Diagnostic((*path, key, name), message)
        if key in ONE_SCHEMA or key in LISTS or key == "type":
            continue
        if key in NAMED:
            if isinstance(part, dict):
                yield from _function_names(part, (*path, key))
            continue
        yield from _nulls(part, (*path, key))


def _function_names(names: Mapping[str, Any], path: KeyPath) -> Iterator[Diagnostic]:
    for name in names:
        if name.startswith("Fn::") or name == "Ref":
            yield Diagnostic((*path, name), "is read by CloudFormation as a function; rename it")


def _nulls(value: Any, path: KeyPath) -> Iterator[Diagnostic]:
    if value is None:
        message = "is null, which CloudFormation refuses in a template; leave it out, and allow "
        yield Diagnostic(path, message + "null by type: [string, 'null']")
    elif isinstance(value, dict):
        yield from _function_names(value, path)
        for key, part in value.items():
            yield from _nulls(part, (*path, key))
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from _nulls(part, (*path, position))


def _shown(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value}"
    return f"'{value}'" if isinstance(value, str) else kind_of(value)


def _distinct_text(values: list[Any]) -> bool:
    return all(isinstance(item, str) for item in values) and len(set(values)) == len(values)


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else f"must be text, not {kind_of(value)}"


def _number(value: Any) -> str | None:
    sound = isinstance(value, int | float) and not isinstance(value, bool)
    return None if sound else f"must be a number, not {_shown(value)}"


def _above_zero(value: Any) -> str | None:
    return _number(value) or (None if value > 0 else "must be more than 0")


def _count(value: Any) -> str | None:
    sound = type(value) is int and value >= 0
    return None if sound else f"must be a whole number from 0, not {_shown(value)}"


def _switch(value: Any) -> str | None:
    return None if isinstance(value, bool) else f"must be true or false, not {_shown(value)}"


def _exclusive(value: Any) -> str | None:
    if _number(value) is None:
        return (
            "is a number, as in later drafts; in draft 4 it is true beside `minimum` or `maximum`"
        )
    return _switch(value)


def _type(value: Any) -> str | None:
    names = value if isinstance(value, list) else [value]
    if None in names:
        return "has null, which YAML reads as nothing; write it in quotes, as in [string, 'null']"
    if not names or not _distinct_text(names):
        return "must be a type, or a list of different types"
    unknown = [name for name in names if name not in TYPES]
    return f"names '{unknown[0]}'{did_you_mean(unknown[0], TYPES)}" if unknown else None


def _required(value: Any) -> str | None:
    if isinstance(value, list) and value and _distinct_text(value):
        return None
    return "must be a list of different properties, beside `properties`"


def _enum(value: Any) -> str | None:
    return None if isinstance(value, list) and value else "must be a list of values"


def _draft(value: Any) -> str | None:
    if isinstance(value, str) and value.rstrip("#") == DRAFT_4.rstrip("#"):
        return None
    return f"names another draft; API Gateway takes draft 4, which is {DRAFT_4}"


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "$schema": _draft,
    "enum": _enum,
    "multipleOf": _above_zero,
    "required": _required,
    "type": _type,
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(SWITCHES, _switch),
    **dict.fromkeys(EXCLUSIVE, _exclusive),
    **dict.fromkeys(NUMBERS, _number),
    **dict.fromkeys(COUNTS, _count),
}
