"""AWS's schemas: what they say of properties, and what of a resource is left to the deploy."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.assembly.environment import assemble
from gateway_infra.customizing.resource_types import Known
from gateway_infra.customizing.schemas import Schemas, provider_schemas, schema_names
from gateway_infra.customizing.troposphere_types import class_names, class_types
from gateway_infra.customizing.validation import schema_faults
from gateway_infra.loading.load import load
from tests.test_invariants import ENVIRONMENTS

STAGE, FUNCTION = "AWS::ApiGateway::Stage", "AWS::Lambda::Function"


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    found = provider_schemas("us-east-1")
    assert found
    return found


def test_a_region_has_its_own_types_and_an_unknown_one_those_of_the_first() -> None:
    first, other, unknown = (
        provider_schemas(name) for name in ("us-east-1", "eu-west-1", "xx-nowhere-1")
    )
    assert first
    assert other
    assert unknown
    assert set(first.files) != set(other.files)
    assert unknown.files == first.files
    assert STAGE in other.files


def test_what_is_made_anyway_is_what_the_schemas_take(schemas: Schemas) -> None:
    known = Known(schemas)
    for folder, name in ENVIRONMENTS:
        for item in assemble(load(folder, name, shown="x")).resources.values():
            assert known.faults(item.body) == [], (name, item.logical_id)


@pytest.mark.parametrize(
    ("kind", "keys", "has", "open_ended"),
    [
        (STAGE, (), "CacheClusterEnabled", False),
        (STAGE, ("MethodSettings", 0), "HttpMethod", False),
        (STAGE, ("AccessLogSetting",), "Format", False),
        (FUNCTION, ("Environment",), "Variables", False),
        (FUNCTION, ("Environment", "Variables"), "", True),
        ("AWS::ApiGateway::RestApi", ("Body",), "", True),
        ("AWS::ApiGateway::RestApi", ("Body", "paths", "/jobs"), "", True),
        ("AWS::S3::Bucket", ("LifecycleConfiguration", "Rules", 0), "Status", False),
        ("AWS::IAM::Role", ("Policies", 0, "PolicyDocument"), "", True),
        ("AWS::Nothing::There", (), "", True),
    ],
)
def test_names_at_a_place(
    schemas: Schemas, kind: str, keys: tuple[str | int, ...], has: str, open_ended: bool
) -> None:
    """Both sources tell the same, as far as they tell."""
    schema = schemas.of(kind)
    for names in (class_names(kind, keys), schema and schema_names(schema, keys)):
        assert (names is None) == open_ended
        assert names is None or has in names


def test_a_place_with_names_and_patterns_takes_any() -> None:
    place: dict[str, Any] = {"properties": {"A": {}}, "additionalProperties": False}
    assert schema_names(place, ()) == {"A"}
    assert schema_names({**place, "patternProperties": {"^x": {}}}, ()) is None


@pytest.mark.parametrize(
    ("kind", "near"),
    [
        ("AWS::SQS::Queue", None),
        ("AWS::SQS::Queues", "AWS::SQS::Queue"),
        ("AWS::Lambda::Functions", "AWS::Lambda::Function"),
        ("AWS::KinesisFirehose::DeliveryStream", None),
        ("Custom::Thing", None),
        ("Datadog::Monitors::Monitor", None),
        ("Our::Own::Kind::MODULE", None),
    ],
)
def test_types(schemas: Schemas, kind: str, near: str | None) -> None:
    for known in (Known(schemas), Known(None)):
        types = known.types_near(kind)
        assert (types is None) == (near is None)
        assert types is None or near in types


def test_a_service_that_troposphere_does_not_have() -> None:
    assert class_types("AWS::Nothing::There") == frozenset()
    assert Known(None).types_near("AWS::Nothing::There") == frozenset()


def faults(schemas: Schemas, kind: str, properties: Any) -> list[tuple[tuple[str | int, ...], str]]:
    schema = schemas.of(kind)
    assert schema
    return [(fault.path, fault.message) for fault in schema_faults(schema, properties)]


QUEUE, TABLE, BUCKET = "AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::S3::Bucket"


@pytest.mark.parametrize(
    ("kind", "properties", "path", "message"),
    [
        (QUEUE, {"DelaySecond": 5}, ("DelaySecond",), "did you mean 'DelaySeconds'?"),
        (QUEUE, {"DelaySeconds": "five"}, ("DelaySeconds",), "a whole number, not text"),
        (QUEUE, {"DelaySeconds": 5.5}, ("DelaySeconds",), "a whole number, not a number"),
        (QUEUE, {"DelaySeconds": True}, ("DelaySeconds",), "a whole number, not a switch"),
        (QUEUE, {"FifoQueue": "yes"}, ("FifoQueue",), "a switch (true or false), not text"),
        (QUEUE, {"Tags": {"a": "b"}}, ("Tags",), "must be a list, not a mapping"),
        (QUEUE, {"Tags": ["a"]}, ("Tags", 0), "must be a mapping, not text"),
        (QUEUE, {"Tags": [{"Key": "a"}]}, ("Tags", 0), "leaves out Value, which it must have"),
        (QUEUE, {"QueueName": ["a"]}, ("QueueName",), "must be text, not a list"),
        (QUEUE, {"Arn": "a"}, ("Arn",), "is set by AWS alone; remove it"),
        (TABLE, {}, (), "leaves out KeySchema, which it must have"),
        (FUNCTION, {"Code": {}, "Role": "a", "MemorySize": 5}, ("Role",), "does not match the"),
        (BUCKET, {"AccessControl": "Mine"}, ("AccessControl",), "is none of what it takes; "),
        (FUNCTION, {"Code": {"S3Bucket": "ab"}, "Role": {"Ref": "A"}}, ("Code", "S3Bucket"),
         "has 2 characters; it must have at least 3"),
        (
            "AWS::Logs::LogGroup",
            {"RetentionInDays": 8},
            ("RetentionInDays",),
            "is none of what it takes; known: 1, 1096, 120",
        ),
        (STAGE, {"RestApiId": "a", "MethodSettings": [{"ThrottlingRateLimit": -1}]},
         ("MethodSettings", 0, "ThrottlingRateLimit"), "must be at least 0"),
        (STAGE, {"RestApiId": "a", "CanarySetting": {"PercentTraffic": 101}},
         ("CanarySetting", "PercentTraffic"), "must be at most 100"),
        (STAGE, {"RestApiId": "a", "MethodSettings": [{"HttpMethod": "*"}, {"HttpMethod": "*"}]},
         ("MethodSettings", 1), "stands in the list twice"),
    ],
)  # fmt: skip
def test_what_the_schemas_do_not_take(
    schemas: Schemas, kind: str, properties: Any, path: tuple[str | int, ...], message: str
) -> None:
    found = faults(schemas, kind, properties)
    assert [said for where, said in found if where == path and message in said], found


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        (QUEUE, {"DelaySeconds": 5}),
        (QUEUE, {"DelaySeconds": "5", "FifoQueue": "true", "QueueName": 7}),
        (QUEUE, {"DelaySeconds": {"Ref": "Delay"}, "Tags": {"Fn::Split": [",", "a"]}}),
        (QUEUE, {"QueueName": {"Fn::Sub": "a"}, "Tags": [{"Ref": "Tag"}]}),
        (QUEUE, {"DelaySeconds": "{{resolve:ssm:/delay:3}}"}),
        ("AWS::ApiGateway::RestApi", {"Body": {"anything": {"goes": [1]}}}),
        (FUNCTION, {"Code": {"Ref": "A"}, "Role": {"Fn::GetAtt": ["A", "Arn"]}}),
        (FUNCTION, {"Code": {}, "Role": {"Ref": "A"}, "Environment": {"Variables": {"AB": "c"}}}),
        ("Custom::Thing", {"Anything": 1}),
    ],
)
def test_what_is_taken(schemas: Schemas, kind: str, properties: Any) -> None:
    """Functions stand for anything, and text for the number or switch that it says."""
    assert Known(schemas).faults({"Type": kind, "Properties": properties}) == []


SCHEMA: dict[str, Any] = {
    "properties": {
        "One": {"oneOf": [{"type": "integer"}, {"type": "object", "required": ["A"]}]},
        "All": {"allOf": [{"type": "string"}, {"maxLength": 2}]},
        "Case": {"type": "string", "enumCaseInsensitive": ["ON", "OFF"]},
        "Map": {"type": "object", "additionalProperties": {"type": "integer"}, "maxProperties": 1},
        "Patterned": {
            "type": "object",
            "patternProperties": {"^[a-z]+$": {"type": "integer"}},
            "additionalProperties": False,
        },
        "Odd": {"type": "string", "pattern": r"\p{L}+("},
        "Const": {"const": "x"},
        "Loop": {"$ref": "#/definitions/Loop"},
        "A": {},
        "B": {},
        "C": {},
    },
    "definitions": {"Loop": {"$ref": "#/definitions/Loop"}},
    "additionalProperties": False,
    "dependentRequired": {"A": ["B"]},
    "dependentExcluded": {"B": ["C"]},
}


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"One": 5}, ""),
        ({"One": {"A": 1}}, ""),
        ({"One": {"B": 1}}, "leaves out A, which it must have"),
        ({"All": "abc"}, "has 3 characters; it takes at most 2"),
        ({"Case": "on"}, ""),
        ({"Case": "up"}, "is none of what it takes; known: OFF, ON"),
        ({"Map": {"a": 1}}, ""),
        ({"Map": {"a": "x"}}, "must be a whole number, not text"),
        ({"Map": {"a": 1, "b": 2}}, "has 2 keys; it takes at most 1"),
        ({"Patterned": {"abc": 1}}, ""),
        ({"Patterned": {"A": 1}}, "is no name that it takes; they match ^[a-z]+$"),
        ({"Odd": "anything"}, ""),
        ({"Const": "y"}, "must be x"),
        ({"Loop": 1}, ""),
        ({"A": 1}, "has A, which needs B beside it"),
        ({"A": 1, "B": 1}, ""),
        ({"B": 1, "C": 1}, "has B and C; keep one"),
    ],
)
def test_the_words_of_a_schema(properties: Any, message: str) -> None:
    found = [fault.message for fault in schema_faults(SCHEMA, properties)]
    assert found == ([message] if message else [])


@pytest.mark.parametrize(
    ("keyword", "names", "message"),
    [
        ("requiredXor", [], "must have one of A, B"),
        ("requiredXor", ["A"], ""),
        ("requiredXor", ["A", "B"], "must have one of A, B"),
        ("requiredOr", [], "must have at least one of A, B"),
        ("requiredOr", ["A", "B"], ""),
    ],
)
def test_alternatives(keyword: str, names: list[str], message: str) -> None:
    found = [f.message for f in schema_faults({keyword: ["A", "B"]}, dict.fromkeys(names, 1))]
    assert found == ([message] if message else [])


def test_without_schemas_the_facts_say_what_a_change_replaces() -> None:
    """A run without cfn-lint warns of a replacement, too."""
    known = Known(None)
    assert known.replaced_with("AWS::Lambda::Function", ("FunctionName",))
    assert not known.replaced_with("AWS::Lambda::Function", ("Timeout",))
    assert not known.replaced_with("AWS::SQS::Queue", ("QueueName",))
