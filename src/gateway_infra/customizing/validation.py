"""Check a resource's properties against AWS's schema of its type.

What CloudFormation knows at deploy time alone is taken as it is: functions, parameters, dynamic
references. Text that says a number or a switch is one, as CloudFormation reads it. No message
shows a value, which may be a secret.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gateway_infra.customizing.schemas import Schema, resolved
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, did_you_mean, near_miss
from gateway_infra.values.intrinsics import is_function


def schema_faults(root: Schema, properties: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Yield what the schema of a type does not take in the properties of a resource."""
    for name in _read_only(root):
        if name in properties:
            yield Diagnostic((name,), "is set by AWS alone; remove it")
    yield from _faults(root, root, dict(properties), ())


def _read_only(root: Schema) -> Iterator[str]:
    """Yield the properties that AWS sets; those that it also lists as written are taken."""
    written = {*root.get("createOnlyProperties", ()), *root.get("writeOnlyProperties", ())}
    for pointer in root.get("readOnlyProperties", ()):
        name = str(pointer).removeprefix("/properties/")
        if pointer not in written and "/" not in name and name not in root.get("required", ()):
            yield name


def _faults(root: Schema, schema: Schema, value: Any, path: KeyPath) -> Iterator[Diagnostic]:
    if is_function(value) or (isinstance(value, str) and "{{resolve:" in value):
        return
    schema = resolved(root, schema)
    if not _is_of_kind(schema, value):
        expected = " or ".join(_KINDS[kind] for kind in _kinds(schema) if kind in _KINDS)
        yield Diagnostic(path, f"must be {expected}, not {_kind(value)}")
        return
    if isinstance(value, dict):
        yield from _mapping_faults(root, schema, value, path)
    elif isinstance(value, list):
        yield from _list_faults(root, schema, value, path)
    else:
        yield from _scalar_faults(schema, value, path)
    yield from _union_faults(root, schema, value, path)


def _mapping_faults(
    root: Schema, schema: Schema, value: dict[str, Any], path: KeyPath
) -> Iterator[Diagnostic]:
    properties = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    further = schema.get("additionalProperties")
    for name, item in value.items():
        below = [properties[name]] if name in properties else []
        below += [part for pattern, part in patterns.items() if _matches(pattern, name)]
        if not below and isinstance(further, dict):
            below = [further]
        for part in below:
            yield from _faults(root, part, item, (*path, name))
        if not below and further is False:
            message = f"is no property there{near_miss(name, properties)}"
            if patterns:
                message = f"is no name that it takes; they match {' or '.join(patterns)}"
            yield Diagnostic((*path, name), message)
    for name in schema.get("required", ()):
        if name not in value:
            yield Diagnostic(path, f"leaves out {name}, which it must have", note=name)
    yield from _together(schema, value, path)
    yield from _size(len(value), schema, "Properties", "keys", path)


def _together(schema: Schema, value: dict[str, Any], path: KeyPath) -> Iterator[Diagnostic]:
    """Check which properties must, or cannot, stand together."""
    for name, others in schema.get("dependentRequired", {}).items():
        missing = [other for other in others if name in value and other not in value]
        if missing:
            yield Diagnostic(path, f"has {name}, which needs {missing[0]} beside it")
    for name, others in schema.get("dependentExcluded", {}).items():
        beside = [other for other in others if name in value and other in value]
        if beside:
            yield Diagnostic(path, f"has {name} and {beside[0]}; keep one")
    for keyword, most in (("requiredXor", 1), ("requiredOr", len(value))):
        names = schema.get(keyword, ())
        count = len([name for name in names if name in value])
        if names and not 1 <= count <= max(most, 1):
            how = "one" if most == 1 else "at least one"
            yield Diagnostic(path, f"must have {how} of {', '.join(sorted(names))}")


def _list_faults(
    root: Schema, schema: Schema, value: list[Any], path: KeyPath
) -> Iterator[Diagnostic]:
    if isinstance(schema.get("items"), dict):
        for position, item in enumerate(value):
            yield from _faults(root, schema["items"], item, (*path, position))
    yield from _size(len(value), schema, "Items", "entries", path)
    plain = not any(is_function(item) for item in value)
    if schema.get("uniqueItems") and plain:
        doubled = [position for position, item in enumerate(value) if item in value[:position]]
        if doubled:
            yield Diagnostic((*path, doubled[0]), "stands in the list twice; keep one")


def _scalar_faults(schema: Schema, value: Any, path: KeyPath) -> Iterator[Diagnostic]:
    allowed = schema.get("enum") or schema.get("enumCaseInsensitive")
    if allowed and not _among(value, allowed, "enumCaseInsensitive" in schema):
        yield Diagnostic(path, f"is none of what it takes{_offered(value, allowed)}")
    if "const" in schema and value != schema["const"]:
        yield Diagnostic(path, f"must be {schema['const']}")
    if isinstance(value, str):
        if "pattern" in schema and not _matches(schema["pattern"], value):
            yield Diagnostic(path, f"does not match the pattern {schema['pattern']}")
        yield from _size(len(value), schema, "Length", "characters", path)
    number = _number(value)
    if number is not None and schema.get("type") in ("integer", "number"):
        if number < schema.get("minimum", number):
            yield Diagnostic(path, f"must be at least {schema['minimum']:,}")
        if number > schema.get("maximum", number):
            yield Diagnostic(path, f"must be at most {schema['maximum']:,}")


def _union_faults(root: Schema, schema: Schema, value: Any, path: KeyPath) -> Iterator[Diagnostic]:
    for part in schema.get("allOf", ()):
        yield from _faults(root, part, value, path)
    for keyword in ("anyOf", "oneOf"):
        parts = [resolved(root, part) for part in schema.get(keyword, ())]
        forms = [list(_faults(root, part, value, path)) for part in parts]
        if forms and all(forms):
            # What was meant has the right kind, and went furthest.
            fits = [_is_of_kind(part, value) for part in parts]
            ranks = [
                (fit, max(len(fault.path) for fault in found), -len(found))
                for fit, found in zip(fits, forms, strict=True)
            ]
            yield from forms[ranks.index(max(ranks))]


def _size(
    count: int, schema: Schema, keyword: str, what: str, path: KeyPath
) -> Iterator[Diagnostic]:
    least, most = schema.get(f"min{keyword}", 0), schema.get(f"max{keyword}")
    if count < least:
        yield Diagnostic(path, f"has {count:,} {what}; it must have at least {least:,}")
    if most is not None and count > most:
        yield Diagnostic(path, f"has {count:,} {what}; it takes at most {most:,}")


def _matches(pattern: str, text: str) -> bool:
    """Tell whether text matches; a pattern that Python does not read is taken to."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True


def _among(value: Any, allowed: list[Any], any_case: bool) -> bool:
    words = [str(item).lower() if any_case else str(item) for item in allowed]
    text = str(value).lower() if isinstance(value, bool) or any_case else str(value)
    return text in words


def _offered(value: Any, allowed: list[Any]) -> str:
    words = sorted(str(item) for item in allowed)
    if len(words) <= 12:
        return did_you_mean(str(value), words)
    more = f"; known: {', '.join(words[:12])} and {len(words) - 12} more"
    return near_miss(str(value), words) or more


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _whole(value: Any) -> bool:
    number = _number(value)
    return number is not None and number.is_integer()


_IS: Mapping[str, Callable[[Any], bool]] = {
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool) or value in ("true", "false"),
    "integer": _whole,
    "null": lambda _: False,
    "number": lambda value: _number(value) is not None,
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str | int | float),
}

_KINDS = {
    "array": "a list",
    "boolean": "a switch (true or false)",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}


def _kinds(schema: Schema) -> list[str]:
    kinds = schema.get("type") or []
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _is_of_kind(schema: Schema, value: Any) -> bool:
    kinds = _kinds(schema)
    return not kinds or any(_IS[kind](value) for kind in kinds if kind in _IS)


def _kind(value: Any) -> str:
    for name, kind in (("boolean", bool), ("array", list), ("object", dict), ("string", str)):
        if isinstance(value, kind):
            return _KINDS[name]
    return "a number"
