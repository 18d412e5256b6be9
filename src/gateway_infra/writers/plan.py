"""What there is to write: stacks in deploy order with all that a deployer needs to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from gateway_infra.facts import TYPES
from gateway_infra.layouts import Stack
from gateway_infra.writers.templates import INLINE_BYTES, template_text


class UnsupportedError(ValueError):
    """What a deployer cannot do with this environment, and what to do instead."""


class PlannedStack(NamedTuple):
    """One stack as it is written.

    `parameters` says for each parameter of the template who fills it, in the manifest's terms:
    ``{"value": text}``, ``{"from": {"stack": name, "output": key}}``,
    ``{"environment_variable": name}``, ``{"required": True}`` (whoever deploys) or
    ``{"required": False}`` (the template has a default). `depends_on` holds keys of stacks.
    """

    key: str
    name: str
    file: str
    template: Mapping[str, Any]
    text: str
    parameters: Mapping[str, Mapping[str, Any]]
    depends_on: tuple[str, ...]
    capabilities: tuple[str, ...]
    outputs: tuple[str, ...]
    tags: Mapping[str, str]

    @property
    def size(self) -> int:
        """The template's bytes."""
        return len(self.text.encode())

    @property
    def needs_bucket(self) -> bool:
        """Whether the template must be uploaded to S3 to be deployed."""
        return self.size > INLINE_BYTES


class Plan(NamedTuple):
    """One environment as it is written; `stacks` are in deploy order."""

    environment: str
    service: str
    region: str
    layout: str
    protect: bool
    stacks: tuple[PlannedStack, ...]

    def parameters(self) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
        """Yield each parameter's name, who fills it, and its body in the template."""
        for stack in self.stacks:
            for name, filled in stack.parameters.items():
                yield name, filled, stack.template["Parameters"][name]

    def stack_named(self, name: str) -> PlannedStack | None:
        """Return the stack of that CloudFormation name, or ``None`` for one of another project."""
        return next((stack for stack in self.stacks if stack.name == name), None)


def make_plan(
    stacks: Iterable[Stack],
    *,
    environment: str,
    service: str,
    region: str,
    layout: str,
    protect: bool,
    tags: Mapping[str, str],
) -> Plan:
    """Return the plan for stacks that were cut; `tags` are for each stack as a whole."""
    planned = tuple(_planned(stack, tags) for stack in stacks)
    return Plan(environment, service, region, layout, protect, planned)


def _planned(stack: Stack, tags: Mapping[str, str]) -> PlannedStack:
    return PlannedStack(
        key=stack.key,
        name=stack.name,
        file=f"{stack.key}.json",
        template=stack.template,
        text=template_text(stack.template),
        parameters=stack.parameters,
        depends_on=stack.depends_on,
        capabilities=_capabilities(stack.template),
        outputs=tuple(sorted(stack.template.get("Outputs", {}))),
        tags=dict(sorted(tags.items())),
    )


def function_image(body: Mapping[str, Any]) -> Any:
    """Return the image of a function, ``None`` for one of the file's own that has none."""
    code = body.get("Properties", {}).get("Code")
    return code.get("ImageUri") if isinstance(code, dict) else None


AUTO_EXPAND = "CAPABILITY_AUTO_EXPAND"
_NAMES = {row.type: row.name for row in TYPES if row.type.startswith("AWS::IAM::")}


def _capabilities(template: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what CloudFormation wants to be told of transforms, and of IAM.

    The capability for names stands for both of IAM. What a transform makes is in a nested stack;
    the one that is used here makes a role.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
    """
    bodies = [
        body for body in template["Resources"].values() if body["Type"].startswith("AWS::IAM::")
    ]
    if "Transform" in template:
        return (AUTO_EXPAND, *(_of_roles(bodies) or ("CAPABILITY_IAM",)))
    return _of_roles(bodies)


def _of_roles(bodies: list[Mapping[str, Any]]) -> tuple[str, ...]:
    if any(_NAMES.get(body["Type"], "Ref") in body.get("Properties", {}) for body in bodies):
        return ("CAPABILITY_NAMED_IAM",)
    return ("CAPABILITY_IAM",) if bodies else ()
