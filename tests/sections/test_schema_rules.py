"""JSON Schema draft 4: what a model may say, keyword by keyword."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.reading.diagnostics import show_path
from gateway_infra.sections.schema_rules import (
    REFUSED,
    reference_target,
    schema_doubts,
    schema_faults,
    subschemas,
)

SOUND: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "id": "job",
    "title": "A job",
    "description": "What is done.",
    "type": ["object", "null"],
    "required": ["a"],
    "properties": {"a": {"type": "string"}, "const": {}, "Fn": {"enum": [1, "a", {"b": [True]}]}},
    "patternProperties": {"^x-": {"format": "email", "pattern": "a", "default": 5}},
    "additionalProperties": False,
    "minProperties": 0,
    "maxProperties": 9,
    "dependencies": {"a": ["b"], "b": {"minLength": 1, "maxLength": 2}},
    "definitions": {
        "list": {
            "type": "array",
            "items": [{"type": "integer", "multipleOf": 0.5}],
            "additionalItems": {"not": {"maximum": 1, "exclusiveMaximum": True}},
            "uniqueItems": True,
        },
        "any": {"items": {"$ref": "#/definitions/list"}, "additionalItems": True},
    },
    "allOf": [{"maximum": 1.5, "exclusiveMaximum": False}],
}


def faults(schema: Any) -> list[str]:
    """Return the faults of a schema as texts."""
    return [f"{show_path(item.path)}: {item.message}" for item in schema_faults(schema)]


def test_a_sound_schema_has_no_fault_and_no_doubt() -> None:
    assert faults(SOUND) == []
    assert list(schema_doubts(SOUND)) == []


@pytest.mark.parametrize("schema", [{}, {"type": "null"}, {"definitions": {}, "properties": {}}])
def test_small_ones_are_sound(schema: dict[str, Any]) -> None:
    assert faults(schema) == []


MAPPING = "must be a mapping of names to schemas, not"
COUNT = "must be a whole number from 0, not"
FAULTS: list[tuple[Any, str]] = [
    (5, ": must be a JSON Schema, which is a mapping, not a number"),
    ({"type": "objct"}, "type: names 'objct'; did you mean 'object'?"),
    ({"type": []}, "type: must be a type, or a list of different types"),
    ({"type": ["string", "string"]}, "type: must be a type, or a list of different types"),
    ({"type": 5}, "type: must be a type, or a list of different types"),
    ({"type": ["string", None]}, "type: has null, which YAML reads as nothing; write it in quotes"),
    ({"type": None}, "type: has null, which YAML reads as nothing; write it in quotes"),
    ({"required": True}, "required: must be a list of different properties, beside `properties`"),
    ({"required": []}, "required: must be a list of different properties, beside `properties`"),
    ({"required": ["a", "a"]}, "required: must be a list of different properties"),
    ({"required": [1]}, "required: must be a list of different properties"),
    ({"properties": []}, f"properties: {MAPPING} a list"),
    ({"properties": {"a": 1}}, "properties.a: must be a JSON Schema, which is a mapping"),
    ({"definitions": "a"}, f"definitions: {MAPPING} 'a'"),
    ({"patternProperties": {"a": True}}, "patternProperties.a: must be a JSON Schema"),
    ({"dependencies": {"a": []}}, "dependencies.a: must be a schema, or a list of different"),
    ({"dependencies": {"a": "b"}}, "dependencies.a: must be a JSON Schema, which is a mapping"),
    ({"items": 5}, "items: must be a schema, not 5"),
    ({"items": []}, "items: must be a list of schemas, not a list"),
    ({"items": [5]}, "items[0]: must be a JSON Schema, which is a mapping, not a number"),
    ({"not": True}, "not: must be a schema, not a switch (true or false)"),
    ({"additionalProperties": "no"}, "additionalProperties: must be true, false or a schema"),
    ({"additionalItems": 1}, "additionalItems: must be true, false or a schema, not 1"),
    ({"allOf": {}}, "allOf: must be a list of schemas, not a mapping"),
    ({"anyOf": []}, "anyOf: must be a list of schemas, not a list"),
    ({"oneOf": [{"type": "x"}]}, "oneOf[0].type: names 'x'"),
    ({"enum": []}, "enum: must be a list of values"),
    ({"enum": "a"}, "enum: must be a list of values"),
    ({"maxLength": -1}, f"maxLength: {COUNT} -1"),
    ({"minItems": 1.5}, f"minItems: {COUNT} 1.5"),
    ({"minLength": True}, f"minLength: {COUNT} a switch (true or false)"),
    ({"minimum": "1"}, "minimum: must be a number, not '1'"),
    ({"maximum": False}, "maximum: must be a number, not a switch (true or false)"),
    ({"multipleOf": 0}, "multipleOf: must be more than 0"),
    ({"uniqueItems": "true"}, "uniqueItems: must be true or false, not 'true'"),
    ({"exclusiveMinimum": 1}, "exclusiveMinimum: is a number, as in later drafts; in draft 4 it"),
    ({"exclusiveMaximum": "a"}, "exclusiveMaximum: must be true or false, not 'a'"),
    ({"pattern": 5}, "pattern: must be text, not a number"),
    ({"$ref": 5}, '["$ref"]: must be text, not a number'),
    ({"$schema": "http://json-schema.org/draft-07/schema#"}, '["$schema"]: names another draft'),
    (
        {"requried": []},
        "requried: is no keyword of draft 4, the JSON Schema that API Gateway takes",
    ),
    ({"x-own": 1}, "x-own: is no keyword of draft 4, the JSON Schema that API Gateway takes"),
    ({"file": "a.json", "type": "object"}, "file: must stand alone: mappings merge"),
    ({"enum": ["a", None]}, "enum[1]: is null, which CloudFormation refuses in a template"),
    ({"default": {"a": [None]}}, "default.a[0]: is null, which CloudFormation refuses"),
    ({"properties": {"Fn::Sub": {}}}, 'properties["Fn::Sub"]: is read by CloudFormation'),
    ({"definitions": {"Ref": {}}}, "definitions.Ref: is read by CloudFormation as a function"),
    ({"default": {"Ref": "a"}}, "default.Ref: is read by CloudFormation as a function"),
    ({"enum": [{"Fn::If": 1}]}, 'enum[0]["Fn::If"]: is read by CloudFormation as a function'),
]


@pytest.mark.parametrize(("schema", "message"), FAULTS)
def test_a_fault_is_named_once_at_its_place(schema: Any, message: str) -> None:
    [found] = faults(schema)
    assert found.startswith(message)


def test_a_property_called_ref_is_refused_beside_others_too() -> None:
    """No page says what CloudFormation does with a function that does not stand alone."""
    found = faults({"properties": {"Ref": {}, "Name": {}}, "default": {"Ref": 1, "a": 2}})
    assert len(found) == 2


@pytest.mark.parametrize("keyword", REFUSED)
def test_keywords_of_other_drafts_come_with_what_to_write(keyword: str) -> None:
    [found] = faults({keyword: True})
    assert found.endswith(f"; {REFUSED[keyword]}")


def test_a_misspelled_keyword_gets_the_right_one_and_any_other_a_way_out() -> None:
    assert faults({"requried": []})[0].endswith("; did you mean 'required'?")
    assert faults({"example": 5})[0].endswith("; leave it out")


def test_keywords_that_aws_calls_unsupported_are_doubted_wherever_they_stand() -> None:
    schema = {"properties": {"a": {"oneOf": [{"minItems": 1}]}}, "anyOf": [{}]}
    found = [show_path(item.path) for item in schema_doubts(schema)]
    assert found == ["properties.a.oneOf", "properties.a.oneOf[0].minItems"]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("#", {"definitions": {"a/b": {"x": 1}, "c d": [{"y": 2}], "m~n": {}}}),
        ("#/definitions/a~1b", {"x": 1}),
        ("#/definitions/c%20d/0", {"y": 2}),
        ("#/definitions/m~0n", {}),
        ("#/definitions/c%20d/1", None),
        ("#/definitions/c%20d/a", None),
        ("#/definitions/none", None),
        ("#/definitions/a~1b/x/y", None),
    ],
)
def test_where_a_reference_leads(reference: str, expected: Any) -> None:
    schema = {"definitions": {"a/b": {"x": 1}, "c d": [{"y": 2}], "m~n": {}}}
    assert reference_target(schema, reference) == expected


def test_the_schemas_below_a_schema() -> None:
    found = [show_path(path) for path, _ in subschemas(SOUND)]
    assert found == [
        "properties.a",
        "properties.const",
        "properties.Fn",
        'patternProperties["^x-"]',
        "dependencies.b",
        "definitions.list",
        "definitions.any",
        "allOf[0]",
    ]
