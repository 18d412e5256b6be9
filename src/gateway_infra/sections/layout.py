"""Families of resources and the stacks that hold them, as the file names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BeforeValidator

from gateway_infra.families import ROWS, Family
from gateway_infra.reading.diagnostics import did_you_mean
from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import NAME_PATTERN, InSchema, like, wrong

FAMILIES: tuple[str, ...] = get_args(Family)
OPTIONAL = frozenset(row.name for row in ROWS if row.optional)
"""Families that a file makes only where it asks for them, and that a layout may leave out."""

NAMED = ("single", "split")
"""The layouts that have a name."""

ROUTE_FAMILIES = tuple(row.name for row in ROWS if row.of_route)
"""The families whose resources belong to a path, and so to a group of routes."""

ADDED = "added"
"""The family of resources that the file adds; a layout places each by what it refers to."""

MAX_STACK_NAME = 40
"""Characters of a stack's key; with service and environment they stay below CloudFormation's 128.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html"""

_RESERVED = ("account", "manifest", "template", "version")
"""Names of stacks and files of ours, and the one that SAM's configuration keeps."""


def _layout(value: Any) -> Any:
    """Take a layout's name, or stacks in deploy order with the families that each holds."""
    if isinstance(value, str):
        if value not in NAMED:
            near = did_you_mean(value, NAMED)
            raise wrong(f"is '{value}'{near}", "GI712")
        return value
    if not isinstance(value, dict):
        text = "must be single, split, or stacks with their families, as in {all: [role, …]}"
        raise wrong(text, "GI712")
    for key, families in value.items():
        _check_name(key)
        if not isinstance(families, list) or not families:
            raise wrong("must be a list of families, as in [role, function]", "GI712", (key,))
        for position, family in enumerate(families):
            if family not in FAMILIES:
                near = did_you_mean(str(family), FAMILIES)
                raise wrong(f"is '{family}', which is no family{near}", "GI712", (key, position))
    return {key: tuple(families) for key, families in value.items()}


def _check_name(key: str) -> None:
    """Refuse a stack that cannot be called so."""
    if not NAME_PATTERN.fullmatch(key) or len(key) > MAX_STACK_NAME:
        text = f"is no name for a stack; write up to {MAX_STACK_NAME} small letters, digits and "
        raise wrong(f"{text}single hyphens", "GI711", (key,))
    if key in _RESERVED:
        raise wrong("is a name that is kept for gateway-infra; rename it", "GI711", (key,))


_StackName: TypeAlias = Annotated[
    str,
    InSchema(
        {
            "maxLength": MAX_STACK_NAME,
            **like(
                rf"(?!({'|'.join(_RESERVED)})$){NAME_PATTERN.pattern}",
                "small letters, digits and single hyphens, and no name that is kept",
            ),
        }
    ),
]

_Families: TypeAlias = Annotated[tuple[Family, ...], InSchema({"minItems": 1, "uniqueItems": True})]
Layout: TypeAlias = Annotated[
    Literal["single", "split"] | dict[_StackName, _Families], BeforeValidator(_layout)
]
"""A layout's name, or the stacks of one's own."""


def grouped(family: str, group: str) -> str:
    """Return the name of a family's part that belongs to a group of routes."""
    return f"{family}/{group}"


def group_of(path: str, groups: Mapping[str, list[str]]) -> str | None:
    """Return the group whose paths hold `path`, that of the longest one; ``None`` without any."""
    fits = [
        (len(head), group)
        for group, heads in groups.items()
        for head in heads
        if path == head or path.startswith(f"{head}/")
    ]
    return max(fits)[1] if fits else None


RULES = (
    Rule.error(
        "GI711",
        "A stack that cannot be called so",
        "A stack's name is made of the service, the environment and this key, and its template is "
        "a file of the same name. CloudFormation takes letters, digits and hyphens; account, "
        "manifest, template and version have a meaning here.",
        f"Write up to {MAX_STACK_NAME} small letters, digits and single hyphens.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html",
    ),
    Rule.error(
        "GI712",
        "A layout that is none",
        "A layout is split, single, or stacks in deploy order with the families that each holds.",
        "Write one of the two names, or lists of families; the message names the nearest one.",
        "docs/layouts.md",
    ),
)
