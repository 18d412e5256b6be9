"""What a remembered result depends on: each change of it forgets."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway_infra.lint import state

Change = Callable[[Path], object]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a home, a working folder, and packages that are installed."""
    for name in ("home", "work", "packages"):
        (tmp_path / name).mkdir()
    (tmp_path / "packages" / "cfn_lint-1.58.0.dist-info").mkdir()
    (tmp_path / "packages" / "pydantic-2.7.dist-info").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "path", ["", "/nowhere", str(tmp_path / "packages")])
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def _write(name: str, text: str = "x") -> Change:
    def change(world: Path) -> None:
        (world / name).parent.mkdir(parents=True, exist_ok=True)
        (world / name).write_text(text)

    return change


CFN_LINT: dict[str, Change] = {
    "settings in the working folder": _write("work/.cfnlintrc", "ignore_checks: [W3005]"),
    "settings in the home folder": _write("home/.cfnlintrc.yml", "include_checks: [I]"),
    "newer schemas": _write("cache/aws/cfn-lint/schemas/version.json"),
    "another cfn-lint": lambda world: (world / "packages" / "cfn_lint-1.58.0.dist-info").rename(
        world / "packages" / "cfn_lint-1.59.0.dist-info"
    ),
    "another translator": lambda world: (
        world / "packages" / "aws_sam_translator-1.99.dist-info"
    ).mkdir(),
}


@pytest.mark.parametrize("change", CFN_LINT)
def test_what_cfn_lint_finds_depends_on(world: Path, change: str) -> None:
    before = state.of_cfn_lint()
    assert before is not None
    assert before == state.of_cfn_lint()
    CFN_LINT[change](world)
    assert state.of_cfn_lint() not in (before, None)


@pytest.mark.usefixtures("world")
def test_it_depends_on_python(monkeypatch: pytest.MonkeyPatch) -> None:
    before = state.of_cfn_lint()
    monkeypatch.setattr(sys, "version", "3.99")
    assert state.of_cfn_lint() != before


def test_settings_that_move_are_other_settings(world: Path) -> None:
    _write("home/.cfnlintrc")(world)
    before = state.of_cfn_lint()
    (world / "home" / ".cfnlintrc").rename(world / "work" / ".cfnlintrc")
    assert state.of_cfn_lint() != before


def test_unrelated_packages_change_nothing(world: Path) -> None:
    before = (state.of_cfn_lint(), state.of_this())
    (world / "packages" / "requests-2.0.dist-info").mkdir()
    (world / "packages" / "cfn_lint_serverless-1.dist-info").mkdir()
    assert (state.of_cfn_lint(), state.of_this()) == before


@pytest.mark.parametrize("name", ["append_rules", "custom_rules", "override_spec"])
def test_settings_that_name_files_are_not_remembered(world: Path, name: str) -> None:
    _write("work/.cfnlintrc", f"{name}: [rules]")(world)
    assert state.of_cfn_lint() is None


def test_an_unknown_cfn_lint_is_not_remembered(world: Path) -> None:
    (world / "packages" / "cfn_lint-1.58.0.dist-info").rmdir()
    assert state.of_cfn_lint() is None


def test_what_is_generated_depends_on_the_packages_that_make_it(world: Path) -> None:
    before = state.of_this()
    assert before is not None
    (world / "packages" / "pydantic-2.7.dist-info").rename(
        world / "packages" / "pydantic-2.8.dist-info"
    )
    assert state.of_this() != before


def test_it_depends_on_this_package(monkeypatch: pytest.MonkeyPatch, world: Path) -> None:
    package = world / "gateway_infra"
    _write("gateway_infra/lint/state.py")(world)
    _write("gateway_infra/pipeline.py")(world)
    monkeypatch.setattr(state, "__file__", str(package / "lint" / "state.py"))
    before = state.of_this()
    _write("gateway_infra/lint/__pycache__/state.pyc")(world)
    assert state.of_this() == before
    _write("gateway_infra/pipeline.py", "y")(world)
    assert state.of_this() != before


ENVIRONMENTS: dict[str, Change] = {
    "a changed file": _write("work/envs/prod.yaml", "b"),
    "a new file": _write("work/envs/dev.yaml"),
    "a schema in a folder": _write("work/envs/schemas/job.json"),
    "a schema for editors": _write("work/envs/schema.json", '{"customize": {}}'),
    "a file that moves": lambda world: (world / "work/envs/prod.yaml").rename(
        world / "work/envs/prods.yaml"
    ),
}


@pytest.mark.parametrize("change", ENVIRONMENTS)
def test_environments_depend_on_every_file_of_their_folder(world: Path, change: str) -> None:
    _write("work/envs/prod.yaml", "a")(world)
    before = state.of_environments(world / "work" / "envs")
    assert before is not None
    ENVIRONMENTS[change](world)
    assert state.of_environments(world / "work" / "envs") not in (before, None)


def test_the_same_files_elsewhere_are_the_same(world: Path) -> None:
    for folder in ("one", "two"):
        _write(f"work/{folder}/prod.yaml")(world)
    one, two = (state.of_environments(world / "work" / name) for name in ("one", "two"))
    assert one == two


UNTOLD: dict[str, Change] = {
    "code of one's own": _write("work/envs/base.yaml", "customize: infra.alarms:customize"),
    "a folder that is a link": lambda world: (world / "work/envs/more").symlink_to(world / "home"),
    "a file that leads nowhere": lambda world: (world / "work/envs/x").symlink_to("nowhere"),
    "too many files": lambda world: [_write(f"work/envs/{n}")(world) for n in range(4)],
    "too large files": _write("work/envs/large", "x" * 101),
}


@pytest.mark.parametrize("change", UNTOLD)
def test_what_cannot_be_told_is_not_remembered(
    world: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "MAX_FILES", 3)
    monkeypatch.setattr(state, "MAX_BYTES", 100)
    _write("work/envs/prod.yaml")(world)
    assert state.of_environments(world / "work" / "envs") is not None
    UNTOLD[change](world)
    assert state.of_environments(world / "work" / "envs") is None


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert state.of_environments(tmp_path / "nowhere") is None
