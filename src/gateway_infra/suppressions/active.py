"""Which exceptions are in force in a set of resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.suppressions.catalog import TABLE
from gateway_infra.suppressions.suppression import ActiveSuppression, ScannedResource, Suppression

if TYPE_CHECKING:
    from gateway_infra.sections.environment import Environment

_OF_TYPE: dict[str, list[Suppression]] = {}
for _row in TABLE:
    for _type in _row.types:
        _OF_TYPE.setdefault(_type, []).append(_row)


def active_suppressions(
    resources: Mapping[str, Mapping[str, Any]],
    environment: Environment | None = None,
    sources: Mapping[str, KeyPath] | None = None,
) -> Iterator[ActiveSuppression]:
    """Yield the exceptions in force, in the order of the resources and of the table.

    `sources` has the key of the file that a resource comes from, by logical id.
    """
    for logical_id, body in resources.items():
        rows = _OF_TYPE.get(body.get("Type", ""), ())
        properties = body.get("Properties", {})
        if not rows or not isinstance(properties, Mapping):
            continue
        source = (sources or {}).get(logical_id, ())
        seen = ScannedResource(logical_id, properties, resources, environment, source)
        for row in rows:
            if row.breaks(seen):
                rules = tuple(r for r in row.rules if r.breaks is None or r.breaks(seen))
                text = row.reason if isinstance(row.reason, str) else row.reason(seen)
                reason = " ".join(text.split())
                yield ActiveSuppression(row, logical_id, body["Type"], rules, reason)
