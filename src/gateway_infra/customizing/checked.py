"""What has become of resources, checked against AWS's schemas, and traced back to the file."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.customizing.overrides import NO_PROPERTY, Applied, Overridden
from gateway_infra.customizing.resource_types import Known
from gateway_infra.graph import Graph
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, show_path
from gateway_infra.reading.rule import Rule
from gateway_infra.sections.environment import Environment


def refused_resources(environment: Environment, graph: Graph, known: Known) -> Iterator[Diagnostic]:
    """Yield what AWS's schemas do not take in the file's own resources, as they are written."""
    for logical_id, item in environment.resources.items():
        for fault in known.faults(graph.resources[logical_id].body):
            place = ("resources", logical_id, "Properties", *fault.path)
            yield Diagnostic(place, _said(item.Type, fault), REFUSED.id, REFUSED.severity)


def refused_overrides(changed: Overridden, before: Graph, known: Known) -> Iterator[Diagnostic]:
    """Yield what the schemas do not take because of overrides.

    Of a property that the type does not have, it is said already.
    """
    said = {told.path[:2] for told in changed.told if told.rule == NO_PROPERTY.id}
    for logical_id in sorted({target for item in changed.applied for target in item.targets}):
        body = changed.graph.resources[logical_id].body
        mine = [item for item in changed.applied if logical_id in item.targets]
        for fault in _new_faults(logical_id, before, changed.graph, known):
            item = max(mine, key=lambda item: _shared(item.change.keys, fault))
            if item.place() not in said:
                yield Diagnostic(
                    _place(item, fault.path),
                    _said(body["Type"], fault),
                    REFUSED.id,
                    REFUSED.severity,
                )


def refused_changes(before: Graph, after: Graph, known: Known) -> Iterator[Diagnostic]:
    """Yield what the schemas do not take because of `customize`."""
    for logical_id, item in after.resources.items():
        for fault in _new_faults(logical_id, before, after, known):
            where = show_path(("Properties", *fault.path))
            message = f"makes {where} of {logical_id} what AWS refuses: it {fault.message}"
            yield Diagnostic(
                ("customize",), f"{message} ({item.body['Type']})", REFUSED.id, REFUSED.severity
            )


def _new_faults(logical_id: str, before: Graph, after: Graph, known: Known) -> Iterator[Diagnostic]:
    had = before.resources.get(logical_id)
    if had is not None and had.body == after.resources[logical_id].body:
        return
    old = known.faults(had.body) if had is not None else []
    for fault in known.faults(after.resources[logical_id].body):
        if fault not in old:
            yield fault


def _shared(keys: KeyPath, fault: Diagnostic) -> int:
    """Return how far the path of an override and that of a fault go together."""
    pairs = zip(keys, ("Properties", *fault.path, fault.note), strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), len(keys))


def _place(item: Applied, path: KeyPath) -> KeyPath:
    """Return where the override says what is wrong: in its value, or by its path."""
    keys, whole = item.change.keys, ("Properties", *path)
    if item.change.remove or whole[: len(keys)] != keys:
        return item.place("path")
    return item.place("value", *whole[len(keys) :])


def _said(kind: str, fault: Diagnostic) -> str:
    return f"{fault.message} ({kind})"


REFUSED = Rule.error(
    "GI804",
    "A value that AWS's schema of the type does not take",
    "CloudFormation checks properties against the same schema, and refuses the resource.",
    "Write what the message says. Accept this where the schema is wrong or behind.",
    "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html",
    acceptable=True,
)
