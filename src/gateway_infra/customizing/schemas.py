"""AWS's own schemas of resource types, as cfn-lint ships them: names of properties, types, rules.

Only cfn-lint's data is read: importing its code takes longer than a whole run. Each region has a
file that leads from a type to its schema.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from gateway_infra.reading.diagnostics import KeyPath

Schema: TypeAlias = "Mapping[str, Any]"
_UNIONS = ("allOf", "anyOf", "oneOf")


class Schemas(NamedTuple):
    """The schemas of a region: a folder, and the file in it of each type."""

    folder: Path
    files: Mapping[str, str]
    read: dict[str, Schema]

    def of(self, kind: str) -> Schema | None:
        """Return the schema of a type; ``None`` for one that the region does not have."""
        if kind not in self.read and kind in self.files:
            file = self.folder / "resources" / f"{self.files[kind]}.json"
            self.read[kind] = json.loads(file.read_text(encoding="utf-8"))
        return self.read.get(kind)


def provider_schemas(region: str) -> Schemas | None:
    """Return the schemas for a region, of us-east-1 where it has none of its own.

    ``None`` where cfn-lint is not installed, or keeps its data otherwise.
    """
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "data" / "schemas"
    for name in (region, "us-east-1"):
        file = folder / "providers" / f"{name}.json"
        if file.is_file():
            return Schemas(folder, json.loads(file.read_text(encoding="utf-8")), {})
    return None


def schema_names(root: Schema, keys: KeyPath) -> frozenset[str] | None:
    """Return the names that can stand at a place below a type's properties.

    ``None`` where any name can, or where the schema leaves it open.
    """
    places = [root]
    for key in keys:
        places = [below for place in places for below in _below(root, place, key)]
    found: set[str] = set()
    for place in places:
        for form in forms(root, place):
            if "properties" in form:
                if form.get("additionalProperties") is not False or "patternProperties" in form:
                    return None
                found |= set(form["properties"])
            elif form.get("type") is not None:
                return None
    return frozenset(found) or None


def forms(root: Schema, schema: Schema) -> Iterator[Schema]:
    """Yield a schema, with references followed, and all that it says its value may be."""
    schema = resolved(root, schema)
    yield schema
    for key in _UNIONS:
        for part in schema.get(key, ()):
            yield from forms(root, part)


def resolved(root: Schema, schema: Schema) -> Schema:
    """Return what a reference within the root schema leads to."""
    seen = 0
    while "$ref" in schema and seen < 20:
        target: Any = root
        for part in str(schema["$ref"]).lstrip("#/").split("/"):
            target = target.get(part, {})
        schema, seen = target, seen + 1
    return schema


def _below(root: Schema, place: Schema, key: str | int) -> Iterator[Schema]:
    for form in forms(root, place):
        if isinstance(key, int):
            if isinstance(form.get("items"), dict):
                yield form["items"]
        elif key in form.get("properties", {}):
            yield form["properties"][key]
        else:
            yield from form.get("patternProperties", {}).values()
            if isinstance(form.get("additionalProperties"), dict):
                yield form["additionalProperties"]
