"""What the pydantic models say of themselves as a JSON Schema.

https://docs.pydantic.dev/latest/concepts/json_schema/
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from gateway_infra.schema.draft_4 import draft_4_definitions
from gateway_infra.sections.environment import Environment
from gateway_infra.values.section import SHARED
from gateway_infra.values.value_schema import value_definitions, with_values


class Generator(GenerateJsonSchema):
    """Pydantic's own generator, except for null, mappings of named entries, and value types."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> dict[str, Any]:
        """Leave null out: in a file it removes its key, and the models never see it."""
        return self.generate_inner(schema["schema"])

    def encode_default(self, dft: Any) -> Any:
        """Tell no default of a section: its keys have their own."""
        return {} if isinstance(dft, BaseModel) else super().encode_default(dft)

    def dict_schema(self, schema: core_schema.DictSchema) -> dict[str, Any]:
        """Say apart what names may be and what stands below them."""
        names = dict(self.generate_inner(schema.get("keys_schema", core_schema.str_schema())))
        names.pop("title", None)
        below = self.generate_inner(schema.get("values_schema", core_schema.any_schema()))
        found: dict[str, Any] = {"type": "object", "additionalProperties": below}
        if set(names) != {"type"}:
            found["propertyNames"] = names
        if "min_length" in schema:
            found["minProperties"] = schema["min_length"]
        if "max_length" in schema:
            found["maxProperties"] = schema["max_length"]
        return found

    def sort(self, value: dict[str, Any], parent_key: str | None = None) -> dict[str, Any]:
        """Replace value types by their schemas, then sort keys."""
        return super().sort(with_values(value), parent_key)


def models_schema() -> dict[str, Any]:
    """Return the schema of a whole environment as the models have it.

    It refers to `shared_definitions` too.
    """
    return dict(_local(Environment.model_json_schema(schema_generator=Generator)))


def shared_definitions() -> dict[str, Any]:
    """Return the definitions that the models refer to and pydantic does not know."""
    return dict(_local({**value_definitions(), **draft_4_definitions()}))


def _local(value: Any) -> Any:
    """Return a schema in one spelling, whichever pydantic made it, with its own references."""
    if isinstance(value, list):
        return [_local(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, dict):
        return value
    found = {key: _local(item) for key, item in value.items()}
    parts = found.get("allOf")
    if isinstance(parts, list) and len(parts) == 1:
        # So did pydantic write references for drafts that read nothing beside one.
        del found["allOf"]
        found = {**parts[0], **found}
    if SHARED in found:
        found["$ref"] = f"#/$defs/{found.pop(SHARED)}"
    return found
