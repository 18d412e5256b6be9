"""By what AWS knows a resource: from the template as far as it says, else to be filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gateway_infra.graph import SUB_NAME, Reference, references
from gateway_infra.writers.adoption.types import IMPORTABLE
from gateway_infra.writers.plan import Plan, PlannedStack

FILL_IN = "FILL-IN:"
"""What begins a value that AWS made and only AWS knows. No API Gateway id, ARN, security group or
role name has such a form, so an import with it finds nothing and is refused."""


_PLACEHOLDER = re.compile(f"^{FILL_IN}.*|{FILL_IN}[A-Za-z]+")


def placeholders(value: str) -> list[str]:
    """Return what is to be filled in of an identifier: all of it, or names inside it."""
    return _PLACEHOLDER.findall(value)


def identifier(plan: Plan, stack: PlannedStack, logical_id: str, name: str) -> str:
    """Return the value of one identifying property of a resource, or what is to be filled in.

    The same value is the same text wherever it stands: ``FILL-IN:RestApiId``, and
    ``FILL-IN:ResourceId:/jobs`` by path; others are named by property and logical id.
    """
    body = stack.template["Resources"][logical_id]
    properties: Mapping[str, Any] = body.get("Properties", {})
    if name in properties:
        found = _text(plan, stack, properties[name])
        if found is not None:
            return found
    if body["Type"] == "AWS::ApiGateway::RestApi":
        return f"{FILL_IN}{name}"
    if body["Type"] == "AWS::ApiGateway::Resource":
        return f"{FILL_IN}{name}:{_path(plan, stack, logical_id)}"
    return f"{FILL_IN}{name}:{logical_id}"


def _text(plan: Plan, stack: PlannedStack, value: Any) -> str | None:
    """Return the text that a property comes to; ``None`` where only AWS can tell."""
    if isinstance(value, str | int):
        return str(value)
    if not isinstance(value, dict) or len(value) != 1:
        return None
    (function, content) = next(iter(value.items()))
    if function in ("Ref", "Fn::GetAtt"):
        return _referred(plan, stack, next(iter(references(value))))
    if function != "Fn::Sub" or not isinstance(content, str):
        return None
    text = content
    for match in SUB_NAME.finditer(content):
        found = _referred(plan, stack, Reference(match.group(1), match.group(2) or ""))
        if found is None:
            return None
        text = text.replace(match.group(), found)
    return None if "${" in text else text


def _referred(plan: Plan, stack: PlannedStack, reference: Reference) -> str | None:
    """Return what a reference stands for, through the output of an earlier stack too."""
    body = stack.template["Resources"].get(reference.target)
    if body is None:
        source = stack.parameters.get(reference.target, {}).get("from")
        if source is None or (producer := plan.stack_named(source["stack"])) is None:
            return None
        return _text(plan, producer, producer.template["Outputs"][source["output"]]["Value"])
    if body["Type"] == "AWS::ApiGateway::RestApi" and reference.attribute == "RootResourceId":
        return f"{FILL_IN}ResourceId:/"
    kind = IMPORTABLE.get(body["Type"])
    if kind is None or reference.attribute:
        return None
    # Of each type that another resource refers to, Ref returns the last part of the identifier.
    return identifier(plan, stack, reference.target, kind.identifiers[-1])


def _path(plan: Plan, stack: PlannedStack, logical_id: str) -> str:
    """Return the path of an API's resource, from its parents' parts; ``…`` where that is open."""
    properties = stack.template["Resources"][logical_id]["Properties"]
    parent = _text(plan, stack, properties["ParentId"]) or ""
    above = parent.removeprefix(f"{FILL_IN}ResourceId:")
    return f"{above.rstrip('/')}/{properties['PathPart']}"
