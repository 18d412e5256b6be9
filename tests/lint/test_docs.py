"""What docs/linting.md and the hook for other repositories say holds."""

from __future__ import annotations

import json
import re
from configparser import ConfigParser

import pytest
import yaml
from jsonschema import Draft202012Validator

from gateway_infra.cli import main
from gateway_infra.lint.cache import MAX_ENTRIES
from tests.lint.test_document import SCHEMA
from tests.support import ROOT

PAGE = (ROOT / "docs" / "linting.md").read_text()


def test_the_report_shown_is_as_its_schema_says() -> None:
    [shown] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    Draft202012Validator(SCHEMA).validate(json.loads(shown))


def test_every_option_is_on_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["lint", "--help"])
    usage = capsys.readouterr().out
    options = set(re.findall(r"--[a-z-]+", usage)) - {"--help"}
    assert len(options) > 10
    assert {option for option in options if f"`{option}" not in PAGE} == set()


def test_figures() -> None:
    assert f"At most {MAX_ENTRIES:,} entries" in PAGE


def test_the_hook_runs_the_command_with_the_cfn_lint_of_the_package() -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert hook["id"] in PAGE
    assert hook["entry"] in PAGE
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    wanted = config["options.extras_require"]["lint"].replace(" ", "").split()
    assert hook["additional_dependencies"] == wanted


def test_the_snippets_of_pipelines_are_yaml() -> None:
    snippets = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert len(snippets) == 4
    for snippet in snippets:
        assert yaml.safe_load(snippet)
