"""What holds for every builder: open values anywhere, plain bundles, no side effects."""

from __future__ import annotations

import copy
import inspect
import json
from typing import Any

import pytest
from troposphere import GetAtt, ImportValue, Ref, Sub

import gateway_infra as public
from tests.builders.calls import ALL
from tests.builders.support import Call, template_of

FORMS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "Ref": (Ref("Given"), ('{"Ref": "Given"}', "${Given}")),
    "GetAtt": (GetAtt("Given", "Arn"), ('{"Fn::GetAtt": ["Given", "Arn"]}', "${Given.Arn}")),
    "ImportValue": (ImportValue("given"), ('{"Fn::ImportValue": "given"}',)),
    "Sub": (Sub("given-${AWS::Region}"), ('{"Fn::Sub": "given-${AWS::Region}"}',)),
}
"""Each form of a value, and how it may stand in a template: itself, or inside ``Fn::Sub``."""


def _value_arguments(call: Call) -> list[str]:
    parameters = inspect.signature(call.builder).parameters
    return [name for name, item in parameters.items() if "Value" in str(item.annotation)]


def _shaped(value: Any, like: Any) -> Any:
    """Return `value` in the container that `like` is."""
    if isinstance(like, list):
        return [value, *like[1:]]
    if isinstance(like, dict):
        return dict.fromkeys(like, value)
    return value


VALUE_ARGUMENTS = [
    (builder, argument) for builder, call in ALL.items() for argument in _value_arguments(call)
]


def test_the_table_holds_every_public_builder() -> None:
    """Add a missing builder to `CALLS` of its own test module (see tests/builders/calls.py)."""
    lower = {name for name in public.__all__ if name[0].islower()}
    assert set(ALL) == lower - {"api_policy", "definition_hash", "with_suppressions"}


@pytest.mark.parametrize("builder", ALL)
def test_the_table_gives_every_argument(builder: str) -> None:
    parameters = inspect.signature(ALL[builder].builder).parameters.values()
    keywords = {item.name for item in parameters if item.kind is item.KEYWORD_ONLY}
    assert keywords - set(ALL[builder].keywords) <= {"grants"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("builder", "argument"), VALUE_ARGUMENTS)
def test_a_value_may_be_known_later(builder: str, argument: str, form: str) -> None:
    """Each value argument takes a reference or an import, which reaches the template."""
    call = ALL[builder]
    value, shown = FORMS[form]
    changed: dict[str, Any] = {argument: _shaped(value, call.keywords[argument])}
    if argument == "cluster":
        changed["instance"] = None
    if argument == "database_cluster" and builder == "dashboard":
        changed["database_instance"] = None
    text = json.dumps(template_of(call.make(**changed)))
    assert any(item in text for item in shown), text


@pytest.mark.parametrize(("builder", "argument"), VALUE_ARGUMENTS)
def test_a_value_may_be_literal(builder: str, argument: str) -> None:
    """A literal stands in the template as text or number, never as its Python spelling."""
    call = ALL[builder]
    literal = call.keywords[argument]
    text = json.dumps(template_of(call.make()))
    for item in literal.values() if isinstance(literal, dict) else [literal]:
        for single in item if isinstance(item, list) else [item]:
            assert single is None or str(single) in text


@pytest.mark.parametrize("builder", ALL)
def test_a_bundle_yields_all_its_resources(builder: str) -> None:
    """Iterating a bundle gives every resource of its fields once, ready for a template."""
    bundle = ALL[builder].make()
    resources = template_of(bundle)["Resources"]
    in_fields = [
        item
        for field in vars(bundle).values()
        for item in (field.values() if isinstance(field, dict) else [field])
    ]
    assert [item.title for item in bundle] == [item.title for item in in_fields]
    assert set(resources) == {item.title for item in in_fields}
    assert len(resources) == len(in_fields)


@pytest.mark.parametrize("builder", ALL)
def test_a_builder_is_a_pure_function(builder: str) -> None:
    """The same arguments give the same template, and stay as they were."""
    call = ALL[builder]
    before = copy.deepcopy(call.keywords)
    assert template_of(call.make()) == template_of(call.make())
    assert call.keywords == before


@pytest.mark.parametrize("builder", ALL)
def test_no_template_names_a_partition(builder: str) -> None:
    """ARNs that a builder makes hold in China and GovCloud too."""
    resources = ALL[builder].make()
    text = json.dumps(template_of(resources)).replace("arn:aws:iam::123456789012:role/literal", "")
    assert "arn:aws" not in text
    assert "amazonaws.com.cn" not in text
