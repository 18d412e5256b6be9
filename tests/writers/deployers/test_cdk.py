"""The stubs as data, and ``deploy.sh`` around ``cdk deploy``.

``tests/e2e/test_deploy_cdk.py`` compiles the stubs and synthesizes with them.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.writers.deployers.cdk import cdk_files, construct_name
from gateway_infra.writers.plan import Plan
from tests.support import CASES, MINIMAL, generate_text
from tests.writers.deployers.names import OF_SCRIPTS, environment
from tests.writers.deployers.wrapped import Wrapped

SECRET = 'it\'s "a" \\ p=w'
OPEN = (CASES / "deployer-cdk.yaml").read_text()
GIVEN = ("--parameter", "ImageUri=uri", "--parameter", "SubnetIds=subnet-1,subnet-2")


def typescript_stacks(plan: Plan) -> Any:
    """Return the stacks of the TypeScript stub."""
    text = cdk_files(plan)["typescript/jobs-prod.ts"]
    (found,) = re.findall(r"^\}\[\] = (\[.*?^\]);$", text, re.DOTALL | re.MULTILINE)
    return json.loads(re.sub(r",\n\]$", "\n]", found))


def python_stacks(plan: Plan) -> list[dict[str, Any]]:
    """Return the stacks of the Python stub."""
    tree = ast.parse(cdk_files(plan)["python/jobs_prod.py"])
    (value,) = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_STACKS"
    ]
    assert isinstance(value, ast.Tuple)
    calls = [item for item in value.elts if isinstance(item, ast.Call)]
    return [
        {str(field.arg): ast.literal_eval(field.value) for field in call.keywords} for call in calls
    ]


def as_json(data: Any) -> Any:
    return json.loads(json.dumps(data))


@pytest.mark.parametrize("layout", ["single", "split"])
def test_both_stubs_know_the_stacks(layout: str) -> None:
    plan = generate_text(OPEN, layout=layout).plan
    found = typescript_stacks(plan)
    assert as_json(python_stacks(plan)) == found
    assert [(item["key"], item["name"]) for item in found] == [
        (stack.key, stack.name) for stack in plan.stacks
    ]
    assert [item["secrets"] for item in found if item["secrets"]] == [["DbPassword"]]
    keys = {stack.name: stack.key for stack in plan.stacks}
    for item, stack in zip(found, plan.stacks, strict=True):
        assert item["wired"] == {
            name: [keys[how["from"]["stack"]], how["from"]["output"]]
            for name, how in stack.parameters.items()
            if "from" in how and how["from"]["stack"] in keys
        }


def test_stacks_are_as_the_plan_says() -> None:
    plan = generate_text(OPEN, layout="single").plan
    typescript = cdk_files(plan)["typescript/jobs-prod.ts"]
    python = cdk_files(plan)["python/jobs_prod.py"]
    assert "export type JobsProdKey = 'account' | 'template';" in typescript
    assert "region: 'eu-west-1' }" in typescript
    assert 'region="eu-west-1")' in python
    assert "terminationProtection: true," in typescript
    assert "termination_protection=True," in python
    (tags,) = re.findall(r"^const TAGS = (\{.*?\});", typescript, re.DOTALL | re.MULTILINE)
    assert json.loads(tags) == plan.stacks[0].tags
    (tags,) = re.findall(r"^_TAGS = (\{.*?\})$", python, re.DOTALL | re.MULTILINE)
    assert ast.literal_eval(tags) == plan.stacks[0].tags
    free = cdk_files(plan._replace(protect=False))
    assert "terminationProtection: false," in free["typescript/jobs-prod.ts"]
    assert "termination_protection=False," in free["python/jobs_prod.py"]


def test_names_are_those_of_the_environment() -> None:
    plan = generate_text(f"{MINIMAL}tier: prod\n", name="prod-eu-2").plan
    assert construct_name(plan) == "JobsProdEu2"
    assert sorted(cdk_files(plan)) == [
        "deploy.sh",
        "python/app.py",
        "python/jobs_prod_eu_2.py",
        "typescript/app.ts",
        "typescript/jobs-prod-eu-2.ts",
    ]
    assert "readonly construct=JobsProdEu2\n" in cdk_files(plan)["deploy.sh"]


def test_what_looks_like_a_blank_is_left_alone() -> None:
    """Tags may hold what the stubs' own blanks look like."""
    plan = generate_text(f'{MINIMAL}tags: {{"@name@": "@stacks@ @none@"}}\n').plan
    for file in ("typescript/jobs-prod.ts", "python/jobs_prod.py"):
        text = cdk_files(plan)[file]
        assert '"@name@": "@stacks@ @none@"' in text
        assert re.findall(r"@[a-zA-Z_]+@", text) == ["@name@", "@stacks@", "@none@"]


@pytest.mark.parametrize("layout", ["single", "split"])
def test_python_is_python(layout: str) -> None:
    for file, text in cdk_files(generate_text(OPEN, layout=layout).plan).items():
        if file.endswith(".py"):
            compile(text, file, "exec")


def test_secrets_are_for_environments_that_have_some() -> None:
    assert "secrets.cjs" not in cdk_files(generate_text().plan)
    text = cdk_files(generate_text(OPEN, layout="split").plan)["secrets.cjs"]
    assert '"jobs-prod-function:DbPassword": "DB_PASSWORD"' in text


@pytest.fixture
def opened(tmp_path: Path) -> Wrapped:
    """Make an environment with every way to fill a parameter, in several stacks."""
    wrapped = Wrapped(generate_text(OPEN), "cdk", tmp_path, {"DB_PASSWORD": SECRET})
    wrapped.all_outputs()
    return wrapped


def arguments(wrapped: Wrapped, key: str) -> list[str]:
    return (wrapped.folder / f"{key}.arguments").read_text().splitlines()


def given_to(wrapped: Wrapped, key: str) -> dict[str, str]:
    """Return the parameters on the command line for a stack."""
    found = arguments(wrapped, key)
    pairs = [found[n + 1] for n, word in enumerate(found) if word == "--parameters"]
    return dict(pair.split("=", 1) for pair in pairs)


def test_each_stack_gets_its_parameters(opened: Wrapped) -> None:
    """All but the secret, which is added inside of CDK."""
    greeting = 'a=b "c" $HOME `id` \\'
    code, told = opened.run(*GIVEN, "--parameter", f"Greeting={greeting}", "--", "--no-color")
    assert code == 0, told
    for stack in opened.generated.stacks:
        expected = {
            f"{stack.name}:{name}": f"{how['from']['stack']}!{how['from']['output']}"
            for name, how in stack.parameters.items()
            if "from" in how
        }
        if stack.key == "function":
            prefix = "jobs-prod-function:"
            expected |= {f"{prefix}Greeting": greeting, f"{prefix}ImageUri": "uri"}
            expected |= {f"{prefix}SubnetIds": "subnet-1,subnet-2"}
        assert given_to(opened, stack.key) == expected
        assert arguments(opened, stack.key)[:3] == [
            "deploy",
            f"JobsProd/{stack.key}",
            "--exclusively",
        ]
        assert "--no-color" in arguments(opened, stack.key)
    order = [line.split()[2].split("/")[1] for line in opened.calls("cdk") if " deploy " in line]
    assert order == [stack.key for stack in opened.generated.stacks]


def test_secret_goes_by_the_environment(opened: Wrapped) -> None:
    code, told = opened.run(*GIVEN)
    assert code == 0, told
    assert SECRET not in told + "".join(opened.calls("cdk"))
    script = opened.folder / "output" / "cdk" / "secrets.cjs"
    assert arguments(opened, "function")[-1].strip() == f'NODE_OPTIONS=--require "{script}"'
    assert not list(opened.folder.glob("deploy.*"))


def test_no_variable_is_taken_for_one_of_the_script(tmp_path: Path) -> None:
    """What ``secrets.cjs`` reads inside of CDK is what was set."""
    values = {name: f"value of {name}" for name in OF_SCRIPTS}
    wrapped = Wrapped(generate_text(environment(OF_SCRIPTS, "cdk")), "cdk", tmp_path, values)
    code, told = wrapped.run()
    assert code == 0, told
    seen = set((tmp_path / "environment").read_text().splitlines())
    assert {f"{name}={value}" for name, value in values.items()} <= seen


def test_app_is_synthesized_once_and_may_be_another(opened: Wrapped) -> None:
    opened.variables["CDK_APP"] = "python python/app.py"
    assert opened.run(*GIVEN)[0] == 0
    (synth,) = [line for line in opened.calls("cdk") if line.startswith("cdk synth")]
    assert "--app python python/app.py --output " in synth
    folder = synth.split("--output ")[1]
    deploys = [line for line in opened.calls("cdk") if " deploy " in line]
    assert all(f"--app {folder} " in line for line in deploys)


def test_variable_that_is_missing_is_told_first(opened: Wrapped) -> None:
    opened.variables.clear()
    code, told = opened.run(*GIVEN)
    assert code == 1
    assert "the environment variable DB_PASSWORD is not set" in told
    assert not (opened.folder / "calls").exists()
