"""What troposphere's classes know of resource types, for where AWS's schemas are not at hand."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from troposphere import AWSHelperFn, BaseAWSObject

from gateway_infra.reading.diagnostics import KeyPath

_MODULES = {"kinesisanalytics": "analytics", "kinesisfirehose": "firehose", "lambda": "awslambda"}


def class_types(kind: str) -> frozenset[str]:
    """Return the types that troposphere has of the same service as `kind`."""
    return frozenset(_classes(kind))


def class_names(kind: str, keys: KeyPath) -> frozenset[str] | None:
    """Return the names that can stand at a place below a type's properties.

    ``None`` where any name can, or where troposphere does not tell.
    """
    place: Any = _classes(kind).get(kind)
    for key in keys:
        if isinstance(key, int):
            place = place[0] if isinstance(place, list) and place else None
        else:
            place = _props(place).get(key, (None,))[0]
    return frozenset(_props(place)) or None


def _props(place: Any) -> dict[str, Any]:
    known = isinstance(place, type) and issubclass(place, BaseAWSObject)
    if not known or issubclass(place, AWSHelperFn):
        return {}
    props: dict[str, Any] = place.props
    return props


def _classes(kind: str) -> dict[str, Any]:
    """Return the classes of a type's service by their types."""
    parts = kind.split("::")
    if parts[0] != "AWS" or len(parts) != 3:
        return {}
    name = parts[1].lower()
    try:
        module = import_module(f"troposphere.{_MODULES.get(name, name)}")
    except ModuleNotFoundError:
        return {}
    found = (item for item in vars(module).values() if isinstance(item, type))
    return {item.resource_type: item for item in found if hasattr(item, "resource_type")}
