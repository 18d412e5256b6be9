"""Decision 1: functions are container images."""

from __future__ import annotations

import re

import pytest

from tests.decisions.shipped import every_environment, shipped, the

IMAGE = re.compile(r"[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/jobs@sha256:[0-9a-f]{64}")


@every_environment
def test_the_function_is_an_image_and_nothing_of_a_zip(name: str) -> None:
    """Decision 1: ``PackageType: Image``, with neither runtime nor handler nor layers."""
    function = the(name, "AWS::Lambda::Function")
    assert function["PackageType"] == "Image"
    assert set(function["Code"]) == {"ImageUri"}
    assert not {"Runtime", "Handler", "Layers"} & set(function)


@pytest.mark.parametrize("name", ["staging", "prod"])
def test_the_image_is_named_by_digest(name: str) -> None:
    """Decision 1: the same tag with new content would not be deployed."""
    assert IMAGE.fullmatch(the(name, "AWS::Lambda::Function")["Code"]["ImageUri"])
    assert not [item for item in shipped(name).warnings if item.path[-1] == "image"]


def test_whoever_deploys_dev_names_the_image() -> None:
    """Decision 1: an open image reaches the version's description, so a new one is published."""
    assert the("dev", "AWS::Lambda::Function")["Code"]["ImageUri"] == {"Ref": "ImageUri"}
    assert "ImageUri" in str(the("dev", "AWS::Lambda::Version")["Description"])


@every_environment
def test_the_web_adapter_is_told_where_the_application_listens(name: str) -> None:
    """Decision 1: the same image runs locally and in Lambda; the adapter speaks HTTP to it."""
    variables = the(name, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert variables["AWS_LWA_PORT"] == "8080"
    assert variables["AWS_LWA_READINESS_CHECK_PATH"] == "/health"
