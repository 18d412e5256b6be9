"""``security`` of OpenAPI documents: what the gateway checks, and what it leaves to others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi_input.support import ENVIRONMENT, api_of, document, faults, route_of, told

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "other": {"type": "apiKey", "in": "header", "name": "X-Token"},
    "query": {"type": "apiKey", "in": "query", "name": "x-api-key"},
    "signed": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "awsSigv4",
    },
    "bearer": {"type": "http", "scheme": "bearer"},
    "login": {"type": "oauth2", "flows": {}},
    "same": {"$ref": "#/components/securitySchemes/key"},
}
KEY = {"api_key": True}
IAM = {"authorization": "iam"}

CASES: dict[str, tuple[Any, dict[str, Any], str | None]] = {
    # security, what the route gets, and what is told
    "a key": ([{"key": []}], KEY, None),
    "a key by reference": ([{"same": []}], KEY, None),
    "signed": ([{"signed": []}], IAM, None),
    "both": ([{"key": [], "signed": []}], {**KEY, **IAM}, None),
    "nothing": ([], {}, None),
    "nothing at all": ([{}], {}, None),
    "a key in another header": ([{"other": []}], {}, "asks for 'other', which the gateway does"),
    "a key in the query": ([{"query": []}], {}, "asks for 'query', which the gateway does not"),
    "bearer": ([{"bearer": []}], {}, "asks for 'bearer', which the gateway does not check"),
    "oauth": ([{"login": ["read"]}], {}, "asks for 'login', which the gateway does not check"),
    "a key and a login": ([{"key": [], "login": []}], KEY, "asks for 'login', which the gateway"),
    "a key or nothing": ([{"key": []}, {}], {}, "is a choice with none in it, so the gateway asks"),
    "a key or a login": ([{"key": []}, {"login": []}], {}, "has 'key' as one of several choices"),
    "a key either way": ([{"key": []}, {"key": [], "signed": []}], KEY, "has 'signed' as one of"),
}


@pytest.mark.parametrize("case", CASES)
def test_security_of_an_operation(case: str) -> None:
    security, expected, message = CASES[case]
    components = {"securitySchemes": SCHEMES}
    assert route_of({"security": security}, components=components) == expected
    lines = told(document({"/a": {"get": {"security": security}}}, components=components))
    assert bool(lines) == (message is not None)
    assert message is None or message in " ".join(lines)


def test_the_documents_security_counts_where_an_operation_has_none() -> None:
    rest: dict[str, Any] = {
        "components": {"securitySchemes": SCHEMES},
        "security": [{"key": []}],
    }
    assert route_of({}, **rest) == KEY
    assert route_of({"security": []}, **rest) == {}
    assert route_of({"security": [{"signed": []}]}, **rest) == IAM


FAULTS: dict[str, tuple[Any, str]] = {
    "unknown": ([{"kye": []}], "names 'kye', which is not under components.securitySchemes; did "),
    "no list": ({"key": []}, "security: must be a list, not a mapping"),
    "no mapping": (["key"], "security[0]: must be a mapping, not text"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_security_that_is_none_is_a_fault(case: str) -> None:
    security, message = FAULTS[case]
    components = {"securitySchemes": SCHEMES}
    (line,) = faults(document({"/a": {"get": {"security": security}}}, components=components))
    assert message in line


def test_a_key_without_keys_is_told_once() -> None:
    components = {"securitySchemes": SCHEMES}
    paths = {f"/{name}": {"get": {"security": [{"key": []}]}} for name in "abc"}
    text = document(paths, components=components)
    (line,) = faults(text, overrides=["api.usage_plan.keys=[]"])
    assert "asks for an API key, but `api.usage_plan.keys` lists none" in line
    assert line.endswith("(and 2 more such)")


AUTHORIZERS = """\
  authorizers:
    login: {type: cognito, pools: [{parameter: Pool}]}
    bearer: {type: lambda, arn: {parameter: Decider}}
"""
WITH_AUTHORIZERS = ENVIRONMENT + AUTHORIZERS


def by(name: str, *scopes: str) -> dict[str, Any]:
    """Return what a route gets from a scheme that is called as an authorizer."""
    kind = {"login": "cognito", "bearer": "lambda"}[name]
    told: dict[str, Any] = {"type": kind, "authorizer": name}
    return {"authorization": {**told, "scopes": list(scopes)} if scopes else told}


NAMED: dict[str, tuple[Any, dict[str, Any], str | None]] = {
    # security, what the route gets, and what is told
    "by a user pool": ([{"login": []}], by("login"), None),
    "with a scope": ([{"login": ["jobs/read"]}], by("login", "jobs/read"), None),
    "with either scope": (
        [{"login": ["jobs/read"]}, {"login": ["jobs/admin"]}],
        by("login", "jobs/read", "jobs/admin"),
        None,
    ),
    "with both scopes": (
        [{"login": ["jobs/read", "jobs/admin"]}],
        by("login", "jobs/read", "jobs/admin"),
        "asks for all scopes of 'login' together, and API Gateway for any one of them",
    ),
    "with a scope or without": ([{"login": ["a/b"]}, {"login": []}], by("login"), None),
    "by a function": ([{"bearer": []}], by("bearer"), None),
    "by a function, with scopes": (
        [{"bearer": ["read"]}],
        by("bearer"),
        "asks for scopes, which the function of 'bearer' must check",
    ),
    "and a key": ([{"bearer": [], "key": []}], {**by("bearer"), **KEY}, None),
    "by two at once": (
        [{"bearer": [], "login": []}],
        by("bearer"),
        "asks for 'login' beside another, and API Gateway asks one authorizer alone",
    ),
    "signed, and by a pool": (
        [{"signed": [], "login": []}],
        IAM,
        "asks for 'login' beside another, and API Gateway asks one authorizer alone",
    ),
    "by either": ([{"bearer": []}, {"login": []}], {}, "has 'bearer' as one of several choices"),
    "or nothing": ([{"login": []}, {}], {}, "is a choice with none in it, so the gateway asks"),
    "by what has no authorizer": (
        [{"other": []}],
        {},
        "asks for 'other', which the gateway does not check: the application must, or an "
        "authorizer of that name under `api.authorizers`",
    ),
}


@pytest.mark.parametrize("case", NAMED)
def test_a_scheme_is_the_authorizer_of_its_name(case: str) -> None:
    security, expected, message = NAMED[case]
    text = document(
        {"/a": {"get": {"security": security}}}, components={"securitySchemes": SCHEMES}
    )
    route = api_of(text, WITH_AUTHORIZERS)["routes"]["GET /a"]
    assert route == {"function": "web", **expected}
    lines = told(text, WITH_AUTHORIZERS)
    assert bool(lines) == (message is not None)
    assert message is None or message in " ".join(lines)


def test_an_authorizer_of_no_type_is_told_as_that() -> None:
    text = document(
        {"/a": {"get": {"security": [{"login": []}]}}}, components={"securitySchemes": SCHEMES}
    )
    lines = faults(text, ENVIRONMENT + "  authorizers: {login: {pools: [{parameter: Pool}]}}\n")
    assert any("api.authorizers.login.type: is required" in line for line in lines)
