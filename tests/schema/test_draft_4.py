"""Models of the API: the schema says of a JSON Schema (draft 4) what the checks say."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gateway_infra.schema.draft_4 import draft_4_definitions
from gateway_infra.sections.schema_rules import _CHECKS, LISTS, NAMED, ONE_SCHEMA, schema_faults
from tests.schema.support import WHOLE_SCHEMA, faults

MODEL = Draft202012Validator({"$ref": "#/$defs/Model", "$defs": WHOLE_SCHEMA["$defs"]})

KEYWORDS = {*_CHECKS, *ONE_SCHEMA, *LISTS, *NAMED, "default"}

VALUES: list[Any] = [
    *("", "object", "objct", "NewJob", "http://json-schema.org/draft-04/schema#"),
    *(0, 1, -1, 2.5, True, False),
    *([], ["a"], ["a", "a"], [1], ["string", "null"], [{}], [{"type": "string"}], [5], [None]),
    *({}, {"type": "string"}, {"type": "objct"}, {"a": {}}, {"a": 5}, {"a": ["b"]}, {"a": []}),
    *({"Ref": {}}, {"Fn::Sub": {}}, {"a": {"type": "string"}}, {"a": {"nullable": True}}),
]


def test_every_keyword_is_there_and_described() -> None:
    definitions = draft_4_definitions()
    assert set(definitions["Draft4"]["properties"]) == KEYWORDS
    assert set(definitions["Model"]["properties"]) == {*KEYWORDS, "file"}
    for keyword, said in definitions["Model"]["properties"].items():
        assert said["description"].endswith("."), keyword


@pytest.mark.parametrize("keyword", sorted(KEYWORDS))
def test_it_takes_of_each_keyword_what_the_checks_take(keyword: str) -> None:
    for value in VALUES:
        model = {keyword: value}
        found = list(schema_faults(model))
        if keyword in ("default", "enum") and value in ({"Ref": {}}, {"Fn::Sub": {}}, [None]):
            continue  # what CloudFormation makes of data in a template
        assert bool(faults(MODEL, model)) == bool(found), (value, found)


@pytest.mark.parametrize("keyword", ["const", "nullable", "$defs", "prefixItems", "Ref"])
def test_it_knows_no_other_keyword(keyword: str) -> None:
    assert faults(MODEL, {keyword: True})
    assert faults(MODEL, {"properties": {"a": {keyword: True}}})


def test_a_file_stands_alone() -> None:
    assert faults(MODEL, {"file": "schemas/job.json"}) == []
    assert faults(MODEL, {"file": "schemas/job.json", "title": "Job"})
    assert faults(MODEL, {"file": "schemas/job.txt"})
    assert faults(MODEL, {"properties": {"a": {"file": "a.json"}}})
    assert faults(MODEL, {})
