"""Values, tags and numbers as templates hold them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders.support import TAG_LIST, TAGS
from troposphere import GetAtt, ImportValue, Ref, encode_to_dict

from gateway_infra.builders.shared.values import sub, tag_list, whole


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("literal", {"Fn::Sub": "x-literal-${AWS::Region}"}),
        (5432, {"Fn::Sub": "x-5432-${AWS::Region}"}),
        (Ref("Name"), {"Fn::Sub": "x-${Name}-${AWS::Region}"}),
        (Ref("AWS::AccountId"), {"Fn::Sub": "x-${AWS::AccountId}-${AWS::Region}"}),
        (GetAtt("Role", "Arn"), {"Fn::Sub": "x-${Role.Arn}-${AWS::Region}"}),
        (
            ImportValue("name"),
            {"Fn::Sub": ["x-${Hole}-${AWS::Region}", {"Hole": {"Fn::ImportValue": "name"}}]},
        ),
    ],
)
def test_sub(value: Any, expected: Any) -> None:
    """Only what neither text nor a reference can say becomes a variable."""
    assert encode_to_dict(sub("x-${Hole}-${AWS::Region}", {"Hole": value})) == expected


def test_sub_fills_every_hole() -> None:
    filled = sub("${A}/${B}/${A}", {"A": Ref("One"), "B": "two"})
    assert encode_to_dict(filled) == {"Fn::Sub": "${One}/two/${One}"}


@pytest.mark.parametrize(("number", "expected"), [(5.0, "5"), (5, "5"), (0.5, "0.5"), (0.0, "0")])
def test_whole(number: float, expected: str) -> None:
    assert str(whole(number)) == expected


def test_tags_are_sorted_by_key() -> None:
    assert encode_to_dict(tag_list(TAGS)) == TAG_LIST


def test_a_value_that_looks_like_a_hole_is_not_filled_again() -> None:
    filled = sub("${A} ${B}", {"A": Ref("B"), "B": "${A}"})
    assert encode_to_dict(filled) == {"Fn::Sub": "${B} ${A}"}
