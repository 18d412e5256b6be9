"""When a function publishes a new version, by each input of the hash in turn."""

from __future__ import annotations

import re
from typing import Any

import pytest
from troposphere import GetAtt, Ref

from gateway_infra import FunctionConfig
from gateway_infra.builders.function import ImageFunction
from tests.builders.calls import ALL
from tests.builders.support import properties
from tests.support import plain

VERSIONED: dict[str, dict[str, Any]] = {
    "image": {"image": "other-image"},
    "image left open": {"image": Ref("ImageUri")},
    "role": {"role_arn": GetAtt("Role", "Arn")},
    "one subnet": {"subnet_ids": ["subnet-literal1", "subnet-other"]},
    "one subnet more": {"subnet_ids": ["subnet-literal1", "subnet-literal2", "subnet-literal3"]},
    "security group": {"security_group_ids": ["sg-other"]},
    "a variable's value": {"variables": {"GREETING": "other"}},
    "a variable's name": {"variables": {"OTHER": "literal-greeting"}},
    "a variable more": {"variables": {"GREETING": "literal-greeting", "MORE": "x"}},
    "what the description carries": {"version_description": Ref("ImageUri")},
    "no description": {"version_description": None},
    "memory": {"memory": 1024},
    "timeout": {"timeout": 61},
    "architecture": {"architecture": "arm64"},
    "ephemeral storage": {"ephemeral_storage": 513},
    "port": {"port": 8081},
    "readiness path": {"readiness_path": "/health"},
    "redeploy": {"redeploy": "again"},
    "the key of its variables": {"kms_key_arn": "other-key"},
    "no key of one's own": {"kms_key_arn": None},
}
"""What a version holds a copy of: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"""

UNVERSIONED: dict[str, dict[str, Any]] = {
    "tags": {"tags": {"Team": "other"}},
    "reserved concurrency": {"reserved_concurrency": 5},
    "the function's name": {"function_name": "jobs-prod-web"},
    "what it waits for": {"depends_on": ["Other"]},
    "the order of variables": {"variables": {"BB": "2", "AA": "1"}},
}
"""What belongs to the function itself, and what no name of an environment may change."""


def make(**changed: Any) -> ImageFunction:
    """Build the function; changes are settings of the section or keyword arguments."""
    call = ALL["image_function"]
    settings = {key: changed.pop(key) for key in list(changed) if key not in call.keywords}
    built = call.builder("web", FunctionConfig(**settings), **{**call.keywords, **changed})
    assert isinstance(built, ImageFunction)
    return built


def description(built: ImageFunction) -> str:
    return str(properties(built, "FunctionWeb")["Description"])


@pytest.mark.parametrize("change", VERSIONED)
def test_a_versioned_setting_makes_a_new_version_and_changes_the_function(change: str) -> None:
    """Without a change of the function itself Lambda says "A version … exists"."""
    before, after = make(), make(**VERSIONED[change])
    assert before.version.title != after.version.title
    assert description(before) != description(after)


@pytest.mark.parametrize("change", UNVERSIONED)
def test_any_other_setting_keeps_the_version(change: str) -> None:
    variables = {"variables": {"AA": "1", "BB": "2"}} if "variables" in change else {}
    before, after = make(**variables), make(**UNVERSIONED[change])
    assert before.version.title == after.version.title


def test_the_tables_hold_every_setting() -> None:
    named = {key for change in (*VERSIONED.values(), *UNVERSIONED.values()) for key in change}
    assert set(FunctionConfig.model_fields) <= named
    assert set(ALL["image_function"].keywords) <= named


def test_the_hash_stands_in_the_id_and_in_the_functions_description() -> None:
    built = make()
    match = re.fullmatch("FunctionWebVersion([0-9a-f]{10})", built.version.title)
    assert match
    assert match.group(1) in description(built)
    assert len(description(built)) <= 256


def test_the_hash_is_the_same_on_every_machine() -> None:
    """Canonical JSON, no ``hash()``, no object's address: this id stands in deployed stacks."""
    assert make(kms_key_arn=None).version.title == "FunctionWebVersionc7651ef32d"


def test_old_versions_are_kept_but_not_those_of_a_deploy_that_was_rolled_back() -> None:
    """One left by a rollback would equal the function, and the next deploy would fail."""
    version = plain(make())[make().version.title]
    assert version["DeletionPolicy"] == "RetainExceptOnCreate"
    assert version["UpdateReplacePolicy"] == "Retain"
    assert version["Properties"]["FunctionName"] == {"Ref": "FunctionWeb"}


@pytest.mark.parametrize(
    ("given", "expected"), [(None, None), ("text", "text"), (Ref("ImageUri"), {"Ref": "ImageUri"})]
)
def test_the_versions_description_carries_what_is_known_at_deploy_time(
    given: Any, expected: Any
) -> None:
    """Any change of it replaces the version, so a new image parameter is published."""
    built = make(version_description=given)
    assert properties(built, built.version.title).get("Description") == expected


def test_the_salt_shows_nowhere() -> None:
    """It is free text, and only its hash is needed."""
    assert "my-salt" not in str(plain(make(redeploy="my-salt")))
