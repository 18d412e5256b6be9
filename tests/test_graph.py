"""References, cycles and hashes of a graph of plain resources."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.graph import GraphError, Reference, Resource, make_graph, references, rewrite


def resource(logical_id: str, properties: Any = None, **attributes: Any) -> Resource:
    body = {"Type": "AWS::SNS::Topic", "Properties": properties or {}, **attributes}
    return Resource(logical_id, "topic", body)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "A"}, [("A", "")]),
        ({"Fn::GetAtt": ["A", "Arn"]}, [("A", "Arn")]),
        ({"Fn::GetAtt": "A.Endpoint.Address"}, [("A", "Endpoint.Address")]),
        ({"Fn::Sub": "x${A}y${B.Arn}"}, [("A", ""), ("B", "Arn")]),
        ({"Fn::Sub": ["${A}${V}", {"V": {"Ref": "B"}}]}, [("A", ""), ("B", "")]),
        ({"Fn::Sub": "${AWS::Region}${!Literal}"}, []),
        ([{"a": {"Fn::Join": [" ", [{"Ref": "A"}, "text"]]}}], [("A", "")]),
        ({"Fn::ImportValue": "name"}, []),
        ("Ref", []),
    ],
)
def test_references(value: Any, expected: list[tuple[str, str]]) -> None:
    assert list(references(value)) == [Reference(*item) for item in expected]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "A"}, {"Ref": "New"}),
        ({"Ref": "B"}, {"Ref": "B"}),
        ({"Fn::GetAtt": ["A", "Arn"]}, {"Ref": "New"}),
        ({"Fn::Sub": "x${A}y${B}"}, {"Fn::Sub": "x${New}y${B}"}),
        ({"Fn::Sub": "${A.Arn}"}, {"Fn::Sub": "${New}"}),
        # A variable of Fn::Sub hides a resource of its name.
        ({"Fn::Sub": ["${A}", {"A": {"Ref": "A"}}]}, {"Fn::Sub": ["${A}", {"A": {"Ref": "New"}}]}),
        ([{"x": [{"Ref": "A"}, 1, None]}], [{"x": [{"Ref": "New"}, 1, None]}]),
    ],
)
def test_rewrite(value: Any, expected: Any) -> None:
    assert rewrite(value, lambda r: {"Ref": "New"} if r.target == "A" else None) == expected


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ([resource("A"), resource("A")], "two resources have the logical id A"),
        ([resource("A", {"x": {"Ref": "Gone"}})], "A refers to Gone, which is nowhere"),
        ([resource("A", {"x": {"Fn::Sub": "${Gone.Arn}"}})], "A refers to Gone"),
        ([resource("A", DependsOn=["Gone"])], "A refers to Gone"),
        ([resource("A", {"x": {"Ref": "A"}})], "A → A"),
        (
            [
                resource("A", {"x": {"Ref": "B"}}),
                resource("B", DependsOn="C"),
                resource("C", {"y": {"Fn::Sub": "${A.Arn}"}}),
            ],
            "A → B → C → A",
        ),
    ],
)
def test_what_cannot_stand_together(resources: list[Resource], message: str) -> None:
    with pytest.raises(GraphError, match=message):
        make_graph(resources, [], [])


def test_a_diamond_is_no_cycle() -> None:
    graph = make_graph(
        [
            resource("A", {"x": [{"Ref": "B"}, {"Ref": "C"}]}),
            resource("B", {"x": {"Ref": "D"}}),
            resource("C", {"x": {"Ref": "D"}}),
            resource("D", {"x": {"Ref": "AWS::Region"}}),
        ],
        [],
        [],
    )
    assert list(graph.resources) == ["A", "B", "C", "D"]
