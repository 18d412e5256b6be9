"""The answer to a preflight: the real template, rendered as API Gateway would."""

from __future__ import annotations

import pytest

from gateway_infra import CorsConfig
from gateway_infra.builders.cors import preflight_template
from tests.vtl import MISSING, answer_headers

A, B, PORT = "https://a.example.com", "https://b.example.com", "http://localhost:3000"
SEVERAL = CorsConfig(origins=[A, B, PORT])
METHODS = ["GET", "OPTIONS", "PUT"]
STRANGERS = [
    "https://stranger.example.org",
    "https://a.example.com.evil.net",
    "https://evil.net/https://a.example.com",
    "https://xa.example.com",
    "https://a.example.co",
    "https://aXexample.com",
    "http://a.example.com",
    "https://a.example.com:8443",
    "https://a.example.com/",
    "HTTPS://A.EXAMPLE.COM",
    f"{A},{B}",
    f"{A} {B}",
    "http://localhost",
    "http://localhost:30000",
    "null",
    "*",
    "",
    "' || true || '",
]
"""Look-alikes: only a whole, equal string is an allowed origin."""

every_engine = pytest.mark.parametrize("missing", MISSING)


def ask(config: CorsConfig, headers: dict[str, str], missing: str = "empty text") -> dict[str, str]:
    template = preflight_template(config, METHODS)
    return answer_headers(template, headers, missing=MISSING[missing])


@every_engine
@pytest.mark.parametrize("spelling", ["Origin", "origin"])
@pytest.mark.parametrize("origin", [A, B, PORT])
def test_each_allowed_origin_is_named_back(origin: str, spelling: str, missing: str) -> None:
    """HTTP/2 sends the header's name in small letters, and the header map is case-sensitive."""
    assert ask(SEVERAL, {spelling: origin, "Accept": "*/*"}, missing) == {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET,OPTIONS,PUT",
        "Access-Control-Allow-Headers": "Content-Type,X-Amz-Date,Authorization,X-Api-Key",
        "Access-Control-Max-Age": "600",
    }


@every_engine
@pytest.mark.parametrize("spelling", ["Origin", "origin"])
@pytest.mark.parametrize("origin", STRANGERS)
def test_a_stranger_gets_no_allow_header_at_all(origin: str, spelling: str, missing: str) -> None:
    """``Vary`` stays, or a cache would hand one origin's answer to another."""
    assert ask(SEVERAL, {spelling: origin}, missing) == {"Vary": "Origin"}


@every_engine
@pytest.mark.parametrize("config", [SEVERAL, CorsConfig(origins=["*"])])
def test_a_request_without_origin_gets_no_allow_header(config: CorsConfig, missing: str) -> None:
    assert ask(config, {"Accept": "*/*"}, missing) == {"Vary": "Origin"}


@every_engine
@pytest.mark.parametrize("name", ["Origin", "origin"])
def test_the_query_string_is_not_read(name: str, missing: str) -> None:
    """``$input.params('origin')`` would take it from there as well (aws-cdk pull request 19104)."""
    template = preflight_template(SEVERAL, METHODS)
    answer = answer_headers(template, headers={}, query={name: A}, missing=MISSING[missing])
    assert answer == {"Vary": "Origin"}


@every_engine
@pytest.mark.parametrize("spelling", ["Origin", "origin"])
def test_any_origin_is_answered_with_a_star(spelling: str, missing: str) -> None:
    found = ask(CorsConfig(origins=["*"]), {spelling: "https://anyone.example"}, missing)
    assert found["Access-Control-Allow-Origin"] == "*"
    assert found["Vary"] == "Origin"


def test_credentials_are_allowed_to_listed_origins_only() -> None:
    config = CorsConfig(origins=[A], credentials=True)
    assert ask(config, {"Origin": A})["Access-Control-Allow-Credentials"] == "true"
    assert ask(config, {"Origin": B}) == {"Vary": "Origin"}


def test_without_credentials_the_header_is_absent() -> None:
    """Any value of it, ``false`` too, would be wrong: browsers know ``true`` alone."""
    assert "Access-Control-Allow-Credentials" not in ask(SEVERAL, {"Origin": A})


@pytest.mark.parametrize(
    ("config", "header", "expected"),
    [
        (CorsConfig(origins=[A], max_age=0), "Access-Control-Max-Age", "0"),
        (CorsConfig(origins=[A], max_age=86400), "Access-Control-Max-Age", "86400"),
        (
            CorsConfig(origins=[A], headers=["X-Request-Id", "Content-Type"]),
            "Access-Control-Allow-Headers",
            "X-Request-Id,Content-Type",
        ),
    ],
)
def test_settings_show_in_the_answer(config: CorsConfig, header: str, expected: str) -> None:
    assert ask(config, {"Origin": A})[header] == expected


def test_each_header_is_set_once() -> None:
    """A second override of one header answers 5XX."""
    template = preflight_template(CorsConfig(origins=[A, B], credentials=True), METHODS)
    names = [
        line.split("header.", 1)[1].split(" ", 1)[0]
        for line in template.splitlines()
        if "responseOverride.header." in line
    ]
    assert len(names) == len(set(names)) == 6


def test_many_origins_fit() -> None:
    origins = [f"https://site{number}.example.com" for number in range(100)]
    found = ask(CorsConfig(origins=origins), {"origin": origins[-1]})
    assert found["Access-Control-Allow-Origin"] == origins[-1]
