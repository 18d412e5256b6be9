"""With programs that Debian packages: ``apt-get install awscli shellcheck``.

Debian's AWS CLI is a version 2, which PyPI does not have.
"""

import subprocess
from pathlib import Path

import pytest
import yaml

from gateway_infra.pipeline import generate

from .service import LAYOUTS, ROOT, SHIPPED, Cloud
from .test_deploy_aws_cli import EVERY, SECRET, Shell, all_are, events, prepared, read_outputs

pytestmark = pytest.mark.debian

AWS = next(filter(Path.exists, map(Path, ("/usr/local/bin/aws", "/usr/bin/aws"))), "aws")
SHELLCHECK = Path("/usr/bin/shellcheck")
DEPLOYERS = ["github-actions", "gitlab-ci"]


@pytest.fixture
def shell(tmp_path: Path, cloud: Cloud) -> Shell:
    """Use Debian's AWS CLI, which is older than the variable ``AWS_ENDPOINT_URL``."""
    version = subprocess.run([AWS, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("aws-cli/2.")
    program = tmp_path / "bin" / "aws"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {AWS} --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n')
    program.chmod(0o755)
    return Shell(program.parent, tmp_path, cloud.emulator.endpoint, {"DB_PASSWORD": SECRET})


def test_aws_cli_2(cloud: Cloud, shell: Shell) -> None:
    """Dry run, deploy, again, change, delete; values arrive as they do with version 1."""
    with prepared(cloud, "every-form", "single") as service:
        code, out, err = shell.run(service, *EVERY, "--dry-run")
        assert (code, err) == (0, ""), err
        assert "  Add     FunctionWebRole " in out
        assert shell.succeed(service, *EVERY) == all_are(service, "created")
        read_outputs(service)
        client = service.deployer.client("lambda")
        found = client.get_function_configuration(FunctionName=service.outputs["FunctionWebName"])
        assert found["Environment"]["Variables"]["DB_PASSWORD"] == SECRET
        before = events(service)
        assert shell.succeed(service) == all_are(service, "unchanged")
        assert events(service) == before
        service.set('api.routes["GET /new"]', "web")
        service.generate()
        assert "updated" in shell.succeed(service).values()
        assert service.call("GET", "/new").status_code == 200
        told = shell.succeed(service, "--delete", service.environment)
        assert told == all_are(service, "deleted")


def test_aws_cli_2_hands_outputs_on(cloud: Cloud, shell: Shell) -> None:
    """Each stack gets what those before it made."""
    with prepared(cloud, "every-form") as service:
        assert shell.succeed(service, *EVERY) == all_are(service, "created")
        read_outputs(service)
        assert service.call("GET", "/jobs").status_code == 200


def test_a_stack_that_fails_with_aws_cli_2(cloud: Cloud, shell: Shell) -> None:
    with prepared(cloud, "plain", "single") as service:
        template = service.folder / "template.json"
        text = template.read_text()
        assert "AWSLambdaVPCAccessExecutionRole" in text
        template.write_text(text.replace("AWSLambdaVPCAccessExecutionRole", "NoSuchPolicy"))
        code, out, err = shell.run(service)
        assert (code, out) == (1, f"{service.stacks()['template']}: failed\n"), out + err
        assert "  FunctionWebRole (AWS::IAM::Role): " in err


def shellcheck(script: str, shell: str) -> None:
    done = subprocess.run(
        [SHELLCHECK, "--shell", shell, "-"],
        input=script,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        *((SHIPPED, name) for name in ("dev", "prod")),
        *((ROOT / "tests" / "cases", f"deployer-{name}") for name in ("aws-cli", "pipelines")),
    ],
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_shellcheck(folder: Path, name: str, layout: str) -> None:
    """``deploy.sh``, the steps for GitHub and the scripts for GitLab have no findings."""
    files = generate(folder, name, layout=layout, deployers=DEPLOYERS).files
    shellcheck(files["aws-cli/deploy.sh"], "bash")
    workflow = yaml.safe_load(files[f"github-actions/{name}.yaml"])
    steps = [step for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    for step in steps:
        shellcheck(step["run"], "bash")
    pipeline = yaml.safe_load(files[f"gitlab-ci/{name}.gitlab-ci.yml"])
    for job in pipeline.values():
        shellcheck("\n".join(job.get("script", [])), "sh")
