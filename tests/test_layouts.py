"""Cutting small graphs by hand-made layouts."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.graph import (
    Graph,
    GraphError,
    Output,
    Parameter,
    Reference,
    Resource,
    make_graph,
)
from gateway_infra.layouts import LAYOUTS, Order, Stack, cut, stack_order, wired_name


TWO: Order = (("first", ("a",)), ("second", ("b",)))
ONE: Order = (("template", ("a", "b")),)


def resource(logical_id: str, family: str, properties: Any = None, **attributes: Any) -> Resource:
    body = {"Type": "AWS::IAM::Role", "Properties": properties or {}, **attributes}
    return Resource(logical_id, family, body)


def graph(*resources: Resource, **rest: Any) -> Graph:
    return make_graph(resources, rest.get("parameters", []), rest.get("outputs", []))


def stacks(made: Graph, order: Order = TWO) -> dict[str, Stack]:
    return {stack.key: stack for stack in cut(made, order, "jobs-prod")}


def test_a_reference_over_a_cut_becomes_output_and_parameter() -> None:
    made = stacks(
        graph(
            resource("A", "a"),
            resource(
                "B", "b", {"x": {"Fn::GetAtt": ["A", "Arn"]}, "y": {"Fn::Sub": "${A}/${A.Arn}"}}
            ),
        )
    )
    first, second = made["first"], made["second"]
    assert first.template["Outputs"] == {
        "AArn": {"Value": {"Fn::GetAtt": ["A", "Arn"]}},
        "ARef": {"Value": {"Ref": "A"}},
    }
    assert second.template["Resources"]["B"]["Properties"] == {
        "x": {"Ref": "AArn"},
        "y": {"Fn::Sub": "${ARef}/${AArn}"},
    }
    assert second.parameters == {
        "AArn": {"from": {"stack": "jobs-prod-first", "output": "AArn"}},
        "ARef": {"from": {"stack": "jobs-prod-first", "output": "ARef"}},
    }
    assert second.depends_on == ("first",)
    assert first.depends_on == ()
    assert {p["Type"] for p in second.template["Parameters"].values()} == {"String"}


def test_one_stack_keeps_references() -> None:
    body = {"x": {"Ref": "A"}}
    made = stacks(graph(resource("A", "a"), resource("B", "b", body)), ONE)["template"]
    assert made.template["Resources"]["B"]["Properties"] == body
    assert made.name == "jobs-prod"
    assert "Outputs" not in made.template


@pytest.mark.parametrize("how", ["reference", "depends", "output"])
def test_a_reference_forward_names_both_ends(how: str) -> None:
    if how == "reference":
        made = graph(resource("A", "a", {"x": {"Ref": "B"}}), resource("B", "b"))
    elif how == "depends":
        made = graph(resource("A", "a", DependsOn=["B"]), resource("B", "b"))
    else:
        made = graph(
            resource("A", "a", {"x": {"Fn::Sub": "${B.Arn}"}}),
            resource("B", "b"),
            outputs=[Output("O", "", {"Ref": "A"})],
        )
    with pytest.raises(GraphError, match=r"A of the stack 'first' refers to B of .*'second'"):
        stacks(made)


def test_a_dependency_over_a_cut_becomes_order() -> None:
    made = stacks(graph(resource("A", "a"), resource("B", "b", DependsOn=["A"])))
    assert "DependsOn" not in made["second"].template["Resources"]["B"]
    assert made["second"].depends_on == ("first",)
    assert made["second"].parameters == {}


def test_a_dependency_that_a_reference_implies_is_not_written() -> None:
    made = stacks(
        graph(
            resource("A", "a"),
            resource("C", "a"),
            resource("D", "a", {"x": {"Fn::Sub": "${A}"}}, DependsOn=["A", "C"]),
        )
    )
    assert made["first"].template["Resources"]["D"]["DependsOn"] == ["C"]


def test_a_parameter_stands_only_where_it_is_used() -> None:
    vpc = Parameter("Vpc", {"Type": "String"}, {"required": True})
    made = stacks(
        graph(resource("A", "a"), resource("B", "b", {"x": {"Ref": "Vpc"}}), parameters=[vpc])
    )
    assert made["first"].parameters == {}
    assert made["second"].parameters == {"Vpc": {"required": True}}
    assert made["second"].template["Parameters"] == {"Vpc": {"Type": "String"}}


def test_an_output_stands_in_the_last_stack_that_it_refers_to() -> None:
    both = Output("Both", "two", {"Fn::Sub": "${A}-${B}"})
    made = stacks(graph(resource("A", "a"), resource("B", "b"), outputs=[both]))
    assert made["second"].template["Outputs"] == {
        "Both": {"Description": "two", "Value": {"Fn::Sub": "${ARef}-${B}"}}
    }


def test_an_output_of_the_same_name_and_value_is_the_wire() -> None:
    named = Output("AArn", "its ARN", {"Fn::GetAtt": ["A", "Arn"]})
    made = stacks(
        graph(
            resource("A", "a"),
            resource("B", "b", {"x": {"Fn::GetAtt": ["A", "Arn"]}}),
            outputs=[named],
        )
    )
    assert made["first"].template["Outputs"] == {
        "AArn": {"Description": "its ARN", "Value": {"Fn::GetAtt": ["A", "Arn"]}}
    }


@pytest.mark.parametrize(
    "rest",
    [
        {"parameters": [Parameter("AArn", {"Type": "String"}, {})]},
        {"outputs": [Output("AArn", "", {"Ref": "A"})]},
        {"more": [resource("AArn", "a")]},
    ],
)
def test_a_wired_name_that_is_taken_is_an_error(rest: dict[str, Any]) -> None:
    wired = resource("B", "b", {"x": {"Fn::GetAtt": ["A", "Arn"]}})
    made = graph(resource("A", "a"), wired, *rest.pop("more", []), **rest)
    with pytest.raises(
        GraphError, match="AArn, by which A reaches another stack, is the name of something else"
    ):
        stacks(made)


@pytest.mark.parametrize(
    ("reference", "resource_type", "name"),
    [
        (Reference("Api"), "AWS::ApiGateway::RestApi", "ApiId"),
        (Reference("Api", "RootResourceId"), "AWS::ApiGateway::RestApi", "ApiRootResourceId"),
        (Reference("Db", "Endpoint.Address"), "AWS::RDS::DBInstance", "DbEndpointAddress"),
        (Reference("Filter"), "AWS::Logs::MetricFilter", "FilterRef"),
    ],
)
def test_wired_names(reference: Reference, resource_type: str, name: str) -> None:
    assert wired_name(reference, resource_type) == name


def test_layouts_place_the_same_families_once() -> None:
    placed = [sorted(f for _, families in order for f in families) for order in LAYOUTS.values()]
    assert placed[0] == placed[1]
    assert len(set(placed[0])) == len(placed[0])
