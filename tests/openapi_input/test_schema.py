"""Schemas of OpenAPI documents in JSON Schema draft 4: what is kept, turned, left out and told."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft4Validator

from tests.openapi_input.support import document, faults, loaded, lost_of, model_of

STRING = {"type": "string"}
NULL = {"type": "null"}

TURNED_30: dict[str, tuple[Any, Any]] = {
    "kept as it is": (
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
    ),
    "limits": (
        {"type": "string", "minLength": 1, "maxLength": 5, "pattern": "^a"},
        {"type": "string", "minLength": 1, "maxLength": 5, "pattern": "^a"},
    ),
    "words that only describe": (
        {
            "type": "string",
            "title": "t",
            "description": "d",
            "default": "x",
            "example": "x",
            "deprecated": True,
            "xml": {"name": "x"},
            "externalDocs": {"url": "u"},
            "writeOnly": True,
            "x-own": 1,
        },
        STRING,
    ),
    "discriminator": (
        {"type": "object", "discriminator": {"propertyName": "kind"}},
        {"type": "object"},
    ),
    "nullable": ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    "not nullable": ({"type": "string", "nullable": False}, STRING),
    "nullable without a type": (
        {"minLength": 1, "nullable": True},
        {"anyOf": [{"minLength": 1}, NULL]},
    ),
    "nullable enum": (
        {"type": "string", "nullable": True, "enum": ["a", None]},
        {"anyOf": [{"type": "string", "enum": ["a"]}, NULL]},
    ),
    "null in an enum that the type refuses": (
        {"type": "string", "enum": ["a", None]},
        {"type": "string", "enum": ["a"]},
    ),
    "null in an enum without type": ({"enum": ["a", None]}, {"anyOf": [{"enum": ["a"]}, NULL]}),
    "only null": ({"enum": [None]}, NULL),
    "nullable composition": (
        {"nullable": True, "allOf": [{"minLength": 1}, {"maxLength": 2}]},
        {"anyOf": [{"allOf": [{"minLength": 1}, {"maxLength": 2}]}, NULL]},
    ),
    "values that look like references": (
        {"properties": {"a": {"enum": [{"$ref": "#/definitions/No"}]}, "enum": STRING}},
        {"properties": {"a": {"enum": [{"$ref": "#/definitions/No"}]}, "enum": STRING}},
    ),
    "enum with doubles": ({"enum": ["a", "a", 1, True]}, {"enum": ["a", 1, True]}),
    "exclusive limits of whole numbers": (
        {
            "type": "integer",
            "minimum": 0,
            "exclusiveMinimum": True,
            "maximum": 9,
            "exclusiveMaximum": True,
        },
        {"type": "integer", "minimum": 1, "maximum": 8},
    ),
    "exclusive limits switched off": (
        {"type": "number", "minimum": 0, "exclusiveMinimum": False},
        {"type": "number", "minimum": 0},
    ),
    "numbers in words that are long": (
        {"type": "integer", "minimum": "-9223372036854775808"},
        {"type": "integer", "minimum": -9223372036854775808},
    ),
    "formats of draft 4": (
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "date-time"},
    ),
    "formats that are hints": ({"type": "integer", "format": "int64"}, {"type": "integer"}),
    "nothing required": ({"type": "object", "required": []}, {"type": "object"}),
    "required twice": (
        {"type": "object", "required": ["a", "a"]},
        {"type": "object", "required": ["a"]},
    ),
    "read-only is not required": (
        {
            "type": "object",
            "required": ["id", "name"],
            "properties": {"id": {"type": "integer", "readOnly": True}, "name": STRING},
        },
        {
            "type": "object",
            "required": ["name"],
            "properties": {"id": {"type": "integer"}, "name": STRING},
        },
    ),
    "read-only in another branch": (
        {"allOf": [{"required": ["id"]}, {"properties": {"id": {"readOnly": True}}}]},
        {"allOf": [{}, {"properties": {"id": {}}}]},
    ),
    "one branch": ({"allOf": [STRING]}, STRING),
    "branches": (
        {"oneOf": [STRING, {"type": "integer"}]},
        {"oneOf": [STRING, {"type": "integer"}]},
    ),
    "not": ({"not": STRING}, {"not": STRING}),
    "closed": (
        {"type": "object", "additionalProperties": False},
        {"type": "object", "additionalProperties": False},
    ),
    "a map": (
        {"type": "object", "additionalProperties": {"type": "integer", "nullable": True}},
        {"type": "object", "additionalProperties": {"type": ["integer", "null"]}},
    ),
    "lists": (
        {"type": "array", "items": {"example": 1, **STRING}, "minItems": 1, "uniqueItems": True},
        {"type": "array", "items": STRING, "minItems": 1, "uniqueItems": True},
    ),
    "properties called as words are": (
        {"properties": {"nullable": STRING, "example": STRING, "default": STRING, "$ref": STRING}},
        {"properties": {"nullable": STRING, "example": STRING, "default": STRING, "$ref": STRING}},
    ),
    "all is well": ({}, None),
    "only described": ({"description": "anything", "nullable": True}, None),
}

TURNED_31: dict[str, tuple[Any, Any]] = {
    "types": ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
    "null without quotes": ({"type": ["string", None]}, {"type": ["string", "null"]}),
    "one type in a list": ({"type": ["string"]}, STRING),
    "const": ({"const": "a"}, {"enum": ["a"]}),
    "const null": ({"const": None}, NULL),
    "const beside enum": (
        {"enum": ["a", "b"], "const": "a"},
        {"enum": ["a", "b"], "allOf": [{"enum": ["a"]}]},
    ),
    "exclusive limits are numbers": (
        {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 9.5, "minimum": -5},
        {"type": "integer", "minimum": 1, "maximum": 9},
    ),
    "tuples": (
        {"prefixItems": [STRING, NULL], "items": False},
        {"items": [STRING, NULL], "additionalItems": False},
    ),
    "lists that are empty": (
        {"type": "array", "items": False},
        {"type": "array", "items": {"not": {}}},
    ),
    "dependencies": (
        {
            "dependentRequired": {"a": ["b"], "c": []},
            "dependentSchemas": {"d": {"required": ["e"]}},
        },
        {"dependencies": {"a": ["b"]}, "allOf": [{"dependencies": {"d": {"required": ["e"]}}}]},
    ),
    "schemas that are switches": (
        {"properties": {"a": True, "b": False}},
        {"properties": {"a": {}, "b": {"not": {}}}},
    ),
    "examples": ({"examples": ["a"], **STRING}, STRING),
}

CASES = [
    *((name, "3.0.3", *pair) for name, pair in TURNED_30.items()),
    *((name, "3.1.0", *pair) for name, pair in TURNED_31.items()),
]


@pytest.mark.parametrize(("version", "schema", "model"), [case[1:] for case in CASES], ids=[
    f"{version} {name}" for name, version, _, _ in CASES
])  # fmt: skip
def test_a_schema_becomes_a_model(version: str, schema: Any, model: Any) -> None:
    made = model_of(schema, version=version)
    assert made == model
    Draft4Validator.check_schema(made or {})


LOST: dict[str, tuple[str, Any, str, Any]] = {
    # What is in the document, what is told of it, and what is left.
    "format": (
        "3.0.3",
        {"type": "string", "format": "uuid"},
        "format: is a format that API Gateway does not check; the application must",
        STRING,
    ),
    "exclusive limit of a fraction": (
        "3.0.3",
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        "exclusiveMinimum: lets 0 itself pass: API Gateway has no `exclusiveMinimum`",
        {"type": "number", "minimum": 0},
    ),
    "exclusive limit alone": (
        "3.1.0",
        {"type": "number", "exclusiveMaximum": 1.5},
        "exclusiveMaximum: lets 1.5 itself pass: API Gateway has no `exclusiveMaximum`",
        {"type": "number", "maximum": 1.5},
    ),
    "word of a later draft": (
        "3.1.0",
        {"type": "array", "contains": STRING},
        "contains: is checked by no model: API Gateway takes JSON Schema draft 4, without "
        "`contains`; the application must",
        {"type": "array"},
    ),
    "oneOf that is laxer": (
        "3.0.3",
        {"oneOf": [{"type": "string", "format": "uuid"}, {"type": "string", "pattern": "^a"}]},
        "oneOf: has a branch that says what API Gateway does not check, so that more than one may "
        "fit; `anyOf` takes its place",
        {"anyOf": [STRING, {"type": "string", "pattern": "^a"}]},
    ),
    "not that would be stricter": (
        "3.0.3",
        {"type": "string", "not": {"format": "uuid"}},
        "not: says what API Gateway does not check; `not` is left out of the model",
        STRING,
    ),
    "type that is none": (
        "3.0.3",
        {"type": "file"},
        "type: is not what JSON Schema has here, and is left out",
        None,
    ),
    "required as a switch": (
        "3.0.3",
        {"type": "string", "required": True},
        "required: is no list of properties, and is left out",
        STRING,
    ),
    "number that is none": (
        "3.0.3",
        {"type": "integer", "minimum": "many"},
        "minimum: is no number, and is left out",
        {"type": "integer"},
    ),
    "exclusive limit that is none": (
        "3.0.3",
        {"type": "integer", "exclusiveMinimum": True},
        "exclusiveMinimum: is not what JSON Schema has here, and is left out",
        {"type": "integer"},
    ),
    "count below zero": (
        "3.0.3",
        {"type": "string", "minLength": -1},
        "minLength: is not what JSON Schema has here, and is left out",
        STRING,
    ),
    "step of nothing": (
        "3.0.3",
        {"type": "number", "multipleOf": 0},
        "multipleOf: is not what JSON Schema has here, and is left out",
        {"type": "number"},
    ),
    "no branches": (
        "3.0.3",
        {"type": "string", "anyOf": []},
        "anyOf: is no list of schemas, and is left out",
        STRING,
    ),
    "null inside of a value": (
        "3.1.0",
        {"const": {"a": None}},
        "const: is not what JSON Schema has here, and is left out",
        None,
    ),
    "null inside of a listed value": (
        "3.0.3",
        {"type": "object", "enum": [{"a": None}, {"a": 1}]},
        "enum: is not what JSON Schema has here, and is left out",
        {"type": "object"},
    ),
    "text for a schema": (
        "3.0.3",
        {"properties": {"a": "string"}},
        "properties.a: is no schema, and is left out",
        {"properties": {"a": {}}},
    ),
}


@pytest.mark.parametrize("case", LOST)
def test_what_a_model_cannot_say_is_left_out_and_told(case: str) -> None:
    version, schema, message, model = LOST[case]
    lines = lost_of(schema, version=version)
    assert [line for line in lines if line.endswith(message)], lines
    assert model_of(schema, version=version) == model


def test_words_that_only_describe_are_not_told() -> None:
    schema = {"type": "integer", "format": "int64", "example": 1, "x-own": 1, "readOnly": True}
    assert lost_of(schema) == []


PET = {"type": "object", "required": ["name"], "properties": {"name": STRING}}
TREE = {"type": "object", "properties": {"children": {"items": {"$ref": "#/components/schemas/T"}}}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def test_a_named_schema_is_a_model_of_the_api() -> None:
    text = document(
        {
            path: {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": ref("pet_item.v1")}}}
                }
            }
            for path in ("/a", "/b")
        },
        components={"schemas": {"pet_item.v1": PET, "unused": PET}},
    )
    api = loaded(text).source.find(("api",)).plain()
    assert api["models"] == {"petItemV1": PET}
    models = [route["request_models"] for route in api["routes"].values()]
    assert models == [{"application/json": "petItemV1"}] * 2


def test_references_become_definitions_with_all_that_they_refer_to() -> None:
    schemas = {"A": {"properties": {"b": ref("B")}}, "B": {"properties": {"c": ref("C")}}, "C": PET}
    assert model_of(ref("A"), schemas) == {
        "properties": {"b": {"$ref": "#/definitions/B"}},
        "definitions": {"B": {"properties": {"c": {"$ref": "#/definitions/C"}}}, "C": PET},
    }


def test_a_schema_that_holds_itself_is_a_definition_too() -> None:
    model = model_of(ref("T"), {"T": TREE})
    turned = {"type": "object", "properties": {"children": {"items": {"$ref": "#/definitions/T"}}}}
    assert model == {**turned, "definitions": {"T": turned}}
    validator = Draft4Validator(model)
    assert validator.is_valid({"children": [{"children": [{"children": []}]}]})
    assert not validator.is_valid({"children": [{"children": [{"children": [5]}]}]})


def test_branches_that_are_references_are_written_out() -> None:
    """API Gateway takes no reference to a definition of the same schema in allOf and the like."""
    assert model_of({"allOf": [ref("P"), {"required": ["x"]}]}, {"P": PET}) == {
        "allOf": [PET, {"required": ["x"]}]
    }
    assert model_of({"anyOf": [ref("Q")]}, {"Q": {"oneOf": [ref("P"), NULL]}, "P": PET}) == {
        "oneOf": [PET, NULL]
    }


def test_branches_that_lead_back_stay_references() -> None:
    """As FastAPI writes a tree: each level may be the next, or null."""
    schemas = {"N": {"properties": {"next": {"anyOf": [ref("N"), NULL]}}, "required": ["next"]}}
    model = model_of(ref("N"), schemas, "3.1.0")
    assert model["properties"]["next"]["anyOf"] == [{"$ref": "#/definitions/N"}, NULL]
    validator = Draft4Validator(model)
    assert validator.is_valid({"next": {"next": None}})
    assert not validator.is_valid({"next": {"next": {}}})


def test_a_branch_that_is_the_schema_itself_says_nothing() -> None:
    assert model_of(ref("A"), {"A": {"type": "string", "allOf": [ref("A"), {"minLength": 1}]}}) == {
        "type": "string",
        "allOf": [{}, {"minLength": 1}],
    }


def test_read_only_reaches_through_references() -> None:
    """The composed schema marks a property that a branch elsewhere requires."""
    schemas = {
        "Base": {"properties": {"id": ref("Id")}},
        "Id": {"type": "integer", "readOnly": True},
        "New": {"allOf": [ref("Base"), {"required": ["id", "name"]}]},
    }
    assert model_of(ref("New"), schemas)["allOf"][1] == {"required": ["name"]}


def test_words_beside_a_reference_count_from_31_on() -> None:
    schema = {"properties": {"a": {"$ref": "#/components/schemas/P", "maxProperties": 2}}}
    old = model_of(schema, {"P": PET}, "3.0.3")
    assert old["properties"]["a"] == {"$ref": "#/definitions/P"}
    new = model_of(schema, {"P": PET}, "3.1.0")
    assert new["properties"]["a"] == {"allOf": [PET, {"maxProperties": 2}]}


def test_a_description_beside_a_reference_does_not_count() -> None:
    schema = {"properties": {"a": {"$ref": "#/components/schemas/P", "description": "d"}}}
    assert model_of(schema, {"P": PET}, "3.1.0")["properties"]["a"] == {"$ref": "#/definitions/P"}


def test_nullable_beside_a_reference_is_kept() -> None:
    """By the letter 3.0 ignores it, and everybody means it."""
    schema = {"properties": {"a": {"$ref": "#/components/schemas/P", "nullable": True}}}
    assert model_of(schema, {"P": PET})["properties"]["a"] == {"anyOf": [PET, NULL]}


def test_a_loss_behind_a_reference_turns_one_of_into_any_of() -> None:
    schemas = {
        "A": {"type": "object", "properties": {"id": ref("Id")}},
        "B": {"type": "object"},
        "Id": {"type": "string", "format": "uuid"},
    }
    assert "anyOf" in model_of({"oneOf": [ref("A"), ref("B")]}, schemas)
    schemas["Id"] = STRING
    assert "oneOf" in model_of({"oneOf": [ref("A"), ref("B")]}, schemas)


def test_references_into_the_middle_are_followed() -> None:
    schemas = {"A": {"properties": {"b": PET}}, "C/D": PET}
    model = model_of({"properties": {"x": ref("A/properties/b"), "y": ref("C~1D")}}, schemas)
    assert model["definitions"] == {"APropertiesB": PET, "CD": PET}


def test_names_that_api_gateway_has_already_get_a_word_more() -> None:
    model = model_of(
        {"properties": {"a": ref("Error"), "b": ref("Empty")}}, {"Error": PET, "Empty": PET}
    )
    assert set(model["definitions"]) == {"ErrorModel", "EmptyModel"}


def body(schema: Any, **schemas: Any) -> str:
    content = {"application/json": {"schema": schema}}
    return document(
        {"/a": {"post": {"requestBody": {"required": True, "content": content}}}},
        components={"schemas": schemas},
    )


FAULTS: dict[str, tuple[str, str]] = {
    "names that fall together": (
        body({"properties": {"a": ref("a_b"), "b": ref("a-b")}}, **{"a_b": PET, "a-b": PET}),
        "and 'a_b' on line 1 are both called aB without the characters that API Gateway refuses in "
        "names; rename one",
    ),
    "a reference to nothing": (
        body(ref("Nobody")),
        "refers to '#/components/schemas/Nobody', which this document does not have",
    ),
    "a reference beyond a list": (
        body({"$ref": "#/components/schemas/A/allOf/1"}, A={"allOf": [PET]}),
        "refers to '#/components/schemas/A/allOf/1', which this document does not have",
    ),
    "a reference to another file": (
        body({"properties": {"a": {"$ref": "pets.yaml#/Pet"}}}),
        "refers to 'pets.yaml#/Pet', which is not in this document; bundle what it refers to into "
        "one document",
    ),
    "a reference in a circle": (
        body(ref("A"), A=ref("B"), B=ref("A")),
        "refers to itself; let one of the circle be a schema",
    ),
    "a reference that is no text": (
        body({"$ref": 5}),
        "must be text such as '#/components/…', not a number",
    ),
    "a schema that grows without end": (
        body(ref("S0"), **{f"S{n}": {"allOf": [ref(f"S{n + 1}")] * 2} for n in range(20)}, S20=PET),
        "is too large or too deep once its references are followed",
    ),
}


ENDLESS = "a schema that grows without end"


@pytest.mark.parametrize(
    "case",
    [
        *(case for case in FAULTS if case != ENDLESS),
        pytest.param(ENDLESS, marks=pytest.mark.slow),
    ],
)
def test_a_fault_is_told_in_the_document(case: str) -> None:
    text, message = FAULTS[case]
    lines = faults(text)
    assert [line for line in lines if line.endswith(message)], lines
    assert all(line.startswith("e/api.yml:1:") for line in lines)


@pytest.mark.parametrize("count", [8, pytest.param(12, marks=pytest.mark.slow)])
def test_schemas_that_all_refer_to_each_other_come_to_an_end(count: int) -> None:
    """Written out one in another in every order they would be more than anyone can hold."""
    names = [f"S{n}" for n in range(count)]
    anything = {"anyOf": [ref(name) for name in names]}
    schemas = {name: {"required": [name], "properties": {"a": anything}} for name in names}
    model = model_of(ref("S0"), schemas)
    assert set(model["definitions"]) == set(names)
    validator = Draft4Validator(model)
    assert validator.is_valid({"S0": 1, "a": {"S5": 1, "a": {"S7": 1}}})
    assert not validator.is_valid({"S0": 1, "a": {"S5": 1, "a": {"no": 1}}})
