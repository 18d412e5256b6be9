"""Values as messages show them."""

from __future__ import annotations

from collections.abc import Sequence

from gateway_infra.values.values import DeployTimeValue, Value


def display_values(values: Sequence[Value]) -> list[str]:
    """Return values as a message shows them."""
    return [
        f"{{{item.form}: {item.name}}}" if isinstance(item, DeployTimeValue) else str(item)
        for item in values
    ]
