"""Where the blame lies for names that clash, layouts that cannot be, and deployers."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway_infra.pipeline import generate
from gateway_infra.reading.diagnostics import ConfigError, Diagnostic
from gateway_infra.rules.catalog import rules_by_id
from tests.rules.files import file
from tests.rules.test_stacks import STACKS, layout
from tests.template_checks.templates import found, severities

IMAGE = "{image: {parameter: Image}}"


def functions(*names: str, more: str = "") -> str:
    """Return an environment with these functions beside ``web``, which no route calls."""
    lines = "".join(f"  {name}: {IMAGE}\n" for name in names)
    return file(more=more).replace("functions:\n", f"functions:\n{lines}")


def models(*names: str, body: str = "") -> str:
    """Return an environment with these models."""
    route = f"{{function: web, request_models: {body}}}" if body else "web"
    entries = ", ".join(f"{name}: {{type: object}}" for name in names)
    return file(routes=f"{{POST /jobs: {route}}}\n  models: {{{entries}}}")


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI731",
        functions("web-role"),
        "functions.web-role: makes the resource FunctionWebRole (of the family function), and so "
        "does functions.web (role); rename one",
    ),
    (
        "GI731",
        functions("web-errors-alarm"),
        "functions.web-errors-alarm: makes the resource FunctionWebErrorsAlarm (of the family "
        "function), and so does alarms.function_errors (alarms); rename one",
    ),
    (
        "GI731",
        functions("web-log-group"),
        "functions.web-log-group: makes the resource FunctionWebLogGroup (of the family function)",
    ),
    (
        "GI731",
        models("PostJobsBody", body="{application/json: {type: object}}"),
        'api.routes["POST /jobs"].request_models["application/json"]: makes the resource '
        "ApiModelPostJobsBody (of the family api), and so does api.models.PostJobsBody (api)",
    ),
    (
        "GI732",
        file().replace("vpc: vpc-0a1b2c3d", "vpc: {parameter: FunctionWeb}"),
        "network.vpc: gives a template parameter the name of the resource FunctionWeb; rename it",
    ),
    (
        "GI732",
        file().replace("vpc: vpc-0a1b2c3d", "vpc: {parameter: FunctionWebAliasArn}"),
        "network.vpc: FunctionWebAliasArn, by which FunctionWebAlias reaches another stack, is the "
        "name of something else; rename that, or use the layout 'single'",
    ),
    (
        "GI715",
        layout(access=f"{STACKS['access']}, stage", live="api-log-groups, deployment, usage-plan"),
        "layout.access[2]: ApiStage of the stack 'access' refers to ",
    ),
    (
        "GI715",
        layout(service=f"{STACKS['service']}, deployment", live="api-log-groups, stage, usage-plan")
        + "route_stacks: {jobs: [/jobs]}\n",
        "route_stacks: has stacks of its own for routes, but the layout has the API and its "
        "deployment in one stack, 'service'",
    ),
    (
        "GI715",
        layout(api_jobs="topic", watch="alarms, dashboard") + "route_stacks: {jobs: [/jobs]}\n",
        "route_stacks.jobs: makes the stack 'api-jobs', which `layout` has too; rename one",
    ),
    (
        "GI718",
        file(more="deployers: [sam, aws-cli]\ntags: {'a=b': c}"),
        "deployers: has one that runs the AWS CLI, which cannot pass the tag 'a=b'",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI731", functions("web-roles", "role-web", "web-worker")),
    ("GI731", models("PostJobsBodies", body="{application/json: {type: object}}")),
    ("GI732", file().replace("vpc: vpc-0a1b2c3d", "vpc: {parameter: FunctionWebVpc}")),
    ("GI715", layout()),
    ("GI715", layout() + "route_stacks: {jobs: [/jobs]}\n"),
    ("GI718", file(more="deployers: [sam]\ntags: {'a=b': c}")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


def test_names_that_clash_are_told_all_at_once() -> None:
    text = functions("web-role", "web-alias", "web-throttles-alarm")
    assert [line.split(":")[0] for line in found("GI731", text)] == [
        "functions.web-role",
        "functions.web-alias",
        "functions.web-throttles-alarm",
    ]


def test_a_parameter_of_a_wired_name_does_no_harm_in_one_stack() -> None:
    text = file().replace("vpc: vpc-0a1b2c3d", "vpc: {parameter: FunctionWebAliasArn}")
    assert found("GI732", text, layout="single") == []


def run(folder: Path, text: str, deployers: list[str] | None) -> tuple[Diagnostic, ...]:
    """Return what is told where the command line names deployers, or does not."""
    (folder / "prod.yaml").write_text(text)
    try:
        return generate(folder, "prod", deployers=deployers, shown="environments").findings
    except ConfigError as error:
        return error.problems


def test_each_deployer_that_cannot_is_told_in_its_line_of_the_list(tmp_path: Path) -> None:
    text = file(more="tags: {'a=b': c}\ndeployers:\n  - aws-cli\n  - sam\n  - stack-sets")
    problems = [item for item in run(tmp_path, text, None) if item.rule == "GI718"]
    assert [item.place.line for item in problems] == [11, 13]


def test_a_deployer_of_the_command_line_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    problems = run(tmp_path, file(more="tags: {'a=b': c}"), ["aws-cli"])
    [line] = [str(item) for item in problems if item.rule == "GI718"]
    assert line.startswith("--deployer: aws-cli: has one that runs the AWS CLI, which cannot pass")


@pytest.mark.parametrize(
    ("listed", "asked", "told"),
    [
        ("[]", ["gitlab-ci"], ["GI719"]),
        ("[gitlab-ci]", ["gitlab-ci"], []),
        ("[gitlab-ci]", None, []),
        ("[]", ["sam"], []),
        ("[gitlab-ci]", ["gitlab-ci", "github-actions"], ["GI719"]),
    ],
)
def test_a_pipeline_stands_in_the_file(
    tmp_path: Path, listed: str, asked: list[str] | None, told: list[str]
) -> None:
    problems = run(tmp_path, file(more=f"deployers: {listed}"), asked)
    warnings = [item for item in problems if item.rule == "GI719"]
    assert [item.rule for item in warnings] == told
    assert {item.severity for item in warnings} <= {"warning"}


def test_a_pipeline_out_of_the_file_can_be_accepted(tmp_path: Path) -> None:
    (tmp_path / "prod.yaml").write_text(file(more="accept: {GI719: it is tried out by hand}"))
    generated = generate(tmp_path, "prod", deployers=["gitlab-ci"], shown="environments")
    assert [item.rule for item in generated.accepted] == ["GI719"]
    assert not [item for item in generated.findings if item.rule in ("GI719", "GI006")]
