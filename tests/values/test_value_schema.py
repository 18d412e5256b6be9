"""The JSON Schema of values says what their kinds take, literal and open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from gateway_infra.schema.models import Generator
from gateway_infra.values import value_types
from gateway_infra.values.section import SHARED
from gateway_infra.values.values import ListOf, ValueType
from tests.schema.support import WHOLE_SCHEMA

DEFINITIONS = WHOLE_SCHEMA["$defs"]


def _places() -> Iterator[tuple[str, Any]]:
    for name, alias in vars(value_types).items():
        metadata = getattr(alias, "__metadata__", ())
        if metadata and isinstance(metadata[0], ValueType | ListOf):
            yield name, alias


PLACES = dict(_places())

LITERALS: list[Any] = [
    *("", "a", "jobs", "jobs-prod", "two\nlines", "Zoë", "/shared/x", "*", "db.example.com"),
    *("vpc-0a1b2c3d", "subnet-0a1b2c3d", "sg-0a1b2c3d"),
    "arn:aws:sns:us-east-1:123456789012:alarms",
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf",
    "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1",
    *(5432, 0, 65536, True, 1.5, None, [], {}, ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]),
    *(["subnet-0a1b2c3d"], ["subnet-0a1b2c3d", {"ssm": "/b"}], [5, 6]),
]
KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b"
FORMS: dict[str, list[Any]] = {
    "parameter": ["VpcId", "a b", 5, "Z9"],
    "stack_output": ["network/VpcId", "x"],
    "ssm": ["/a/b", "a", "//a"],
    "import": ["a-b", "a b"],
    "environment_variable": ["DB", "db"],
    "secret": ["jobs/db", "jobs/db-AbCdEf", "arn:aws:x", {"parameter": "Arn"}, 5, LITERALS[13]],
    "paramter": ["VpcId"],
}
SSM = "AWS::SSM::Parameter::Value"
TYPES = ["String", "Number", "CommaDelimitedList", f"{SSM}<String>", f"{SSM}<AWS::EC2::VPC::Id>", 5]
DEFAULTS: list[Any] = [
    *("vpc-0a1b2c3d", "jobs", 5432, "/shared/x", "a b"),
    *(["subnet-0a1b2c3d", "subnet-1a2b3c4d"], "subnet-0a1b2c3d,subnet-1a2b3c4d", ["a", "b"], "a,b"),
]
OPTIONS: dict[str, list[Any]] = {
    "type": TYPES,
    "default": DEFAULTS,
    "description": ["x", "", 5, "y" * 4001],
    "allowed_values": [["jobs"], [5432], [], "jobs", ["vpc-0a1b2c3d"]],
    "pattern": ["[a-z]+", "", 5],
    "version": [1, 0, 2**31, 2**31 + 1, "1", True],
    "key": ["k", "", 5],
    "kms_key": [KEY, "x", {"parameter": "Key"}],
    "nope": [1],
}


def samples() -> Iterator[Any]:
    """Yield literals, every form, every two forms, every option with every form."""
    yield from LITERALS
    for form, names in FORMS.items():
        yield from ({form: name} for name in names)
        yield from ({form: names[0], other: FORMS[other][0]} for other in FORMS if other != form)
        for option, given in OPTIONS.items():
            yield {option: given[0]}
            yield from ({form: names[0], option: value} for value in given)
    for kind in TYPES:
        yield from ({"parameter": "A", "type": kind, "default": value} for value in DEFAULTS)
        yield {"parameter": "A", "type": kind, "pattern": "a+"}


SAMPLES = list(samples())


def test_all_places_are_found() -> None:
    assert {"VpcId", "SubnetIds", "Port", "Secret", "Text", "Image"} <= set(PLACES)
    kinds = {item for item in vars(value_types).values() if isinstance(item, ValueType)}
    assert len(kinds) >= 10


@pytest.mark.parametrize("name", sorted(PLACES))
def test_it_takes_what_the_kind_takes(name: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(PLACES[name])
    schema = adapter.json_schema(schema_generator=Generator)
    text = Draft202012Validator(_local(schema) | {"$defs": DEFINITIONS})
    taken = 0
    for value in SAMPLES:
        try:
            adapter.validate_python(value)
            takes = True
        except ValidationError:
            takes = False
        taken += takes
        assert text.is_valid(value) == takes, value
    assert 5 < taken < len(SAMPLES) - 5


def _local(schema: Any) -> Any:
    if isinstance(schema, dict):
        found = {key: _local(value) for key, value in schema.items()}
        return found | ({"$ref": f"#/$defs/{found.pop(SHARED)}"} if SHARED in found else {})
    return [_local(item) for item in schema] if isinstance(schema, list) else schema
