"""What can be imported to a stack, as a template and a list for each change set.

An import takes nothing but resources that are there already, each with a ``DeletionPolicy``, and no
outputs ("you cannot modify or add [Outputs]"); it neither creates nor changes anything, and does
not compare the template with what there is. So it has templates of its own, with what can be
imported and nothing that refers to the rest; the ordinary ones come after it, one stack at a time,
as the next stack needs their outputs.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-existing-stack.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from gateway_infra.graph import depends_on, references
from gateway_infra.layouts import Stack
from gateway_infra.writers.adoption.identifiers import identifier
from gateway_infra.writers.adoption.types import IMPORTABLE, MADE_ANEW
from gateway_infra.writers.plan import Plan, PlannedStack

BATCH = 200
"""How many resources a change set imports.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html"""

_RETAIN = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
_DELETE = {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"}


class Batch(NamedTuple):
    """What one change set imports: files begin with `name`."""

    name: str
    template: dict[str, Any]
    resources: list[dict[str, Any]]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the template's parameters."""
        return tuple(sorted(self.template.get("Parameters", {})))


class Adoption(NamedTuple):
    """What is imported to a stack, and by logical id why the rest is left to the deploy."""

    stack: PlannedStack
    batches: tuple[Batch, ...]
    left: Mapping[str, str]


def retained(stacks: Iterable[Stack]) -> tuple[Stack, ...]:
    """Return the stacks with a policy on each resource: what is imported is kept, whatever happens.

    Kept are imported resources that leave a template, are replaced, or whose stack is deleted; the
    rest is deleted with its stack unless it has a policy already. ``RetainExceptOnCreate`` is not
    used: no page says whether an import that is rolled back counts as a creation.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    """
    return tuple(stack._replace(template=_retained(stack.template)) for stack in stacks)


def _retained(template: Mapping[str, Any]) -> dict[str, Any]:
    resources = {
        logical_id: {**body, **_RETAIN} if body["Type"] in IMPORTABLE else {**_DELETE, **body}
        for logical_id, body in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def adoption(plan: Plan, stack: PlannedStack, leave_out: frozenset[str]) -> Adoption:
    """Return what is imported to a stack, but for `leave_out`: logical ids of what is not there."""
    kept, left = _importable(stack, leave_out)
    order = _parents_first(kept)
    parts = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    batches = tuple(
        Batch(
            name=stack.key if len(parts) == 1 else f"{stack.key}.{number}",
            template=_template(stack, {key: kept[key] for key in order[: number * BATCH]}),
            resources=[_to_import(plan, stack, key) for key in part],
        )
        for number, part in enumerate(parts, 1)
    )
    return Adoption(stack, batches, left)


def _importable(
    stack: PlannedStack, leave_out: frozenset[str]
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Return what can be imported without any reference to the rest, and why the rest cannot.

    A property that refers to the rest is left out where the type does not require it, and so is one
    that holds a secret, or that CloudFormation cannot read; the ordinary deploy adds it. Else its
    resource is left out too.
    """
    kept: dict[str, dict[str, Any]] = {}
    left: dict[str, str] = {}
    for logical_id, body in stack.template["Resources"].items():
        if logical_id in leave_out:
            left[logical_id] = "it is not there yet"
        elif body["Type"] in IMPORTABLE:
            kept[logical_id] = _stand_ins({**body, **_RETAIN})
        else:
            left[logical_id] = MADE_ANEW.get(body["Type"], "how to import this type is not known")
    parameters = stack.template.get("Parameters", {})
    away = set(left) | {name for name, body in parameters.items() if body.get("NoEcho")}
    while fallen := {key: why for key in kept if (why := _fault(kept[key], away))}:
        for logical_id in fallen:
            del kept[logical_id]
        left |= fallen
        away |= set(fallen)
    return {key: _without(body, away) for key, body in kept.items()}, left


def _stand_ins(body: dict[str, Any]) -> dict[str, Any]:
    """Return a resource with what stands for a property that refers to what is not imported.

    An import neither reads nor changes properties; the ordinary deploy then sets the right value.
    """
    stand_in = IMPORTABLE[body["Type"]].stand_in
    if stand_in is None:
        return body
    return {**body, "Properties": {**body.get("Properties", {}), stand_in[0]: stand_in[1]}}


def _fault(body: Mapping[str, Any], away: set[str]) -> str:
    """Return why a resource cannot be imported without those in `away`; else nothing."""
    for key in sorted(IMPORTABLE[body["Type"]].required & body.get("Properties", {}).keys()):
        missing = sorted(away & {item.target for item in references(body["Properties"][key])})
        if missing:
            return f"its {key} refers to {missing[0]}, which is not imported"
    return ""


def _without(body: Mapping[str, Any], away: set[str]) -> dict[str, Any]:
    """Return a resource without the properties and dependencies that lead to those in `away`."""
    rest = {key: value for key, value in body.items() if key not in ("DependsOn", "Properties")}
    unread = IMPORTABLE[body["Type"]].unread
    properties = {
        key: value
        for key, value in body.get("Properties", {}).items()
        if key not in unread and not away & {item.target for item in references(value)}
    }
    waits = [name for name in depends_on(body) if name not in away]
    return {**rest, "Properties": properties, **({"DependsOn": waits} if waits else {})}


def _parents_first(kept: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the logical ids in such an order that a resource follows those that it needs."""
    done: dict[str, None] = {}
    open_ = [(logical_id, False) for logical_id in sorted(kept, reverse=True)]
    while open_:
        logical_id, seen = open_.pop()
        if seen:
            done[logical_id] = None
        elif logical_id not in done:
            open_.append((logical_id, True))
            body = kept[logical_id]
            needs = {item.target for item in references(body)} | set(depends_on(body))
            open_ += [(name, False) for name in sorted(needs, reverse=True) if name in kept]
    return list(done)


def _template(stack: PlannedStack, resources: Mapping[str, Any]) -> dict[str, Any]:
    used = {item.target for body in resources.values() for item in references(body)}
    parameters = {
        name: body for name, body in stack.template.get("Parameters", {}).items() if name in used
    }
    template = {
        "AWSTemplateFormatVersion": stack.template["AWSTemplateFormatVersion"],
        "Description": stack.template["Description"],
        "Resources": dict(resources),
    }
    return {**template, "Parameters": parameters} if parameters else template


def _to_import(plan: Plan, stack: PlannedStack, logical_id: str) -> dict[str, Any]:
    kind = stack.template["Resources"][logical_id]["Type"]
    return {
        "ResourceType": kind,
        "LogicalResourceId": logical_id,
        "ResourceIdentifier": {
            name: identifier(plan, stack, logical_id, name) for name in IMPORTABLE[kind].identifiers
        },
    }
