"""The Sceptre project: read as Jinja and PyYAML do, it says what the plan says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gateway_infra.pipeline import Generated, generate
from gateway_infra.reading.diagnostics import ConfigError
from gateway_infra.writers.deployers.sceptre import scalar, sceptre_files
from gateway_infra.writers.plan import Plan, PlannedStack, UnsupportedError
from tests.support import CASES, MINIMAL, ROOT, generate_text

GIVEN = "\x00"
"""Stands for a variable of the command line, after Jinja."""


class Loader(yaml.SafeLoader):
    """Reads a resolver as its tag and its argument."""


def _resolver(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> str:
    # As Sceptre's resolve_node_tag, which takes an argument for what it looks like, even in quotes.
    assert loader.resolve(yaml.ScalarNode, node.value, (True, False)) == "tag:yaml.org,2002:str"
    return f"!{tag} {node.value}"


Loader.add_multi_constructor("!", _resolver)


def rendered(text: str) -> Any:
    """Read a configuration as with every variable given, and no others."""
    text = re.sub(r"^ *\{% (if .* in var|endif) %\}\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\{% if var\.unprotect .*%\}\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\{\{ var\.\w+ \| string \| tojson \}\}", '"\\\\0"', text)
    assert not re.search(r"\{[{%#]", text), text
    return yaml.load(text, Loader)


def files_of(plan: Plan, key: str) -> tuple[str, Any]:
    text = sceptre_files(plan)[f"config/{plan.environment}/{key}.yaml"]
    return text, rendered(text)


def planned(
    parameters: dict[str, Any] | None = None,
    *,
    key: str = "all",
    size: int = 10,
    tags: dict[str, str] | None = None,
    depends_on: tuple[str, ...] = (),
) -> PlannedStack:
    return PlannedStack(
        key=key,
        name=f"jobs-prod-{key}",
        file=f"{key}.json",
        template={},
        text="x" * size,
        parameters=parameters or {},
        depends_on=depends_on,
        capabilities=(),
        outputs=(),
        tags=tags or {},
    )


def plan_of(*stacks: PlannedStack, protect: bool = False) -> Plan:
    return Plan("prod", "jobs", "us-east-1", "own", protect, stacks)


CASE_NAMES = ["api-settings", "deployer-sceptre", "open-values", "several-functions"]


@pytest.fixture(scope="module", params=["split", "single"])
def prod(request: pytest.FixtureRequest) -> Generated:
    layout: str = request.param
    return generate(ROOT / "environments", "prod", layout=layout, deployers=["sceptre"])


def test_each_stack_has_its_configuration_and_a_copy_of_its_template(prod: Generated) -> None:
    files = sceptre_files(prod.plan)
    for stack in prod.stacks:
        _, config = files_of(prod.plan, stack.key)
        assert config["stack_name"] == stack.name
        assert config["template"] == {"type": "file", "path": f"prod/{stack.key}.json"}
        assert files[f"templates/{config['template']['path']}"] == stack.text
        assert prod.files[f"sceptre/templates/prod/{stack.key}.json"] == stack.text
    assert len(files) == 2 * len(prod.stacks) + 1


def test_the_folder_names_project_and_region(prod: Generated) -> None:
    config = rendered(sceptre_files(prod.plan)["config/prod/config.yaml"])
    assert config == {"project_code": "jobs", "region": "us-east-1", "required_version": ">=4"}


def test_environments_can_share_a_project() -> None:
    """No file of one is a file of another."""
    generated = [generate(ROOT / "environments", name) for name in ("dev", "prod")]
    dev, prod = (set(sceptre_files(item.plan)) for item in generated)
    assert not dev & prod


@pytest.mark.parametrize("layout", ["split", "single"])
@pytest.mark.parametrize("case", CASE_NAMES)
def test_every_parameter_is_filled_in_and_nothing_else(case: str, layout: str) -> None:
    plan = generate(CASES, case, layout=layout, deployers=["aws-cli"]).plan
    group = rendered(sceptre_files(plan)[f"config/{case}/config.yaml"])
    for position, stack in enumerate(plan.stacks):
        _, config = files_of(plan, stack.key)
        assert set(config.get("parameters", {})) == set(stack.template.get("Parameters", {}))
        assert config["stack_tags"] == stack.tags
        order = config.get("dependencies", [])
        before = {plan.stacks[position - 1].key} if position else set()
        needed = sorted({*stack.depends_on, *before})
        assert order == [f"{case}/{key}.yaml" for key in needed]
        for name, found in config.get("parameters", {}).items():
            filled = stack.parameters[name]
            if "from" not in filled:
                continue
            tag, argument = found.split(" ")
            place, output = argument.split("::")
            assert output == filled["from"]["output"]
            if tag == "!stack_output":
                # How Sceptre names a stack whose output it reads: StackOutput.resolve.
                place = f"{group['project_code']}-{place.removesuffix('.yaml').replace('/', '-')}"
            assert place == filled["from"]["stack"]
            assert (tag == "!stack_output") == (plan.stack_named(place) is not None)


@pytest.mark.parametrize(
    ("filled", "line"),
    [
        ({"value": "/shared/vpc-id"}, 'P: "/shared/vpc-id"'),
        ({"value": "a,b"}, 'P: "a,b"'),
        ({"value": "0123"}, 'P: "0123"'),
        ({"value": "yes"}, 'P: "yes"'),
        ({"value": "jobs"}, "P: jobs"),
        ({"value": 'a "b" {{ c }}'}, 'P: "a \\"b\\" \\x7B\\x7B c }}"'),
        ({"value": "{%"}, 'P: "\\x7B%"'),
        ({"value": "{# a"}, 'P: "\\x7B# a"'),
        ({"value": "{a}"}, 'P: "{a}"'),
        (
            {"from": {"stack": "jobs-prod-api", "output": "Id"}},
            "P: !stack_output prod/api.yaml::Id",
        ),
        ({"from": {"stack": "net", "output": "Id"}}, "P: !stack_output_external net::Id"),
        ({"environment_variable": "DB_PASSWORD"}, "P: !environment_variable DB_PASSWORD"),
        ({"required": True}, "P: {{ var.P | string | tojson }}"),
    ],
)
def test_who_fills_a_parameter(filled: dict[str, Any], line: str) -> None:
    plan = plan_of(planned(key="api"), planned({"P": filled}))
    text, _ = files_of(plan, "all")
    assert f"parameters:\n  {line}\n" in text


def test_a_default_stands_unless_a_variable_is_given() -> None:
    text, _ = files_of(plan_of(planned({"P": {"required": False}})), "all")
    assert (
        'parameters:\n  {% if "P" in var %}\n  P: {{ var.P | string | tojson }}\n  {% endif %}\n'
    ) in text


def test_a_parameter_whose_name_yaml_takes_for_a_switch() -> None:
    text, config = files_of(plan_of(planned({"on": {"required": True}})), "all")
    assert config["parameters"] == {"on": GIVEN}
    assert '"on": {{ var.on | string | tojson }}' in text


def test_what_whoever_launches_gives_is_told() -> None:
    parameters = {
        "B": {"required": True},
        "A": {"required": True},
        "C": {"required": False},
        "D": {"environment_variable": "SECRET"},
        "E": {"environment_variable": "SECRET"},
    }
    text, _ = files_of(plan_of(planned(parameters)), "all")
    told = [line for line in text.splitlines() if line.startswith("#")][1:]
    assert told == [
        "# Needs --var NAME=VALUE, or --var-file, with: A, B",
        "# Takes --var NAME=VALUE, in place of a default, with: C",
        "# Needs in the environment: SECRET",
    ]


@pytest.mark.parametrize(("size", "bucket"), [(51_196, False), (51_197, True), (51_201, True)])
def test_a_large_template_goes_through_a_bucket(size: int, bucket: bool) -> None:
    """Sceptre puts four bytes before a template, and CloudFormation takes 51,200."""
    text, config = files_of(plan_of(planned(size=size)), "all")
    assert ("template_bucket_name" in config) is bucket
    assert ("with: template_bucket_name" in text) is bucket


def test_protection_hinders_deleting_and_nothing_else() -> None:
    """Sceptre's own `protect` would hinder launching."""
    text, config = files_of(plan_of(planned(), protect=True), "all")
    assert "protect" not in config
    (command,) = config["hooks"].pop("before_delete")
    assert config["hooks"] == {}
    assert command == (
        "!cmd echo jobs-prod-all is protected. To delete it anyway: "
        "sceptre --var unprotect=prod && exit 1"
    )
    assert '{% if var.unprotect | default("") != "prod" %}\nhooks:\n' in text
    assert text.endswith("{% endif %}\n")


def test_no_protection_unless_asked_for() -> None:
    _, config = files_of(plan_of(planned()), "all")
    assert config == {
        "stack_name": "jobs-prod-all",
        "template": {"type": "file", "path": "prod/all.json"},
    }


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_a_scalar_that_jinja_leaves_alone(text: str) -> None:
    written = scalar(text)
    assert yaml.safe_load(f"{written}: {written}") == {text: text}
    assert not re.search(r"\{[{%#]", written)
    assert "\n" not in written


@pytest.mark.parametrize("switch", ["NO", "ON", "null", "1e3"])
def test_a_name_that_sceptre_reads_as_a_value(switch: str) -> None:
    """``!environment_variable "NO"`` asks for the variable False."""
    plan = plan_of(planned({"P": {"environment_variable": switch}}))
    if switch == "1e3":  # to YAML 1.1 that is text
        assert f"!environment_variable {switch}\n" in files_of(plan, "all")[0]
        return
    with pytest.raises(UnsupportedError, match=f"cannot pass the name '{switch}'"):
        sceptre_files(plan)


@pytest.mark.parametrize("required", [True, False])
def test_a_parameter_that_jinja_reads_as_a_method(required: bool) -> None:
    plan = plan_of(planned({"items": {"required": required}}))
    with pytest.raises(UnsupportedError, match=r"var\.items as a method; give the parameter anoth"):
        sceptre_files(plan)


def test_a_stack_whose_file_sceptre_keeps(tmp_path: Path) -> None:
    """Reported as any other mistake in the file."""
    order = "{config: [role, security-group, database-ingress, function-log-group, function, api, "
    order += "cors, permission, api-log-groups, deployment, stage, usage-plan, topic, alarms, "
    order += "dashboard, account]}"
    (tmp_path / "prod.yaml").write_text(f"{MINIMAL}layout: {order}\ndeployers: [sceptre]\n")
    with pytest.raises(ConfigError, match=r"deployers: 'sceptre' cannot have a stack 'config'"):
        generate(tmp_path, "prod")


def test_the_same_bytes_again() -> None:
    first, second = (sceptre_files(generate_text(MINIMAL).plan) for _ in range(2))
    assert first == second
    assert list(first) == sorted(first)
    assert all(text.endswith("\n") and "\t" not in text for text in first.values())
