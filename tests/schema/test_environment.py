"""The schemas themselves: sound, described, with examples, and no older than the models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from gateway_infra.rules.catalog import all_rules
from gateway_infra.schema.environment import environment_schema
from gateway_infra.schema.text import schema_text
from gateway_infra.sections.environment import TIERS, Environment
from tests.schema.support import FILE, FILE_SCHEMA, WHOLE, WHOLE_SCHEMA, faults, subschemas
from tests.support import ROOT

BOTH = pytest.mark.parametrize("schema", [FILE_SCHEMA, WHOLE_SCHEMA], ids=["file", "whole"])

KEYWORDS = {
    *("$schema", "$id", "$ref", "$defs", "title", "description", "type", "enum", "const"),
    *("default", "examples", "format", "pattern", "minLength", "maxLength", "minimum", "maximum"),
    *("exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "uniqueItems", "items"),
    *("contains", "required", "minProperties", "maxProperties", "propertyNames", "properties"),
    *("additionalProperties", "anyOf", "not", "if", "then", "else", "dependentSchemas"),
}
"""Those of 2020-12 that are used, all of which editors read."""
OF_EDITORS = {"patternErrorMessage", "errorMessage"}

STRANGE = re.compile(r"\(\?[^:=!]|\\[^sSntrfv.*+?()\[\]{}|^$/\\]")
"""What Python reads and ECMA-262 does not, or not alike."""

FREE = {"string", "array", "object"}


def models(model: type[BaseModel] = Environment) -> Iterator[type[BaseModel]]:
    """Yield a model and all that its fields hold."""
    seen = {model}
    waiting = [model]
    while waiting:
        current = waiting.pop()
        yield current
        for field in current.model_fields.values():
            found = [item for item in _within(field.annotation) if item not in seen]
            seen.update(found)
            waiting += found


def _within(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _within(inner)


SECTIONS = sorted(models(), key=lambda model: model.__name__)


def section(model: type[BaseModel], schema: dict[str, Any] = WHOLE_SCHEMA) -> dict[str, Any]:
    found = schema if model is Environment else schema["$defs"][model.__name__]
    assert isinstance(found, dict)
    return found


def fields(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Return each key of a section with what the schema says of it."""
    given = section(model)["properties"]
    return {f"{model.__name__}.{key}": field for key, field in given.items()}


FIELDS = {key: field for model in SECTIONS for key, field in fields(model).items()}
EACH = pytest.mark.parametrize("model", SECTIONS, ids=lambda model: model.__name__)


@BOTH
def test_it_is_a_schema_of_2020_12(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith("urn:gateway-infra:environment")


def test_the_two_are_told_apart() -> None:
    assert FILE_SCHEMA["$id"] != WHOLE_SCHEMA["$id"]
    assert FILE_SCHEMA["title"] != WHOLE_SCHEMA["title"]


def test_the_committed_schema_is_what_the_models_say() -> None:
    committed = (ROOT / "environments" / "schema.json").read_text()
    assert committed == schema_text(environment_schema()), (
        "environments/schema.json is stale: gateway-infra schema > environments/schema.json"
    )


@pytest.mark.parametrize("name", ["base", "dev", "staging", "prod"])
def test_the_shipped_files_name_it(name: str) -> None:
    first = (ROOT / "environments" / f"{name}.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=schema.json"


@BOTH
def test_it_says_nothing_that_editors_do_not_read(schema: dict[str, Any]) -> None:
    for path, part in subschemas(schema):
        assert set(part) <= KEYWORDS | OF_EDITORS, path


@BOTH
def test_every_reference_leads_to_a_definition_and_every_definition_is_used(
    schema: dict[str, Any],
) -> None:
    references = {part["$ref"] for _, part in subschemas(schema) if "$ref" in part}
    assert references == {f"#/$defs/{name}" for name in schema["$defs"]}


@BOTH
def test_no_section_takes_keys_that_it_does_not_list(schema: dict[str, Any]) -> None:
    for model in SECTIONS:
        part = section(model, schema)
        aliases = {field.alias or name for name, field in model.model_fields.items()}
        assert part["additionalProperties"] is False
        assert set(part["properties"]) - {"extends"} == aliases


@BOTH
def test_every_pattern_is_read_alike_by_python_and_by_editors(schema: dict[str, Any]) -> None:
    patterns = {part["pattern"] for _, part in subschemas(schema) if "pattern" in part}
    assert len(patterns) > 40
    for pattern in patterns:
        re.compile(pattern)
        assert not STRANGE.search(pattern), pattern


@BOTH
def test_every_pattern_of_a_value_is_told_in_words(schema: dict[str, Any]) -> None:
    for path, part in subschemas(schema):
        if "pattern" in part and "/not" not in path and "/if" not in path:
            assert part.get("patternErrorMessage"), path


def test_no_format_asks_for_more_than_the_models() -> None:
    assert {part["format"] for _, part in subschemas(FILE_SCHEMA) if "format" in part} == {
        "uri-reference"
    }


@EACH
def test_every_key_of_the_models_has_a_description(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        assert field.description, f"write Field(description=…) at {model.__name__}.{name}"
    assert section(model)["description"]


@EACH
def test_every_key_has_a_title_and_says_what_holds_without_it(model: type[BaseModel]) -> None:
    for key, field in fields(model).items():
        assert re.fullmatch(r"[A-Z].*[^.]", field["title"]), key
        said = field["description"]
        assert re.match(r"[A-Z`%]", said), f"{key}: {said}"
        assert said.split("\n\n")[0].endswith((".", "…")), f"{key}: {said}"
        without = re.search(r"Required\.|Default: |By tier: |[Uu]nset: ", said)
        assert without or "$ref" in field, f"{key}: {said}"
        assert "``" not in said, key


@EACH
def test_every_key_that_takes_what_people_choose_has_examples(model: type[BaseModel]) -> None:
    for key, field in fields(model).items():
        kinds = field.get("type", [])
        chosen = FREE & ({kinds} if isinstance(kinds, str) else set(kinds))
        listed = "enum" in field or "enum" in field.get("items", {}) or "properties" in field
        if chosen and not listed and "default" not in field:
            assert field.get("examples"), f"write Field(examples=[…]) at {key}"


@EACH
def test_examples_and_defaults_are_taken(model: type[BaseModel]) -> None:
    for key, field in fields(model).items():
        validator = Draft202012Validator({**field, "$defs": WHOLE_SCHEMA["$defs"]})
        given = [*field.get("examples", ()), *([field["default"]] if "default" in field else ())]
        for example in given:
            assert faults(validator, example) == [], f"{key}: {example}"


def test_the_defaults_of_the_tiers_are_told_in_place_of_the_models() -> None:
    assert FIELDS["LogsConfig.retention_days"]["description"] == (
        "Days. By tier: 7 in dev, 14 in staging, 30 in prod."
    )
    assert "By tier: INFO in dev," in FIELDS["StageConfig.logging_level"]["description"]
    assert "default" not in FIELDS["LogsConfig.retention_days"]
    told = sum("By tier: " in field["description"] for field in FIELDS.values())
    assert told == sum(1 for _ in _leaves(TIERS["prod"]))


def _leaves(data: dict[str, Any]) -> Iterator[Any]:
    for value in data.values():
        yield from _leaves(value) if isinstance(value, dict) else [value]


def test_limits_stand_in_the_words_of_json_schema() -> None:
    assert FIELDS["FunctionSection.memory"]["minimum"] == 128
    assert FIELDS["FunctionSection.memory"]["maximum"] == 10240
    assert FIELDS["ThrottlingConfig.rate"]["exclusiveMinimum"] == 0
    assert FIELDS["AlarmsConfig.api_5xx_percent"]["exclusiveMaximum"] == 100
    assert FIELDS["CorsConfig.origins"]["uniqueItems"] is True
    assert FIELDS["StageConfig.variables"]["maxProperties"] == 100


def test_a_section_is_told_where_it_is_named() -> None:
    said = FIELDS["ApiSection.cors"]["description"]
    assert said.startswith("Browser origins; unset: no CORS at all.\n\nWhich browser origins may")
    assert "https://docs.aws.amazon.com/" in said


def test_rules_that_may_be_accepted_are_listed_with_their_reasons() -> None:
    listed = FIELDS["Environment.accept"]["properties"]
    assert set(listed) == {rule.id for rule in all_rules() if rule.acceptable}
    for rule in all_rules():
        if rule.acceptable:
            assert listed[rule.id]["title"] == rule.title
            assert rule.page in listed[rule.id]["description"]


def test_titles_read_as_words() -> None:
    for key, words in {
        "ApiSection.cors": "CORS",
        "RouteConfig.api_key": "API key",
        "DatabaseSection.port": "Port",
        "AlarmsConfig.api_5xx_percent": "API 5xx percent",
    }.items():
        assert FIELDS[key]["title"] == words
    assert WHOLE_SCHEMA["$defs"]["UsagePlanConfig"]["title"] == "Usage plan"


def test_the_text_is_the_schema_and_is_the_same_each_time() -> None:
    text = schema_text(FILE_SCHEMA)
    assert json.loads(text) == FILE_SCHEMA
    assert text == schema_text(environment_schema())
    assert text.endswith("}\n")
    assert "reason: …" in text


def test_both_take_a_mapping_and_nothing_else() -> None:
    for validator in (FILE, WHOLE):
        for data in ([], "text", 1, None, True):
            assert faults(validator, data), data
