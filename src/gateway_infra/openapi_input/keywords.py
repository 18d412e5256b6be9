"""Single words of a schema: which API Gateway checks, and in which form."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator

from gateway_infra.openapi_input.document import At, Report, follow
from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.reading.source import Node

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
FORMATS = ("date-time", "email", "hostname", "ipv4", "ipv6", "uri")
"""Those of draft 4: https://json-schema.org/draft-04/draft-fge-json-schema-validation-00#rfc.section.7.3"""

_HINTS = ("binary", "double", "float", "int32", "int64", "password")
"""Formats that people read as a hint and not as a rule."""

SILENT = frozenset(
    {
        *("$anchor", "$comment", "$defs", "$id", "$schema", "definitions", "id"),
        *("contentEncoding", "contentMediaType", "contentSchema", "default", "deprecated"),
        *("description", "discriminator", "example", "examples", "externalDocs", "nullable"),
        *("readOnly", "title", "writeOnly", "xml"),
        *("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "required"),
    }
)
"""Words that refuse no request, or that are dealt with together with others."""

_NUMBER = re.compile(r"[-+]?[0-9]{1,300}(\.[0-9]{1,300})?([eE][-+]?[0-9]{1,4})?")


def number_of(at: At | None) -> int | float | None:
    """Return a number, also one that the reader of YAML takes for text as it is long."""
    value = at.value if at else None
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value) if re.search(r"[.eE]", value) else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def simple_word(word: str, at: At, report: Report) -> Iterator[tuple[str, Node]]:
    """Yield a word that needs to know nothing but itself, in draft 4; list what is left out."""
    if word == "format":
        if at.value in FORMATS:
            yield word, at.node
        elif at.value not in _HINTS:
            message = "is a format that API Gateway does not check"
            report.spot("schema format", at, f"{message}; the application must")
        return
    if word not in _WORDS:
        message = f"is checked by no model: API Gateway takes JSON Schema draft 4, without `{word}`"
        report.spot(f"schema {word}", at, f"{message}; the application must")
        return
    key, read = _WORDS[word]
    node = read(at)
    if node is None:
        report.spot("malformed", at, "is not what JSON Schema has here, and is left out")
    else:
        yield key, node


def limits_of(at: At, report: Report) -> dict[str, Node]:
    """Return ``minimum`` and ``maximum``; "exclusiveMinimum is not supported by API Gateway".

    Between whole numbers the next one is the limit. Otherwise the limit itself passes too, which
    is listed. From OpenAPI 3.1 the exclusive limit is a number of its own.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    found: dict[str, Node] = {}
    kind = at.get("type")
    whole = kind is not None and set(_texts(kind)) <= {"integer", "null"}
    for word, exclusive, up in (
        ("minimum", "exclusiveMinimum", True),
        ("maximum", "exclusiveMaximum", False),
    ):
        limit, edge = at.get(word), at.get(exclusive)
        values = [number_of(limit)]
        if edge is not None and edge.value is not False:
            beyond = values[0] if edge.value is True else number_of(edge)
            if beyond is not None and whole:
                beyond = math.floor(beyond) + 1 if up else math.ceil(beyond) - 1
            elif beyond is not None:
                message = f"lets {beyond:g} itself pass: API Gateway has no `{exclusive}`"
                report.spot(f"schema {exclusive}", edge, message)
            else:
                report.spot("malformed", edge, "is not what JSON Schema has here, and is left out")
            values = [value for value in (*values, beyond) if value is not None]
        if limit is not None and number_of(limit) is None:
            report.spot("malformed", limit, "is no number, and is left out")
        numbers = [value for value in values if value is not None]
        if numbers:
            place = (limit or edge or at).node.place
            found[word] = Node(max(numbers) if up else min(numbers), place)
    return found


def required_of(at: At, hidden: frozenset[str], report: Report) -> Node | None:
    """Return the properties that a request must have: those that are not `hidden`.

    ``None`` where none is left, as draft 4 takes no empty list.
    https://json-schema.org/draft-04/draft-fge-json-schema-validation-00#rfc.section.5.4.3
    """
    required = at.get("required")
    if required is None:
        return None
    if not isinstance(required.value, list):
        report.spot("malformed", required, "is no list of properties, and is left out")
        return None
    kept: dict[str, Node] = {}
    for item in required.items():
        if isinstance(item.value, str) and item.value not in hidden:
            kept.setdefault(item.value, item.node)
    return Node(list(kept.values()), required.node.place) if kept else None


def read_only_names(at: At, root: Node) -> frozenset[str]:
    """Return the read-only properties of a schema and of what it is composed of.

    They "SHOULD NOT be sent as part of the request", required or not:
    https://spec.openapis.org/oas/v3.0.3#fixed-fields-19
    """
    quiet = Report([], [])
    found: set[str] = set()
    seen: set[KeyPath] = set()
    waiting = [at]
    while waiting:
        schema = waiting.pop()
        if schema.path in seen:
            continue
        seen.add(schema.path)
        properties, branches = schema.get("properties"), schema.get("allOf")
        for name, child in properties.entries() if properties else ():
            target = child if child.get("readOnly") else follow(child, root, quiet)
            mark = target.get("readOnly") if target else None
            if mark is not None and mark.value is True:
                found.add(name)
        targets = [follow(item, root, quiet) for item in branches.items()] if branches else []
        waiting += [target for target in targets if target is not None]
    return frozenset(found)


def is_nullable(at: At) -> bool:
    """Whether a schema is ``nullable``, which is a word of OpenAPI 3.0 alone."""
    mark = at.get("nullable")
    return mark is not None and mark.value is True


def null_in_enum(at: At) -> bool:
    """Whether a schema lists null among its values, and its ``type`` allows it."""
    listed = at.get("enum")
    kind = at.get("type")
    fits = kind is None or "null" in _texts(kind) or is_nullable(at)
    return fits and listed is not None and any(item.value is None for item in listed.items())


def only_null(at: At) -> bool:
    """Whether a schema accepts null and nothing else, as ``const: null`` does."""
    value = at.value if isinstance(at.value, dict) else {}
    listed = at.get("enum")
    items = listed.items() if listed else []
    return ("const" in value and value["const"].value is None) or (
        bool(items) and all(item.value is None for item in items)
    )


def _texts(at: At) -> list[str]:
    """Return the texts of a list or of one text; null without quotes is the type of that name."""
    items = ["null" if item.value is None else item.value for item in at.items()] or [at.value]
    return [item for item in items if isinstance(item, str)]


def _type(at: At) -> Node | None:
    kinds = list(dict.fromkeys(_texts(at)))
    if not kinds or any(kind not in TYPES for kind in kinds):
        return None
    if len(kinds) == 1:
        return Node(kinds[0], at.node.place)
    return Node([Node(kind, at.node.place) for kind in kinds], at.node.place)


def _enum(at: At) -> Node | None:
    """Return the values, each once, as draft 4 wants them; null is said by ``type``.

    CloudFormation takes no null in a template, so a value that holds one cannot be among them.
    """
    kept: list[Node] = []
    seen: set[str] = set()
    for item in at.items():
        text = json.dumps(item.node.plain(), sort_keys=True)
        if item.value is not None and text not in seen:
            seen.add(text)
            kept.append(item.node)
    if not kept or any(_holds_null(node) for node in kept):
        return None
    return Node(kept, at.node.place)


def _holds_null(node: Node) -> bool:
    if isinstance(node.value, dict):
        return any(_holds_null(child) for child in node.value.values())
    if isinstance(node.value, list):
        return any(_holds_null(child) for child in node.value)
    return node.value is None


def _count(at: At) -> Node | None:
    number = number_of(at)
    if number is None or number < 0 or number != int(number):
        return None
    return Node(int(number), at.node.place)


def _positive(at: At) -> Node | None:
    number = number_of(at)
    return Node(number, at.node.place) if number is not None and number > 0 else None


def _dependent(at: At) -> Node | None:
    """Return ``dependentRequired`` as draft 4's ``dependencies``, without empty lists."""
    kept = {
        key: Node(
            [Node(name, child.node.place) for name in dict.fromkeys(_texts(child))], at.node.place
        )
        for key, child in at.entries()
        if child.items()
    }
    return Node(kept, at.node.place) if kept else None


_COUNTS = ("maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties")
_WORDS: dict[str, tuple[str, Callable[[At], Node | None]]] = {
    **{word: (word, _count) for word in _COUNTS},
    "const": ("enum", lambda at: None if _holds_null(at.node) else Node([at.node], at.node.place)),
    "dependentRequired": ("dependencies", _dependent),
    "enum": ("enum", _enum),
    "multipleOf": ("multipleOf", _positive),
    "pattern": ("pattern", lambda at: at.node if isinstance(at.value, str) else None),
    "type": ("type", _type),
    "uniqueItems": ("uniqueItems", lambda at: at.node if isinstance(at.value, bool) else None),
}
