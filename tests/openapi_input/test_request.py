"""Parameters and bodies of OpenAPI operations as what a route asks of its callers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi_input.support import ENVIRONMENT, document, faults, route_of, told

STRING = {"type": "string"}


def query(name: str = "page", **rest: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": STRING, **rest}


def header(name: str = "X-Id", **rest: Any) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": STRING, **rest}


PARAMETERS: dict[str, tuple[list[Any], dict[str, bool]]] = {
    "optional": ([query()], {"querystring.page": False}),
    "required": ([query(required=True)], {"querystring.page": True}),
    "required as text": ([query(required="true")], {"querystring.page": False}),
    "header": ([header(required=True)], {"header.X-Id": True}),
    "path": ([{"name": "id", "in": "path", "required": True, "schema": STRING}], {}),
    "cookie": ([{"name": "id", "in": "cookie", "required": True, "schema": STRING}], {}),
    "headers that OpenAPI ignores": (
        [header(name, required=True) for name in ("Accept", "content-type", "Authorization")],
        {},
    ),
    "a name that API Gateway refuses": ([query("filter[name]", required=True)], {}),
    "an object in brackets": ([query(style="deepObject", required=True)], {}),
    "an object under its properties": ([query(schema={"type": "object"}, required=True)], {}),
    "a composed object": ([query(schema={"allOf": [STRING]}, required=True)], {}),
    "an object in one value": (
        [query(schema={"type": "object"}, explode=False, required=True)],
        {"querystring.page": True},
    ),
    "an object in a header": ([header(schema={"type": "object"})], {"header.X-Id": False}),
    "a list": ([query(schema={"type": "array"}, required=True)], {"querystring.page": True}),
    "types": ([query(schema={"type": ["object", "null"]})], {}),
    "JSON in a parameter": (
        [{"name": "page", "in": "query", "content": {"application/json": {}}, "required": True}],
        {"querystring.page": True},
    ),
    "what may be empty": ([query(required=True, allowEmptyValue=True)], {}),
    "a reference": ([{"$ref": "#/components/parameters/Page"}], {"querystring.p": True}),
}


@pytest.mark.parametrize("case", PARAMETERS)
def test_parameters_are_declared(case: str) -> None:
    parameters, declared = PARAMETERS[case]
    components = {"parameters": {"Page": query("p", required=True)}}
    route = route_of({"parameters": parameters}, components=components)
    assert route.get("request_parameters", {}) == declared


def test_an_operations_parameters_stand_above_the_paths() -> None:
    item = {"parameters": [query(required=True), header(required=True), query("size")]}
    route = route_of({"parameters": [query(required=False)]}, item=item)
    assert route["request_parameters"] == {
        "querystring.page": False,
        "header.X-Id": True,
        "querystring.size": False,
    }


TOLD_OF_PARAMETERS: dict[str, tuple[Any, str]] = {
    "cookie": (
        {"name": "s", "in": "cookie", "schema": {"type": "integer"}},
        "is the cookie 's', which API Gateway does not check; the application must",
    ),
    "values": (
        query(schema={"type": "integer"}),
        "has a schema, and API Gateway only checks that a required parameter is there; the "
        "application must check its value",
    ),
    "restricted text": (
        query(schema={"type": "string", "enum": ["a"]}),
        "has a schema, and API Gateway only checks that a required parameter is there; the "
        "application must check its value",
    ),
    "a name": (
        query("a[]", required=True),
        "has the name 'a[]', which API Gateway does not take; the application must check that it "
        "is there",
    ),
    "spread": (
        query("f", style="deepObject", required=True),
        "is an object that is sent as several parameters, none of them called 'f'; the application "
        "must check that it is there",
    ),
    "empty": (
        query(required=True, allowEmptyValue=True),
        "may be empty, and a parameter that API Gateway requires may not; the application must "
        "check that it is there",
    ),
}


@pytest.mark.parametrize("case", TOLD_OF_PARAMETERS)
def test_what_is_not_checked_of_a_parameter_is_told(case: str) -> None:
    parameter, message = TOLD_OF_PARAMETERS[case]
    text = document({"/a": {"get": {"parameters": [parameter]}}})
    assert told(text) == [f'paths["/a"].get.parameters[0]: {message}']


@pytest.mark.parametrize("parameter", [query(), query("a[]"), header("accept")])
def test_parameters_of_which_nothing_is_lost_are_not_told(parameter: Any) -> None:
    assert told(document({"/a": {"get": {"parameters": [parameter]}}})) == []


PARAMETER_FAULTS: dict[str, tuple[Any, str]] = {
    "no list": ({"page": {}}, ".parameters: must be a list, not a mapping"),
    "no mapping": (["page"], ".parameters[0]: must be a mapping, not text"),
    "no name": ([{"in": "query"}], ".parameters[0]: must have a `name`, and `in`: query, header, "),
    "no place": ([{"name": "a"}], ".parameters[0]: must have a `name`, and `in`: query, header, "),
    "Swagger's body": ([{"name": "a", "in": "body"}], "must have a `name`, and `in`: query, "),
}


@pytest.mark.parametrize("case", PARAMETER_FAULTS)
def test_a_parameter_that_is_none_is_a_fault(case: str) -> None:
    parameters, message = PARAMETER_FAULTS[case]
    (line,) = faults(document({"/a": {"get": {"parameters": parameters}}}))
    assert message in line
    assert line.startswith("e/api.yml:1:")


def body(*types: str, schema: Any = None, **rest: Any) -> dict[str, Any]:
    media = {"schema": schema or {"type": "object"}}
    return {"requestBody": {"required": True, "content": dict.fromkeys(types, media), **rest}}


BODIES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "JSON": (body("application/json"), ["application/json"]),
    "with a charset": (body("application/json; charset=utf-8"), ["application/json"]),
    "in capitals": (body("Application/JSON"), ["application/json"]),
    "JSON of a kind": (body("application/merge-patch+json"), ["application/merge-patch+json"]),
    "others beside it": (body("application/xml", "application/json"), ["application/json"]),
    "none of JSON": (body("text/plain", "multipart/form-data", "*/*"), []),
    "anything": ({"requestBody": {"content": {"application/json": {"schema": {}}}}}, []),
    "no schema": ({"requestBody": {"content": {"application/json": {}}}}, []),
    "a reference": ({"requestBody": {"$ref": "#/components/requestBodies/B"}}, ["text/x+json"]),
}


@pytest.mark.parametrize("case", BODIES)
def test_bodies_of_json_are_checked(case: str) -> None:
    operation, types = BODIES[case]
    if case == "a reference":
        types = ["application/x+json"]
    components = {"requestBodies": {"B": body("application/x+json")["requestBody"]}}
    route = route_of(operation, components=components)
    assert list(route.get("request_models", {})) == types


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_body_of_a_get_is_left_out(method: str) -> None:
    assert "request_models" not in route_of(body("application/json"), method=method)
    (line,) = told(document({"/a": {method: body("application/json")}}))
    assert line.endswith("which has no meaning in HTTP; it is not checked")


TEXT = "which is passed on unchecked: API Gateway checks JSON only; the application must"
BINARY = "which is passed on unchecked, and as text; where it is binary, add it to "
TYPES = [
    ("application/xml", "", TEXT),
    ("text/csv", "", TEXT),
    ("application/x-www-form-urlencoded", "", TEXT),
    ("application/soap+xml", "", TEXT),
    ("image/png", "", BINARY),
    ("multipart/form-data", "", BINARY),
    ("*/*", "", BINARY),
    ("image/png", "binary_media_types: [image/png]", TEXT),
    ("image/png", "binary_media_types: ['*/*']", TEXT),
]


@pytest.mark.parametrize(("content_type", "setting", "message"), TYPES)
def test_bodies_of_other_types_are_told(content_type: str, setting: str, message: str) -> None:
    environment = f"{ENVIRONMENT}  {setting}\n"
    (line,) = told(document({"/a": {"post": body(content_type)}}), environment)
    assert f": is {content_type}, {message}" in line


def test_binary_types_of_the_document_count() -> None:
    extension = {"x-amazon-apigateway-binary-media-types": ["image/png"]}
    (line,) = told(document({"/a": {"post": body("image/png")}}, **extension))
    assert TEXT in line


NEEDED = {"type": "object", "required": ["a"]}
OPTIONAL: list[tuple[Any, bool, bool]] = [
    # a schema, whether the body is required, and whether it is told
    (NEEDED, False, True),
    (NEEDED, True, False),
    ({"type": "object"}, False, False),
    ({"type": "array"}, False, True),
    ({"allOf": [{"type": "object"}, NEEDED]}, False, True),
    ({"anyOf": [{"type": "object"}, NEEDED]}, False, False),
    ({"anyOf": [NEEDED, NEEDED]}, False, True),
]


@pytest.mark.parametrize(("schema", "required", "is_told"), OPTIONAL)
def test_a_body_that_may_be_left_out_and_is_checked_is_told(
    schema: Any, required: bool, is_told: bool
) -> None:
    operation = body("application/json", schema=schema, required=required)
    lines = told(document({"/a": {"post": operation}}))
    assert bool([line for line in lines if "may be left out by this document" in line]) == is_told


BODY_FAULTS: dict[str, tuple[Any, str]] = {
    "no mapping": ("x", "requestBody: must be a mapping, not text"),
    "content is no mapping": (
        {"content": []},
        "requestBody.content: must be a mapping, not a list",
    ),
    "a reference to nothing": ({"$ref": "#/no"}, "refers to '#/no', which this document does not"),
    "a circle": ({"$ref": "#/paths/~1a/post/requestBody"}, "refers to itself"),
}


@pytest.mark.parametrize("case", BODY_FAULTS)
def test_a_body_that_is_none_is_a_fault(case: str) -> None:
    written, message = BODY_FAULTS[case]
    (line,) = faults(document({"/a": {"post": {"requestBody": written}}}))
    assert message in line
