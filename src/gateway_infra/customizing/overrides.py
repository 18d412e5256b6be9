"""`overrides`: properties of any resource that the file sets or removes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gateway_infra.customizing.change import Change, PathError, changed, in_order, value_at
from gateway_infra.customizing.diagnostics import as_template
from gateway_infra.customizing.resource_types import Known
from gateway_infra.graph import Graph, Resource
from gateway_infra.reading.diagnostics import (
    Diagnostic,
    KeyPath,
    did_you_mean,
    near_miss,
    show_path,
)
from gateway_infra.reading.rule import Rule
from gateway_infra.sections.additions import NO_PATH, NO_TARGET, Override
from gateway_infra.sections.environment import Environment


class Applied(NamedTuple):
    """An override, and the logical ids of the resources that it changes."""

    key: int | str
    override: Override
    targets: tuple[str, ...]
    change: Change

    def place(self, *below: str | int) -> KeyPath:
        """Return where it is written."""
        return ("overrides", self.key, *below)


class Overridden(NamedTuple):
    """The graph with all overrides in it, what each changes, and what is wrong with them."""

    graph: Graph
    applied: tuple[Applied, ...]
    told: tuple[Diagnostic, ...]


def overridden(environment: Environment, graph: Graph, known: Known) -> Overridden:
    """Return the graph with the overrides of the file; of one that cannot be it is told why."""
    applied: list[Applied] = []
    told: list[Diagnostic] = []
    for key, override in environment.overrides.items():
        change = Change(override.keys, as_template(override.value), override.remove)
        named = _targets(key, override, graph)
        if isinstance(named, Diagnostic):
            told.append(named)
            continue
        found, faults = _fitting(key, override, named, known)
        told += faults
        targets = tuple(item.logical_id for item in found)
        applied.append(Applied(key, override, targets, change))
    told += _contradictions(applied)
    resources = {}
    for item in graph.resources.values():
        mine = [change for change in applied if item.logical_id in change.targets]
        resources[item.logical_id], faults = _changed(item, mine)
        told += faults
    return Overridden(graph._replace(resources=resources), tuple(applied), tuple(told))


def _targets(key: int | str, override: Override, graph: Graph) -> list[Resource] | Diagnostic:
    """Return the resources that an override names, or why there are none."""
    items = graph.resources.values()
    if override.resource is not None:
        found = [item for item in items if item.logical_id == override.resource]
        message = f"is '{override.resource}', and there is no such resource here"
        hint, last = near_miss(override.resource, graph.resources), "resource"
    elif override.type is not None:
        found = [item for item in items if item.body["Type"] == override.type]
        message = f"is '{override.type}', and there is no resource of that type here"
        hint, last = near_miss(override.type, {item.body["Type"] for item in items}), "type"
    else:
        found = [item for item in items if item.family.partition("/")[0] == override.family]
        message = f"is '{override.family}', and there is no resource of that family here"
        hint, last = "", "family"
    return found or Diagnostic(
        ("overrides", key, last), message + hint, NO_TARGET.id, NO_TARGET.severity
    )


def _fitting(
    key: int | str, override: Override, targets: Sequence[Resource], known: Known
) -> tuple[Sequence[Resource], list[Diagnostic]]:
    """Return those of the resources that can have the property, and why there are none.

    Of a family only some have it. What several do not have need not be removed from each. A
    property that is not known is set all the same: the file may accept that.
    """
    place: KeyPath = ("overrides", key, "path")
    if override.remove:
        having = [item for item in targets if value_at(item.body, override.keys) is not None]
        message = f"removes {override.path}, which is not there"
        return having, [] if having else [Diagnostic(place, message, NO_PATH.id, NO_PATH.severity)]
    unknown = {item.logical_id: _unknown_name(item, override.keys, known) for item in targets}
    fitting = [item for item in targets if unknown[item.logical_id] is None]
    if fitting and (override.family is not None or len(fitting) == len(targets)):
        return fitting, []
    where, names = next(found for found in unknown.values() if found is not None)
    if override.family is None:
        owner = f"which {targets[0].body['Type']} does not have"
    else:
        owner = f"which no resource of the family '{override.family}' has"
        names = frozenset().union(*(found[1] for found in unknown.values() if found))
    hint = (
        did_you_mean(str(where[-1]), names)
        if len(names) <= 12
        else near_miss(str(where[-1]), names)
    )
    return targets, [
        Diagnostic(
            place, f"names {show_path(where)}, {owner}{hint}", NO_PROPERTY.id, NO_PROPERTY.severity
        )
    ]


def _unknown_name(
    item: Resource, keys: KeyPath, known: Known
) -> tuple[KeyPath, frozenset[str]] | None:
    """Return the first part of a path that the type does not have, and what could stand there."""
    if keys[0] != "Properties":
        return None
    for end in range(1, len(keys)):
        name = keys[end]
        names = known.names(item.body["Type"], keys[1:end])
        there = value_at(item.body, keys[: end + 1]) is not None
        if isinstance(name, str) and names is not None and name not in names and not there:
            return keys[: end + 1], names
    return None


def _changed(item: Resource, mine: Sequence[Applied]) -> tuple[Resource, list[Diagnostic]]:
    """Return a resource with its overrides, and which of them lead nowhere in it."""
    by_keys = {applied.change.keys: applied for applied in mine}
    told: list[Diagnostic] = []
    body = item.body
    for change in in_order(applied.change for applied in mine):
        try:
            body = changed(body, change)
        except PathError as error:
            applied = by_keys[change.keys]
            which = "" if applied.override.resource else f" (of {item.logical_id})"
            told.append(
                Diagnostic(applied.place("path"), f"{error}{which}", NO_PATH.id, NO_PATH.severity)
            )
    return item._replace(body=body), told


def _contradictions(applied: Sequence[Applied]) -> Iterator[Diagnostic]:
    """Tell of two overrides of one property, and of one that removes what another changes."""
    for position, second in enumerate(applied):
        for first in applied[:position]:
            shared = sorted(set(first.targets) & set(second.targets))
            if not shared:
                continue
            one, other = first.change, second.change
            inside = _begins(one.keys, other.keys) or _begins(other.keys, one.keys)
            if one.keys == other.keys or (inside and (one.remove or other.remove)):
                what = f"{show_path(one.keys)} of {shared[0]}"
                does = "removes" if one.remove else "sets"
                message = f"contradicts {show_path(first.place())}, which {does} {what}; keep one"
                yield Diagnostic(second.place("path"), message, TWICE.id, TWICE.severity)


def _begins(keys: KeyPath, longer: KeyPath) -> bool:
    return longer[: len(keys)] == keys


NO_PROPERTY = Rule.error(
    "GI803",
    "A property that the resource type does not have",
    "CloudFormation refuses a property that it does not know, in the middle of a deploy. What is "
    "known comes from AWS's schemas as cfn-lint has them, or from troposphere without cfn-lint.",
    "Correct its spelling. Accept this for a property that is newer than what is installed here.",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
    "aws-template-resource-type-ref.html",
    acceptable=True,
)

TWICE = Rule.error(
    "GI805",
    "Two overrides of one property",
    "Which of the two would stand is not for their order to decide.",
    "Keep one. A list of overrides is replaced as a whole by a file that stands above it; "
    "overrides by names are merged, and a name that both files have is one override.",
    "docs/customizing.md",
)
