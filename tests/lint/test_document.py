"""The report as JSON: its schema, and that it can be read again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gateway_infra.lint import document
from gateway_infra.lint.document import plain, read, render
from gateway_infra.lint.report import Looked
from tests.lint.support import ACCEPTED, ADVICE, ENVIRONMENTS, OURS, THEIRS, report_of
from tests.support import ROOT

SCHEMA = json.loads((ROOT / "src/gateway_infra/lint/report.schema.json").read_text())
UNSEEN = (*ENVIRONMENTS, Looked("bad", "environments/bad.yaml", None))
REPORTS = [
    report_of(),
    report_of(THEIRS, OURS, ADVICE, ACCEPTED, environments=UNSEEN),
    report_of(cfn_lint=False),
]


@pytest.mark.parametrize("report", REPORTS)
def test_it_is_as_its_schema_says_and_can_be_read_again(report: Any) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    data = json.loads(render(report))
    Draft202012Validator(SCHEMA).validate(data)
    assert read(data) == report


def test_what_was_remembered_changes_no_byte_of_it() -> None:
    report = REPORTS[1]
    assert render(report) == render(report._replace(remembered=3))
    assert render(report).isascii()


def test_the_schema_names_every_key_that_there_is() -> None:
    data = plain(REPORTS[1])
    found = data["findings"][0]
    assert set(data) == set(SCHEMA["properties"]) == set(SCHEMA["required"])
    of_finding = SCHEMA["$defs"]["finding"]
    assert set(found) == set(of_finding["properties"]) == set(of_finding["required"])
    of_template = SCHEMA["$defs"]["template"]
    assert set(found["templates"][0]) == set(of_template["properties"])
    assert SCHEMA["properties"]["schema"] == {**SCHEMA["properties"]["schema"], "const": 1}


def test_places_without_a_line_have_none() -> None:
    [found] = plain(report_of(ADVICE))["findings"]
    assert (found["file"], found["line"], found["column"]) == ("environments", None, None)


def _without(key: str) -> Any:
    return {name: value for name, value in plain(REPORTS[1]).items() if name != key}


OTHERS = [
    None,
    [],
    "text",
    {},
    _without("findings"),
    {**plain(REPORTS[0]), "schema": document.SCHEMA + 1},
    {**plain(REPORTS[0]), "findings": [{}]},
    {**plain(REPORTS[0]), "rules": {"E1": {"other": 1}}},
    {**plain(REPORTS[0]), "environments": [1]},
]


@pytest.mark.parametrize("data", OTHERS)
def test_anything_else_is_not_read(data: Any) -> None:
    assert read(data) is None
