"""What is a secret, as far as messages go: told by key, by place and by shape."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.reading.forms import FORMS, OPTIONS
from gateway_infra.reading.redaction import (
    covered,
    is_hidden,
    is_hidden_key,
    is_secret_place,
    literal_secrets,
    names_secret,
    shapes_covered,
)

NAMES = {
    **dict.fromkeys(
        ("password", "DB_PASSWORD", "dbPasswd", "pwd", "client-secret", "API_TOKEN", "apiKey",
         "api_key", "PRIVATE-KEY", "aws_secret_access_key", "credentials", "SENTRY_DSN", "jwt",
         "connectionString", "passphrase"),
        True,
    ),
    **dict.fromkeys(
        ("memory", "keys", "key", "authorization", "bypass", "host", "user", "kms_key", "author"),
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_says_secret(name: str) -> None:
    assert names_secret(name) == NAMES[name]


PLACES: list[tuple[KeyPath, bool]] = [
    (("database", "password"), True),
    (("database", "password", 0), True),
    (("database", "password", "environment_variable"), True),
    (("functions", "token", "memory"), False),
    (("functions", "token"), True),
    (("functions", "web", "variables", "TOKEN"), True),
    (("api", "routes", "GET /secrets"), False),
    (("api", "routes", "GET /secrets", "function"), False),
    (("api", "cors", "credentials"), False),
    (("api", "models", "Token", "type"), False),
    (("api", "models", "Login", "properties", "password", "type"), False),
    (("api", "models", "Login", "properties", "password", "default"), True),
    (("api", "models", "Login", "properties", "password", "enum", 0), True),
    (("components", "schemas", "Login", "properties", "password", "example"), True),
    (("api", "routes", "POST /a", "request_models", "a/b", "properties", "token", "type"), False),
    ((), False),
]


@pytest.mark.parametrize(("path", "secret"), PLACES)
def test_a_place_where_secrets_stand(path: KeyPath, secret: bool) -> None:
    assert is_secret_place(path) == secret


VALUES: list[tuple[KeyPath, Any, bool]] = [
    (("database", "password"), "x", True),
    (("database", "password"), 5, True),
    (("database", "password"), None, False),
    (("api", "routes", "GET /", "api_key"), True, False),
    (("api", "routes", "GET /", "api_key"), "yes", False),
    (("api", "routes", "GET /", "api_key"), "x", True),
    (("functions", "web", "variables", "GREETING"), "hello", True),
    (("functions", "web", "variables", "RETRIES"), 3, False),
    (("region",), "us-east-1", False),
    (("database", "host"), "postgres://a:b@c", True),
]


@pytest.mark.parametrize(("path", "value", "hidden"), VALUES)
def test_a_value_that_is_hidden(path: KeyPath, value: Any, hidden: bool) -> None:
    assert is_hidden(path, value) == hidden


def test_keys_of_values_known_later_are_no_secrets() -> None:
    known = {*FORMS, "secret", *(key for keys in OPTIONS.values() for key in keys)}
    assert not [key for key in known if is_hidden_key(("database", "password", key))]
    assert is_hidden_key(("database", "password", "hunter2"))
    assert not is_hidden_key(("database", "hunter2"))
    variable = ("functions", "web", "variables", "NOTE")
    assert is_hidden_key((*variable, "hunter2"))
    assert not any(is_hidden_key((*variable, key)) for key in (*known, "paramter", "Ref", "Fn::If"))
    assert not is_hidden_key(variable)


TEXTS = {
    "password hunter2": "password …",
    "password: hunter2": "password: …",
    "DB_TOKEN=hunter2": "DB_TOKEN=…",
    '{"api_key": "hunter2"}': '{"api_key": …',
    "a: b, password:hunter2, c": "a: b, password:…",
    "postgres://app:hunter2@db/jobs": "postgres://…@db/jobs",
    "https://example.com:443/jobs": "https://example.com:443/jobs",
    "AKIAIOSFODNN7EXAMPLE": "…",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345": "…",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def": "…",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE": "…",
    "jobs@sha256:" + "a" * 64: "jobs@sha256:" + "a" * 64,
    "https://a.b/?user=u&db_pwd=hunter2&c=d": "https://a.b/?user=u&db_pwd=…",
    "https://a.b/?user=u&pass=hunter2&c=d": "https://a.b/?user=u&pass=…&c=d",
    "AccountName=x;AccountKey=hunter2==;a=b": "AccountName=x;AccountKey=…",
    "vpc-0a1b2c3d4e5f60718": "vpc-0a1b2c3d4e5f60718",
    "the password": "the password",
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:30])
def test_text_is_shown_without_its_secrets(text: str) -> None:
    assert covered(text) == TEXTS[text]


SHAPES = {
    "jdbc:a://db/x?user=u&password=hunter2&ssl=on": "jdbc:a://db/x?user=u&password=…&ssl=on",
    "Server=db;Password=hunter2;Port=1": "Server=db;Password=…;Port=1",
    "host=db password = 'hunter two' user=u": "host=db password = … user=u",
    'password="hunter two" token=hunter3': "password=… token=…",
    "Endpoint=sb://a/;SharedAccessKey=hunter2=": "Endpoint=sb://a/;SharedAccessKey=…",
    "AccountKey=hunter2": "AccountKey=…",
    "a://u:hunter2@b and b://u:hunter3@c": "a://…@b and b://…@c",
    "a://u:pa:ss/word@b?password=hunter2": "a://…@b?password=…",
    "password=ghp_0123456789abcdefghijABCDEFGHIJ012345!": "password=…",
    "?password=": "?password=",
    "a=b, the password": "a=b, the password",
}


@pytest.mark.parametrize("text", SHAPES)
def test_shapes_are_hidden_wherever_they_stand(text: str) -> None:
    assert shapes_covered(text) == SHAPES[text]


def test_the_literal_secrets_of_a_file() -> None:
    data = {
        "database": {"user": "someone", "password": {"environment_variable": "DB_PASSWORD"}},
        "tags": {"Token": "hunter2", "Short": "x"},
        "functions": {"web": {"variables": {"API_KEY": ["hunter3"], "PIN_TOKEN": 123456}}},
        "api": {"password": {"hunter4": 1}, "token": "tiny"},
    }
    assert list(literal_secrets(data)) == ["hunter2", "hunter3", "123456", "hunter4"]
