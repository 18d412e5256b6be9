"""Checks across sections run beside wrong values, and find nothing that follows from those."""

from __future__ import annotations

import pytest

from tests.faults import DATABASE, load_faults
from tests.support import MINIMAL

ROUTES = "{GET /jobs: web, POST /jobs: {function: web}, OPTIONS /x: web}"
FULL = f"""\
{MINIMAL.replace("{GET /jobs: web}", ROUTES)}\
  cors: {{origins: [https://a.example.com]}}
{DATABASE}"""
"""An environment with one fault that only the whole file shows: a route that CORS makes."""

ALONE = 'api.routes["OPTIONS /x"]: is made by `api.cors` on every path'

BESIDE: dict[str, tuple[str, str, int]] = {
    "a value out of range": ("jobs:1}", "jobs:1, timeout: 0}", 1),
    "an unknown key": ("jobs:1}", "jobs:1, timeuot: 5}", 1),
    "a value of a wrong type": ("jobs:1}", "jobs:1, memory: much}", 1),
    "a list where a value belongs": ("jobs:1}", "jobs:1, memory: [1]}", 1),
    "a wrong entry of a list": ("jobs:1}", "jobs:1, uses: [nothing]}", 1),
    "a wrong permission": ("s:1}", "s:1, statements: [{actions: ['*'], resources: ['*']}]}", 1),
    "a wrong variable": ("jobs:1}", "jobs:1, variables: {A: 5, AWS_REGION: x}}", 3),
    "a wrong image": ("123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1", "jobs", 1),
    "no image": ("image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1", "memory: 512", 1),
    "a wrong id": ("vpc-0a1b2c3d", "vpc-main", 1),
    "two wrong items": ("[subnet-0a1b2c3d, subnet-1a2b3c4d]", "[a, b]", 2),
    "one subnet": (", subnet-1a2b3c4d", "", 1),
    "no network": ("network: {vpc", "network_: {vpc", 1),
    "a wrong region": ("us-east-1\n", "Virginia\n", 1),
    "a wrong service": ("service: jobs", "service: Jobs", 1),
    "a wrong route": ("GET /jobs:", "GET jobs:", 1),
    "a route to no function": ("GET /jobs: web", "GET /jobs: wbe", 1),
    "a route with a wrong setting": ("{function: web}", "{function: web, timeout: x}", 1),
    "no authorization": ("authorization: iam", "integration_timeout: 20", 1),
    "no way to log in": ("  password: {environment_variable: DB_PASSWORD}\n", "", 1),
    "two ways to log in": ("  password:", "  secret: {}\n  password:", 1),
    "no resource id": ("password: {environment_variable: DB_PASSWORD}", "iam: {resource_id: x}", 1),
    "a wrong password": ("{environment_variable: DB_PASSWORD}", "hunter2", 1),
    "a section of text": ("api:\n", "logs: 30\napi:\n", 1),
    "a database without a name": ("  name: jobs\n", "", 1),
    "a wrong tag": ("api:\n", "tags: {Environment: x}\napi:\n", 1),
    "a tier that is none": ("service:", "tier: best\nservice:", 1),
}  # fmt: skip


@pytest.mark.parametrize("case", BESIDE)
def test_checks_across_sections_run_beside_wrong_values(case: str) -> None:
    old, new, count = BESIDE[case]
    assert old in FULL
    found = load_faults(FULL.replace(old, new, 1))
    assert [fault for fault in found if ALONE in fault], found
    assert len(found) == count + 1, found


FOLLOWS: dict[str, tuple[str, str]] = {
    "keys of a wrong usage plan": (
        "{function: web}",
        "{function: web, api_key: true}}\n  usage_plan: {keys: [A B]",
    ),
    "a wrong model": (
        "{function: web}",
        "{function: web, request_models: {a/json: A}}}\n  models: {A: 5",
    ),
}


@pytest.mark.parametrize("case", FOLLOWS)
def test_nothing_is_found_that_follows_from_what_is_wrong(case: str) -> None:
    old, new = FOLLOWS[case]
    found = load_faults(FULL.replace(", OPTIONS /x: web", "").replace(old, new, 1))
    assert not [fault for fault in found if "lists none" in fault or "is not under" in fault], found


def test_a_wrong_name_of_a_function_is_told_with_its_routes() -> None:
    found = load_faults(FULL.replace("  web:", "  Web:"))
    assert sum("names the function 'web'" in fault for fault in found) == 3


def test_a_wrong_section_is_not_said_to_be_missing() -> None:
    text = FULL.replace("jobs:1}", "jobs:1, uses: [database]}")
    found = load_faults(text.replace("database:\n", "database: text\nx:\n", 1))
    assert not [fault for fault in found if "is not in the file" in fault], found


def test_an_accepted_rule_stays_accepted_beside_a_wrong_value() -> None:
    found = load_faults(f"{FULL}accept: {{GI310: 5}}\n")
    assert not [fault for fault in found if ALONE in fault], found


def test_nothing_made_up_is_told() -> None:
    for old, new, _ in BESIDE.values():
        for fault in load_faults(FULL.replace(old, new, 1)):
            assert "unknownvalue" not in fault.lower()


def test_a_file_with_too_little_is_told_what_is_missing() -> None:
    found = load_faults("functions: {}\napi: {routes: {}}\n")
    assert len([fault for fault in found if "is required and missing" in fault]) == 4


PRIVATE = {
    "text as a list": "endpoint: private\n  vpc_endpoints: vpce-0a1b2c3d",
    "a wrong id": "endpoint: private\n  vpc_endpoints: [vpce_0a1b2c3d]",
    "a wrong allow-list": "endpoint: private\n  access: {vpcs: vpc-0a1b2c3d}",
    "a wrong endpoint": "endpoint: privat\n  vpc_endpoints: [vpce-0a1b2c3d]",
    "networks of no endpoint": "endpoint: privat\n  access: {vpcs: [vpc-0a1b2c3d]}",
}


@pytest.mark.parametrize("case", PRIVATE)
def test_networks_that_are_wrong_are_not_missed(case: str) -> None:
    [fault] = load_faults(f"{MINIMAL}  {PRIVATE[case]}\n")
    assert "[GI951]" not in fault
    assert "[GI952]" not in fault
