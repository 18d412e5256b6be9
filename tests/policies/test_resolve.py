"""Intrinsic functions become what CloudFormation makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.resolve import PSEUDO, UnresolvedError, invented, known, resolve

VALUES = {"Bucket": "uploads", "Role.Arn": "arn:of-role", "Zones": ["a", "b"], "net-Vpc": "vpc-1"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text with ${Bucket}", "text with ${Bucket}"),
        ({"Ref": "Bucket"}, "uploads"),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Fn::GetAtt": ["Role", "Arn"]}, "arn:of-role"),
        ({"Fn::GetAtt": "Role.Arn"}, "arn:of-role"),
        ({"Fn::Sub": "arn:${AWS::Partition}:s3:::${Bucket}/*"}, "arn:aws:s3:::uploads/*"),
        ({"Fn::Sub": "${Role.Arn}-${!aws:username}"}, "arn:of-role-${aws:username}"),
        ({"Fn::Sub": ["${Name}/${Bucket}", {"Name": {"Ref": "Bucket"}}]}, "uploads/uploads"),
        ({"Fn::Sub": ["${Bucket}", {"Bucket": "own"}]}, "own"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Bucket"}]]}, "a-uploads"),
        ({"Fn::Join": [",", {"Ref": "Zones"}]}, "a,b"),
        ({"Fn::Select": ["1", {"Ref": "Zones"}]}, "b"),
        ({"Fn::Select": [0, {"Fn::Split": ["-", "x-y"]}]}, "x"),
        ({"Fn::ImportValue": "net-Vpc"}, "vpc-1"),
        ({"Fn::ImportValue": {"Fn::Sub": "net-${!Vpc}"}}, UnresolvedError),
        ([{"Ref": "AWS::NoValue"}, "kept"], ["kept"]),
        ({"gone": {"Ref": "AWS::NoValue"}, "kept": [{"Ref": "Bucket"}]}, {"kept": ["uploads"]}),
        ({"Ref": "Missing"}, UnresolvedError),
        ({"Fn::Sub": "${Missing}"}, UnresolvedError),
        ({"Fn::If": ["Condition", "a", "b"]}, UnresolvedError),
    ],
)
def test_a_value_is_filled_in(value: Any, expected: Any) -> None:
    if expected is UnresolvedError:
        with pytest.raises(UnresolvedError):
            resolve(value, known(VALUES))
    else:
        assert resolve(value, known(VALUES)) == expected


def test_a_name_without_a_value_can_be_given_one_that_tells_its_place() -> None:
    assert resolve({"Fn::Sub": "${AWS::Region}/${Some.Arn}"}, invented) == (
        f"{PSEUDO['AWS::Region']}/value-of-Some.Arn"
    )
