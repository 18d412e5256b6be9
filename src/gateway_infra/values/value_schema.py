"""What a JSON Schema says of a value that the file gives or leaves open.

A literal and an open value are told apart by their type, so that no alternatives are needed, and an
editor names the key that is wrong.
"""

from __future__ import annotations

from typing import Any

from gateway_infra.reading.forms import FORMS, OPTIONS
from gateway_infra.values.options import MAX_DESCRIPTION, MAX_VERSION, SSM_NAME, known_types
from gateway_infra.values.section import VALUE, like, shared, without
from gateway_infra.values.values import KEY_ARN, SECRET_ARN, SECRET_NAME, ListOf, ValueType

_MEANINGS = {
    "parameter": "A template parameter, which whoever deploys fills.",
    "stack_output": "An output of another stack, which the deployer reads: stack/Key.",
    "ssm": "An SSM parameter, which CloudFormation reads at each deploy.",
    "import": "An export of another stack of the account and region, which CloudFormation reads.",
    "environment_variable": "A variable of the deployer's own environment; its value is shown "
    "nowhere.",
    "secret": "A secret in Secrets Manager, by name or ARN, which the function's code reads.",
    "type": "The template parameter's type. Unset: what the place calls for.",
    "default": "The template parameter's default, a literal of this place. Unset: whoever deploys "
    "must give a value.",
    "description": "Stands in the template. Unset: the keys that the value is for.",
    "allowed_values": "The only values that CloudFormation takes. Unset: all that fit.",
    "pattern": "A regular expression that the whole value must match, for text. Unset: none.",
    "version": "The version of the SSM parameter, from 1. Unset: the newest at each deploy.",
    "key": "The key of the secret's JSON that is meant. Unset: the code knows.",
    "kms_key": "The ARN of the customer managed key that encrypts the secret. Unset: the role "
    "needs no permission for a key.",
}
"""The keys of open values."""


_EXAMPLES = {
    "parameter": "VpcId",
    "stack_output": "network/VpcId",
    "ssm": "/shared/vpc-id",
    "import": "network-VpcId",
    "environment_variable": "DB_PASSWORD",
    "secret": "jobs/prod/db",
}


def value_definitions() -> dict[str, dict[str, Any]]:
    """Return what is the same in all places: forms, options, and what goes with neither."""
    name = rf"(?!arn:)(?!.*-[A-Za-z0-9]{{6}}$){SECRET_NAME.pattern}"
    text: dict[str, Any] = {"type": "string", "minLength": 1}
    told: dict[str, dict[str, Any]] = {
        form: {"type": "string", **like(pattern.pattern, what), "examples": [_EXAMPLES[form]]}
        for form, (pattern, what) in FORMS.items()
    }
    told |= {
        "secret": {
            **value_schema(SECRET_ARN),
            **like(f"{name}|{SECRET_ARN.pattern}", "a secret's name, as in jobs/prod/db, or ARN"),
            "examples": [_EXAMPLES["secret"]],
        },
        "description": {**text, "maxLength": MAX_DESCRIPTION},
        "pattern": {**text, "examples": ["[a-z_]+"]},
        "version": {"type": "integer", "minimum": 1, "maximum": MAX_VERSION},
        "key": {**text, "examples": ["password"]},
        "kms_key": {
            **value_schema(KEY_ARN),
            "examples": ["arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d"],
        },
    }
    return {
        **{_defined(key): {"description": _MEANINGS[key], **item} for key, item in told.items()},
        **{_alone(form): _without_others(form) for form in (*FORMS, "secret")},
    }


def _without_others(form: str) -> dict[str, Any]:
    """Return that a form has no other beside it, and none of another's options."""
    keys = [*FORMS, "secret", *(key for options in OPTIONS.values() for key in options)]
    others = [key for key in keys if key != form and key not in OPTIONS.get(form, ())]
    return {
        "type": ["object", "string", "integer", "array"],
        # In a file, null may have taken the form's place.
        "if": {"properties": {form: {"type": ["object", "string"]}}},
        "then": without(form, *others),
    }


def literal_schema(kind: ValueType) -> dict[str, Any]:
    """Return what a JSON Schema says of a literal."""
    if kind.type == "Number":
        return {"type": "integer", "minimum": 1, "maximum": 65535}
    return {"type": "string", **like(kind.pattern, kind.what)}


def with_values(schema: Any) -> Any:
    """Replace each value type that `VALUE` holds by what a JSON Schema says of it."""
    if isinstance(schema, list):
        return [with_values(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: with_values(item) for key, item in schema.items() if key != VALUE}
    place = schema.get(VALUE)
    if isinstance(place, ListOf):
        return _several_schema(place.kind, place.fewest, place.most) | found
    return value_schema(place) | found if isinstance(place, ValueType) else found


def value_schema(kind: ValueType) -> dict[str, Any]:
    """Return what a JSON Schema says of a literal or an open value."""
    opened = _open_schema(kind, several=False)
    if kind.secret:
        message = "a secret is not written here; write {environment_variable: NAME}, or "
        message += "{secret: name} for what the code reads itself"
        return {"type": "object", "errorMessage": message, **opened}
    literal = literal_schema(kind)
    if kind.words:
        literal |= like("|".join((*kind.words, kind.pattern)), kind.what)
    return {**literal, "type": [literal["type"], "object"], **opened}


def _several_schema(kind: ValueType, fewest: int, most: int) -> dict[str, Any]:
    """Return what a JSON Schema says of a list of values, or one open value for all of them."""
    return {
        "type": ["array", "object"],
        "items": value_schema(kind),
        "minItems": fewest,
        "maxItems": most,
        "uniqueItems": True,
        **_open_schema(kind, several=True),
    }


def _open_schema(kind: ValueType, *, several: bool) -> dict[str, Any]:
    """Return the keywords of an open value's mapping; with `several`, of one that gives a list."""
    forms = [*FORMS, "secret"] if kind.code else [*FORMS]
    if kind.secret:
        forms = ["environment_variable", "secret"]
    options = _options(kind, several=several)
    # A list has no version, which CloudFormation would pass on as one text, and no allowed values.
    refused = ("version", "allowed_values") if several else ()
    keys = [key for form in forms for key in OPTIONS.get(form, ()) if key not in refused]
    only: dict[str, dict[str, Any]] = {form: shared(_alone(form)) for form in forms}
    if "parameter" in only:
        only["parameter"] |= _by_type(kind, several=several)
    return {
        "properties": {
            **{form: shared(_defined(form)) for form in forms},
            **{key: options[key] for key in keys},
        },
        "additionalProperties": False,
        "anyOf": [{"required": [form]} for form in forms],
        "dependentSchemas": only,
    }


def _options(kind: ValueType, *, several: bool) -> dict[str, dict[str, Any]]:
    """Return what each option takes by itself."""
    literal = {"type": ["integer", "string"] if kind.type == "Number" else "string"}
    default = {"type": ["array", "string"], "minItems": 1} if several else literal
    types = known_types(f"List<{kind.type}>" if several else kind.type)
    own: dict[str, dict[str, Any]] = {
        "type": {"enum": list(types)},
        "default": default,
        "allowed_values": {"type": "array", "minItems": 1, "items": literal},
    }
    return {
        key: {"description": _MEANINGS[key], **own[key]} if key in own else shared(_defined(key))
        for options in OPTIONS.values()
        for key in options
    }


def _by_type(kind: ValueType, *, several: bool) -> dict[str, Any]:
    """Return what the options of a parameter must be, as its `type` says or the place calls for."""
    literal = literal_schema(kind)
    name = like(SSM_NAME.pattern, "an SSM parameter's name, as `type` says")
    given: dict[str, Any] = {"default": literal}
    if several:
        given["default"] = {
            **like(rf"({kind.pattern})(,({kind.pattern}))*", f"{kind.what}, or more with commas"),
            "type": ["array", "string"],
            "items": literal,
        }
    else:
        given["allowed_values"] = {"type": "array", "items": literal}
    # CloudFormation compares a pattern with text alone.
    message = "fits text, and this is of another type; remove it"
    no_pattern = {"properties": {"pattern": {"type": "null", "errorMessage": message}}}
    by_place: dict[str, Any] = {"properties": given}
    if kind.type != "String":
        text = {"type": {"enum": ["String", "CommaDelimitedList"]}}
        by_place |= {"if": {"properties": text, "required": ["type"]}, "else": no_pattern}
    return {
        "if": {
            "properties": {"type": {"type": "string", "pattern": "^AWS::SSM::"}},
            "required": ["type"],
        },
        "then": {"properties": {"default": {"type": "string", **name}, **no_pattern["properties"]}},
        "else": by_place,
    }


def _defined(key: str) -> str:
    return f"value-{key}"


def _alone(form: str) -> str:
    return f"only-{form}"
