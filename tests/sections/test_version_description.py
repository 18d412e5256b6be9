"""What a version's description carries: everything open that fits, never a secret."""

from __future__ import annotations

import pytest

from gateway_infra.reading.diagnostics import show_path
from gateway_infra.sections.version_description import ROOM, carried_values, given_values
from tests.faults import DATABASE, changed, with_function
from tests.support import MINIMAL, load_text

OPEN = """\
service: jobs
region: us-east-1
network: {vpc: {parameter: Vpc}, subnets: [{parameter: SubnetA}, {parameter: SubnetB}]}
functions:
  web: {image: {parameter: Image}, variables: {NOTE: {parameter: Note}, FIX: text}}
  job: {image: {parameter: Image}, uses: []}
database:
  host: {parameter: Host}
  port: {parameter: Port}
  name: {parameter: Name}
  user: {parameter: User}
  password: {environment_variable: DB_PASSWORD}
  security_group: {parameter: Group}
bucket: {name: {parameter: Bucket}}
api: {authorization: iam, routes: {GET /: web}}
"""


def carried(text: str, name: str = "web") -> tuple[dict[str, int], list[str]]:
    """Return the keys that are carried with their longest lengths, and those left out."""
    fits, left_out = carried_values(name, load_text(text).environment)
    return {show_path(item.path): item.length for item in fits}, [show_path(p) for p in left_out]


def test_what_a_function_is_given_the_most_likely_to_change_first() -> None:
    environment = load_text(OPEN).environment
    assert [show_path(path) for path, _ in given_values("web", environment)] == [
        "functions.web.image",
        "database.host",
        "database.port",
        "network.subnets[0]",
        "network.subnets[1]",
        "bucket.name",
        "database.name",
        "database.user",
        "database.password",
        "functions.web.variables.FIX",
        "functions.web.variables.NOTE",
        "encryption.key",
    ]


def test_a_function_is_given_only_what_it_uses() -> None:
    given = [show_path(path) for path, _ in given_values("job", load_text(OPEN).environment)]
    network = ["network.subnets[0]", "network.subnets[1]"]
    assert given == ["functions.job.image", *network, "encryption.key"]


def test_what_finds_no_room_is_left_out() -> None:
    fits, left_out = carried(OPEN)
    assert list(fits) == ["functions.web.image", "database.host"]
    assert left_out == [
        "database.port",
        "network.subnets[0]",
        "network.subnets[1]",
        "bucket.name",
        "database.name",
        "database.user",
        "functions.web.variables.NOTE",
    ]


def subset(**literals: str) -> str:
    text = OPEN
    for parameter, literal in literals.items():
        text = text.replace(f"{{parameter: {parameter}}}", literal)
    return text


IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1"
CASES: dict[str, tuple[str, list[str], list[str]]] = {
    "nothing open": (MINIMAL, [], []),
    "only the image": (changed(IMAGE, "{parameter: Image}"), ["functions.web.image"], []),
    "only a secret": (MINIMAL + DATABASE, [], []),
    "a secret variable": (with_function("variables: {KEY: {environment_variable: KEY}}"), [], []),
    "all but the image": (
        subset(Image=IMAGE, Bucket="bbb", Note="text"),
        [
            "database.host",
            "database.port",
            "network.subnets[0]",
            "network.subnets[1]",
            "database.name",
        ],
        ["database.user"],
    ),
    "the same value twice": (
        changed(IMAGE, "{parameter: A}, variables: {XX: {parameter: A}}"),
        ["functions.web.image"],
        [],
    ),
    "an import": (changed(IMAGE, "{import: image}"), ["functions.web.image"], []),
    "a variable named image": (
        with_function("variables: {image: {parameter: A}}"),
        ["functions.web.variables.image"],
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_carried(case: str) -> None:
    text, expected, expected_out = CASES[case]
    fits, left_out = carried(text)
    assert list(fits) == expected
    assert left_out == expected_out


@pytest.mark.parametrize("case", CASES)
def test_the_description_always_fits_and_uses_all_its_room(case: str) -> None:
    lengths = carried(CASES[case][0])[0].values()
    room = sum(lengths) + max(0, len(lengths) - 1)
    assert room == (ROOM if lengths else 0)
    assert ROOM == 256


def test_the_room_that_is_left_goes_to_the_image_or_to_the_host() -> None:
    fits, _ = carried(changed(IMAGE, "{parameter: Image}"))
    assert fits == {"functions.web.image": 256}
    fits, _ = carried(subset(Image=IMAGE, Bucket="bbb", Note="text"))
    assert fits["database.host"] > 124
