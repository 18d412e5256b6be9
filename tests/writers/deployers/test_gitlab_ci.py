"""The pipeline for GitLab: when its jobs run, and their scripts, run as a runner does."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway_infra.writers.deployers.gitlab_ci import gitlab_ci_files
from gateway_infra.writers.plan import Plan
from tests.writers.deployers.pipelines import PLAIN, PLAN, Folder

JOBS = ["jobs-prod-changes", "jobs-prod-check", "jobs-prod-deploy"]


def pipeline(plan: Plan = PLAN) -> Any:
    ((name, text),) = gitlab_ci_files(plan).items()
    assert name == "prod.gitlab-ci.yml"
    return yaml.safe_load(text)


def script(job: str, containing: str, plan: Plan = PLAN) -> str:
    """Return the one part of a job's script that contains this."""
    (found,) = [part for part in pipeline(plan)[f"jobs-prod-{job}"]["script"] if containing in part]
    return str(found)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_the_jobs() -> None:
    """Their names are the environment's own, as one project includes several pipelines."""
    described = pipeline()
    assert sorted(described) == [".jobs-prod", *JOBS]
    for job in JOBS:
        assert described[job]["extends"] == ".jobs-prod"
    stages = {job: described[job]["stage"] for job in JOBS}
    assert stages == dict(zip(JOBS, ["test", "test", "deploy"], strict=True))


def test_which_job_runs_when() -> None:
    """Merge requests of this project, and its default branch; forks get no credentials."""
    described = pipeline()
    changes = ["environments/**/*", "output/prod/**/*"]
    default = {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "changes": changes}
    merge = '$CI_PIPELINE_SOURCE == "merge_request_event"'
    assert described["jobs-prod-check"]["rules"] == [{"if": merge, "changes": changes}, default]
    own = "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID"
    assert described["jobs-prod-changes"]["rules"] == [
        {"if": f"{merge} && {own} && $AWS_DRY_RUN_ROLE_PROD", "changes": changes}
    ]
    assert described["jobs-prod-deploy"]["rules"] == [default | {"when": "manual"}]
    for job in ("changes", "deploy"):
        assert described[f"jobs-prod-{job}"]["needs"] == ["jobs-prod-check"]


def test_only_what_is_protected_waits_for_a_person() -> None:
    (rule,) = pipeline(PLAIN)["jobs-prod-deploy"]["rules"]
    assert "when" not in rule


def test_one_deploy_at_a_time_of_the_environment() -> None:
    job = pipeline()["jobs-prod-deploy"]
    assert (job["resource_group"], job["interruptible"]) == ("jobs-prod", False)
    assert job["environment"] == {"name": "prod"}


def test_credentials_come_from_openid_connect(folder: Folder) -> None:
    """The token goes into a file that others cannot read; roles are those of two variables."""
    described = pipeline()
    for job, role in (("changes", "AWS_DRY_RUN_ROLE_PROD"), ("deploy", "AWS_DEPLOY_ROLE")):
        token = described[f"jobs-prod-{job}"]["id_tokens"]
        assert token == {"AWS_ID_TOKEN": {"aud": "sts.amazonaws.com"}}
        text = script(job, "AWS_WEB_IDENTITY_TOKEN_FILE") + "env | grep ^AWS_\n"
        done = folder.run(
            ["sh", "-ec", text],
            AWS_ID_TOKEN="a.b %s\\n",
            CI_JOB_ID="7",
            CI_PROJECT_DIR=str(folder.path / "project"),
            **{role: "arn:role"},
        )
        file = folder.path / "project.aws-token"
        assert (file.read_text(), file.stat().st_mode & 0o777) == ("a.b %s\\n", 0o600)
        assert {
            f"AWS_WEB_IDENTITY_TOKEN_FILE={file}",
            "AWS_ROLE_ARN=arn:role",
            "AWS_ROLE_SESSION_NAME=gitlab-7",
            "AWS_DEFAULT_REGION=eu-west-1",
        } <= set(done.stdout.splitlines())
        file.unlink()
    assert "id_tokens" not in described["jobs-prod-check"]


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_every_part_parses(shell: str) -> None:
    """A runner takes bash where the image has it, else sh."""
    for plan in (PLAN, PLAIN):
        described = pipeline(plan)
        for job in JOBS:
            text = "\n".join(described[job]["script"])
            done = subprocess.run(
                [shell, "-n"], input=text, text=True, capture_output=True, check=False
            )
            assert done.stderr == "", job


def test_the_dry_run_s_result_is_kept(folder: Folder) -> None:
    folder.program("output/prod/aws-cli/deploy.sh", 'echo "jobs-prod-api: is refused"; exit 1')
    text = script("changes", "--dry-run") + 'exit "$code"\n'
    done = folder.run(["sh", "-ec", text], TEMPLATE_BUCKET="shelf")
    assert (done.returncode, done.stdout) == (1, "jobs-prod-api: is refused\n")
    assert folder.calls() == [["deploy.sh", "--dry-run", "--s3-bucket", "shelf"]]
    assert pipeline()["jobs-prod-changes"]["script"][-1] == 'exit "$code"'


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_images_are_passed_with_set(folder: Folder, shell: str) -> None:
    folder.program("bin/gateway-infra", ":")
    text = script("deploy", "gateway-infra generate")
    digest = f"sha256:{'a' * 64}"
    images = f"web=1.dkr.ecr.x/jobs@{digest}"
    for given in ({"IMAGES": images}, {}):
        assert folder.run([shell, "-ec", text], **given).returncode == 0
    always = ["gateway-infra", "generate", "--env", "prod", "--lint", "--quiet"]
    chosen = ["--set", f"functions.web.image=1.dkr.ecr.x/jobs@{digest}"]
    assert folder.calls() == [always + chosen, always]
    done = folder.run([shell, "-ec", text], IMAGES="web=1.dkr.ecr.x/jobs:1 $(touch hacked)")
    assert done.returncode == 1
    assert not (folder.path / "hacked").exists()


def test_parameters_and_bucket_are_passed_on(folder: Folder) -> None:
    folder.program("output/prod/aws-cli/deploy.sh", ":")
    text = script("deploy", "deploy.sh")
    given = {"TEMPLATE_BUCKET": "shelf", "PARAMETER_Image": 'a "b" $(c) *'}
    done = folder.run(["sh", "-ec", text], **given)
    assert done.returncode == 0, done.stderr
    assert folder.calls() == [
        ["deploy.sh", "--s3-bucket", "shelf", "--parameter", 'Image=a "b" $(c) *']
    ]


class Notes(BaseHTTPRequestHandler):
    """GitLab's notes of one merge request."""

    found: list[dict[str, Any]]
    asked: list[tuple[str, str, str | None, Any]]

    def answer(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        token = self.headers["PRIVATE-TOKEN"]
        self.asked.append((str(self.command), self.path, token, body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(self.found if self.command == "GET" else {}).encode())

    do_GET = do_POST = do_PUT = answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def notes() -> Iterator[tuple[str, type[Notes]]]:
    """Serve the notes; give the address and what is asked there."""
    handler = type("Handler", (Notes,), {"found": [], "asked": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api/v4", handler
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("there", [False, True])
def test_one_note_is_kept_current(
    folder: Folder, notes: tuple[str, type[Notes]], there: bool
) -> None:
    url, handler = notes
    marker = "<!-- gateway-infra jobs-prod -->"
    handler.found = [{"id": 1, "body": "hello"}]
    handler.found += [{"id": 2, "body": f"{marker}\nold"}] if there else []
    (folder.path / "changes.txt").write_text('jobs-prod-api: "x" é\n')
    (folder.path / "bin").mkdir()
    (folder.path / "bin" / "python3").symlink_to(sys.executable)
    done = folder.run(
        ["sh", "-ec", script("changes", "MERGE_REQUEST_TOKEN")],
        CI_API_V4_URL=url,
        CI_PROJECT_ID="3",
        CI_MERGE_REQUEST_IID="4",
        MERGE_REQUEST_TOKEN="secret",
        LC_ALL="C.UTF-8",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    listed, written = handler.asked
    place = "/api/v4/projects/3/merge_requests/4/notes"
    assert listed[:3] == ("GET", f"{place}?order_by=created_at&sort=asc&per_page=100", "secret")
    text = f'{marker}\n``````\njobs-prod-api: "x" é\n\n``````\n'
    expected = ("PUT", f"{place}/2") if there else ("POST", place)
    assert written == (*expected, "secret", {"body": text})


def test_without_a_token_there_is_no_note(folder: Folder) -> None:
    """The job's log has it."""
    done = folder.run(["sh", "-ec", script("changes", "MERGE_REQUEST_TOKEN")])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
