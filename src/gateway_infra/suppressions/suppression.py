"""What an exception is: the resources it is about, the rules that they break, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from gateway_infra.reading.diagnostics import KeyPath

if TYPE_CHECKING:
    from gateway_infra.sections.environment import Environment


Scanner = Literal["checkov", "guard", "cfn_nag", "cdk_nag", "control_tower"]
"""Whose rules are named. Control Tower's proactive controls read no exceptions from a template."""


class ScannedResource(NamedTuple):
    """A resource as a scanner sees it, with those beside it, and the file that it comes from.

    `environment` is ``None`` where a template is all there is; `source` is then empty.
    """

    logical_id: str
    properties: Mapping[str, Any]
    resources: Mapping[str, Mapping[str, Any]]
    environment: Environment | None = None
    source: KeyPath = ()


def has_own_key(seen: ScannedResource) -> bool:
    """Tell whether the file names or makes a key of one's own, so that nothing is without it."""
    return seen.environment is not None and seen.environment.encryption.key != "aws"


Predicate: TypeAlias = Callable[[ScannedResource], bool]


class ScannerRule(NamedTuple):
    """A rule of a scanner.

    `breaks` tells where it is broken by less than the exception is about; `reason`, if any, is
    written in place of the exception's, where that stands beside it already.
    """

    scanner: Scanner
    id: str
    breaks: Predicate | None = None
    reason: str | None = None


class Suppression(NamedTuple):
    """An exception of the table.

    `title` says what is open in the words of the docs, `types` and `breaks` on which resources,
    `reason` why, as text or from what is seen (then `example` is one, for the docs), and `ends`
    what makes it unnecessary.
    """

    key: str
    title: str
    types: tuple[str, ...]
    breaks: Predicate
    rules: tuple[ScannerRule, ...]
    reason: str | Callable[[ScannedResource], str]
    ends: str
    example: str = ""


class ActiveSuppression(NamedTuple):
    """An exception on one resource: the rules that it breaks, and the reason as it is written."""

    row: Suppression
    logical_id: str
    type: str
    rules: tuple[ScannerRule, ...]
    reason: str


def of_type(seen: ScannedResource, kind: str) -> list[dict[str, Any]]:
    """Return the properties of all resources of a type."""
    return [
        dict(body.get("Properties", {}))
        for body in seen.resources.values()
        if body.get("Type") == kind
    ]


def is_intrinsic(value: Any) -> bool:
    """Return whether only CloudFormation knows the value."""
    return isinstance(value, dict)
