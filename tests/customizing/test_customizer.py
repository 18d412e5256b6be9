"""`customize`: a module of the user's own, found, called, and checked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from gateway_infra.customizing import schemas
from gateway_infra.reading.diagnostics import ConfigError
from gateway_infra.sceptre import sceptre_handler
from tests.faults import faults_of
from tests.support import MINIMAL, generate_text, of_type, resources_of

_numbers = count()

Written = Callable[[str], str]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Return what writes a module below the working folder, and returns an environment with it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "infra").mkdir()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(program: str) -> str:
        # A module is read once by each Python, so each has a name of its own.
        name = f"own_{next(_numbers)}"
        (tmp_path / "infra" / f"{name}.py").write_text(program)
        sys.modules.pop("infra", None)
        return f"{MINIMAL}customize: infra.{name}:customize\n"

    return write


def body(*lines: str) -> str:
    return "def customize(graph):\n" + "".join(f"    {line}\n" for line in lines)


SAME = body("return graph")


def test_a_function_that_changes_nothing_gives_the_same_templates(written: Written) -> None:
    for layout in ("single", "split"):
        plain, found = generate_text(layout=layout), generate_text(written(SAME), layout=layout)
        assert found.files == plain.files


def test_it_receives_a_graph_with_overrides_and_resources_in_it(written: Written) -> None:
    program = body(
        "assert graph.resources['ApiStage'].body['Properties']['Description'] == 'Mine'",
        "assert graph.resources['Jobs'].family == 'added'",
        "assert graph.resources['ApiDeployment'] and graph.resources['FunctionWebVersion']",
        "return graph.without('Jobs')",
    )
    text = (
        written(program)
        + """\
overrides: [{resource: ApiStage, path: Properties.Description, value: Mine}]
resources: {Jobs: {Type: AWS::SQS::Queue}}
"""
    )
    found = resources_of(generate_text(text))
    assert "Jobs" not in found
    assert found["ApiStage"]["Properties"]["Description"] == "Mine"


@pytest.mark.parametrize(
    "change",
    [
        "return graph.with_resource(web.with_property('MemorySize', 512))",
        "web.body['Properties']['MemorySize'] = 512; return graph",
    ],
)
def test_a_change_of_a_function_publishes_a_version(written: Written, change: str) -> None:
    text = written(body("web = graph.resources['FunctionWeb']", change))
    by_override = "overrides: [{resource: FunctionWeb, path: Properties.MemorySize, value: 512}]\n"
    found, expected = (resources_of(generate_text(t)) for t in (text, MINIMAL + by_override))
    assert found == expected


def test_a_method_that_is_taken_out_leaves_the_deployment_without_it(written: Written) -> None:
    text = written(body("return graph.without('ApiMethodGetJobs')"))
    ((deployment, snapshot),) = of_type(
        generate_text(text, layout="single"), "AWS::ApiGateway::Deployment"
    ).items()
    (before,) = of_type(generate_text(layout="single"), "AWS::ApiGateway::Deployment")
    assert deployment != before
    assert snapshot["DependsOn"] == ["ApiResourceJobs"]


def test_outputs_of_what_is_taken_out_go_with_it(written: Written) -> None:
    text = written(body("return graph.without('ApiUsagePlan')"))
    stacks = {stack.key: stack for stack in generate_text(text).stacks}
    assert "ApiUsagePlanId" not in stacks["deployment"].outputs
    assert "ApiUrl" in stacks["deployment"].outputs


def test_outputs_may_be_added(written: Written) -> None:
    program = "from gateway_infra.graph import Output\n" + body(
        "output = Output('Board', 'The board', {'Ref': 'Dashboard'})",
        "return graph._replace(outputs={**graph.outputs, 'Board': output})",
    )
    assert "Board" in generate_text(written(program)).stacks[-1].outputs


def test_resources_may_come_from_troposphere(written: Written) -> None:
    program = """\
from troposphere import GetAtt, Ref, sqs
from gateway_infra.graph import resource
""" + body(
        "queue = sqs.Queue('Jobs', DelaySeconds=5)",
        "web = graph.resources['FunctionWeb'].with_property('KmsKeyArn', Ref(queue))",
        "role = graph.resources['FunctionWebRole'].with_property('Path', GetAtt(queue, 'Arn'))",
        "graph = graph.with_resource(resource('role', queue))",
        "return graph.with_resource(web).with_resource(role)",
    )
    found = resources_of(generate_text(written(program), layout="single"))
    assert found["Jobs"] == {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 5}}
    assert found["FunctionWeb"]["Properties"]["KmsKeyArn"] == {"Ref": "Jobs"}
    assert found["FunctionWebRole"]["Properties"]["Path"] == {"Fn::GetAtt": ["Jobs", "Arn"]}


FAILS = {
    "an exception": (
        "def helper(graph):\n    return graph.resources['Nothing']\n"
        + body("return helper(graph)"),
        "raised KeyError: 'Nothing' (infra/NAME.py:2) [GI820]",
    ),
    "one from a library": (
        "import json\n" + body("return json.loads('{')"),
        "raised JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column "
        "2 (char 1) (infra/NAME.py:3) [GI820]",
    ),
    "one of several lines": (
        body("raise ValueError('one\\ntwo')"),
        "raised ValueError: one two (infra/NAME.py:2) [GI820]",
    ),
    "one without text": (body("assert False"), "raised AssertionError (infra/NAME.py:2) [GI820]"),
    "an exit": (body("raise SystemExit(3)"), "raised SystemExit: 3 (infra/NAME.py:2) [GI820]"),
    "an import": (
        "import nothing_of_this_name\n",
        "cannot import infra.NAME: ModuleNotFoundError: No module named 'nothing_of_this_name' "
        "(infra/NAME.py:1) [GI820]",
    ),
    "an exception while it is imported": (
        "1 / 0\n",
        "cannot import infra.NAME: ZeroDivisionError: division by zero (infra/NAME.py:1) [GI820]",
    ),
    "a program that is none": (
        "def customize(graph:\n",
        "cannot import infra.NAME: SyntaxError: '(' was never closed (infra/NAME.py:1) [GI820]",
    ),
    "another name": (
        SAME.replace("customize", "customise"),
        "names customize, and infra.NAME has no such function; did you mean 'customise'? [GI820]",
    ),
    "what is no function": (
        "customize = 5\n",
        "names customize, and infra.NAME has no such function [GI820]",
    ),
    "nothing": (body("pass"), "returned nothing; it must return the graph [GI821]"),
    "its resources": (
        body("return graph.resources"),
        "returned a value of the type dict; it must return the graph [GI821]",
    ),
    "a parameter": (
        body("return graph._replace(parameters={'A': None})"),
        "changed the parameters; leave values open in the file, as in {parameter: Name} [GI821]",
    ),
    "no resource": (
        body("return graph._replace(resources={**graph.resources, 'A': {}})"),
        "put under A what is no Resource [GI821]",
    ),
    "another id": (
        body("return graph._replace(resources={'A': graph.resources['Api']})"),
        "put the resource 'Api' under 'A'; both must be its logical id",
    ),
    "an unknown family": (
        body("return graph.with_resource(graph.resources['Api']._replace(family='apis'))"),
        "gave Api the family 'apis'; did you mean 'api'? [GI821]",
    ),
    "no type": (
        body("return graph.with_resource(graph.resources['Api']._replace(body={}))"),
        "gave Api a body without a Type [GI821]",
    ),
    "what is no template data": (
        body("return graph.with_resource(graph.resources['Api'].with_property('Name', object()))"),
        "gave Api what a template cannot hold: Object of type object is not JSON serializable",
    ),
    "a number that is none": (
        body("return graph.with_resource(graph.resources['Api'].with_property('Name', 1e999))"),
        "gave Api what a template cannot hold: Out of range float values are not JSON compliant",
    ),
    "a reference to nowhere": (
        body(
            "return graph.with_resource(graph.resources['Api'].with_property("
            "'Name', {'Ref': 'ApiStages'}))"
        ),
        "made Api refer to 'ApiStages', which is nowhere in these templates; did you mean "
        "'ApiStage'? [GI821]",
    ),
    "a dependency on nothing": (
        body(
            "api = graph.resources['Api']",
            "return graph.with_resource(api._replace(body={**api.body, 'DependsOn': 'Stage'}))",
        ),
        "made Api refer to 'Stage', which is nowhere in these templates",
    ),
    "a resource less that others need": (
        body("return graph.without('FunctionWebRole')"),
        "made FunctionWeb refer to 'FunctionWebRole', which is nowhere in these templates",
    ),
    "an output of nothing": (
        body(
            "output = graph.outputs['ApiId']._replace(value='text')",
            "return graph._replace(outputs={**graph.outputs, 'ApiId': output})",
        ),
        "made the output ApiId of no resource; it must refer to one [GI821]",
    ),
    "a circle": (
        body(
            "return graph.with_resource(graph.resources['Api'].with_property("
            "'Name', {'Ref': 'ApiStage'}))"
        ),
        "resources wait for each other: Api → ApiStage → Api [GI813]",
    ),
    "a reference forward": (
        body(
            "name = {'Ref': 'ApiAccessLogGroup'}",
            "group = graph.resources['FunctionWebSecurityGroup']",
            "return graph.with_resource(group.with_property('GroupDescription', name))",
        ),
        "FunctionWebSecurityGroup of the stack 'function' refers to ApiAccessLogGroup of the stack",
    ),
    "a property that there is not, in place": (
        body("graph.resources['Api'].body['Properties']['Nam'] = 'x'; return graph"),
        "makes Properties.Nam of Api what AWS refuses: it is no property there",
    ),
    "a property that there is not": (
        body("return graph.with_resource(graph.resources['Api'].with_property('Nam', 'x'))"),
        "makes Properties.Nam of Api what AWS refuses: it is no property there; did you mean "
        "'Name'? (AWS::ApiGateway::RestApi) [GI804]",
    ),
}


@pytest.mark.parametrize("case", FAILS)
def test_what_fails_is_told_at_the_key(case: str, written: Written) -> None:
    program, message = FAILS[case]
    text = written(program)
    name = text.rsplit(":", 2)[1].strip().removeprefix("infra.")
    (fault,) = faults_of(generate_text, text)
    assert fault.startswith("environments/prod.yaml:9:1: customize: ")
    assert message.replace("NAME", name) in fault
    assert "\n" not in fault


def test_the_cause_is_kept_for_whoever_asks(written: Written) -> None:
    with pytest.raises(ConfigError) as caught:
        generate_text(written(body("raise ValueError('x')")))
    assert caught.value.__cause__ is not None
    assert isinstance(caught.value.__cause__.__cause__, ValueError)


@pytest.mark.parametrize("program", [SAME, body("raise ValueError"), "1 / 0\n"])
def test_where_python_looks_for_modules_is_as_before(written: Written, program: str) -> None:
    before = list(sys.path)
    with suppress(ConfigError):
        generate_text(written(program))
    assert sys.path == before


def test_the_folder_of_the_command_comes_first(written: Written, tmp_path: Path) -> None:
    """As with ``python -m``; what is installed may have the same name."""
    (tmp_path / "wsgiref").mkdir()
    (tmp_path / "wsgiref" / "__init__.py").write_text(SAME.replace("graph", "g", 1))
    sys.modules.pop("wsgiref", None)
    text = written(SAME).rsplit("customize:", 1)[0] + "customize: wsgiref:customize\n"
    try:
        (fault,) = faults_of(generate_text, text)
        assert "(wsgiref/__init__.py:2)" in fault
    finally:
        sys.modules.pop("wsgiref", None)


def test_a_module_that_there_is_not_is_named(written: Written) -> None:
    text = written(SAME)
    (fault,) = faults_of(generate_text, text.replace("infra.own", "nothing.own"))
    assert "there is no nothing in the folder where the command runs" in fault
    (fault,) = faults_of(generate_text, text.replace("infra.own", "infra.nothing_own"))
    assert "and there is no infra.nothing_own" in fault


def test_sceptre_compiles_it_too(written: Written, tmp_path: Path) -> None:
    text = written(body("return graph.without('Dashboard')"))
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "prod.yaml").write_text(text)
    template = sceptre_handler(
        {"environments": "environments", "env": "prod", "stack": "monitoring"}
    )
    assert "Dashboard" not in template


def test_without_the_schemas_a_warning_is_at_the_key(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemas, "find_spec", lambda _: None)
    generated = generate_text(written(SAME))
    (warning,) = [item for item in generated.warnings if item.rule == "GI807"]
    assert warning.path == ("customize",)
