"""The report as SARIF: by its schema, and as code scanning wants it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from gateway_infra.lint.report import Looked, Report
from gateway_infra.lint.sarif import render, repository
from gateway_infra.reading.diagnostics import Place
from gateway_infra.rules.catalog import all_rules
from tests.lint.support import ACCEPTED, ADVICE, ENVIRONMENTS, OURS, THEIRS, report_of

VALIDATOR = Draft4Validator(
    json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text()),
    format_checker=Draft4Validator.FORMAT_CHECKER,
)
YAML = "service: jobs\nfunctions:\n  web:\n    image: x\n  memory: 99 # MB\n"


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a repository with the file that findings are about."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "base.yaml").write_text(YAML)
    monkeypatch.chdir(tmp_path)


def run(report: Report, *, verbose: bool = False) -> dict[str, Any]:
    """Return the one run of a valid log."""
    log = json.loads(render(report, verbose=verbose))
    VALIDATOR.validate(log)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    return dict(log["runs"][0])


def results(*findings: Any, verbose: bool = False) -> list[dict[str, Any]]:
    return list(run(report_of(*findings), verbose=verbose)["results"])


def location(finding: Any) -> dict[str, Any]:
    [result] = unchecked(finding)
    [found] = result["locations"]
    return dict(found["physicalLocation"])


def unchecked(*findings: Any) -> list[dict[str, Any]]:
    """Return results without a look at the schema, which takes a while."""
    return list(json.loads(render(report_of(*findings)))["runs"][0]["results"])


def test_a_log_without_findings_is_valid_and_has_all_rules_of_ours() -> None:
    found = run(report_of())
    assert found["results"] == []
    assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == [
        rule.id for rule in all_rules()
    ]


def test_rules_have_what_code_scanning_requires() -> None:
    rules = run(report_of(THEIRS, OURS))["tool"]["driver"]["rules"]
    for rule in rules:
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]{0,254}", rule["name"])
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
        assert re.match(r"https?://\S+$", rule.get("helpUri", "https://none"))
        assert len(rule["properties"]["tags"]) <= 10
    assert rules[-1]["id"] == "E3034"
    assert rules[-1]["helpUri"] == "https://example.com/E3034"
    assert rules[-1]["properties"] == {"tags": ["cfn-lint"], "problem.severity": "error"}


def test_results_have_what_code_scanning_requires() -> None:
    for result in results(THEIRS, OURS, ADVICE):
        assert result["message"]["text"]
        assert result["partialFingerprints"]
        [found] = result["locations"]
        assert found["physicalLocation"]["artifactLocation"]["uri"]


def test_levels_and_rules() -> None:
    found = run(report_of(THEIRS, OURS, ADVICE))
    rules = found["tool"]["driver"]["rules"]
    for result in found["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert [result["level"] for result in found["results"]] == ["error", "warning", "note"]
    by_id = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in rules}
    assert (by_id["GI001"], by_id["GI006"], by_id["E3034"]) == ("error", "warning", "error")


def test_a_result_is_on_the_line_of_the_file() -> None:
    assert location(OURS) == {
        "artifactLocation": {"uri": "environments/base.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 5, "startColumn": 3, "endLine": 5, "endColumn": 13},
    }


def test_what_a_result_says() -> None:
    [result] = results(THEIRS)
    assert result["message"]["text"] == (
        "functions.web.memory: 99 is too small\nFunctionWeb.Properties.MemorySize in "
        "function.json:41 of jobs-prod-function; a default; of dev, prod"
    )
    logical = result["locations"][0]["logicalLocations"]
    assert [item["fullyQualifiedName"] for item in logical] == [
        "functions.web.memory",
        "FunctionWeb.Properties.MemorySize in function.json:41 of jobs-prod-function",
    ]
    assert result["properties"] == {"environments": ["dev", "prod"]}


def test_a_place_without_a_line_is_the_file_as_a_whole() -> None:
    assert location(ADVICE) == {
        "artifactLocation": {"uri": "environments", "uriBaseId": "%SRCROOT%"}
    }


def test_paths_are_relative_to_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "environments")
    finding = OURS._replace(place=Place("base.yaml", 5, 3))
    assert location(finding)["artifactLocation"]["uri"] == "environments/base.yaml"
    absolute = OURS._replace(place=Place(str(tmp_path / "environments" / "base.yaml"), 5, 3))
    assert location(absolute)["artifactLocation"]["uri"] == "environments/base.yaml"


def test_a_path_is_a_uri_and_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "my envs").symlink_to("environments")
    (tmp_path / "ü #1.yaml").write_text(YAML)
    linked = OURS._replace(place=Place("my envs/base.yaml", 5, 3))
    assert location(linked)["artifactLocation"]["uri"] == "environments/base.yaml"
    odd = OURS._replace(place=Place("ü #1.yaml", 5, 3))
    assert location(odd)["artifactLocation"]["uri"] == "%C3%BC%20%231.yaml"


def test_a_file_outside_of_the_repository_has_a_uri_of_its_own(tmp_path: Path) -> None:
    outside = OURS._replace(place=Place(str(tmp_path.parent / "base.yaml"), 5, 3))
    found = location(outside)["artifactLocation"]
    assert found["uri"].startswith("file:///")
    assert "uriBaseId" not in found


def test_the_repository_is_the_nearest_folder_with_git(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert repository(inner) == tmp_path
    (inner / ".git").write_text("gitdir: elsewhere")
    assert repository(inner) == inner
    assert repository(Path("/")) == Path("/")


def _fingerprints(finding: Any, text: str) -> dict[str, str]:
    Path("environments/base.yaml").write_text(text)
    [result] = unchecked(finding)
    return dict(result["partialFingerprints"])


def test_fingerprints_stay_when_lines_move_and_differ_by_rule_and_key() -> None:
    tail = "# end\n" * 30
    before = _fingerprints(OURS, YAML + tail)
    moved = OURS._replace(place=Place("environments/base.yaml", 7, 3))
    assert set(before) == {"primaryLocationLineHash", "gatewayInfraKey/v1"}
    assert _fingerprints(moved, f"# new\n\n{YAML}{tail}") == before
    others = [OURS._replace(rule="GI007"), OURS._replace(path=("functions",)), THEIRS]
    keys = [_fingerprints(item, YAML + tail)["gatewayInfraKey/v1"] for item in others]
    assert len({before["gatewayInfraKey/v1"], *keys}) == 4
    reworded = OURS._replace(message="is 61 s", environments=("dev",))
    assert _fingerprints(reworded, YAML + tail) == before


def test_what_is_accepted_is_suppressed_and_in_it_on_request_alone() -> None:
    assert unchecked(ACCEPTED) == []
    [result] = results(ACCEPTED, verbose=True)
    assert result["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": ACCEPTED.accepted}
    ]
    assert "suppressions" not in unchecked(OURS)[0]


def test_an_environment_that_cannot_be_generated_is_noted() -> None:
    unseen = (*ENVIRONMENTS, Looked("bad", "environments/bad.yaml", None))
    [invocation] = run(report_of(environments=unseen))["invocations"]
    [note] = invocation["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("bad cannot be generated")


def test_the_same_report_gives_the_same_bytes_in_ascii() -> None:
    report = report_of(THEIRS, OURS._replace(message="ünï"))
    assert render(report) == render(report)
    assert render(report).isascii()
