"""Governance: everything that takes tags says its environment, service and component."""

from __future__ import annotations

import json

import pytest

from tests.builders.test_tags import takes_tags
from tests.decisions.shipped import every_environment, shipped
from tests.support import resources_of


@every_environment
@pytest.mark.parametrize("layout", ["single", "split"])
def test_every_resource_that_takes_tags_has_the_three(name: str, layout: str) -> None:
    """Tags: read from AWS's schemas, so that a new type cannot be forgotten."""
    for logical_id, body in resources_of(shipped(name, layout)).items():
        tags = {tag["Key"]: tag["Value"] for tag in body["Properties"].get("Tags", [])}
        assert bool(tags) == takes_tags(body["Type"]), logical_id
        if tags:
            assert tags["Environment"] == name
            assert tags["Service"] == "jobs"
            assert tags["Component"]


@every_environment
def test_stacks_carry_the_tags_of_the_environment(name: str) -> None:
    """Tags: the deployer puts these on each stack; a component is a resource's own."""
    for stack in json.loads(shipped(name).files["manifest.json"])["stacks"]:
        assert {"Environment": name, "Service": "jobs"}.items() <= stack["tags"].items()
