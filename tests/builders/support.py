"""What builder tests share: tags, one resource's properties, a bundle as a template."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from troposphere import AWSObject, Template

from gateway_infra.builders.shared.bundle import Bundle
from tests.support import plain

TAGS = {"Service": "jobs", "Component": "web", "Environment": "test"}
"""In no order, so that a test sees the builder's."""

TAG_LIST = [
    {"Key": "Component", "Value": "web"},
    {"Key": "Environment", "Value": "test"},
    {"Key": "Service", "Value": "jobs"},
]


@dataclass(frozen=True)
class Call:
    """A builder, its positional arguments and its keyword arguments."""

    builder: Callable[..., Bundle]
    positional: tuple[Any, ...]
    keywords: dict[str, Any]

    def make(self, **changed: Any) -> Bundle:
        """Build, with some keyword arguments replaced."""
        return self.builder(*self.positional, **{**self.keywords, **changed})


def properties(bundle: Iterable[AWSObject], logical_id: str) -> dict[str, Any]:
    """Return the properties of one resource of a bundle as they stand in a template."""
    found: dict[str, Any] = plain(bundle)[logical_id]["Properties"]
    return found


def template_of(bundle: Iterable[AWSObject]) -> dict[str, Any]:
    """Add a bundle to a template, which checks required properties, and return its JSON read."""
    template = Template()
    template.add_resource(list(bundle))
    read: dict[str, Any] = json.loads(template.to_json())
    return read


def arn(service: str, rest: str, *, region: bool = True) -> dict[str, str]:
    """Return the ``Fn::Sub`` of an ARN of this account, or of no account and region."""
    place = "${AWS::Region}:${AWS::AccountId}" if region else ":"
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{service}:{place}:{rest}"}
