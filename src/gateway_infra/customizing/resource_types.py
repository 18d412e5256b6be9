"""What is known of resource types: by AWS's schemas where cfn-lint is installed, or troposphere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from gateway_infra.customizing.schemas import Schemas, schema_names
from gateway_infra.customizing.troposphere_types import class_names, class_types
from gateway_infra.customizing.validation import schema_faults
from gateway_infra.facts import TYPES
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath

_CREATE_ONLY = {row.type: tuple(f"/properties/{name}" for name in row.create_only) for row in TYPES}
"""Pointers as in AWS's schemas, for a run without cfn-lint."""


class Known(NamedTuple):
    """What can be asked of a resource type; without schemas less is known."""

    schemas: Schemas | None

    def names(self, kind: str, keys: KeyPath) -> frozenset[str] | None:
        """Return what can stand at a place below a type's properties; ``None`` for anything."""
        schema = self.schemas.of(kind) if self.schemas else None
        return class_names(kind, keys) if schema is None else schema_names(schema, keys)

    def types_near(self, kind: str) -> frozenset[str] | None:
        """Return the types among which `kind` should be, ``None`` where it is known.

        Types of others than AWS are registered in the account, and always taken to be known.
        """
        types = frozenset(self.schemas.files) if self.schemas else class_types(kind)
        return None if kind in types or not kind.startswith("AWS::") else types

    def faults(self, body: Mapping[str, Any]) -> list[Diagnostic]:
        """Return what AWS's schema does not take in a resource; nothing without a schema."""
        schema = self.schemas.of(body["Type"]) if self.schemas else None
        return [] if schema is None else list(schema_faults(schema, body.get("Properties", {})))

    def replaced_with(self, kind: str, keys: KeyPath) -> bool:
        """Return whether a change below a property replaces a resource of the type."""
        schema = self.schemas.of(kind) if self.schemas else None
        pointers = schema.get("createOnlyProperties", ()) if schema else _CREATE_ONLY.get(kind, ())
        path = "/properties/" + "/".join("*" if isinstance(key, int) else key for key in keys)
        return any(f"{path}/".startswith(f"{pointer}/") for pointer in pointers)
