"""Properties and attributes that a resource may have."""

from __future__ import annotations

from typing import Any

from troposphere import Retain, RetainExceptOnCreate

KEPT = {"DeletionPolicy": RetainExceptOnCreate, "UpdateReplacePolicy": Retain}
"""Attributes of a resource that CloudFormation retains, except after a failed creation."""


def without_none(**properties: Any) -> dict[str, Any]:
    """Return the properties that have a value."""
    return {name: value for name, value in properties.items() if value is not None}
