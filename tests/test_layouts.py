"""Cutting small graphs by hand-made layouts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway_infra.families import ROWS
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
from tests.faults import faults_of
from tests.support import MINIMAL, generate_text, of_type

TWO: Order = (("first", ("a",)), ("second", ("b",)))
ONE: Order = (("template", ("a", "b")),)


def resource(logical_id: str, family: str, properties: Any = None, **attributes: Any) -> Resource:
    body = {"Type": "AWS::SQS::Queue", "Properties": properties or {}, **attributes}
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


OWN = """
layout:
  access: [role, security-group]
  service:
    [database-ingress, function-log-group, function, api, cors, permission, api-log-groups]
  live: [deployment, stage, usage-plan]
  watch: [topic, alarms, dashboard]
"""


def test_a_layout_of_ones_own_puts_families_where_it_says() -> None:
    generated = generate_text(MINIMAL + OWN)
    assert [stack.key for stack in generated.stacks] == ["access", "service", "live", "watch"]
    assert json.loads(generated.files["manifest.json"])["layout"] == "own"
    home = {key: stack.key for stack in generated.stacks for key in stack.template["Resources"]}
    assert (home["FunctionWebRole"], home["Api"], home["ApiStage"]) == ("access", "service", "live")


def test_the_account_comes_first_unless_a_layout_places_it() -> None:
    account = "account: {api_gateway_log_role: true}\n"
    assert next(stack.key for stack in generate_text(MINIMAL + account + OWN).stacks) == "account"
    placed = (MINIMAL + account + OWN).replace("[role,", "[account, role,")
    assert next(stack.key for stack in generate_text(placed).stacks) == "access"


def test_a_layout_of_ones_own_is_completed_with_what_a_file_may_ask_for() -> None:
    """Beside what it belongs to, in a stack that is called so, or in one of its own."""
    own = {"role": ("role",), "all": ("security-group", "function"), "waf": ("topic",)}
    assert {"flow-logs", "backup"} <= {row.name for row in LAST}
    assert stack_order(own, ()) == (
        ("account", ("account",)),
        ("key", ("key",)),
        ("secret", ("secret",)),
        ("endpoints", ("endpoints",)),
        ("users", ("user-pool",)),
        ("role", ("role",)),
        ("all", ("security-group", "function", "endpoint-ingress", "network-policy")),
        ("waf", ("topic", "waf")),
        *((row.stack, (row.name,)) for row in LAST),
    )
    placed = stack_order({**own, "key": ("key", "user-pool", "network-policy")}, ())
    assert ("key", ("key", "user-pool", "network-policy")) in placed
    assert {"users", "account"} - {key for key, _ in placed} == {"users"}


LAST = ROWS[[row.name for row in ROWS].index("dashboard") + 1 :]
"""Families with a stack of their own after those of the decision record."""

OWN_FAULTS = {
    "a family twice": (
        "topic,",
        "topic, role,",
        "layout.watch[1]: is 'role', which stands in layout.access already; keep one [GI713]",
    ),
    "a family left out": (
        "topic, ",
        "",
        "layout: leaves out topic; give each family a stack [GI714]",
    ),
    "an unknown family": (
        "topic,",
        "topics,",
        "layout.watch[0]: is 'topics', which is no family; did you mean 'topic'? [GI712]",
    ),
    "a name of ours": (
        "watch:",
        "manifest:",
        "layout.manifest: is a name that is kept for gateway-infra; rename it [GI711]",
    ),
    "a name that is none": (
        "watch:",
        "Watch:",
        "layout.Watch: is no name for a stack; write up to 40 small letters, digits and single "
        "hyphens [GI711]",
    ),
    "no list": (
        "[topic, alarms, dashboard]",
        "topic",
        "layout.watch: must be a list of families, as in [role, function] [GI712]",
    ),
    "a reference forward": (
        "[role, security-group]",
        "[role, security-group, stage]",
        "layout.access[2]: ApiStage of the stack 'access' refers to ",
    ),
}


@pytest.mark.parametrize("case", OWN_FAULTS)
def test_a_layout_of_ones_own_that_cannot_be_is_refused_where_it_is_written(case: str) -> None:
    before, after, message = OWN_FAULTS[case]
    text = OWN.replace(before, after)
    if case == "a reference forward":
        text = text.replace("live: [deployment, stage,", "live: [deployment,")
    (fault,) = faults_of(generate_text, MINIMAL + text)
    assert fault.startswith("environments/prod.yaml:")
    assert f": {message}" in fault


def routes(count: int, parents: int) -> str:
    """Return routes on `count` paths below `parents` first parts."""
    entries = [
        f"GET /p{n % parents}/x{n}: web, POST /p{n % parents}/x{n}: web" for n in range(count)
    ]
    return MINIMAL.replace("GET /jobs: web", ", ".join(entries))


STACKS = "route_stacks: {a: [/p0], b: [/p1], c: [/p2]}\n"


@pytest.mark.slow
def test_routes_may_have_stacks_of_their_own() -> None:
    """600 routes need several stacks; the deployment still comes after all of them."""
    text = routes(300, 4).replace("  authorization", "  cors: {origins: ['*']}\n  authorization")
    fault = faults_of(generate_text, text)[-1]
    assert "make 1,212 resources in the stack 'api'" in fault
    assert "api.definition: openapi" in fault
    assert "route_stacks" in fault
    generated = generate_text(text + STACKS)
    keys = [stack.key for stack in generated.stacks]
    assert keys[keys.index("api") : keys.index("permission")] == ["api", "api-a", "api-b", "api-c"]
    counts = {stack.key: len(stack.template["Resources"]) for stack in generated.stacks}
    assert sum(counts[key] for key in keys if key.startswith("api")) == 300 * 4 + 4 * 2 + 4
    assert max(counts.values()) <= 500
    by_key = {stack.key: stack for stack in generated.stacks}
    assert {"api", "api-a", "api-b", "api-c"} <= set(by_key["deployment"].depends_on)
    group = by_key["api-b"].template["Resources"]
    assert {"ApiResourceP1", "ApiMethodOptionsP1"} <= set(group)
    assert "ApiResourceP0" not in group
    (warning,) = [str(item) for item in generated.warnings if "305 paths" in item.message]
    assert "have 305 paths, each a resource of the API; an account's quota is 300" in warning
    raised = "account: {quotas: {api_resources: 400}}\n"
    told = generate_text(text + STACKS + raised).warnings
    assert not [item for item in told if "paths" in item.message]


def test_a_route_in_another_stack_changes_the_deployment() -> None:
    """The hash is taken before the cut."""
    text = routes(4, 4) + STACKS
    (before,) = of_type(generate_text(text), "AWS::ApiGateway::Deployment")
    (same,) = of_type(generate_text(routes(4, 4)), "AWS::ApiGateway::Deployment")
    changed = text.replace("GET /p1/x1: web", "GET /p1/x1: {function: web, api_key: false}")
    (unchanged,) = of_type(generate_text(changed), "AWS::ApiGateway::Deployment")
    more = text.replace("GET /p1/x1: web", "GET /p1/x1: web, PUT /p1/x1: web")
    (after,) = of_type(generate_text(more), "AWS::ApiGateway::Deployment")
    assert before == same == unchanged != after


STACK_FAULTS = {
    "no such path": ("/p0", "/p9", "route_stacks.a[0]: is '/p9', below which there is no route"),
    "a path twice": (
        "/p0",
        "/p1",
        "route_stacks.b[0]: is '/p1', which stands in route_stacks.a already",
    ),
    "the root": ("/p0", "/", "route_stacks.a[0]: is '/', which stays with the API"),
    "a slash at the end": (
        "/p0",
        "/p0/",
        "route_stacks.a[0]: is '/p0/'; it must be a path without a slash at its end",
    ),
    "no path": ("[/p0]", "[]", "route_stacks.a: lists no path; list one, or remove it"),
    "one stack": (
        "{a:",
        "{d: [/p3], a:",
        "route_stacks: has stacks of its own for routes, but the layout has the API and its "
        "deployment in one stack, 'template'",
    ),
}


@pytest.mark.parametrize("case", STACK_FAULTS)
def test_stacks_for_routes_that_make_no_sense_are_refused(case: str) -> None:
    before, after, message = STACK_FAULTS[case]
    text = routes(4, 4) + STACKS.replace(before, after)
    layout = "single" if case == "one stack" else None
    faults = faults_of(lambda: generate_text(text, layout=layout))
    assert any(message in fault for fault in faults), faults


def test_the_longest_path_decides_on_the_stack() -> None:
    text = MINIMAL.replace("GET /jobs: web", "GET /a/b/c: web, GET /a/d: web, GET /ab: web")
    generated = generate_text(text + "route_stacks: {outer: [/a], inner: [/a/b]}\n")
    home = {key: stack.key for stack in generated.stacks for key in stack.template["Resources"]}
    assert home["ApiResourceAB"] == home["ApiResourceABC"] == "api-inner"
    assert home["ApiResourceA"] == home["ApiMethodGetAD"] == "api-outer"
    assert home["ApiResourceAb"] == "api"


def test_more_outputs_than_a_stack_takes_are_told_where_they_come_from() -> None:
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1"
    functions = "".join(f"  f{n}: {{image: {image}}}\n" for n in range(41))
    faults = faults_of(generate_text, MINIMAL.replace("functions:\n", f"functions:\n{functions}"))
    (fault,) = [line for line in faults if "outputs" in line]
    assert fault.startswith("environments/prod.yaml:")
    assert ": functions: make 210 outputs in the stack 'function'; " in fault
