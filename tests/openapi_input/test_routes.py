"""Operations of OpenAPI documents as routes: methods, paths, extensions, functions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi_input.support import (
    ENVIRONMENT,
    TWO,
    api_of,
    document,
    faults,
    loaded,
    route_of,
    told,
)

OURS = "x-gateway-infra"
AWS = "x-amazon-apigateway-"


def routes(paths: Any, environment: str = ENVIRONMENT, **rest: Any) -> list[str]:
    return list(api_of(document(paths, **rest), environment)["routes"])


def test_each_operation_is_a_route() -> None:
    methods = ["get", "put", "post", "delete", "head", "patch", "options"]
    item = {**{method: {} for method in methods}, "summary": "s", "x-own": 1}
    assert routes({"/a/{id}": item, "x-own": {}}) == [f"{m.upper()} /a/{{id}}" for m in methods]


def test_trace_is_told_and_left_out() -> None:
    text = document({"/a": {"get": {}, "trace": {}}, "/b": {"trace": {}}})
    assert list(api_of(text)["routes"]) == ["GET /a"]
    assert told(text) == [
        'paths["/a"].trace: is left out: API Gateway has no TRACE (and 1 more such)'
    ]


def test_options_is_left_out_where_cors_answers_it() -> None:
    paths = {"/a": {"get": {}, "options": {}}}
    assert routes(paths) == ["GET /a", "OPTIONS /a"]
    cors = (
        f"{ENVIRONMENT}  cors: {{origins: [https://a.example], headers: [X-Amz-Security-Token]}}\n"
    )
    assert routes(paths, cors) == ["GET /a"]
    assert told(document(paths), cors) == [
        'paths["/a"].options: is left out: `api.cors` answers OPTIONS on every path'
    ]


def test_any_method_of_api_gateway_is_any() -> None:
    assert routes({"/{proxy+}": {f"{AWS}any-method": {}}}) == ["ANY /{proxy+}"]


def test_a_path_may_be_a_reference() -> None:
    components = {"pathItems": {"Jobs": {"get": {}}}}
    assert routes({"/a": {"$ref": "#/components/pathItems/Jobs"}}, components=components) == [
        "GET /a"
    ]


PATH_FAULTS: dict[str, str] = {
    "/a/{b}.json": "has the path part '{b}.json'; use letters, digits and . _ , : - or {name}",
    "/a/": "ends in a slash, which API Gateway drops; write '/a'",
    "/a?x=1": "has the path part 'a?x=1'; use letters, digits and . _ , : - or {name}",
    "a": "has a path without a leading slash; write '/a'",
    "/{a}/{a}": "names one path parameter twice",
}


@pytest.mark.parametrize("path", PATH_FAULTS)
def test_a_path_that_api_gateway_does_not_take_is_told_once(path: str) -> None:
    (line,) = faults(document({path: {"get": {}, "post": {}}, "/good": {"get": {}}}))
    assert line.partition(": ")[2].endswith(f": {PATH_FAULTS[path]}")
    assert line.startswith("e/api.yml:1:")


def test_two_names_for_one_level_are_told_in_the_document() -> None:
    text = "openapi: 3.0.0\npaths:\n  /a/{x}:\n    get: {}\n  /a/{y}/b:\n    get: {}\n"
    (line,) = faults(text)
    assert line.startswith('e/api.yml:6:5: api.routes["GET /a/{y}/b"]: has {y} where')


SHAPES: dict[str, tuple[Any, str]] = {
    "a method that is none": (
        {"gett": {}},
        "is no method of HTTP that OpenAPI knows; did you mean",
    ),
    "a method in capitals": ({"GET": {}}, "knows; did you mean 'get'?"),
    "an operation that is none": ({"get": []}, "must be a mapping, not a list"),
    "a path that is none": ("x", "must be a mapping, not text"),
    "ours is none": ({"get": {OURS: "web"}}, f"get.{OURS}: must be a mapping, not text"),
}


@pytest.mark.parametrize("case", SHAPES)
def test_what_has_no_right_shape_is_a_fault(case: str) -> None:
    item, message = SHAPES[case]
    (line,) = faults(document({"/a": item, "/good": {"get": {}}}))
    assert message in line


def test_a_summary_is_the_routes_description() -> None:
    assert route_of({"summary": " Lists\n jobs. ", "description": "long"}) == {
        "description": "Lists jobs."
    }
    assert route_of({"summary": " "}) == {}
    assert len(route_of({"summary": "a" * 2000})["description"]) == 1024


def test_our_own_extension_is_a_route() -> None:
    operation = {OURS: {"timeout": 10, "throttling": {"rate": 5}}, "summary": "s"}
    assert route_of(operation) == {
        "description": "s",
        "timeout": 10,
        "throttling": {"rate": 5},
    }


def test_a_mistake_in_our_own_extension_is_told_in_the_document() -> None:
    text = "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      x-gateway-infra:\n        tiemout: 5\n"
    (line,) = faults(text)
    assert line.startswith('e/api.yml:6:9: api.routes["GET /a"].tiemout: is not a key here; did ')


def integration(**rest: Any) -> dict[str, Any]:
    return {f"{AWS}integration": {"type": "aws_proxy", **rest}}


def test_timeout_and_cache_keys_of_an_integration_are_read() -> None:
    keys = ["method.request.querystring.page", "integration.request.x"]
    parameters = [{"name": "page", "in": "query"}]
    operation = {"parameters": parameters, **integration(timeoutInMillis=4500)}
    operation[f"{AWS}integration"]["cacheKeyParameters"] = keys
    cache = f"{ENVIRONMENT}  stage: {{cache: {{}}}}\n"
    route = api_of(document({"/a": {"get": operation}}), cache)["routes"]["GET /a"]
    assert route["timeout"] == 5
    assert route["cache"] == {"keys": ["querystring.page"]}
    assert "cache" not in api_of(document({"/a": {"get": operation}}))["routes"]["GET /a"]
    lines = told(document({"/a": {"get": operation}}))
    assert sum("is no cache key here" in line for line in lines) == 1
    assert sum("is made by gateway-infra: a proxy to the route's function" in x for x in lines) == 1


VALIDATORS = {
    "everything": {"validateRequestBody": True, "validateRequestParameters": True},
    "bodies": {"validateRequestBody": True, "validateRequestParameters": False},
    "params": {"validateRequestParameters": True},
    "nothing": {},
}
BODY = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}
NEEDED = {"parameters": [{"name": "a", "in": "query", "required": True}]}
VALIDATED: list[tuple[str, dict[str, Any], str | None]] = [
    # validator, operation, and what `validate` must be; None: what is declared is checked anyway
    ("everything", {**BODY, **NEEDED}, None),
    ("bodies", {**BODY, **NEEDED}, "body"),
    ("params", {**BODY, **NEEDED}, "parameters"),
    ("nothing", {**BODY, **NEEDED}, "none"),
    ("everything", BODY, None),
    ("params", BODY, "none"),
    ("bodies", NEEDED, "none"),
    ("nothing", {}, None),
]


@pytest.mark.parametrize(("name", "operation", "validate"), VALIDATED)
def test_a_request_validator_says_what_is_not_checked(
    name: str, operation: dict[str, Any], validate: str | None
) -> None:
    validators = {f"{AWS}request-validators": VALIDATORS}
    own = {**operation, f"{AWS}request-validator": name}
    assert route_of(own, **validators).get("validate") == validate
    of_all = {**validators, f"{AWS}request-validator": name}
    assert route_of(operation, **of_all).get("validate") == validate


def test_a_validator_that_is_not_there_is_a_fault() -> None:
    operation = {f"{AWS}request-validator": "bodys"}
    text = document({"/a": {"get": operation}}, **{f"{AWS}request-validators": VALIDATORS})
    (line,) = faults(text)
    assert "names the validator 'bodys', which is not under" in line
    assert line.endswith("did you mean 'bodies'?")


@pytest.mark.parametrize(("kind", "route"), [("AWS_IAM", {"authorization": "iam"}), ("NONE", {})])
def test_auth_of_api_gateway(kind: str, route: dict[str, Any]) -> None:
    assert route_of({f"{AWS}auth": {"type": kind}}) == route


def test_extensions_that_are_not_read_are_told_by_kind() -> None:
    operation = {f"{AWS}auth": {"type": "JWT"}, f"{AWS}other": 1}
    item = {"get": operation, "post": operation, f"{AWS}cors": {}}
    lines = told(document({"/a": item}, **{f"{AWS}gateway-responses": {}}))
    assert [line.rpartition("infra")[2] for line in lines] == [
        " (and 1 more such)",
        " (and 1 more such)",
        "",
        f"{AWS}gateway-responses: is not read; say it in the environment file",
    ]


def test_the_file_names_the_function_of_routes_that_name_none() -> None:
    paths = {"/a": {"get": {}}, "/b": {"get": {OURS: {"function": "thumbs"}}}}
    both = TWO.replace("api.yml", "{file: api.yml, function: web}")
    api = api_of(document(paths), both)
    assert {key: route["function"] for key, route in api["routes"].items()} == {
        "GET /a": "web",
        "GET /b": "thumbs",
    }


def test_a_route_without_any_function_is_a_fault_at_the_key() -> None:
    text = document({"/a": {"get": {}, "post": {}, "put": {OURS: {"function": "web"}}}})
    assert faults(text, TWO) == [
        "e/prod.yaml:12:3: api.openapi: names no function for 2 operations, of which the first is "
        "on line 1: write {file: …, function: …}"
    ]
    given = f"{TWO}  routes: {{GET /a: web, POST /a: thumbs}}\n"
    assert {key: route["function"] for key, route in api_of(text, given)["routes"].items()} == {
        "GET /a": "web",
        "POST /a": "thumbs",
        "PUT /a": "web",
    }


def test_the_files_routes_stand_above_the_documents() -> None:
    paths = {"/a": {"get": {"summary": "s", **NEEDED}, "post": {}}, "/b": {"get": {}}}
    rules = "GET /a: thumbs, POST /a: null, GET /b: {timeout: 5}, GET /c: web"
    both = TWO.replace("api.yml", "{file: api.yml, function: web}")
    api = api_of(document(paths), f"{both}  routes: {{{rules}}}\n")
    assert api["routes"] == {
        "GET /a": {
            "function": "thumbs",
            "description": "s",
            "request_parameters": {"querystring.a": True},
        },
        "GET /b": {"function": "web", "timeout": 5},
        "GET /c": "web",
    }


def test_the_files_models_stand_above_the_documents() -> None:
    schema = {"$ref": "#/components/schemas/Job"}
    operation = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
    job = {"type": "object", "properties": {"a": {"type": "string"}}}
    text = document({"/a": {"post": operation}}, components={"schemas": {"Job": job}})
    over = ["api.models.Job.properties.a.maxLength=5"]
    source = loaded(text, overrides=over).source
    assert source.find(("api", "models", "Job", "properties", "a")).plain() == {
        "type": "string",
        "maxLength": 5,
    }
