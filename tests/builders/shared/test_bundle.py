"""The base of what builders return."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest
from troposphere import sns

from gateway_infra.builders.shared.bundle import Bundle


@dataclass(frozen=True)
class ListOf(Bundle):
    first: sns.Topic
    count: int
    many: tuple[sns.Topic, ...]
    named: dict[str, sns.Topic]
    none: sns.Topic | None


def topic(name: str) -> sns.Topic:
    return sns.Topic(name)


SEVERAL = ListOf(
    topic("A"), 3, (topic("B"), topic("C")), {"x": topic("E"), "w": topic("D")}, topic("F")
)


def test_iterating_yields_resources_in_the_order_of_fields() -> None:
    """Tuples and mappings are opened; what is no resource is passed over."""
    assert [item.title for item in SEVERAL] == ["A", "B", "C", "E", "D", "F"]


def test_iterating_twice_yields_the_same() -> None:
    assert list(SEVERAL) == list(SEVERAL)


def test_a_field_may_be_empty() -> None:
    assert list(ListOf(topic("A"), 0, (), {}, None)) == [SEVERAL.first]


def test_a_bundle_is_frozen() -> None:
    several: Any = SEVERAL
    with pytest.raises(FrozenInstanceError):
        several.count = 4
