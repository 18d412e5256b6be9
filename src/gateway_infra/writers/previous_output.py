"""What an earlier run wrote, and a plan in the same form, so that the two can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gateway_infra.graph import Reference, references
from gateway_infra.writers.manifest import MANIFEST, SCHEMA
from gateway_infra.writers.plan import Plan

_DEEPEST = 200
"""How deep a template that is compared may be; no file of ours comes near it."""


class WrittenResource(NamedTuple):
    """A resource of a template; `references` are those of its properties.

    `kept` tells whether it stays where it was when it leaves the template.
    """

    type: str
    properties: Mapping[str, Any]
    references: frozenset[Reference]
    kept: bool


class WrittenStack(NamedTuple):
    """A stack; `sources` has for each wired parameter the stack's name and its output."""

    key: str
    name: str
    resources: Mapping[str, WrittenResource]
    sources: Mapping[str, tuple[str, str]]
    outputs: Mapping[str, Reference]


class Written(NamedTuple):
    """An environment; `stacks` by name, in deploy order."""

    environment: str
    service: str
    region: str
    stacks: Mapping[str, WrittenStack]


def read_written(folder: Path) -> Written | None:
    """Return what stands in an environment's folder; ``None`` where that is not what was written.

    So it is for a folder that is missing, half there, edited into something else, or written by a
    later version, and nothing is said of any of these: the files are about to be written anew.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["schema"] != SCHEMA:
            return None
        stacks = [_read_stack(folder, entry) for entry in manifest["stacks"]]
        environment, service, region = (
            _text(manifest[key]) for key in ("environment", "service", "region")
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return Written(environment, service, region, {stack.name: stack for stack in stacks})


def from_plan(plan: Plan) -> Written:
    """Return a plan as it will be read when it is written."""
    stacks = [
        _stack(stack.key, stack.name, stack.template, stack.parameters) for stack in plan.stacks
    ]
    return Written(
        plan.environment, plan.service, plan.region, {stack.name: stack for stack in stacks}
    )


def _read_stack(folder: Path, entry: Mapping[str, Any]) -> WrittenStack:
    name = entry["template"]
    if Path(name).name != name:
        raise ValueError(f"{name} leads out of the folder")
    template = json.loads((folder / name).read_text(encoding="utf-8"))
    _refuse_deep(template)
    return _stack(entry["key"], entry["name"], template, entry["parameters"])


def _stack(
    key: str, name: str, template: Mapping[str, Any], parameters: Mapping[str, Mapping[str, Any]]
) -> WrittenStack:
    """Read all that is compared, so that whatever is not as it should be shows here."""
    resources = {logical_id: _resource(body) for logical_id, body in template["Resources"].items()}
    sources = {
        parameter: (str(filled["from"]["stack"]), str(filled["from"]["output"]))
        for parameter, filled in parameters.items()
        if "from" in filled
    }
    outputs = {
        output: reference
        for output, body in template.get("Outputs", {}).items()
        for reference in list(references(body["Value"]))[:1]
    }
    return WrittenStack(_text(key), _text(name), resources, sources, outputs)


def _resource(body: Mapping[str, Any]) -> WrittenResource:
    properties = body.get("Properties", {})
    if not isinstance(properties, dict):
        raise TypeError("properties are no mapping")
    kept = str(body.get("DeletionPolicy", "Delete")).startswith("Retain")
    return WrittenResource(_text(body["Type"]), properties, frozenset(references(properties)), kept)


def _refuse_deep(template: Any) -> None:
    """Raise where walking the template might not come to an end."""
    level = [template]
    for _ in range(_DEEPEST):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise ValueError("is too deep")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
