"""cfn-lint itself, over small templates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.lint import cfn_lint
from gateway_infra.lint.cfn_lint import CfnLintError, Job, lint_template


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the settings of the working folder, to be written; there are no others."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".cfnlintrc"


def lint(properties: dict[str, Any], kind: str = "AWS::Lambda::Function", **more: Any) -> list[Any]:
    body = {"Type": kind, "Properties": properties, **more}
    return lint_template(Job(json.dumps({"Resources": {"It": body}}, indent=1), "us-east-1"))


FUNCTION = {"Code": {"ImageUri": "x"}, "PackageType": "Image", "Role": "arn:aws:iam::1:role/x"}


@pytest.mark.usefixtures("settings")
def test_what_is_found_has_rule_place_path_and_page() -> None:
    [found] = [item for item in lint({**FUNCTION, "MemorySize": 99}) if item.rule == "E3034"]
    assert found.severity == "error"
    assert found.path == ("Resources", "It", "Properties", "MemorySize")
    assert (found.line, found.column) == (11, 5)
    assert "99" in found.message
    assert found.title
    assert found.description
    assert found.page.startswith("https://")


@pytest.mark.usefixtures("settings")
def test_no_message_holds_the_value_of_a_variable() -> None:
    token = "ghp_" + "b" * 36
    variables = {"AWS_REGION": "x", "LEVEL": 7, token: "info"}
    found = lint({**FUNCTION, "Environment": {"Variables": variables}})
    said = " ".join(item.message for item in found)
    assert "'AWS_REGION' is a reserved variable name, one of" in said
    assert token not in said
    [of_timeout] = [item for item in lint({**FUNCTION, "Timeout": token}) if "Timeout" in item.path]
    assert "'…' is not" in of_timeout.message
    found = lint({**FUNCTION, "Environment": ["planted-value", {"A": "x", "B": "planted"}]})
    assert "['…', {'A': '…', 'B': '…'}] is not of type 'object'" in [item.message for item in found]
    assert "planted" not in " ".join(item.message for item in found)


@pytest.mark.usefixtures("settings")
def test_what_is_no_template_is_a_finding() -> None:
    assert [item.rule for item in lint_template(Job("{", "us-east-1"))] == ["E0000"]
    assert [item.rule for item in lint_template(Job("[]", "us-east-1"))] == ["E0000"]


@pytest.mark.usefixtures("settings")
def test_a_region_that_it_does_not_know() -> None:
    with pytest.raises(CfnLintError, match="cfn-lint knows no region mars-north-1; mend it"):
        lint_template(Job("{}", "mars-north-1"))


def test_its_own_settings_apply(settings: Path) -> None:
    settings.write_text("ignore_checks: [E3034]\ntemplates: [nowhere.json]\n")
    cfn_lint._rules.cache_clear()
    assert "E3034" not in {item.rule for item in lint({**FUNCTION, "MemorySize": 99})}
    assert lint({**FUNCTION, "MemorySize": "x"})


@pytest.mark.usefixtures("settings")
def test_settings_in_the_template_apply() -> None:
    ignored = {"cfn-lint": {"config": {"ignore_checks": ["E3034"]}}}
    found = lint({**FUNCTION, "MemorySize": 99}, Metadata=ignored)
    assert "E3034" not in {item.rule for item in found}


def test_wrong_settings_are_told(settings: Path) -> None:
    settings.write_text("ignored: [E3034]\n")
    with pytest.raises(CfnLintError, match=r"cfn-lint: Invalid configuration key 'ignored'"):
        lint(FUNCTION)
    settings.write_text("append_rules: [nowhere]\n")
    cfn_lint._rules.cache_clear()
    with pytest.raises(CfnLintError, match=r"cfn-lint: Tried to append rules"):
        lint(FUNCTION)
    cfn_lint._rules.cache_clear()
