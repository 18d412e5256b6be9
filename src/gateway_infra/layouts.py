"""Cut one graph into stacks.

A layout lists its stacks in deploy order, because references alone do not give the record's
order: nothing ties the permission to the deployment. A reference that crosses a cut becomes an
output of the earlier stack and a parameter of the later one; one that points forward in the order
is an error. A ``DependsOn`` that crosses a cut is kept by the order alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from gateway_infra.facts import TYPES
from gateway_infra.families import ROWS, FamilyFacts
from gateway_infra.graph import (
    Graph,
    GraphError,
    Output,
    Reference,
    depends_on,
    needs,
    references,
    rewrite,
)
from gateway_infra.sections.layout import ADDED, OPTIONAL, ROUTE_FAMILIES, grouped

Order: TypeAlias = "tuple[tuple[str, tuple[str, ...]], ...]"
"""Keys of stacks in deploy order, each with the families that it holds."""


def _order(key: Callable[[FamilyFacts], str]) -> Order:
    """Return the stacks that `key` names for the families, in the order of the rows."""
    stacks: dict[str, list[str]] = {}
    for row in ROWS:
        stacks.setdefault(key(row), []).append(row.name)
    return tuple((name, tuple(families)) for name, families in stacks.items())


SPLIT = _order(lambda row: row.stack)
"""The record's stacks, in the record's order, with the families that each holds; around them what
a file may ask for beyond the record."""

SINGLE = _order(lambda row: row.single)
"""Everything in one stack, but for what belongs to the account."""

_FIRST = next(position for position, row in enumerate(ROWS) if not row.optional)
_FRONT: Order = tuple((row.stack, (row.name,)) for row in ROWS[:_FIRST])
"""What others refer to, in stacks of its own: it outlives what is deployed after it."""

_BACK: Order = tuple(
    (row.stack, (row.name,)) for row in ROWS[_FIRST:] if row.optional and row.near is None
)
"""What protects or watches what is there already."""

_BESIDE: Mapping[str, str] = {row.name: row.near for row in ROWS if row.near is not None}
"""Families that stand in the stack of another one, unless a layout says otherwise."""

REF_RETURNS: Mapping[str, str] = {row.type: row.ref for row in TYPES if row.ref is not None}
TRANSFORM = "AWS::SecretsManager-2024-09-16"
"""What makes the function of a hosted rotation, in a nested stack; the newest of its kind:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-secretsmanager.html"""

LAYOUTS: Mapping[str, Order] = {"single": SINGLE, "split": SPLIT}


class Stack(NamedTuple):
    """One template and what its deployer needs to know.

    `parameters` says for each parameter of the template who fills it, in the manifest's terms;
    `depends_on` holds the keys of the stacks that must be there first.
    """

    key: str
    name: str
    template: dict[str, Any]
    parameters: Mapping[str, dict[str, Any]]
    depends_on: tuple[str, ...]


@dataclass(slots=True)
class _StackDraft:
    """A stack while it is being cut; parameters and outputs come with what needs them."""

    key: str
    name: str
    resources: dict[str, Any]
    parameters: dict[str, tuple[dict[str, Any], dict[str, Any]]]
    outputs: dict[str, dict[str, Any]]
    needs: set[str]


class _Plan(NamedTuple):
    """Where everything goes: stacks in order, and the stack of each resource."""

    graph: Graph
    drafts: dict[str, _StackDraft]
    stack_of: dict[str, str]

    def home(self, logical_id: str) -> _StackDraft:
        """Return the stack of a resource."""
        return self.drafts[self.stack_of[logical_id]]

    def position(self, key: str) -> int:
        """Return where a stack stands in the order."""
        return list(self.drafts).index(key)

    def is_near(self, owner: str, home: _StackDraft, target: str) -> bool:
        """Tell whether `target` is in `home` too; raise where it is in a later stack."""
        other = self.stack_of[target]
        if self.position(other) > self.position(home.key):
            raise GraphError(
                f"{owner} of the stack '{home.key}' refers to {target} of the stack '{other}', "
                "which this layout deploys later; move one of the two, or put both in one stack",
                (owner, target),
            )
        return other == home.key


def stack_order(layout: str | Mapping[str, tuple[str, ...]], route_groups: Iterable[str]) -> Order:
    """Return the order of a layout, by its name or as stacks with their families.

    Each group of routes gets a stack, after that of the API's other routes. Raise `GraphError`
    where the deployment, which must see all routes, is in the same stack as the API.
    """
    order = LAYOUTS[layout] if isinstance(layout, str) else _completed(tuple(layout.items()))
    groups = tuple(
        (f"api-{group}", tuple(grouped(family, group) for family in ROUTE_FAMILIES))
        for group in route_groups
    )
    if not groups:
        return order
    home = {family: key for key, families in order for family in families}
    if home["api"] == home["deployment"]:
        raise GraphError(
            f"has stacks of its own for routes, but the layout has the API and its deployment in "
            f"one stack, '{home['api']}', which cannot wait for them; use the layout 'split'"
        )
    taken = sorted({key for key, _ in groups} & {key for key, _ in order})
    if taken:
        message = f"makes the stack '{taken[0]}', which `layout` has too; rename one"
        raise GraphError(message, [group for group in route_groups if f"api-{group}" == taken[0]])
    homes = {home[family] for family in ROUTE_FAMILIES}
    last = max(position for position, (key, _) in enumerate(order) if key in homes)
    return (*order[: last + 1], *groups, *order[last + 1 :])


def _completed(order: Order) -> Order:
    """Return a layout of one's own with the families that it leaves out.

    They go beside the family that they belong to, to a stack of their name, or to one of their own.
    """
    named = {family for _, families in order for family in families}
    home = {family: key for key, families in order for family in families}
    stacks = {key: list(families) for key, families in order}
    for family, near in _BESIDE.items():
        if family not in named and near in home:
            stacks[home[near]].append(family)
    own: dict[bool, list[tuple[str, tuple[str, ...]]]] = {True: [], False: []}
    for key, (family,) in (*_FRONT, *_BACK):
        if family in named:
            continue
        if key in stacks:
            stacks[key].append(family)
        else:
            own[(key, (family,)) in _FRONT].append((key, (family,)))
    return (*own[True], *((key, tuple(held)) for key, held in stacks.items()), *own[False])


def cut(graph: Graph, order: Order, prefix: str) -> tuple[Stack, ...]:
    """Cut `graph` into the stacks of `order`, which are named after `prefix` and their key.

    Raise `GraphError` where a reference points forward in the layout's order, or where the name
    of a wired parameter is taken.
    """
    plan = _plan(graph, order, prefix)
    for logical_id, item in graph.resources.items():
        home = plan.home(logical_id)
        body = _wire(
            plan, logical_id, home, {k: v for k, v in item.body.items() if k != "DependsOn"}
        )
        near = _near_dependencies(plan, logical_id, home, depends_on(item.body))
        # cfn-lint W3005: a dependency that a reference implies is not written again.
        near -= {reference.target for reference in references(body)}
        home.resources[logical_id] = {**body, "DependsOn": sorted(near)} if near else body
    for output in graph.outputs.values():
        targets = [r.target for r in references(output.value) if r.target in plan.stack_of]
        home = max((plan.home(target) for target in targets), key=lambda d: plan.position(d.key))
        value = _wire(plan, output.name, home, output.value)
        home.outputs[output.name] = {"Description": output.description, "Value": value}
    return tuple(_finish(draft, prefix) for draft in plan.drafts.values())


def _plan(graph: Graph, order: Order, prefix: str) -> _Plan:
    stack_of = _homes(graph, order)
    used = set(stack_of.values())
    drafts = {
        key: _StackDraft(key, prefix if key == "template" else f"{prefix}-{key}", {}, {}, {}, set())
        for key, _ in order
        if key in used
    }
    return _Plan(graph, drafts, stack_of)


def _homes(graph: Graph, order: Order) -> dict[str, str]:
    """Return the stack of each resource.

    One that was added goes to the last stack that it refers to, and else to the first one, so that
    what refers to it never moves it.
    """
    home_of = {family: key for key, families in order for family in families}
    position_of = {key: position for position, (key, _) in enumerate(order)}
    first = next(key for key, families in order if not OPTIONAL.issuperset(families))
    stack_of = {
        item.logical_id: home_of[item.family]
        for item in graph.resources.values()
        if item.family != ADDED
    }

    def place(logical_id: str) -> str:
        if logical_id not in stack_of:
            near = [place(name) for name in needs(graph, logical_id)]
            stack_of[logical_id] = max([first, *near], key=lambda key: position_of[key])
        return stack_of[logical_id]

    for logical_id in graph.resources:
        place(logical_id)
    return stack_of


def wired_name(reference: Reference, resource_type: str) -> str:
    """Return the name of the output and the parameter that carry a reference over a cut."""
    attribute = reference.attribute or REF_RETURNS.get(resource_type, "Ref")
    return reference.target + attribute.replace(".", "")


def _near_dependencies(
    plan: _Plan, logical_id: str, home: _StackDraft, waits: Iterable[str]
) -> set[str]:
    """Return the DependsOn of the same stack; those of earlier stacks become order."""
    near: set[str] = set()
    for name in waits:
        if plan.is_near(logical_id, home, name):
            near.add(name)
        else:
            home.needs.add(plan.stack_of[name])
    return near


def _wire(plan: _Plan, owner: str, home: _StackDraft, value: Any) -> Any:
    """Return `value` with references to other stacks replaced by parameters of `home`."""

    def replaced(reference: Reference) -> dict[str, str] | None:
        parameter = plan.graph.parameters.get(reference.target)
        if parameter is not None:
            home.parameters[parameter.name] = (parameter.body, parameter.filled)
            return None
        if reference.target not in plan.stack_of or plan.is_near(owner, home, reference.target):
            return None
        return {"Ref": _import(plan, home, reference)}

    return rewrite(value, replaced)


def _import(plan: _Plan, home: _StackDraft, reference: Reference) -> str:
    """Hand a value from the stack of its resource to `home`; return the parameter's name."""
    graph, producer = plan.graph, plan.home(reference.target)
    name = wired_name(reference, graph.resources[reference.target].body["Type"])
    attribute = [reference.target, reference.attribute]
    origin = {"Fn::GetAtt": attribute} if reference.attribute else {"Ref": reference.target}
    output = producer.outputs.setdefault(name, {"Value": origin})
    named: Output | None = graph.outputs.get(name)
    taken = name in graph.resources or name in graph.parameters
    if taken or output["Value"] != origin or (named is not None and named.value != origin):
        raise GraphError(
            f"{name}, by which {reference.target} reaches another stack, is the name of something "
            "else; rename that, or use the layout 'single'",
            (name, reference.target),
        )
    body = {"Type": "String", "Description": f"Output {name} of the stack {producer.name}"}
    home.parameters[name] = (body, {"from": {"stack": producer.name, "output": name}})
    home.needs.add(producer.key)
    return name


def _finish(draft: _StackDraft, prefix: str) -> Stack:
    template: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{prefix}: {draft.key} (gateway-infra)",
        "Resources": draft.resources,
    }
    if any(_is_hosted_rotation(body) for body in draft.resources.values()):
        template["Transform"] = TRANSFORM
    if draft.parameters:
        template["Parameters"] = {name: body for name, (body, _) in draft.parameters.items()}
    if draft.outputs:
        template["Outputs"] = draft.outputs
    return Stack(
        key=draft.key,
        name=draft.name,
        template=template,
        parameters={name: filled for name, (_, filled) in sorted(draft.parameters.items())},
        depends_on=tuple(sorted(draft.needs)),
    )


def _is_hosted_rotation(body: Mapping[str, Any]) -> bool:
    """Tell whether a transform must make a resource's rotation function."""
    rotation = body["Type"] == "AWS::SecretsManager::RotationSchedule"
    return rotation and "HostedRotationLambda" in body.get("Properties", {})
