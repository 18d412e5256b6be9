"""Rules of APIs that are defined by an OpenAPI document."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import environment, found, severities

NULLABLE = "{type: object, properties: {a: {type: [string, 'null']}}}"


def defined(route: str, models: str = "{}", definition: str = "openapi") -> str:
    """Return an environment whose API is one document."""
    routes = f"{{POST /jobs: {{function: web, {route}}}}}"
    return environment(routes, f"definition: {definition}\nmodels: {models}")


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI350",
        defined("request_models: {$default: {type: object}}"),
        'api.routes["POST /jobs"].request_models["$default"]: has no word in an OpenAPI document',
    ),
    (
        "GI351",
        defined("request_parameters: {header.Accept: true}"),
        'api.routes["POST /jobs"].request_parameters["header.Accept"]: is ignored in an OpenAPI',
    ),
    (
        "GI351",
        defined("request_parameters: {header.AUTHORIZATION: false}"),
        'api.routes["POST /jobs"].request_parameters["header.AUTHORIZATION"]: is ignored',
    ),
    (
        "GI352",
        defined("request_models: {a/json: Ref}", "{Ref: {type: object}}"),
        "api.models.Ref: would be read by CloudFormation as a function; give the model another",
    ),
    (
        "GI353",
        defined(f"request_models: {{a/json: {NULLABLE}}}", f"{{A: {NULLABLE}}}"),
        "api.models.A: gives a list of types, as for what may be null, which an import may drop, "
        "and check less; test it, or write `api.definition: resources` (and 1 more such)",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI350", defined("request_models: {$default: {type: object}}", definition="resources")),
    ("GI350", defined("request_models: {a/json: {type: object}}")),
    ("GI351", defined("request_parameters: {header.Accept: true}", definition="resources")),
    ("GI351", defined("request_parameters: {header.X-Accept: true, querystring.Accept: true}")),
    (
        "GI352",
        defined("request_models: {a/json: Ref}", "{Ref: {type: object}}", "resources"),
    ),
    ("GI353", defined(f"request_models: {{a/json: {NULLABLE}}}", definition="resources")),
    ("GI353", defined("request_models: {a/json: {type: object}}")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []
