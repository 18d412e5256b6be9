"""From templates back to the file: the table, and what one is told."""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from gateway_infra.graph import Resource
from gateway_infra.lint.provenance_of_findings import (
    ROWS,
    TAGS,
    Made,
    Template,
    Traced,
    of_problem,
    trace,
)
from gateway_infra.pipeline import Generated, generate
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, Place, show_path
from gateway_infra.sections.environment import Environment
from tests.support import CASES, MINIMAL, generate_text
from tests.test_cases import NAMES

FULL = """\
service: jobs
region: us-east-1
network: {vpc: {parameter: Vpc}, subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]}
tags: {Team: platform}
database:
  host: db.example.com
  security_group: sg-0a1b2c3d
  name: jobs
  user: app
  password: {environment_variable: DB_PASSWORD}
functions:
  web:
    image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1
    memory: 512
    variables: {LEVEL: info}
api:
  authorization: iam
  routes:
    GET /jobs: web
    POST /jobs/{id}: {function: web, timeout: 5, throttling: {rate: 5}}
  stage: {logging_level: INFO}
alarms: {emails: [a@example.com]}
"""


def made(text: str = FULL, **more: Any) -> Made:
    """Return what is made of an environment; `prod` is its name."""
    generated = generate_text(text, **more)
    templates = tuple(Template(s.name, s.file, s.template, s.text) for s in generated.stacks)
    return Made("environments/prod.yaml", generated.loaded, generated.graph, templates)


def traced(item: Made, path: str) -> Traced:
    """Trace a path written with dots; numbers are positions."""
    parts = tuple(int(part) if part.isdigit() else part for part in path.split("."))
    bodies = [template.body for template in item.templates]
    home = [body for body in bodies if parts[1] in body.get(parts[0], {})]
    return trace(item, home[0] if home else {}, parts)


# The property of a resource, the key that it comes from, and the line of FULL that has it.
WRITTEN = {
    "FunctionWeb.Properties.MemorySize": ("functions.web.memory", 14),
    "FunctionWeb.Properties.Code.ImageUri": ("functions.web.image", 13),
    "FunctionWeb.Properties.Environment.Variables.LEVEL": ("functions.web.variables.LEVEL", 15),
    "FunctionWeb.Properties.Environment.Variables.DB_HOST": ("database.host", 6),
    "FunctionWeb.Properties.VpcConfig.SubnetIds.1": ("network.subnets[1]", 3),
    "FunctionWeb.Properties.Tags.0.Value": ("tags", 4),
    "FunctionWeb.Properties.PackageType": ("functions.web", 12),
    "FunctionWeb.Type": ("functions.web", 12),
    "FunctionWebSecurityGroup.Properties.VpcId": ("network.vpc", 3),
    "FunctionWebDatabaseIngress.Properties.GroupId": ("database.security_group", 7),
    "ApiMethodPostJobsById.Properties.Integration.TimeoutInMillis": (
        'api.routes["POST /jobs/{id}"].timeout',
        20,
    ),
    "ApiMethodGetJobs.Properties.AuthorizationType": ("api.authorization", 17),
    "ApiMethodGetJobs.Properties.HttpMethod": ('api.routes["GET /jobs"]', 19),
    "ApiStage.Properties.MethodSettings.0.LoggingLevel": ("api.stage.logging_level", 21),
    "ApiStage.Properties.MethodSettings.1.ThrottlingRateLimit": ("api.routes", 18),
    "AlarmTopic.Properties.Subscription.0.Endpoint": ("alarms.emails[0]", 22),
    "FunctionWebErrorsAlarm.Properties.AlarmActions.0": ("alarms.emails", 22),
}


@pytest.mark.parametrize("path", WRITTEN)
def test_a_property_leads_to_the_key_that_is_written(path: str) -> None:
    found = traced(_full(), f"Resources.{path}")
    key, line = WRITTEN[path]
    assert (show_path(found.path), found.place.line, found.note) == (key, line, "")


# Keys that are not written: the nearest one above, and what is said of it.
DEFAULTS = {
    "FunctionWeb.Properties.Timeout": ("functions.web.timeout", 12, "a default"),
    "FunctionWeb.Properties.Environment.Variables.DB_PORT": ("database.port", 5, "a default"),
    "FunctionWeb.Properties.Environment.Variables.AWS_LWA_PORT": (
        "functions.web.port",
        12,
        "a default",
    ),
    "ApiMethodGetJobs.Properties.Integration.TimeoutInMillis": (
        'api.routes["GET /jobs"].timeout',
        19,
        "a default",
    ),
    "ApiStage.Properties.MethodSettings.0.ThrottlingRateLimit": (
        "api.throttling.rate",
        16,
        "a default of tier prod",
    ),
    "FunctionWebLogGroup.Properties.RetentionInDays": (
        "logs.retention_days",
        1,
        "a default of tier prod",
    ),
    "FunctionWebErrorsAlarm.Properties.Threshold": ("alarms.function_errors", 22, "a default"),
}


@pytest.mark.parametrize("path", DEFAULTS)
def test_of_a_default_the_nearest_key_is_told(path: str) -> None:
    found = traced(_full(), f"Resources.{path}")
    assert (show_path(found.path), found.place.line, found.note) == DEFAULTS[path]


def test_parameters_and_outputs_lead_to_what_they_stand_for() -> None:
    found = traced(_full(), "Parameters.Vpc.Type")
    assert (found.path, found.place.line) == (("network", "vpc"), 3)
    wired = traced(_full(), "Parameters.FunctionWebRoleArn.Type")
    assert (wired.path, wired.place.line) == (("functions", "web"), 12)
    output = traced(_full(), "Outputs.FunctionWebArn.Value")
    assert (output.path, output.place.line) == (("functions", "web"), 12)


@pytest.mark.parametrize(
    "path", ["Description.x", "Resources.Nothing.Type", "Outputs.Nothing.Value"]
)
def test_where_nothing_is_known_the_first_line_says_so(path: str) -> None:
    found = traced(_full(), path)
    note = "no key of the file is known to produce it"
    assert found == Traced((), Place("environments/prod.yaml", 1, 1), note)


def test_a_value_of_the_command_line_is_told_so() -> None:
    item = made(overrides=["functions.web.memory=600"])
    found = traced(item, "Resources.FunctionWeb.Properties.MemorySize")
    assert found.place == Place("environments/prod.yaml", 1, 1)
    assert found.note == "given by --set functions.web.memory"
    beside = traced(item, "Resources.FunctionWeb.Properties.Timeout")
    assert (beside.place.line, beside.note) == (12, "a default")


OVERRIDDEN = f"""{FULL}overrides:
  - {{resource: FunctionWeb, path: Properties.MemorySize, value: 640}}
  - {{type: AWS::Lambda::Function, path: Properties.Tags, value: [{{Key: A, Value: B}}]}}
  - {{family: stage, path: Properties.TracingEnabled, remove: true}}
resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 30
"""

OF_OVERRIDES = {
    "FunctionWeb.Properties.MemorySize": ("overrides[0].value", 24),
    "FunctionWeb.Properties.Tags.0.Key": ("overrides[1].value", 25),
    "FunctionWeb.Properties.Code.ImageUri": ("functions.web.image", 13),
    "ApiStage.Properties": ("overrides[2].path", 26),
    "ApiStage.Properties.Variables": ("api.stage.variables", 21),
    "Queue.Properties.VisibilityTimeout": ("resources.Queue.Properties.VisibilityTimeout", 31),
    "Queue.Properties.Other.0": ("resources.Queue.Properties", 30),
    "Queue.Type": ("resources.Queue.Type", 29),
}


@pytest.mark.parametrize("path", OF_OVERRIDES)
def test_what_the_file_sets_in_cloudformations_words_is_where_it_says_so(path: str) -> None:
    item = _overridden()
    queue = Resource("Queue", "resources", {"Type": "AWS::SQS::Queue"}, ("resources", "Queue"))
    graph = item.graph._replace(resources={**item.graph.resources, "Queue": queue})
    found = traced(item._replace(graph=graph), f"Resources.{path}")
    assert (show_path(found.path), found.place.line) == OF_OVERRIDES[path]


def test_both_layouts_lead_to_the_same_place() -> None:
    path = "Resources.FunctionWeb.Properties.MemorySize"
    assert traced(made(layout="single"), path) == traced(_full(), path)


def test_of_a_problem_in_a_file_nothing_changes() -> None:
    place = Place("environments/base.yaml", 4, 2)
    problem = Diagnostic(("service",), "is odd", "GI301", "warning", place=place)
    found = of_problem(problem, "prod", "environments/prod.yaml", None)
    assert (found.place, found.note, found.environments) == (place, "", ("prod",))
    assert (found.rule, found.severity, found.message) == ("GI301", "warning", "is odd")


ELSEWHERE = {
    "default of tier prod": (16, "a default of tier prod"),
    "--set api.throttling.rate": (1, "given by --set api.throttling.rate"),
}


@pytest.mark.parametrize("file", ELSEWHERE)
def test_a_problem_elsewhere_has_a_line_of_the_file(file: str) -> None:
    problem = Diagnostic(("api", "throttling", "rate"), "is odd", place=Place(file))
    found = of_problem(problem, "prod", "environments/prod.yaml", _full().loaded.source)
    assert (found.place.file[-9:], found.place.line, found.note) == ("prod.yaml", *ELSEWHERE[file])
    unread = of_problem(problem, "prod", "environments/prod.yaml", None)
    assert unread.place == Place("environments/prod.yaml", 1, 1)


def test_a_problem_of_an_option_alone_says_so() -> None:
    problem = Diagnostic((), "must be a key path", place=Place("--set"))
    found = of_problem(problem, "prod", "environments/prod.yaml", None)
    assert (found.place, found.note) == (Place("environments/prod.yaml", 1, 1), "given by --set")


def test_a_problem_of_a_folder_stays_there() -> None:
    problem = Diagnostic((), "holds nothing", place=Place("environments"))
    assert of_problem(problem, "x", "environments/x.yaml", None).place == Place("environments")


def test_a_message_shows_no_secret() -> None:
    token = "ghp_" + "a" * 36
    problem = Diagnostic(("service",), f"is '{token}'\x1b", place=Place("a.yaml", 1, 1))
    assert of_problem(problem, "x", "x.yaml", None).message == "is '…'\\x1b"


@functools.cache
def _full() -> Made:
    return made()


@functools.cache
def _overridden() -> Made:
    return made(OVERRIDDEN)


@functools.cache
def _cases() -> tuple[Generated, ...]:
    return tuple(generate(CASES, name, deployers=(), shown="x") for name in NAMES)


def _bodies(row: Any) -> Iterator[Any]:
    below = tuple(row.below.split(".")) if row.below else ()
    for case in _cases():
        for item in case.graph.resources.values():
            if item.body["Type"] == row.type and item.source[: len(below)] == below:
                yield item.body.get("Properties", {})


def _there(value: Any, steps: list[str]) -> bool:
    if not steps:
        return True
    step, *rest = steps
    if isinstance(value, list):
        chosen = value if step == "*" else value[int(step) : int(step) + 1]
        return any(_there(item, rest) for item in chosen)
    if not isinstance(value, dict):
        return False
    chosen = list(value.values()) if step == "*" else [value[step]] if step in value else []
    return any(_there(item, rest) for item in chosen)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.type} {row.property}")
def test_every_property_of_the_table_stands_in_a_template(row: Any) -> None:
    assert any(_there(body, row.property.split(".")) for body in _bodies(row))


@functools.cache
def sources() -> dict[str, set[KeyPath]]:
    """Return the keys that resources come from in the cases, by type."""
    found: dict[str, set[KeyPath]] = {}
    for case in _cases():
        for item in case.graph.resources.values():
            if item.source:
                found.setdefault(item.body["Type"], set()).add(item.source)
    return found


def _models(annotation: Any) -> Iterator[Any]:
    """Yield what an annotation allows: models, and the values of mappings and lists."""
    if get_origin(annotation) is Annotated:
        yield from _models(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for option in get_args(annotation):
            yield from _models(option)
    else:
        yield annotation


def _is_key(annotation: Any, path: KeyPath) -> bool:
    if not path:
        return True
    head, *rest = path
    for found in _models(annotation):
        if isinstance(found, type) and issubclass(found, BaseModel):
            fields = {field.alias or name: field for name, field in found.model_fields.items()}
            if head in fields and _is_key(fields[str(head)].annotation, tuple(rest)):
                return True
        elif get_origin(found) in (dict, list) and _is_key(get_args(found)[-1], tuple(rest)):
            return True
    return False


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.type} {row.property}")
def test_every_key_of_the_table_is_a_key(row: Any) -> None:
    for key in row.keys:
        path = tuple(key.removeprefix("/").split("."))
        origins = [()] if key.startswith("/") else sources()[row.type]
        whole = [(*source, *path) for source in origins]
        fits = [one for one in whole if _is_key(Environment, one)]
        assert fits, key
        assert any(
            not _is_key(Environment, (*one[:-1], "nonsense"))
            or one[-1] == "*"
            or _is_key(Environment, (*one[:-1], 0))
            for one in fits
        )
    assert all(_is_key(Environment, tuple(key.removeprefix("/").split("."))) for key in TAGS)


def test_every_resource_of_every_case_leads_to_a_key_or_says_that_none_is_known() -> None:
    for case in _cases():
        item = Made("x/x.yaml", case.loaded, case.graph, ())
        for logical_id, resource in case.graph.resources.items():
            for name in resource.body.get("Properties", {}):
                found = trace(item, {}, ("Resources", logical_id, "Properties", name))
                assert found.place.line, (case.name, logical_id, name)
                assert found.path, (case.name, logical_id, name)


def test_a_minimal_file_leads_somewhere_too() -> None:
    found = traced(made(MINIMAL), "Resources.FunctionWeb.Properties.MemorySize")
    line = MINIMAL[: MINIMAL.index("web:")].count("\n") + 1
    assert (found.place.line, found.note) == (line, "a default")
