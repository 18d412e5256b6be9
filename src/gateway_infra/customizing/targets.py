"""References of what the file adds: each must lead to something in these templates."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from gateway_infra.customizing.diagnostics import as_template
from gateway_infra.graph import Graph, Reference, references
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, near_miss
from gateway_infra.reading.rule import Rule
from gateway_infra.sections.environment import Environment
from gateway_infra.values.intrinsics import is_function


def unknown_references(environment: Environment, graph: Graph) -> Iterator[Diagnostic]:
    """Yield the references in overrides and resources of the file that lead nowhere."""
    known = [*graph.resources, *graph.parameters]
    for key, override in environment.overrides.items():
        place: KeyPath = ("overrides", key, "value")
        if override.remove:
            continue
        if override.keys[0] == "DependsOn":
            yield from _unknown_names(override.value, place, graph.resources)
        yield from _unknown(override.value, place, known)
    for logical_id, item in environment.resources.items():
        place = ("resources", logical_id)
        yield from _unknown_names(item.DependsOn, (*place, "DependsOn"), graph.resources)
        for name in ("Properties", "Metadata", "CreationPolicy", "UpdatePolicy"):
            yield from _unknown(getattr(item, name), (*place, name), known)


def refers_to(value: Any, logical_id: str) -> bool:
    """Tell whether template data refers to a resource."""
    return any(found.target == logical_id for found in references(as_template(value)))


def located(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Reference]]:
    """Yield every reference in plain template data with its place."""
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from located(item, (*path, position))
    elif is_function(value):
        function = next(iter(value))
        if function in ("Ref", "Fn::GetAtt", "Fn::Sub"):
            for reference in references(value):
                yield (*path, function), reference
        else:
            yield from located(value[function], (*path, function))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from located(item, (*path, key))


def _unknown(value: Any, path: KeyPath, known: Collection[str]) -> Iterator[Diagnostic]:
    for place, reference in located(as_template(value), path):
        if reference.target not in known and not reference.target.startswith("AWS::"):
            yield _nowhere(place, reference.target, known)


def _unknown_names(value: Any, path: KeyPath, known: Collection[str]) -> Iterator[Diagnostic]:
    for position, name in enumerate(value if isinstance(value, list) else [value]):
        if isinstance(name, str) and name not in known:
            yield _nowhere((*path, position), name, known)


def _nowhere(place: KeyPath, name: str, known: Collection[str]) -> Diagnostic:
    message = f"refers to '{name}', which is nowhere in these templates{near_miss(name, known)}"
    return Diagnostic(place, message, NOWHERE.id, NOWHERE.severity)


NOWHERE = Rule.error(
    "GI812",
    "A reference to what is nowhere",
    "CloudFormation refuses a template that refers to what it does not hold.",
    "Name a resource of these templates by its logical id, or one of `resources`. A parameter is "
    "made by writing the open value itself: {parameter: Name}.",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
    "intrinsic-function-reference.html",
)
