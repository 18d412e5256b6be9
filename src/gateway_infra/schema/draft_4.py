"""JSON Schema of draft 4, as far as models of the API may use it, told as a JSON Schema.

It says what `gateway_infra.sections.schema_rules` checks, but for where references lead, and for
names and nulls in examples that CloudFormation would not leave as they are.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from gateway_infra.sections.schema_rules import (
    COUNTS,
    LISTS,
    NAMED,
    NUMBERS,
    ONE_SCHEMA,
    SWITCHES,
    TEXTS,
    TYPES,
)
from gateway_infra.values.section import without

_PART: dict[str, Any] = {"$ref": "#/$defs/Draft4", "type": "object"}
_PARTS = {"type": "array", "minItems": 1, "items": _PART}
_NAMES = {"type": "array", "minItems": 1, "items": {"type": "string"}, "uniqueItems": True}
_NAMED_PARTS = {
    "type": "object",
    "additionalProperties": _PART,
    # CloudFormation would read these as functions.
    "propertyNames": {
        "not": {"pattern": "^(?:Ref$|Fn::)"},
        "errorMessage": "is read by CloudFormation as a function; rename it",
    },
}
_ANYTHING = {"type": ["array", "boolean", "number", "object", "string"]}

_SAID: dict[str, dict[str, Any]] = {
    "$ref": {
        "description": "Another schema: the name of one under `api.models`, or #/definitions/… of "
        "this one.",
        "examples": ["NewJob", "#/definitions/part"],
    },
    "$schema": {
        "type": "string",
        "pattern": "^http://json-schema\\.org/draft-04/schema#*$",
        "patternErrorMessage": "must be http://json-schema.org/draft-04/schema#",
        "description": "The draft, which API Gateway takes no other of.",
    },
    "additionalItems": {
        "type": ["boolean", "object"],
        "description": "Items beyond those that `items` lists. Unset: any.",
    },
    "additionalProperties": {
        "type": ["boolean", "object"],
        "description": "Properties that `properties` does not list. Unset: any.",
    },
    "allOf": {"description": "Schemas that must all fit."},
    "anyOf": {"description": "Schemas of which one or more must fit."},
    "default": {**_ANYTHING, "description": "For readers; API Gateway fills nothing in."},
    "definitions": {"description": "Schemas that `$ref` names."},
    "dependencies": {
        "additionalProperties": {
            **_PART,
            "type": ["array", "object"],
            "minItems": 1,
            "items": {"type": "string"},
            "uniqueItems": True,
        },
        "description": "What must hold where a property is there: other properties, or a schema.",
    },
    "description": {"description": "What it is, for people."},
    "enum": {
        "type": "array",
        "minItems": 1,
        "items": _ANYTHING,
        "description": "The values that there are.",
    },
    "exclusiveMaximum": {"description": "Whether `maximum` itself is too much. Unset: it is not."},
    "exclusiveMinimum": {
        "description": "Whether `minimum` itself is too little. Unset: it is not."
    },
    "format": {"description": "What text is, for readers.", "examples": ["date-time", "uuid"]},
    "id": {"description": "The schema's name, for readers."},
    "items": {
        "type": ["array", "object"],
        "minItems": 1,
        "items": _PART,
        "description": "The schema of each item, or a list of one for each position.",
    },
    "maxItems": {"description": "The most items of a list. Unset: any number."},
    "maxLength": {"description": "The most characters of text. Unset: any number."},
    "maxProperties": {"description": "The most properties. Unset: any number."},
    "maximum": {"description": "The largest number. Unset: any."},
    "minItems": {"description": "The fewest items of a list. Unset: none."},
    "minLength": {"description": "The fewest characters of text. Unset: none."},
    "minProperties": {"description": "The fewest properties. Unset: none."},
    "minimum": {"description": "The smallest number. Unset: any."},
    "multipleOf": {
        "type": "number",
        "exclusiveMinimum": 0,
        "description": "What a number is a multiple of. Unset: any number.",
    },
    "not": {"description": "A schema that must not fit."},
    "oneOf": {"description": "Schemas of which one alone must fit."},
    "pattern": {
        "description": "A regular expression that is found in the text.",
        "examples": ["^[a-z]+$"],
    },
    "patternProperties": {
        "description": "Schemas of properties whose names a regular expression finds."
    },
    "properties": {"description": "Properties by name, with their schemas."},
    "required": {
        **_NAMES,
        "description": "Properties that must be there; beside `properties`.",
        "examples": [["name"]],
    },
    "title": {"description": "A short name, for people."},
    "type": {
        "type": ["array", "string"],
        "minItems": 1,
        "uniqueItems": True,
        "items": {"enum": list(TYPES)},
        "pattern": f"^(?:{'|'.join(TYPES)})$",
        "patternErrorMessage": f"must be one of {', '.join(TYPES)}",
        "description": "The type, or a list of them: [string, 'null'] for what may be null.",
        "examples": ["object", ["string", "null"]],
    },
    "uniqueItems": {"description": "Whether no item may be there twice. Unset: it may."},
}
"""What is said of each keyword, beside what all keywords of its kind take."""

_TAKEN: tuple[tuple[Collection[str], dict[str, Any]], ...] = (
    (TEXTS, {"type": "string"}),
    (NUMBERS, {"type": "number"}),
    (COUNTS, {"type": "integer", "minimum": 0}),
    (SWITCHES, {"type": "boolean"}),
    (ONE_SCHEMA, _PART),
    (LISTS, _PARTS),
    (NAMED, _NAMED_PARTS),
)
_BY_KEYWORD = {keyword: taken for keywords, taken in _TAKEN for keyword in keywords}
_KEYWORDS = {keyword: {**_BY_KEYWORD.get(keyword, {}), **said} for keyword, said in _SAID.items()}
_FILE = {
    "type": "string",
    "pattern": r"[^/]\.(?:json|yaml|yml)$",
    "patternErrorMessage": "must name a .json or .yaml file, as in schemas/job.json",
    "description": "A file that holds the schema, below the folder of environments; stands alone.",
    "examples": ["schemas/job.json"],
}


def draft_4_definitions() -> dict[str, dict[str, Any]]:
    """Return the definitions of a schema within a model, and of a whole one."""
    return {
        "Draft4": {
            "title": "JSON Schema (draft 4)",
            "description": "A part of a model: the keywords of draft 4.",
            "type": ["array", "boolean", "object"],
            "properties": _KEYWORDS,
            "additionalProperties": False,
        },
        "Model": {
            "title": "Model",
            "description": "A JSON Schema (draft 4), or {file: …} that names one in JSON or YAML.",
            "type": ["object", "string"],
            "properties": {"file": _FILE, **_KEYWORDS},
            "additionalProperties": False,
            "minProperties": 1,
            "if": {"properties": {"file": {"type": "string"}}, "required": ["file"]},
            "then": without("file", *_KEYWORDS),
        },
    }
