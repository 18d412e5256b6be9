"""Both schemas, compiled once, and what they say of data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from gateway_infra.schema.environment import environment_schema

FILE_SCHEMA = environment_schema()
WHOLE_SCHEMA = environment_schema(whole=True)
FILE = Draft202012Validator(FILE_SCHEMA)
"""Of one file of an environment."""
WHOLE = Draft202012Validator(WHOLE_SCHEMA)
"""Of all files of an environment together."""


def faults(validator: Draft202012Validator, data: Any) -> list[str]:
    """Return what a schema refuses, with the place of each."""
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(data)]


def subschemas(schema: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema within a schema, with the way to it."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword, item in schema.items():
        if keyword in ("properties", "$defs", "dependentSchemas"):
            for name, below in item.items():
                yield from subschemas(below, f"{path}/{keyword}/{name}")
        elif keyword in ("anyOf", "allOf", "oneOf"):
            for position, below in enumerate(item):
                yield from subschemas(below, f"{path}/{keyword}/{position}")
        elif keyword not in ("const", "default", "enum", "examples"):
            yield from subschemas(item, f"{path}/{keyword}")
