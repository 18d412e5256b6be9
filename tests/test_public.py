"""What importing costs, and what the package says it offers."""

from __future__ import annotations

import configparser
import inspect
import re
import subprocess
import sys
from fnmatch import fnmatch
from importlib import import_module

import pytest

import gateway_infra
from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.values.section import Section
from tests.support import ROOT

BUILDERS = sorted(
    path.stem
    for path in (ROOT / "src" / "gateway_infra" / "builders").glob("*.py")
    if path.stem != "__init__"
)


def modules_after(statement: str) -> set[str]:
    program = f"{statement}\nimport sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_builders_import_no_command_line_no_linter_and_no_yaml() -> None:
    """But for what troposphere itself imports: it brings PyYAML, through cfn_flip."""
    brought = modules_after("import troposphere, pydantic")
    ours = modules_after(f"from gateway_infra.builders import {', '.join(BUILDERS)}") - brought
    refused = {"argparse", "yaml", "cfnlint", "gateway_infra.cli", "gateway_infra.reading.source"}
    refused |= {"gateway_infra.loading.load", "gateway_infra.assembly"}
    assert len(BUILDERS) > 10
    assert not ours & refused


def test_the_package_alone_imports_nothing() -> None:
    assert not {"troposphere", "pydantic", "yaml"} & modules_after("import gateway_infra")


@pytest.mark.parametrize("name", gateway_infra.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(gateway_infra, name) is not None
    assert name == "__version__" or getattr(gateway_infra, name).__doc__


def test_every_builder_is_public() -> None:
    """A function that returns a bundle is public, unless its name begins with an underscore."""
    found = {
        name
        for module in (import_module(f"gateway_infra.builders.{name}") for name in BUILDERS)
        for name, item in vars(module).items()
        if inspect.isfunction(item) and item.__module__ == module.__name__
        if not name.startswith("_")
        and isinstance(made := vars(module).get(item.__annotations__["return"]), type)
        and issubclass(made, Bundle)
    }
    assert len(found) > 20
    assert found <= set(gateway_infra.__all__)


def test_every_model_that_a_builder_takes_is_public() -> None:
    named = {
        name
        for module in (import_module(f"gateway_infra.builders.{name}") for name in BUILDERS)
        for name, item in vars(module).items()
        if name.endswith("Config") and isinstance(item, type) and issubclass(item, Section)
    }
    assert len(named) > 10
    assert named <= set(gateway_infra.__all__)


def test_type_checkers_see_every_public_name() -> None:
    """The imports of `TYPE_CHECKING` are the table of homes."""
    text = (ROOT / "src" / "gateway_infra" / "__init__.py").read_text()
    seen = re.findall(r"^    from gateway_infra\.(\S+) import (?:\(\s+)?(\w+) as \2\b", text, re.M)
    assert {(home, name) for name, home in gateway_infra._HOME_OF.items()} == {*seen}


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = gateway_infra.nothing


def test_an_installed_package_has_every_file() -> None:
    """A file that is not Python needs a pattern in `package_data` of setup.cfg."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg")
    listed = config["options.package_data"]
    source = ROOT / "src"
    for file in (source / "gateway_infra").rglob("*.*"):
        package = ".".join(file.parent.relative_to(source).parts)
        if file.is_file() and file.suffix not in (".py", ".pyc"):
            patterns = listed.get(package, "").split(",")
            assert any(fnmatch(file.name, one.strip()) for one in patterns), file
