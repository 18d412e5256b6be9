"""Rules of OpenAPI documents that routes are taken from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, show_path
from gateway_infra.rules.catalog import rules_by_id
from tests.openapi_input.support import ENVIRONMENT, TWO, document, loaded
from tests.rules.apis import environment
from tests.support import load_text


def operation(**settings: object) -> str:
    """Return a document with one operation."""
    return document({"/a": {"post": settings}})


COOKIE = [{"name": "s", "in": "cookie", "schema": {"type": "string"}}]
FAILING: tuple[tuple[str, str, str], ...] = (
    ("GI305", document({"/a/{b}.json": {"get": {}}}), 'paths["/a/{b}.json"]: has the path part'),
    ("GI309", document({"/ping": {"get": {}}}), 'api.routes["GET /ping"]: is kept by API Gateway'),
    ("GI360", "openapi: 3.0.3\ninfo: {}\npaths: []\n", "paths: must be a mapping, not a list"),
    (
        "GI361",
        operation(parameters=[{"$ref": "#/components/parameters/a"}]),
        'paths["/a"].post.parameters[0]["$ref"]: refers to',
    ),
    ("GI363", operation(parameters=COOKIE), 'paths["/a"].post.parameters[0]: is the cookie'),
    (
        "GI364",
        document(
            {"/a": {"post": {"security": [{"login": []}]}}},
            components={"securitySchemes": {"login": {"type": "http", "scheme": "bearer"}}},
        ),
        "paths[\"/a\"].post.security[0].login: asks for 'login', which the gateway does not check",
    ),
    ("GI365", document({"/a": {"get": {}, "trace": {}}}), 'paths["/a"].trace: is left out'),
    (
        "GI366",
        operation(**{"x-amazon-apigateway-auth": {}}),
        'paths["/a"].post.x-amazon-apigateway-auth: is not read',
    ),
)


def told_of(text: str, read: Callable[[str], object]) -> list[Diagnostic]:
    """Return all that is told of a document."""
    try:
        return list(getattr(read(text), "findings", ()))
    except ConfigError as error:
        return list(error.problems)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_a_document_breaks_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [problem] = [item for item in told_of(text, loaded) if item.rule == rule]
    assert f"{show_path(problem.path)}: {problem.message}".startswith(message)
    assert problem.severity == rules_by_id()[rule].severity
    assert problem.place.file == "e/api.yml"


@pytest.mark.parametrize(
    ("rule", "asked", "message"),
    [
        ("GI303", "{file: api.yml, function: wbe}", "names the function 'wbe', which is not under"),
        ("GI367", "missing.yml", "there is no missing.yml in this folder"),
        ("GI367", "../api.yml", "must name a .yaml, .yml or .json file in the folder of"),
    ],
)
def test_what_names_a_document_is_told_in_the_file(rule: str, asked: str, message: str) -> None:
    [problem] = told_of(environment(api=f"openapi: {asked}"), load_text)
    assert (problem.rule, problem.path[:2]) == (rule, ("api", "openapi"))
    assert problem.message.startswith(message)


def test_an_operation_without_a_function_is_told_in_the_file() -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(operation(), TWO)
    assert {problem.rule for problem in caught.value.problems} == {"GI362"}


def test_what_a_document_asks_for_can_be_accepted() -> None:
    accepted = f"{ENVIRONMENT}accept: {{GI363: the application reads its cookies itself}}\n"
    result = loaded(operation(parameters=COOKIE), accepted)
    assert [item.rule for item in result.accepted] == ["GI363"]
    assert "GI363" not in {item.rule for item in result.findings}


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"paths": {"/a": {"get": {}, "options": {}}}}, "GI365"),
        ({"servers": [{"url": "https://a.b/v1"}]}, "GI365"),
        ({"x-amazon-apigateway-api-key-source": "AUTHORIZER"}, "GI366"),
        ({"paths": {"/a": {"get": {"x-amazon-apigateway-integration": {}}}}}, "GI366"),
    ],
)
def test_what_is_left_out_and_what_is_not_read_are_two_rules(
    more: dict[str, Any], rule: str
) -> None:
    text = document(**{"paths": {"/a": {"get": {}}}, **more})
    result = loaded(text, f"{ENVIRONMENT}  cors: {{origins: [https://a.b]}}\n")
    assert [item.rule for item in result.findings if item.place.file == "e/api.yml"] == [rule]
