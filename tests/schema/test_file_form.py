"""The schema of one file: every part of an environment may stand alone, and a null removes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gateway_infra.reading.source import read_file, read_text
from tests.schema.support import FILE, FILE_SCHEMA, WHOLE, faults, subschemas
from tests.support import CASES, MINIMAL
from tests.test_cases import NAMES

PARTS = {
    "nothing": "{}",
    "an image": "functions: {web: {image: {parameter: ImageUri}}}",
    "one setting": "functions: {web: {memory: 512}}",
    "a route that is removed": "api: {routes: {GET /jobs: null}}",
    "a route's own": "api: {routes: {GET /jobs: {api_key: true}}}",
    "a section that is removed": "database: null",
    "a function that is removed": "functions: {worker: null}",
    "no file below": "extends: null",
    "another file below": "extends: staging.yaml",
    "the version of a value that is open below": "network: {vpc: {version: 3}}",
    "the default of one": "database: {port: {default: 5433}}",
    "the reason of an authorization": "api: {authorization: {reason: Anyone may read the prices.}}",
    "its type": "api: {authorization: {type: none}}",
    "another form in place of one with options": "network: {vpc: {parameter: null, ssm: /vpc}}",
    "a part of a model": "api: {models: {Job: {properties: {name: {maxLength: 9}}}}}",
    "a keyword in place of a file": "api: {models: {Job: {file: null, type: object}}}",
    "a part of a layout": "layout: {all: [role, api]}",
    "tags of which one is removed": "tags: {Team: null, Owner: web}",
    "a document": "api: {openapi: petstore.yaml}",
    "the function of its routes": "api: {openapi: {function: web}}",
    "a quota": "account: {quotas: {stack_resources: 400}}",
    "a reason less": "accept: {GI201: null}",
}


@pytest.mark.parametrize("what", PARTS)
def test_a_part_may_stand_alone(what: str) -> None:
    assert faults(FILE, read_text(PARTS[what], "prod.yaml").plain()) == []


WRONG = {
    "a key of another section": ("memory: 512", "$"),
    "a misspelled key": ("functions: {web: {memroy: 512}}", "$.functions.web"),
    "a null in a list": ("api: {cors: {origins: [null]}}", "$.api.cors.origins[0]"),
    "a null among statements": (
        "functions: {web: {statements: [null]}}",
        "$.functions.web.statements[0]",
    ),
    "a null among subnets": ("network: {subnets: [null, {ssm: /a}]}", "$.network.subnets[0]"),
    "a null among schemas": (
        "api: {models: {Job: {allOf: [null]}}}",
        "$.api.models.Job.allOf[0]",
    ),
    "a misspelled form": ("network: {vpc: {paramter: VpcId}}", "$.network.vpc"),
    "two forms": (
        "network: {vpc: {parameter: A, ssm: /a}}",
        "$.network.vpc.parameter $.network.vpc.ssm",
    ),
    "an option of another form": ("network: {vpc: {ssm: /a, default: x}}", "$.network.vpc.default"),
    "a secret": ("database: {password: hunter2}", "$.database.password"),
    "a password that would be shown": (
        "database: {password: {parameter: Password}}",
        "$.database.password",
    ),
    "a secret where no code reads it": ("network: {vpc: {secret: a}}", "$.network.vpc"),
    "a default that could not stand here": (
        "network: {vpc: {parameter: VpcId, default: main}}",
        "$.network.vpc.default",
    ),
    "a list's version": ("network: {subnets: {ssm: /a, version: 1}}", "$.network.subnets"),
    "no list by default": (
        "network: {subnets: {parameter: A, default: subnet-a}}",
        "$.network.subnets.default",
    ),
    "a file beside keywords": (
        "api: {models: {Job: {file: a.json, type: object}}}",
        "$.api.models.Job.type",
    ),
    "no method": ("api: {routes: {/jobs: web}}", "$.api.routes"),
    "no reason": ("api: {authorization: none}", "$.api.authorization"),
    "a reason too many": (
        "api: {authorization: {type: iam, reason: anyone may}}",
        "$.api.authorization.reason",
    ),
    "text for a number": ('functions: {web: {memory: "512"}}', "$.functions.web.memory"),
    "a number too large": ("functions: {web: {timeout: 901}}", "$.functions.web.timeout"),
    "a switch in words": ("protect: yes", "$.protect"),
    "an origin with a path": (
        "api: {cors: {origins: [https://a.example/b]}}",
        "$.api.cors.origins[0]",
    ),
    "all origins and another": ('api: {cors: {origins: ["*", https://a.b]}}', "$.api.cors.origins"),
    "a value twice": ("alarms: {emails: [a@b.example, a@b.example]}", "$.alarms.emails"),
    "a file outside": ("extends: ../other.yaml", "$.extends"),
    "no rule": ("accept: {GI999: because of this}", "$.accept"),
    "a rule that cannot be accepted": ("accept: {GI004: because of this}", "$.accept"),
    "a reserved variable": (
        "functions: {web: {variables: {AWS_REGION: x}}}",
        "$.functions.web.variables",
    ),
    "a reserved tag": ("tags: {'AWS:team': x}", "$.tags"),
    "a size that the cache has not": ("api: {stage: {cache: {size: 2}}}", "$.api.stage.cache.size"),
    "a kept name of a stack": ("layout: {manifest: [role]}", "$.layout"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_mistake_is_marked_where_it_is(what: str) -> None:
    text, place = WRONG[what]
    found = faults(FILE, read_text(text, "prod.yaml").plain())
    assert " ".join(sorted(fault.partition(": ")[0] for fault in found)) == place, found


def places(data: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield every key of every mapping, but for those in lists, where a null removes nothing."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield data, key
            yield from places(value)


@pytest.mark.parametrize("name", NAMES)
def test_null_may_stand_behind_all_keys_of_a_depth(name: str) -> None:
    data = read_file(CASES / f"{name}.yaml", name).plain()
    level = [data]
    while level:
        below = [value for each in level for value in each.values() if isinstance(value, dict)]
        kept = [dict(each) for each in level]
        for each in level:
            each.update(dict.fromkeys(each))
        assert faults(FILE, data) == []
        for each, values in zip(level, kept, strict=True):
            each.update(values)
        level = below


@pytest.mark.slow  # one validation of the whole file for each key
@pytest.mark.parametrize("name", NAMES)
def test_null_may_stand_behind_every_key(name: str) -> None:
    data = read_file(CASES / f"{name}.yaml", name).plain()
    for container, key in places(data):
        value = container[key]
        container[key] = None
        assert faults(FILE, data) == [], key
        container[key] = value


@pytest.mark.parametrize("key", ["service", "region", "network", "functions", "api"])
def test_a_whole_environment_lacks_nothing(key: str) -> None:
    data = read_text(MINIMAL, "prod.yaml").plain() | {"tier": "prod"}
    assert faults(WHOLE, data) == []
    del data[key]
    assert faults(WHOLE, data)
    assert faults(FILE, data) == []


def test_nothing_is_required_of_a_file() -> None:
    for path, part in subschemas(FILE_SCHEMA):
        if "/if" not in path:
            assert not {"required", "minProperties", "maxProperties"} & set(part), path
            assert {} not in part.get("anyOf", ()), path


def test_extends_is_a_key_of_files_alone() -> None:
    assert faults(WHOLE, {"extends": "staging.yaml"}) != faults(WHOLE, {})
