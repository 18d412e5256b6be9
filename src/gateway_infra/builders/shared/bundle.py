"""The base of what builders return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from troposphere import AWSObject


@dataclass(frozen=True)
class Bundle:
    """Named resources of one family; iterating it yields them, in the order of its fields."""

    def __iter__(self) -> Iterator[AWSObject]:
        for value in vars(self).values():
            yield from _resources_in(value)


def _resources_in(value: object) -> Iterator[AWSObject]:
    """Yield the resources in a field: itself, or those of a tuple or of a mapping's values."""
    if isinstance(value, AWSObject):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _resources_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _resources_in(item)
