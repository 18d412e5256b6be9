"""The JSON Schema of an environment: of one file, and of all files of an environment together."""

from __future__ import annotations

from typing import Any

from gateway_infra.reading.merge import FILE_NAME
from gateway_infra.rules.catalog import all_rules
from gateway_infra.schema.file_form import file_form
from gateway_infra.schema.models import models_schema, shared_definitions
from gateway_infra.schema.schema_text import described, ordered
from gateway_infra.values.section import like

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_FILE = {
    "$schema": DRAFT,
    "$id": "urn:gateway-infra:environment-file",
    "title": "Environment file of gateway-infra",
    "description": "A file of the folder of environments. It may hold a part of what an "
    "environment needs; base.yaml, or the file that it `extends`, holds the rest. A null removes a "
    "key.",
}
_WHOLE = {
    "$schema": DRAFT,
    "$id": "urn:gateway-infra:environment",
    "title": "Environment of gateway-infra",
    "description": "A whole environment: its files laid over each other.",
}
_EXTENDS = {
    "title": "Extends",
    "description": "The file of this folder that this one is laid over; null: none. Unset: "
    "base.yaml, where there is one.",
    "type": ["string", "null"],
    "format": "uri-reference",
    **like(FILE_NAME.pattern, "a .yaml file of the same folder, as in staging.yaml"),
    "examples": ["staging.yaml"],
}


def environment_schema(*, whole: bool = False) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one file; with `whole`, of an environment's files merged.

    In a file nothing is required, and null may stand behind every key.
    https://json-schema.org/draft/2020-12/json-schema-validation
    """
    schema = described(models_schema())
    schema["$defs"] |= shared_definitions()
    _name_rules(schema["properties"]["accept"])
    # An OpenAPI document may have the routes.
    api = schema["$defs"]["ApiSection"]
    api["required"] = [key for key in api["required"] if key != "routes"]
    api["anyOf"] = [{"required": ["routes"]}, {"required": ["openapi"]}]
    if not whole:
        schema = file_form(schema)
        schema["properties"] = {"extends": _EXTENDS, **schema["properties"]}
    schema["$defs"] = {name: schema["$defs"][name] for name in sorted(schema["$defs"])}
    return dict(ordered({**schema, **(_WHOLE if whole else _FILE)}))


def _name_rules(accept: dict[str, Any]) -> None:
    """List the rules that may be accepted, which the models leave to `rules.accept`."""
    reason = accept["additionalProperties"]
    rules = [rule for rule in all_rules() if rule.acceptable]
    accept["properties"] = {}
    for rule in rules:
        text = f"{rule.reason} {rule.fix}\n\n{rule.page}"
        accept["properties"][rule.id] = {"title": rule.title, "description": text, **reason}
    accept["additionalProperties"] = False
    if rules:
        accept["examples"] = [{rules[0].id: "Why it may be so here, in a sentence."}]
