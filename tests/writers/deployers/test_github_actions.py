"""The workflow for GitHub Actions: who may do what, and its shell steps, run as a runner does."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway_infra.writers.deployers.github_actions import github_actions_files
from gateway_infra.writers.plan import Plan
from tests.writers.deployers.pipelines import PLAIN, PLAN, Folder


def workflow(plan: Plan = PLAN) -> Any:
    ((name, text),) = github_actions_files(plan).items()
    assert name == "prod.yaml"
    return yaml.safe_load(text)


def steps(plan: Plan = PLAN) -> dict[str, dict[str, Any]]:
    """Return the steps of the jobs that have a name of their own."""
    jobs = workflow(plan)["jobs"].values()
    return {step["name"]: step for job in jobs for step in job["steps"] if "name" in step}


def test_when_it_runs() -> None:
    """On what it is about; never for another repository's code with this one's rights."""
    on = workflow()[True]  # YAML 1.1 reads the key `on` so
    assert sorted(on) == ["pull_request", "push", "workflow_call", "workflow_dispatch"]
    assert on["push"]["branches"] == ["main", "master"]
    paths = ["environments/**", "output/prod/**", ".github/workflows/jobs-prod.yaml"]
    assert on["push"]["paths"] == on["pull_request"]["paths"] == paths
    for how in ("workflow_call", "workflow_dispatch"):
        given = on[how]["inputs"]["images"]
        assert (given["type"], given["default"]) == ("string", "")
        assert "(functions: open, read-more, web)" in given["description"]


def test_who_may_do_what() -> None:
    """No job has more than it needs, and what a job does not name it does not get."""
    described = workflow()
    assert described["permissions"] == {}
    assert {name: job["permissions"] for name, job in described["jobs"].items()} == {
        "check": {"contents": "read"},
        "changes": {"contents": "read", "id-token": "write", "pull-requests": "write"},
        "deploy": {"contents": "read", "id-token": "write"},
    }
    for job in described["jobs"].values():
        (checkout,) = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
        assert checkout["with"] == {"persist-credentials": False}


def test_which_job_runs_when() -> None:
    jobs = workflow()["jobs"]
    assert "if" not in jobs["check"]
    assert jobs["changes"]["needs"] == jobs["deploy"]["needs"] == "check"
    assert jobs["changes"]["if"] == (
        "github.event_name == 'pull_request' "
        "&& github.event.pull_request.head.repo.full_name == github.repository "
        "&& vars.AWS_DRY_RUN_ROLE_PROD != ''"
    )
    assert jobs["deploy"]["if"] == "${{ !startsWith(github.event_name, 'pull_request') }}"


def test_one_deploy_at_a_time_with_the_environment_s_approval() -> None:
    job = workflow()["jobs"]["deploy"]
    assert job["concurrency"] == {"group": "jobs-prod", "cancel-in-progress": False}
    assert job["environment"] == "prod"


def test_credentials_come_from_openid_connect() -> None:
    """Two roles: a weak one for pull requests, and the environment's."""
    jobs = workflow()["jobs"]
    roles = {
        name: step["with"]["role-to-assume"]
        for name, job in jobs.items()
        for step in job["steps"]
        if step.get("uses") == "aws-actions/configure-aws-credentials@v6"
    }
    assert roles == {
        "changes": "${{ vars.AWS_DRY_RUN_ROLE_PROD }}",
        "deploy": "${{ vars.AWS_DEPLOY_ROLE }}",
    }


def test_only_actions_of_github_and_aws() -> None:
    used = re.findall(r"- uses: (\S+)", github_actions_files(PLAN)["prod.yaml"])
    assert set(used) == {"actions/checkout@v6", "aws-actions/configure-aws-credentials@v6"}


def test_nothing_from_outside_is_part_of_a_command() -> None:
    for name, step in steps().items():
        assert "${{" not in step.get("run", ""), name


def test_what_a_deploy_is_given() -> None:
    """Secrets, parameters and the bucket, in the step that needs them and in no other."""
    assert steps()["Deploy"]["env"] == {
        "DB_PASSWORD": "${{ secrets.DB_PASSWORD }}",
        "PARAMETER_Image": "${{ vars.PARAMETER_Image }}",
        "PARAMETER_Size": "${{ vars.PARAMETER_Size }}",
        "TEMPLATE_BUCKET": "${{ vars.TEMPLATE_BUCKET }}",
        "IMAGES": "${{ inputs.images }}",
    }
    holding = [name for name, step in steps().items() if "secrets." in json.dumps(step)]
    assert holding == ["Deploy"]


def test_what_needs_nothing_is_given_nothing() -> None:
    plain = steps(PLAIN)
    assert "env" not in plain["Deploy"]
    assert plain["Deploy"]["run"] == "bash output/prod/aws-cli/deploy.sh\n"
    assert "env" not in plain["Make change sets, and delete them"]


def test_the_names_of_roles_are_those_that_github_takes() -> None:
    text = github_actions_files(PLAN._replace(environment="eu-1"))["eu-1.yaml"]
    assert "vars.AWS_DRY_RUN_ROLE_EU_1" in text


def run(
    folder: Folder, step: str, plan: Plan = PLAN, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a step as a runner does: ``bash --noprofile --norc -eo pipefail {0}``."""
    script = folder.path / "step.sh"
    script.write_text(steps(plan)[step]["run"])
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
    github = {
        "GITHUB_OUTPUT": str(folder.path / "outputs"),
        "GITHUB_REPOSITORY": "o/r",
        "RUNNER_TEMP": str(folder.path),
    }
    return folder.run([*shell, str(script)], **github, **variables)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_every_step_parses(folder: Folder) -> None:
    for name, step in steps().items():
        done = subprocess.run(
            ["bash", "-n"], input=step["run"], text=True, capture_output=True, check=False
        )
        assert done.stderr == "", name
    assert folder.path.exists()


def test_changes_are_shown_and_the_result_is_kept(folder: Folder) -> None:
    """The comment is written though the dry run fails; the job fails after it."""
    folder.program("output/prod/aws-cli/deploy.sh", 'echo "jobs-prod-api: is refused"; exit 1')
    done = run(folder, "Make change sets, and delete them", TEMPLATE_BUCKET="a b")
    assert (done.returncode, done.stdout) == (0, "jobs-prod-api: is refused\n")
    assert folder.calls() == [["deploy.sh", "--dry-run", "--s3-bucket", "a b"]]
    assert (folder.path / "outputs").read_text() == "code=1\n"


@pytest.mark.parametrize(("found", "method"), [("", "POST"), ("17\n18\n", "PATCH")])
def test_one_comment_is_kept_current(folder: Folder, found: str, method: str) -> None:
    folder.program("bin/gh", f"case $* in *--paginate*) printf {shlex.quote(found)} ;; esac")
    (folder.path / "changes.txt").write_text("jobs-prod-api: $(date) `x`\n")
    done = run(folder, "Comment", NUMBER="5", CODE="3", GH_TOKEN="t")
    assert done.returncode == 3, done.stderr
    listed, written = folder.calls()
    assert listed[:4] == ["gh", "api", "--paginate", "repos/o/r/issues/5/comments"]
    assert '.user.type == "Bot"' in listed[-1]
    assert 'startswith("<!-- gateway-infra jobs-prod -->")' in listed[-1]
    place = "repos/o/r/issues/comments/17" if found else "repos/o/r/issues/5/comments"
    body = f"body=@{folder.path}/comment.md"
    assert written == ["gh", "api", "--silent", "--method", method, place, "--field", body]
    assert (folder.path / "comment.md").read_text() == (
        "<!-- gateway-infra jobs-prod -->\n``````\njobs-prod-api: $(date) `x`\n\n``````\n"
    )


def test_a_long_comment_is_cut(folder: Folder) -> None:
    """GitHub takes 65,536 characters."""
    folder.program("bin/gh", ":")
    (folder.path / "changes.txt").write_text("x" * 100_000)
    assert run(folder, "Comment", NUMBER="5", CODE="0").returncode == 0
    text = (folder.path / "comment.md").read_text()
    assert len(text) < 65_000
    assert text.endswith("x\n``````\n")


def test_a_stale_workflow_is_told(folder: Folder) -> None:
    step = "Compare this workflow with what is generated"
    for path, text in (
        ("output/prod/github-actions/prod.yaml", "new\n"),
        (".github/workflows/jobs-prod.yaml", "old\n"),
    ):
        (folder.path / path).parent.mkdir(parents=True)
        (folder.path / path).write_text(text)
    done = run(folder, step)
    assert done.returncode == 1
    assert (
        "::error::The workflow is stale: "
        "cp output/prod/github-actions/prod.yaml .github/workflows/jobs-prod.yaml"
    ) in done.stdout
    (folder.path / ".github/workflows/jobs-prod.yaml").write_text("new\n")
    assert run(folder, step).returncode == 0


def test_a_copy_may_pin_actions(folder: Folder) -> None:
    """By commit, as Dependabot and the like do it; the rest must be as it was generated."""
    text = github_actions_files(PLAN)["prod.yaml"]
    pinned = re.sub(r"uses: (\S+)@v\d", r"uses: \1@0123456789abcdef # v9", text)
    assert pinned != text
    for path, content in (
        ("output/prod/github-actions/prod.yaml", text),
        (".github/workflows/jobs-prod.yaml", pinned),
    ):
        (folder.path / path).parent.mkdir(parents=True)
        (folder.path / path).write_text(content)
    step = "Compare this workflow with what is generated"
    assert run(folder, step).returncode == 0
    (folder.path / ".github/workflows/jobs-prod.yaml").write_text(
        pinned.replace("contents: read", "contents: write")
    )
    assert run(folder, step).returncode == 1


def test_images_are_passed_with_set(folder: Folder) -> None:
    folder.program("bin/gateway-infra", ":")
    digest = f"sha256:{'a' * 64}"
    images = f"web=1.dkr.ecr.x/jobs@{digest}\n  read-more=1.dkr.ecr.x/read@{digest}"
    done = run(folder, "Generate with the images that are given", IMAGES=images)
    assert done.returncode == 0, done.stderr
    always = ["gateway-infra", "generate", "--env", "prod", "--lint", "--quiet"]
    chosen = [
        *("--set", f"functions.web.image=1.dkr.ecr.x/jobs@{digest}"),
        *("--set", f"functions.read-more.image=1.dkr.ecr.x/read@{digest}"),
    ]
    assert folder.calls() == [always + chosen]
    assert run(folder, "Generate with the images that are given", IMAGES="").returncode == 0
    assert folder.calls()[1:] == [always]


@pytest.mark.parametrize(
    "images",
    [
        "web=1.dkr.ecr.x/jobs:1",
        f"1.dkr.ecr.x/jobs@sha256:{'a' * 64}",
        f"other=1.dkr.ecr.x/jobs@sha256:{'a' * 64}",
        f"web=1.dkr.ecr.x/jobs@sha256:{'a' * 63}",
        f"web=1.dkr.ecr.x/jobs@sha256:{'a' * 64}x",
        "web=$(touch hacked)@sha256:" + "a" * 64,
        "; touch hacked",
        "*@sha256:*",
    ],
)
def test_what_is_no_image_is_refused(folder: Folder, images: str) -> None:
    """Nothing of it is run, and it is no pattern for the names of files."""
    folder.program("bin/gateway-infra", ":")
    (folder.path / f"web=1@sha256:{'a' * 64}").touch()
    done = run(folder, "Generate with the images that are given", IMAGES=images)
    assert (done.returncode, folder.calls()) == (1, [])
    assert "of: open|read-more|web" in done.stderr
    assert not (folder.path / "hacked").exists()


def test_an_image_that_the_file_leaves_open_is_a_parameter(folder: Folder) -> None:
    """So the next deploy keeps it. It stands above the variable, as the last one given."""
    folder.program("bin/gateway-infra", ":")
    folder.program("output/prod/aws-cli/deploy.sh", ":")
    image = f"1.dkr.ecr.x/jobs@sha256:{'a' * 64}"
    given = {"IMAGES": f"open={image} web={image}", "PARAMETER_Image": "old"}
    for step in ("Generate with the images that are given", "Deploy"):
        done = run(folder, step, TEMPLATE_BUCKET="shelf", **given)
        assert done.returncode == 0, done.stderr
    generated, deployed = folder.calls()
    assert generated[-2:] == ["--set", f"functions.web.image={image}"]
    assert generated.count("--set") == 1
    assert deployed[-4:] == ["--parameter", "Image=old", "--parameter", f"Image={image}"]


def test_parameters_and_bucket_are_passed_on(folder: Folder) -> None:
    """A parameter that is not given is not passed, so that the stack keeps its own."""
    folder.program("output/prod/aws-cli/deploy.sh", ":")
    done = run(
        folder, "Deploy", TEMPLATE_BUCKET="shelf", PARAMETER_Image='a "b" $(c) *', PARAMETER_Size=""
    )
    assert done.returncode == 0, done.stderr
    assert folder.calls() == [
        ["deploy.sh", "--s3-bucket", "shelf", "--parameter", 'Image=a "b" $(c) *']
    ]
