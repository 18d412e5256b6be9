"""Environment variables whose names mean something else where a deployer would read them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from gateway_infra.pipeline import Adopt, generate
from gateway_infra.reading.diagnostics import ConfigError
from gateway_infra.sections.environment import DEPLOYERS
from gateway_infra.writers.deployers.choice import deployer_files
from gateway_infra.writers.plan import Plan, UnsupportedError
from gateway_infra.writers.shell_variables import refuse_taken_names
from tests.support import generate_text
from tests.writers.deployers.names import OF_SCRIPTS, environment
from tests.writers.deployers.pipelines import PLAIN

SHELL = (
    *("PATH", "HOME", "IFS", "REPLY", "UID", "RANDOM", "CDPATH", "TMPDIR", "BASH_ENV", "LC_ALL"),
    *("AWS_SECRET_ACCESS_KEY", "AWS_DATABASE_PASSWORD", "HTTPS_PROXY"),
)
"""What no script of bash that runs the AWS CLI can read."""

REFUSED = {
    "aws-cli": SHELL,
    "sam": (*SHELL, "SAM_TEMPLATE_FILE", "XDG_RUNTIME_DIR"),
    "cdk": (*SHELL, "CDK_APP", "NODE_OPTIONS", "XDG_RUNTIME_DIR"),
    "stack-sets": SHELL,
    "github-actions": ("GITHUB_PAT", "RUNNER_TEMP", "IMAGES", "TEMPLATE_BUCKET", "PARAMETER_SIZE"),
    "gitlab-ci": (
        *("CI", "CI_PROJECT_DIR", "GITLAB_TOKEN", "MERGE_REQUEST_TOKEN", "PIP_ROOT_USER_ACTION"),
        *("PIP_DISABLE_PIP_VERSION_CHECK", "IMAGES", "TEMPLATE_BUCKET", "PARAMETER_SIZE"),
    ),
    "sceptre": (),
    "terraform": (),
}
LOOK_ALIKES = ("PATHS", "SAMPLE", "CDKEY", "MY_AWS_KEY", "IMAGE", "GITHUBS", "CIRCLE", "PARAMETER")


def plan_of(*variables: str) -> Plan:
    """Return a plan with a secret parameter from each variable."""
    filled = {f"P{n}": {"environment_variable": name} for n, name in enumerate(variables)}
    body = {"Type": "String", "NoEcho": True}
    template = {
        **PLAIN.stacks[0].template,
        "Description": "x",
        "Parameters": dict.fromkeys(filled, body),
    }
    return PLAIN._replace(stacks=(PLAIN.stacks[0]._replace(parameters=filled, template=template),))


def test_every_deployer_is_in_the_table() -> None:
    assert sorted(REFUSED) == sorted(DEPLOYERS)


@pytest.mark.parametrize("name", DEPLOYERS)
def test_every_deployer_has_a_test_module(name: str) -> None:
    assert Path(__file__).with_name(f"test_{name.replace('-', '_')}.py").is_file()


@pytest.mark.parametrize(
    ("deployer", "variable"),
    [(deployer, variable) for deployer, names in REFUSED.items() for variable in names],
)
def test_a_name_that_means_something_else_is_refused(deployer: str, variable: str) -> None:
    message = f"the environment variable {variable}[ :].*; rename the variable$"
    with pytest.raises(UnsupportedError, match=message):
        deployer_files([deployer], plan_of("DB_PASSWORD", variable))


@pytest.mark.parametrize("deployer", REFUSED)
def test_other_names_are_taken(deployer: str) -> None:
    """Also those that scripts have for themselves in lower case."""
    assert deployer_files([deployer], plan_of("DB_PASSWORD", *OF_SCRIPTS, *LOOK_ALIKES))


def test_the_command_names_file_line_and_key() -> None:
    with pytest.raises(ConfigError) as caught:
        generate_text(environment(["PATH"], "aws-cli"))
    assert re.match(
        r"environments/prod\.yaml:\d+:\d+: deployers: cannot read the environment variable PATH "
        r"in a bash script, .*; rename the variable \[GI718\]$",
        str(caught.value),
    )


@pytest.mark.parametrize("variable", ["PATH", "TEMPLATE_BUCKET"])
def test_the_import_script_reads_them_too(tmp_path: Path, variable: str) -> None:
    (tmp_path / "prod.yaml").write_text(environment([variable], "terraform"))
    with pytest.raises(ConfigError, match=f"^--import-ready: cannot read .* {variable} in a bash"):
        generate(tmp_path, "prod", adopt=Adopt())


def is_refused(name: str) -> bool:
    try:
        refuse_taken_names(plan_of(name))
    except UnsupportedError:
        return True
    return False


def test_what_bash_sets_itself_is_refused() -> None:
    done = subprocess.run(
        ["bash", "-c", "compgen -v"], env={}, capture_output=True, text=True, check=True
    )
    names = {name for name in done.stdout.split() if re.fullmatch("[A-Z][A-Z0-9_]*", name)}
    assert len(names) > 20
    assert {name for name in names if not is_refused(name)} == set()


@pytest.mark.parametrize("deployer", ["aws-cli", "cdk", "sam", "stack-sets"])
def test_the_scripts_have_no_variable_in_capitals_of_their_own(deployer: str) -> None:
    """Those in a file are in capitals; what remains here is refused in a file."""
    allowed = {"CDK_APP", "NODE_OPTIONS", "XDG_RUNTIME_DIR"}
    for path, text in deployer_files([deployer], plan_of("DB_PASSWORD")).items():
        if path.endswith(".sh"):
            set_here = re.findall(
                r"(?m)(?:^|[;&|(]) *(?:readonly |local |export )*([A-Z][A-Z0-9_]*)\+?=", text
            )
            read_here = re.findall(r"\$\{?[#!]?([A-Z][A-Z0-9_]*)", text)
            mine = {name for name in (*set_here, *read_here) if not is_refused(name)}
            assert mine <= allowed, path
