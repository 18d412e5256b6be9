"""Mappings that are shaped like an environment: the models' keys, with values of any kind."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from gateway_infra.rules.catalog import rules_by_id
from gateway_infra.sections.environment import Environment


def limits(model: type[BaseModel], seen: frozenset[type[BaseModel]] = frozenset()) -> set[int]:
    """Return every limit that a model and those in it set, of numbers and of lengths."""
    found: set[int] = set()
    for field in model.model_fields.values():
        for item in _metadata(field.annotation, field.metadata):
            for name in ("ge", "gt", "le", "lt", "min_length", "max_length"):
                value = getattr(item, name, None)
                if isinstance(value, int | float):
                    found.add(int(value))
        for inner in _models(field.annotation):
            if inner not in seen:
                found |= limits(inner, seen | {model, inner})
    return found


def _metadata(annotation: Any, further: list[Any]) -> Iterator[Any]:
    yield from further
    if get_origin(annotation) is Annotated:
        for item in get_args(annotation)[1:]:
            yield from getattr(item, "metadata", [item])
    for argument in get_args(annotation):
        yield from _metadata(argument, [])


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


LIMITS = sorted(limits(Environment))
NUMBERS = sorted({near for limit in LIMITS for near in (limit - 1, limit, limit + 1)})
LENGTHS = [length for length in NUMBERS if 0 <= length <= 1025]

WORDS = (
    "web", "worker", "prod", "dev", "jobs", "iam", "none", "single", "split", "openapi", "*", "/",
    "GET /jobs", "ANY /{proxy+}", "POST /jobs/{id}", "OPTIONS /jobs", "us-east-1", "eu-west-2",
    "https://x.example.com", "http://localhost:3000", "${AWS::Region}", "{{resolve:ssm:a:1}}",
    "vpc-0a1b2c3d", "subnet-0a1b2c3d", "sg-0a1b2c3d", "postgres.example.internal",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1", "application/json", "$default",
    "arn:aws:sns:us-east-1:123456789012:alarms", "arn:aws:sqs:us-east-1:123456789012:jobs",
    "sqs:SendMessage", "*:*", "ops@example.com", "querystring.page", "header.X-Id",
)  # fmt: skip
ODD = "\x85\u2028\u200b\u202e\ufeff\ud7ff\ue000\U0001f600éß中\u0301\t\n\r'\"\\{}[]:#&*!|>%@`,-?~"

TEXT = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=20),
    st.text(alphabet=ODD, max_size=12),
    st.builds(
        lambda letter, length: letter * length, st.sampled_from("aZ9-/é"), st.sampled_from(LENGTHS)
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)
NAMES = st.one_of(
    st.sampled_from(["VpcId", "Api", "Z9", "a b", "", "/a/b", "s/Key"]), st.text(max_size=8)
)
FORMS = ("parameter", "stack_output", "ssm", "import", "environment_variable", "secret")
OPTIONS = ("default", "type", "version", "key", "pattern")
OPEN = st.builds(
    lambda form, name, more: {form: name, **more},
    st.sampled_from(FORMS),
    st.one_of(NAMES, SCALARS),
    st.dictionaries(st.sampled_from([*OPTIONS, *FORMS]), SCALARS, max_size=2),
)
ANYTHING = st.recursive(
    st.one_of(SCALARS, OPEN),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(TEXT.filter(bool), inner, max_size=3)
    ),
    max_leaves=6,
)


def shaped(model: type[BaseModel] = Environment) -> st.SearchStrategy[dict[str, Any]]:
    """Return mappings with some of a model's keys, and values that might stand there."""
    fields = {
        field.alias or name: _valued(field.annotation) for name, field in model.model_fields.items()
    }
    return st.fixed_dictionaries({}, optional=fields)


def _valued(annotation: Any) -> st.SearchStrategy[Any]:
    likely = list(_likely(annotation))
    # One value in eight is of another kind.
    return st.integers(0, 7).flatmap(
        lambda n: ANYTHING if n == 0 or not likely else st.one_of(likely)
    )


def _likely(annotation: Any) -> Iterator[st.SearchStrategy[Any]]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield st.deferred(lambda: shaped(annotation))
    elif origin is Annotated:
        yield from _likely(arguments[0])
    elif origin in (Union, types.UnionType):
        for option in arguments:
            yield from _likely(option)
    elif origin is Literal:
        yield st.sampled_from(arguments)
    elif origin is list:
        yield st.lists(_valued(arguments[0]), max_size=3)
    elif origin is dict:
        keys = st.one_of(TEXT, st.sampled_from([*rules_by_id()]))
        yield st.dictionaries(keys, _valued(arguments[1]), max_size=3)
    elif annotation is bool:
        yield st.booleans()
    elif annotation in (int, float):
        yield st.sampled_from(NUMBERS)
    elif annotation is str:
        yield TEXT
    elif annotation is not type(None):
        yield st.one_of(OPEN, TEXT)
