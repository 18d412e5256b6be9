"""Schemas as components of an OpenAPI document."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.builders.shared.openapi_schemas import PREFIX, component_schemas

TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def to(name: str) -> dict[str, str]:
    return {"$ref": PREFIX + name}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param(TEXT, {"A": TEXT}, id="plain"),
        pytest.param({"$schema": "x", "definitions": {"B": TEXT}}, {"A": {}}, id="left out"),
        pytest.param(
            {"properties": {"b": {"$ref": "#/definitions/B"}}, "definitions": {"B": TEXT}},
            {"A": {"properties": {"b": to("ADefinitionsB")}}, "ADefinitionsB": TEXT},
            id="definition",
        ),
        pytest.param(
            {"properties": {"a": {"$ref": "#"}}}, {"A": {"properties": {"a": to("A")}}}, id="itself"
        ),
        pytest.param(
            {"items": [{"$ref": "#/items/1"}, TEXT]},
            {"A": {"items": [to("AItems1"), TEXT]}, "AItems1": TEXT},
            id="any pointer",
        ),
        pytest.param(
            {
                "allOf": [{"$ref": "#/definitions/B"}],
                "definitions": {
                    "B": {
                        "not": {"$ref": "#/definitions/B/definitions/C"},
                        "definitions": {"C": TEXT},
                    }
                },
            },
            {
                "A": {"allOf": [to("ADefinitionsB")]},
                "ADefinitionsB": {"not": to("ADefinitionsBDefinitionsC")},
                "ADefinitionsBDefinitionsC": TEXT,
            },
            id="definition in a definition",
        ),
        pytest.param(
            {
                "items": {"$ref": "#/definitions/B"},
                "definitions": {"B": {"items": {"$ref": "#/definitions/B"}}},
            },
            {"A": {"items": to("ADefinitionsB")}, "ADefinitionsB": {"items": to("ADefinitionsB")}},
            id="circle",
        ),
        pytest.param(
            {"properties": {"$ref": TEXT, "definitions": NUMBER}},
            {"A": {"properties": {"$ref": TEXT, "definitions": NUMBER}}},
            id="properties with the names of keywords",
        ),
        pytest.param(
            {"enum": [{"$ref": "#/definitions/B"}], "default": {"$ref": "#"}},
            {"A": {"enum": [{"$ref": "#/definitions/B"}], "default": {"$ref": "#"}}},
            id="values that look like references",
        ),
        pytest.param(
            {"additionalProperties": False, "dependencies": {"a": ["b"], "b": {"$ref": "#"}}},
            {"A": {"additionalProperties": False, "dependencies": {"a": ["b"], "b": to("A")}}},
            id="no schemas in the place of schemas",
        ),
        pytest.param(
            {"$ref": "https://e.example/s"}, {"A": {"$ref": "https://e.example/s"}}, id="url"
        ),
        pytest.param(
            {
                "anyOf": [{"$ref": "#/definitions/b-c"}, {"$ref": "#/definitions/b_c"}],
                "definitions": {"b-c": TEXT, "b_c": NUMBER},
            },
            {
                "A": {"anyOf": [to("ADefinitionsBC"), to("ADefinitionsBC2")]},
                "ADefinitionsBC": TEXT,
                "ADefinitionsBC2": NUMBER,
            },
            id="two names that read the same",
        ),
    ],
)
def test_components(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    """Each part that is referred to has a name of its own, and nothing else changes."""
    assert component_schemas({"A": schema}) == expected


def test_names_of_other_schemas_are_taken() -> None:
    """Neither a schema before nor one behind gives way to a part of this one."""
    schema = {"items": {"$ref": "#/definitions/B"}, "definitions": {"B": TEXT}}
    found = component_schemas({"ADefinitionsB": NUMBER, "A": schema})
    assert found == {
        "A": {"items": to("ADefinitionsB2")},
        "ADefinitionsB": NUMBER,
        "ADefinitionsB2": TEXT,
    }
    assert list(found) == sorted(found)


def test_parts_of_two_schemas_may_read_the_same() -> None:
    first = {"items": {"$ref": "#/definitions/XB"}, "definitions": {"XB": TEXT}}
    second = {"items": {"$ref": "#/x-b"}, "x-b": NUMBER}
    found = component_schemas({"A": first, "ADefinitions": second})
    assert found["ADefinitionsXB"] == TEXT
    assert found["ADefinitionsXB2"] == NUMBER
    assert found["ADefinitions"]["items"] == to("ADefinitionsXB2")


def test_a_reference_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="the schema A refers to #/definitions/B"):
        component_schemas({"A": {"$ref": "#/definitions/B"}})


def test_names_are_letters_and_digits() -> None:
    schema = {"items": {"$ref": "#/definitions/ü-b~1c"}, "definitions": {"ü-b/c": TEXT}}
    assert all(name.isascii() and name.isalnum() for name in component_schemas({"A": schema}))
