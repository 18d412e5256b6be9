"""What a route may not say where the API is one OpenAPI document."""

from __future__ import annotations

import pytest

from gateway_infra.config.problems import ConfigError
from tests.support import MINIMAL, load_text

ROUTE = """  routes:
    POST /jobs:
      function: web
      request_models: {application/json: {type: object}%s}
      request_parameters: {header.X-Accept: true, querystring.Accept: true%s}
"""


def environment(definition: str, models: str = "", parameters: str = "") -> str:
    route = ROUTE % (models, parameters) + f"  definition: {definition}\n"
    return MINIMAL.replace("  routes: {GET /jobs: web}\n", route)


LOST = {
    "$default": (", $default: {type: object}", ""),
    "header.Accept": ("", ", header.Accept: true"),
    "header.content-type": ("", ", header.content-type: false"),
    "header.AUTHORIZATION": ("", ", header.AUTHORIZATION: true"),
}


@pytest.mark.parametrize("lost", LOST)
def test_what_a_document_would_lose_is_an_error_at_its_place(lost: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_text(environment("openapi", *LOST[lost]))
    (problem,) = caught.value.problems
    assert problem.path[-1] == lost
    assert problem.place.line == (11 if lost == "$default" else 12)
    assert "api.definition: resources" in str(problem)


@pytest.mark.parametrize("lost", LOST)
def test_single_resources_take_it(lost: str) -> None:
    assert load_text(environment("resources", *LOST[lost])).environment.api.routes


def test_a_model_is_not_named_as_a_function_of_cloudformation() -> None:
    """Alone under `schemas` of the document, it would be one."""
    models = "  models: {Ref: {type: object}}\n"
    with pytest.raises(ConfigError, match=r"api\.models\.Ref: would be read by CloudFormation"):
        load_text(environment("openapi") + models)
    assert load_text(environment("resources") + models).environment.api.models


def test_a_document_takes_the_rest() -> None:
    assert load_text(environment("openapi")).environment.api.definition == "openapi"


TYPES = "{type: object, properties: {a: {type: [string, 'null']}}}"


@pytest.mark.parametrize("definition", ["openapi", "resources"])
def test_lists_of_types_are_doubtful_in_a_document(definition: str) -> None:
    text = MINIMAL.replace(
        "{GET /jobs: web}",
        f"{{PUT /a: {{function: web, request_models: {{application/json: {TYPES}}}}}}}",
    )
    text += f"  definition: {definition}\n  models: {{A: {TYPES}}}\n"
    told = [str(item) for item in load_text(text).warnings if "list of types" in str(item)]
    assert len(told) == (definition == "openapi")
    if told:
        assert "api.models.A: gives a list of types" in told[0]
        assert told[0].endswith("(and 1 more such)")
