"""Rules of encryption."""

from __future__ import annotations

import pytest

from tests.rules.apis import found
from tests.rules.files import file

ARN = "arn:aws:kms:{region}:123456789012:key/mrk-0a1b2c3d"
ARN_ELSEWHERE = ARN.format(region="eu-west-1")


HARD = "posture: hardened"
MADE = "password: null\nsecret: {}"


def keyed(region: str) -> str:
    return file(more=f"encryption: {{key: '{ARN.format(region=region)}'}}")


FAILING = (
    (
        "GI921",
        file(database="password: {environment_variable: DB_PASSWORD}", more="posture: hardened"),
        "database.password: is in the functions' variables and in their published versions, where ",
    ),
    (
        "GI923",
        file("uses: []", database=MADE),
        "database.secret: is made for nobody: no function has database among its `uses`, and none ",
    ),
    (
        "GI923",
        file("uses: [bucket]", database="password: null", bucket="name: jobs-uploads", more=HARD),
        "database.secret: is made (posture hardened) for nobody: no function has database among ",
    ),
    (
        "GI920",
        keyed("eu-west-1"),
        "encryption.key: is a key in eu-west-1, and a key encrypts in its own region alone; name "
        "one in us-east-1, or write made",
    ),
    (
        "GI920",
        file(more=f"encryption: {{key: {{parameter: K, default: '{ARN_ELSEWHERE}'}}}}"),
        "encryption.key: is a key in eu-west-1",
    ),
)

PASSING = (
    ("GI921", file(database="password: {environment_variable: DB_PASSWORD}")),
    ("GI921", file(database="password: {secret: jobs/db}", more=HARD)),
    ("GI923", file(database=MADE)),
    ("GI923", file("uses: []", database="password: {secret: jobs/db}", more=HARD)),
    ("GI920", keyed("us-east-1")),
    ("GI920", file(more="encryption: {key: made}")),
    ("GI920", file(more="encryption: {key: {parameter: K}}")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []
