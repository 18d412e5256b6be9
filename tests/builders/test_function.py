"""The image function and its alias: every setting's effect. Versions have a module of their own."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import Ref

from gateway_infra import FunctionConfig
from gateway_infra.builders.function import ImageFunction
from tests.builders.calls import ALL
from tests.builders.support import TAG_LIST, properties
from tests.support import plain


def make(config: FunctionConfig | None = None, **changed: Any) -> ImageFunction:
    call = ALL["image_function"]
    built = call.builder("web", config or FunctionConfig(), **{**call.keywords, **changed})
    assert isinstance(built, ImageFunction)
    return built


def function(config: FunctionConfig | None = None, **changed: Any) -> dict[str, Any]:
    return properties(make(config, **changed), "FunctionWeb")


SETTINGS: dict[str, tuple[Any, tuple[str, ...], Any, Any]] = {
    "memory": (1769, ("MemorySize",), 3008, 1769),
    "timeout": (900, ("Timeout",), 60, 900),
    "architecture": ("arm64", ("Architectures",), ["x86_64"], ["arm64"]),
    "ephemeral_storage": (10240, ("EphemeralStorage", "Size"), 512, 10240),
    "reserved_concurrency": (0, ("ReservedConcurrentExecutions",), None, 0),
    "port": (5000, ("Environment", "Variables", "AWS_LWA_PORT"), "8080", "5000"),
    "readiness_path": (
        "/health",
        ("Environment", "Variables", "AWS_LWA_READINESS_CHECK_PATH"),
        "/",
        "/health",
    ),
}
"""Each setting: a value, where it stands, what stands there by default, and with the value."""


def at(built: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        built = built.get(key)
    return built


@pytest.mark.parametrize("setting", SETTINGS)
def test_each_setting_has_its_effect(setting: str) -> None:
    value, path, default, expected = SETTINGS[setting]
    assert at(function(), path) == default
    assert at(function(FunctionConfig(**{setting: value})), path) == expected


def test_the_table_holds_every_setting() -> None:
    """``redeploy`` is left: it shows in the version alone."""
    assert set(SETTINGS) | {"redeploy"} == set(FunctionConfig.model_fields)


def test_the_function_is_an_image_and_has_nothing_of_a_zip() -> None:
    built = function()
    assert built["PackageType"] == "Image"
    assert built["Code"] == {"ImageUri": "literal-image"}
    assert not {"Runtime", "Handler", "Layers"} & set(built)


def test_the_function_runs_in_the_subnets_with_the_groups_given() -> None:
    assert function()["VpcConfig"] == {
        "SubnetIds": ["subnet-literal1", "subnet-literal2"],
        "SecurityGroupIds": ["sg-literal"],
    }


def test_tracing_is_active_and_name_role_and_tags_are_as_given() -> None:
    built = function()
    assert built["TracingConfig"] == {"Mode": "Active"}
    assert built["FunctionName"] == "jobs-test-web"
    assert built["Role"] == "arn:aws:iam::123456789012:role/literal"
    assert built["Tags"] == TAG_LIST


def test_variables_stand_beside_those_of_the_adapter() -> None:
    assert function(variables={"DB_HOST": Ref("Host")})["Environment"]["Variables"] == {
        "AWS_LWA_PORT": "8080",
        "AWS_LWA_READINESS_CHECK_PATH": "/",
        "DB_HOST": {"Ref": "Host"},
    }


@pytest.mark.parametrize(("given", "expected"), [([], None), (["Group"], ["Group"])])
def test_the_function_waits_for_what_it_is_told_to(given: list[str], expected: Any) -> None:
    assert plain(make(depends_on=given))["FunctionWeb"].get("DependsOn") == expected


def test_the_alias_points_at_the_version_and_is_what_callers_use() -> None:
    built = make()
    alias = properties(built, "FunctionWebAlias")
    assert alias["Name"] == "live"
    assert alias["FunctionName"] == {"Ref": "FunctionWeb"}
    assert alias["FunctionVersion"] == {"Fn::GetAtt": [built.version.title, "Version"]}
    assert built.alias_arn.to_dict() == {"Ref": "FunctionWebAlias"}
    assert built.arn.to_dict() == {"Fn::GetAtt": ["FunctionWeb", "Arn"]}
    assert built.name.to_dict() == {"Ref": "FunctionWeb"}


def test_nothing_is_provisioned() -> None:
    """Provisioned concurrency is rejected by the record: it costs while nobody calls."""
    assert "Provisioned" not in str(plain(make()))
