"""Cut one graph into stacks.

A layout lists its stacks in deploy order, because references alone do not give the record's
order: nothing ties the permission to the deployment. A reference that crosses a cut becomes an
output of the earlier stack and a parameter of the later one; one that points forward in the order
is an error. A ``DependsOn`` that crosses a cut is kept by the order alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gateway_infra.graph import (
    Graph,
    GraphError,
    Output,
    Reference,
    depends_on,
    references,
    rewrite,
)

SPLIT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("account", ("account",)),
    ("role", ("role",)),
    ("function", ("security-group", "database-ingress", "function-log-group", "function")),
    ("api", ("api", "cors")),
    ("permission", ("permission",)),
    ("deployment", ("api-log-groups", "deployment", "stage", "usage-plan")),
    ("monitoring", ("topic", "alarms", "dashboard")),
)
"""The record's stacks, in the record's order, with the families that each holds."""

SINGLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("account", ("account",)),
    ("template", tuple(family for _, families in SPLIT[1:] for family in families)),
)
"""Everything in one stack, but for what belongs to the account."""

REF_RETURNS: Mapping[str, str] = {
    "AWS::ApiGateway::ApiKey": "Id",
    "AWS::ApiGateway::RestApi": "Id",
    "AWS::ApiGateway::Stage": "Name",
    "AWS::ApiGateway::UsagePlan": "Id",
    "AWS::Lambda::Alias": "Arn",
    "AWS::Lambda::Function": "Name",
    "AWS::Logs::LogGroup": "Name",
    "AWS::SNS::Topic": "Arn",
}
"""What ``Ref`` returns, where a name can say it: the "Return values" of each type's page under
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html"""

LAYOUTS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {"single": SINGLE, "split": SPLIT}


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
class _Draft:
    """A stack while it is being cut."""

    key: str
    name: str
    resources: dict[str, Any]
    parameters: dict[str, tuple[dict[str, Any], dict[str, Any]]]
    outputs: dict[str, dict[str, Any]]
    needs: set[str]


def cut(graph: Graph, layout: str, prefix: str) -> tuple[Stack, ...]:
    """Cut `graph` by the layout of that name; stacks are named after `prefix` and their key.

    Raise `GraphError` where a reference points forward in the layout's order, or where the name
    of a wired parameter is taken.
    """
    order = LAYOUTS[layout]
    stack_of = _stack_of(graph, order)
    drafts = {
        key: _Draft(key, _stack_name(prefix, key), {}, {}, {}, set())
        for key, _ in order
        if key in stack_of.values()
    }
    positions = {key: position for position, key in enumerate(drafts)}
    for logical_id, item in graph.resources.items():
        home = drafts[stack_of[logical_id]]
        body = dict(item.body)
        waits = depends_on(body)
        body.pop("DependsOn", None)
        body = _wire(body, logical_id, home, graph, stack_of, drafts, positions)
        near = _near_dependencies(waits, logical_id, home, stack_of, positions)
        near -= {reference.target for reference in references(body)}
        if near:
            body["DependsOn"] = sorted(near)
        home.resources[logical_id] = body
    for output in graph.outputs.values():
        targets = [r.target for r in references(output.value) if r.target in stack_of]
        last = max((stack_of[target] for target in targets), key=lambda key: positions[key])
        home = drafts[last]
        value = _wire(output.value, output.name, home, graph, stack_of, drafts, positions)
        home.outputs[output.name] = {"Description": output.description, "Value": value}
    return tuple(_finish(draft, prefix) for draft in drafts.values())


def wired_name(reference: Reference, resource_type: str) -> str:
    """Return the name of the output and the parameter that carry a reference over a cut."""
    attribute = reference.attribute or REF_RETURNS.get(resource_type, "Ref")
    return reference.target + attribute.replace(".", "")


def _stack_of(graph: Graph, order: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    home_of = {family: key for key, families in order for family in families}
    return {item.logical_id: home_of[item.family] for item in graph.resources.values()}


def _stack_name(prefix: str, key: str) -> str:
    return prefix if key == "template" else f"{prefix}-{key}"


def _near_dependencies(
    waits: Iterable[str],
    logical_id: str,
    home: _Draft,
    stack_of: Mapping[str, str],
    positions: Mapping[str, int],
) -> set[str]:
    """Return the DependsOn of the same stack; those of earlier stacks become order."""
    near: set[str] = set()
    for name in waits:
        other = stack_of[name]
        if other == home.key:
            near.add(name)
        elif positions[other] > positions[home.key]:
            raise _forward(logical_id, home.key, name, other)
        else:
            home.needs.add(other)
    return near


def _wire(
    value: Any,
    owner: str,
    home: _Draft,
    graph: Graph,
    stack_of: Mapping[str, str],
    drafts: Mapping[str, _Draft],
    positions: Mapping[str, int],
) -> Any:
    """Return `value` with references to other stacks replaced by parameters of `home`."""

    def replaced(reference: Reference) -> dict[str, str] | None:
        parameter = graph.parameters.get(reference.target)
        if parameter is not None:
            home.parameters[parameter.name] = (parameter.body, parameter.filled)
            return None
        other = stack_of.get(reference.target)
        if other is None or other == home.key:
            return None
        if positions[other] > positions[home.key]:
            raise _forward(owner, home.key, reference.target, other)
        name = wired_name(reference, graph.resources[reference.target].body["Type"])
        if name in graph.resources or name in graph.parameters or _taken(name, reference, graph):
            raise GraphError(f"the wired parameter {name} clashes with another of that name")
        producer = drafts[other]
        output = producer.outputs.setdefault(name, {"Value": _origin(reference)})
        if output["Value"] != _origin(reference):
            raise GraphError(f"the wired parameter {name} clashes with another of that name")
        body = {"Type": "String", "Description": f"Output {name} of the stack {producer.name}"}
        home.parameters[name] = (body, {"from": {"stack": producer.name, "output": name}})
        home.needs.add(other)
        return {"Ref": name}

    return rewrite(value, replaced)


def _taken(name: str, reference: Reference, graph: Graph) -> bool:
    """Whether an output of the graph has this name and another value."""
    output: Output | None = graph.outputs.get(name)
    return output is not None and output.value != _origin(reference)


def _origin(reference: Reference) -> dict[str, Any]:
    if reference.attribute:
        return {"Fn::GetAtt": [reference.target, reference.attribute]}
    return {"Ref": reference.target}


def _forward(owner: str, stack: str, target: str, other: str) -> GraphError:
    return GraphError(
        f"{owner} of the stack '{stack}' refers to {target} of the stack '{other}', "
        "which this layout deploys later; move one of the two, or use the layout 'single'"
    )


def _finish(draft: _Draft, prefix: str) -> Stack:
    template: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{prefix}: {draft.key} (gateway-infra)",
        "Resources": draft.resources,
    }
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
