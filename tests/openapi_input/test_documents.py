"""Documents that others wrote (`tests/openapi`), and what nobody would write: never a traceback."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft4Validator

from gateway_infra.loading.load import Loaded, load
from gateway_infra.pipeline import generate
from gateway_infra.reading.diagnostics import ConfigError
from gateway_infra.reading.source import read_text
from tests.lint.support import lint_templates
from tests.openapi_input.support import ENVIRONMENT, loaded
from tests.support import CASES, ROOT

DOCUMENTS = ROOT / "tests" / "openapi"
OPERATIONS = {"petstore.json": 20, "figma.yaml": 54}
MODELS = {"petstore.json": (7, 3), "figma.yaml": (8, 0)}
"""Bodies that are checked, and those whose schema has a name."""

each_document = pytest.mark.parametrize("name", OPERATIONS)


def environments(folder: Path, name: str) -> Path:
    """Put an environment beside a copy of the document."""
    shutil.copy(DOCUMENTS / name, folder / name)
    (folder / "prod.yaml").write_text(ENVIRONMENT.replace("api.yml", name))
    return folder


@cache
def of_document(name: str) -> Loaded:
    """Return what a document gives; it is read once, and its values are final."""
    return loaded((DOCUMENTS / name).read_text(), ENVIRONMENT.replace("api.yml", name), name=name)


@each_document
def test_each_operation_is_a_route(name: str) -> None:
    paths = yaml.load((DOCUMENTS / name).read_text(), yaml.CSafeLoader)["paths"]
    methods = {"get", "put", "post", "delete", "patch"}
    routes = {f"{m.upper()} {path}" for path, item in paths.items() for m in methods & set(item)}
    assert set(of_document(name).environment.api.routes) == routes
    assert len(routes) == OPERATIONS[name]


@each_document
def test_bodies_have_models_that_stand_alone(name: str) -> None:
    api = of_document(name).environment.api
    bodies = [model for route in api.routes.values() for model in route.request_models.values()]
    assert (len(bodies), len(api.models)) == MODELS[name]
    for model in [*api.models.values(), *(body for body in bodies if isinstance(body, dict))]:
        Draft4Validator.check_schema(model)
        references = set(_values(model, "$ref"))
        assert references == {f"#/definitions/{key}" for key in model.get("definitions", {})}


def _values(value: Any, key: str) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from ([value[key]] if isinstance(value.get(key), str) else [])
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _values(item, key)


TOLD = {
    "petstore.json": [
        (22, "is 'http://petstore.swagger.io/v2', but the API's own address ends in its stage"),
        (64, "asks for 'petstore_auth', which the gateway does not check: the application must"),
        (101, "has a schema, and API Gateway only checks that a required parameter is there"),
        (274, "is application/x-www-form-urlencoded, which is passed on unchecked"),
        (362, "is multipart/form-data, which is passed on unchecked, and as text"),
    ],
    "figma.yaml": [
        (115, "asks for 'PersonalAccessToken', which the gateway does not check"),
        (152, "has a schema, and API Gateway only checks that a required parameter is there"),
    ],
}


@each_document
def test_what_the_gateway_will_not_do_is_told_in_few_lines(name: str) -> None:
    warnings = [w for w in of_document(name).warnings if w.path[0] in ("paths", "servers")]
    assert [w.place.line for w in warnings] == [line for line, _ in TOLD[name]]
    for warning, (_, beginning) in zip(warnings, TOLD[name], strict=True):
        assert warning.message.startswith(beginning)


@pytest.mark.slow
@pytest.mark.parametrize("definition", ["resources", "openapi"])
@each_document
def test_the_templates_lint_clean(name: str, definition: str, tmp_path: Path) -> None:
    folder = environments(tmp_path, name)
    # A layout for each; the invariants hold that both have the same resources.
    layout, of_api = {"resources": ("split", "api"), "openapi": ("single", "template")}[definition]
    over = (f"api.definition={definition}",)
    generated = generate(folder, "prod", layout=layout, overrides=over, shown="e")
    file = tmp_path / f"{of_api}.json"
    file.write_text(generated.files[file.name])
    assert lint_templates([file], "us-east-1") == []


def test_two_readings_give_the_same_bytes(tmp_path: Path) -> None:
    folder = environments(tmp_path, "petstore.json")
    first, second = (generate(folder, "prod", shown="e").files for _ in range(2))
    assert first == second


VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1.5, "", "x", "#", "#/", "#/components/schemas/new_job", [], {}),
    *([None], [[]], 10**30, "1e999", "a" * 200, "\U0001f600", ["object", "null"]),
    *({"$ref": "#/paths"}, {"$ref": 5}, {"$ref": "#/components/schemas/new_job"}),
    *({"oneOf": [{"$ref": "#/components/schemas/new_job"}]}, {"allOf": []}, {"const": None}),
    *({"not": {"format": "uuid"}}, {"enum": [None]}, {"nullable": True}, {"Fn::Sub": "x"}),
]
KEYS = [
    *("$ref", "type", "oneOf", "allOf", "nullable", "required", "in", "name", "schema", "content"),
    *("security", "x-gateway-infra", "x-amazon-apigateway-integration", "parameters", "get"),
    *("trace", "/a/{b}.json", "readOnly", "enum", "const", "format", "items", "prefixItems", "if"),
    *("properties", "exclusiveMaximum", "servers", "x-amazon-apigateway-request-validator"),
    *("x-amazon-apigateway-any-method", "dependentRequired"),
]


def mutated(document: Any, chance: random.Random) -> Any:
    """Return a document with one to four keys dropped, renamed, added, or given other values."""
    document = json.loads(json.dumps(document))
    for _ in range(chance.randint(1, 4)):
        container, key = document, None
        while container:
            key = chance.choice(
                list(container if isinstance(container, dict) else range(len(container)))
            )
            if not isinstance(container[key], dict | list) or chance.random() < 0.15:
                break
            container = container[key]
        if not container:
            continue
        how = chance.choice(["drop", "replace", "rename", "add"])
        if how == "drop":
            del container[key]
        elif how == "replace" or isinstance(container, list):
            container[key] = chance.choice(VALUES)
        else:
            container[chance.choice(KEYS)] = (
                container.pop(key) if how == "rename" else chance.choice(VALUES)
            )
    return document


@pytest.mark.parametrize("seed", range(4))
def test_a_mutated_document_is_refused_with_a_place_or_read(seed: int, tmp_path: Path) -> None:
    """A few hundred were run by hand on each document; the case has more of every kind."""
    document = read_text((CASES / "openapi-input.yml").read_text(), "f").plain()
    (tmp_path / "prod.yaml").write_text(ENVIRONMENT)
    chance = random.Random(seed)
    outcomes = set()
    for _ in range(40):
        (tmp_path / "api.yml").write_text(json.dumps(mutated(document, chance)))
        try:
            warnings = load(tmp_path, "prod", shown="e").warnings
            outcomes.add("read")
            problems = [w for w in warnings if w.place.file != "e/prod.yaml"]
        except ConfigError as error:
            outcomes.add("refused")
            problems = list(error.problems)
        for problem in problems:
            assert problem.place.line, problem
            assert "\n" not in str(problem)
            assert "Node(" not in str(problem)
    assert outcomes == {"read", "refused"}
