"""What ``--deployer sam`` writes, with SAM itself."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from . import environments
from .deployer import DeployedStack
from .service import LAYOUTS, REPOSITORY, SHIPPED, Cloud, Service
from .wrapped import (
    SECRET,
    Script,
    command_lines_of,
    deploys_from_nothing_to_nothing,
    prepared,
    recovers,
    unprotect,
)

GIVEN = ("--parameter", f"Image={REPOSITORY}:1", "--parameter", "DatabaseHost=database.internal")

READ = """
import json, sys
from samcli.cli.types import CfnParameterOverridesType, CfnTags
from samcli.lib.config.samconfig import SamConfig
config = SamConfig(".", "samconfig.toml").get_all(["deploy"], "parameters", sys.argv[1])
overrides = CfnParameterOverridesType().convert(config.get("parameter_overrides"), None, None)
print(json.dumps({"tags": CfnTags().convert(config["tags"], None, None), "overrides": overrides}))
"""
"""Prints the tags and parameters of a section, as SAM reads them."""

TAGS = {
    "Cost center": "a b",
    "a=b": "c=d",
    "spread": "x =y =z",
    " ": " =",
    "odd": ".:/=+@_ -",
    "ends=": "=",
}


@pytest.fixture(scope="session")
def python() -> Path:
    return environments.build(environments.SAM)


@pytest.fixture
def script(python: Path, tmp_path: Path, cloud: Cloud) -> Script:
    # Else SAM asks the package index for its newest version, in every home folder once.
    (tmp_path / ".aws-sam").mkdir()
    (tmp_path / ".aws-sam" / "metadata.json").write_text(
        json.dumps({"lastVersionCheck": time.time()})
    )
    variables = {"DB_PASSWORD": SECRET, "SAM_CLI_POLL_DELAY": "0.2", "SAM_CLI_TELEMETRY": "0"}
    return Script("sam", (python.parent,), tmp_path, cloud.emulator.endpoint, variables)


def sam(script: Script, service: Service, *arguments: str) -> str:
    """Run SAM in the folder that was generated."""
    done = subprocess.run(
        [str(script.path[0] / "sam"), *arguments],
        cwd=service.folder / "sam",
        env=script.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("layout", LAYOUTS)
def test_from_nothing_to_nothing(
    cloud: Cloud, script: Script, foundation: dict[str, DeployedStack], layout: str
) -> None:
    with prepared(cloud, "sam", "every-form", layout, tags={"A=b": "x =y"}) as service:
        deploys_from_nothing_to_nothing(script, service, foundation)


@pytest.mark.parametrize("moment", ["CREATE_COMPLETE", "CREATE_IN_PROGRESS"])
def test_interrupted_at_the_second_stack(cloud: Cloud, script: Script, moment: str) -> None:
    with prepared(cloud, "sam", "plain") as service:
        recovers(script, service, moment)


def test_nothing_is_shown_to_other_users(cloud: Cloud, script: Script) -> None:
    """The password is in no process's arguments, in no file that stays, and not printed."""
    with prepared(cloud, "sam", "data", "single") as service:
        seen, text = command_lines_of(script, service, *GIVEN)
        assert any(b"--config-file" in arguments for arguments in seen)
        assert not any(b'"pass' in words or b"word\\" in words for words in seen)
        assert '"pass' not in text
        assert not list(script.home.glob("deploy.*"))


def test_plain_sam_deploy_does_for_what_is_known(cloud: Cloud, script: Script) -> None:
    """One stack, nothing known later: ``sam deploy`` alone, and ``sam validate --lint``."""
    network = {"vpc": "vpc-0a1b2c3d", "subnets": ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]}
    with prepared(cloud, "sam", "plain", "single", network=network) as service:
        assert "is a valid SAM Template" in sam(script, service, "validate")
        told = sam(script, service, "deploy", "--no-execute-changeset")
        assert "Changeset created successfully" in told
        name = service.stacks()["template"]
        service.deployer.client("cloudformation").delete_stack(StackName=name)


def test_a_template_of_everything_passes_sams_own_lint(cloud: Cloud, script: Script) -> None:
    with prepared(cloud, "sam", "every-form", "single") as service:
        assert "is a valid SAM Template" in sam(script, service, "validate", "--lint")


def test_large_and_protected(cloud: Cloud, script: Script) -> None:
    """The environment prod in one stack goes through the bucket that SAM makes."""
    with cloud.environment(SHIPPED, "prod", "single") as service:
        service.set("deployers", ["sam"])
        service.enlarge()
        service.generate()
        client = service.deployer.client("cloudformation")
        try:
            script.succeed(service)
            assert service.call("GET", "/health").status_code == 200
            (stack,) = client.describe_stacks(StackName="jobs-prod")["Stacks"]
            assert stack["EnableTerminationProtection"] is True
            body = client.get_template(StackName="jobs-prod")["TemplateBody"]
            theirs = body if isinstance(body, dict) else json.loads(body)
            for logical_id, resource in theirs["Resources"].items():
                assert resource["Metadata"].pop("SamResourceId") == logical_id
                if not resource["Metadata"]:
                    del resource["Metadata"]
            assert theirs == json.loads((service.folder / "template.json").read_text())
            code, told = script.run(service, "--delete", "prod")
            assert (code, service.deployer.status("jobs-prod")) == (1, "CREATE_COMPLETE")
            assert "jobs-prod is protected" in told
        finally:
            unprotect(service)


def test_sam_reads_tags_and_values_as_they_are(cloud: Cloud, script: Script, python: Path) -> None:
    with prepared(cloud, "sam", "every-form", "single", tags=TAGS) as service:
        done = subprocess.run(
            [str(python), "-c", READ, "default"],
            cwd=service.folder / "sam",
            env=script.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout)
        own = {"Environment": service.environment, "Service": "forms"}
        assert found["tags"] == {**TAGS, **own}
        stacks = json.loads((service.folder / "manifest.json").read_text())["stacks"]
        known = {
            name: how["value"] for name, how in stacks[0]["parameters"].items() if "value" in how
        }
        assert found["overrides"] == known
        assert os.listdir(service.folder / "sam")
