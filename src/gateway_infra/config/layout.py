"""Families of resources and the stacks that hold them, as the file names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BeforeValidator

from gateway_infra.config.problems import did_you_mean
from gateway_infra.config.section import NAME_PATTERN, wrong

Family: TypeAlias = Literal[
    "account",
    "role",
    "security-group",
    "database-ingress",
    "function-log-group",
    "function",
    "api",
    "cors",
    "permission",
    "api-log-groups",
    "deployment",
    "stage",
    "usage-plan",
    "topic",
    "alarms",
    "dashboard",
]
"""What a layout puts into stacks."""

FAMILIES: tuple[str, ...] = get_args(Family)
NAMED = ("single", "split")
"""The layouts that have a name."""

ROUTE_FAMILIES = ("api", "cors")
"""The families whose resources belong to a path, and so to a group of routes."""

_RESERVED = ("account", "manifest", "template", "version")
"""Names of stacks and files of ours, and the one that SAM's configuration keeps."""


def _layout(value: Any) -> Any:
    """Take a layout's name, or stacks in deploy order with the families that each holds."""
    if isinstance(value, str):
        if value not in NAMED:
            near = did_you_mean(value, NAMED)
            raise wrong(f"is '{value}'{near}")
        return value
    if not isinstance(value, dict):
        raise wrong("must be single, split, or stacks with their families, as in {all: [role, …]}")
    for key, families in value.items():
        if not isinstance(families, list) or not families:
            raise wrong(f"has '{key}' without a list of families")
    _check_keys(value)
    _check_families(value)
    return {key: tuple(families) for key, families in value.items()}


def _check_keys(stacks: Mapping[str, Any]) -> None:
    for key in stacks:
        if not NAME_PATTERN.fullmatch(key) or len(key) > 40:
            raise wrong(f"names a stack '{key}'; use small letters, digits and single hyphens")
        if key in _RESERVED:
            raise wrong(f"names a stack '{key}', which is kept for gateway-infra; rename it")


def _check_families(stacks: Mapping[str, Any]) -> None:
    """Require each family once; ``account`` has its own stack unless it is named."""
    home: dict[str, str] = {}
    for key, families in stacks.items():
        for family in families:
            if family not in FAMILIES:
                raise wrong(f"names the family '{family}'{did_you_mean(str(family), FAMILIES)}")
            if family in home:
                raise wrong(f"has the family '{family}' in '{home[family]}' and '{key}'; keep one")
            home[family] = key
    missing = [family for family in FAMILIES if family not in home and family != "account"]
    if missing:
        raise wrong(f"leaves out {', '.join(missing)}; give each family a stack")


Layout: TypeAlias = Annotated[
    Literal["single", "split"] | dict[str, tuple[Family, ...]], BeforeValidator(_layout)
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
