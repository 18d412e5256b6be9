"""JSON Schema of draft 4, as far as models of the API may use it, told as a JSON Schema.

It says what `gateway_infra.sections.schema_rules` checks, but for where references lead, and for
names and nulls in examples that CloudFormation would not leave as they are.
"""

from __future__ import annotations

from typing import Any

from gateway_infra.sections.schema_rules import TYPES
from gateway_infra.values.section import excluded

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
_COUNT = {"type": "integer", "minimum": 0}

_KEYWORDS: dict[str, dict[str, Any]] = {
    "$ref": {
        "type": "string",
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
        **_PART,
        "type": ["boolean", "object"],
        "description": "Items beyond those that `items` lists. Unset: any.",
    },
    "additionalProperties": {
        **_PART,
        "type": ["boolean", "object"],
        "description": "Properties that `properties` does not list. Unset: any.",
    },
    "allOf": {**_PARTS, "description": "Schemas that must all fit."},
    "anyOf": {**_PARTS, "description": "Schemas of which one or more must fit."},
    "default": {**_ANYTHING, "description": "For readers; API Gateway fills nothing in."},
    "definitions": {**_NAMED_PARTS, "description": "Schemas that `$ref` names."},
    "dependencies": {
        **_NAMED_PARTS,
        "additionalProperties": {
            **_PART,
            "type": ["array", "object"],
            "minItems": 1,
            "items": {"type": "string"},
            "uniqueItems": True,
        },
        "description": "What must hold where a property is there: other properties, or a schema.",
    },
    "description": {"type": "string", "description": "What it is, for people."},
    "enum": {
        "type": "array",
        "minItems": 1,
        "items": _ANYTHING,
        "description": "The values that there are.",
    },
    "exclusiveMaximum": {
        "type": "boolean",
        "description": "Whether `maximum` itself is too much. Unset: it is not.",
    },
    "exclusiveMinimum": {
        "type": "boolean",
        "description": "Whether `minimum` itself is too little. Unset: it is not.",
    },
    "format": {
        "type": "string",
        "description": "What text is, for readers.",
        "examples": ["date-time", "uuid"],
    },
    "id": {"type": "string", "description": "The schema's name, for readers."},
    "items": {
        **_PART,
        "type": ["array", "object"],
        "minItems": 1,
        "items": _PART,
        "description": "The schema of each item, or a list of one for each position.",
    },
    "maxItems": {**_COUNT, "description": "The most items of a list. Unset: any number."},
    "maxLength": {**_COUNT, "description": "The most characters of text. Unset: any number."},
    "maxProperties": {**_COUNT, "description": "The most properties. Unset: any number."},
    "maximum": {"type": "number", "description": "The largest number. Unset: any."},
    "minItems": {**_COUNT, "description": "The fewest items of a list. Unset: none."},
    "minLength": {**_COUNT, "description": "The fewest characters of text. Unset: none."},
    "minProperties": {**_COUNT, "description": "The fewest properties. Unset: none."},
    "minimum": {"type": "number", "description": "The smallest number. Unset: any."},
    "multipleOf": {
        "type": "number",
        "exclusiveMinimum": 0,
        "description": "What a number is a multiple of. Unset: any number.",
    },
    "not": {**_PART, "description": "A schema that must not fit."},
    "oneOf": {**_PARTS, "description": "Schemas of which one alone must fit."},
    "pattern": {
        "type": "string",
        "description": "A regular expression that is found in the text.",
        "examples": ["^[a-z]+$"],
    },
    "patternProperties": {
        **_NAMED_PARTS,
        "description": "Schemas of properties whose names a regular expression finds.",
    },
    "properties": {**_NAMED_PARTS, "description": "Properties by name, with their schemas."},
    "required": {
        **_NAMES,
        "description": "Properties that must be there; beside `properties`.",
        "examples": [["name"]],
    },
    "title": {"type": "string", "description": "A short name, for people."},
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
    "uniqueItems": {
        "type": "boolean",
        "description": "Whether no item may be there twice. Unset: it may.",
    },
}

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
            "then": {"properties": {key: excluded("file") for key in _KEYWORDS}},
        },
    }
