"""What the command writes beside templates, and what it says of the output that is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway_infra.sections.environment import DEPLOYERS
from tests.command import Run

pytestmark = pytest.mark.usefixtures("project")
OUTPUT = Path("output/prod")


def manifest() -> dict[str, object]:
    """Return what the manifest of prod says."""
    found: dict[str, object] = json.loads((OUTPUT / "manifest.json").read_text())
    return found


@pytest.mark.parametrize("deployer", sorted({*DEPLOYERS} - {"stack-sets"}))
def test_a_deployer_gets_its_files_and_the_manifest_lists_them(run: Run, deployer: str) -> None:
    ran = run("--env", "prod", "--deployer", deployer)
    assert ran.code == 0, ran.err
    written = sorted(
        path.relative_to(OUTPUT).as_posix()
        for path in OUTPUT.rglob("*")
        if path.is_file() and path.parent != OUTPUT
    )
    assert written == manifest()["files"]
    needed = {"aws-cli"} if deployer in ("github-actions", "gitlab-ci") else set()
    assert manifest()["deployers"] == sorted({deployer, *needed})
    assert {path.split("/")[0] for path in written} == {deployer, *needed}
    count = sum(path.startswith(f"{deployer}/") for path in written)
    assert f"{count} files" in next(
        line for line in ran.out.splitlines() if line.startswith(f"output/prod/{deployer}/")
    )
    assert run("--env", "prod", "--deployer", deployer, "--check").code == 0
    assert run("--env", "prod", "--check").code == 1
    assert run("--env", "prod").code == 0
    assert manifest()["files"] == []
    assert [path for path in OUTPUT.iterdir() if path.is_dir()] == []


def test_the_option_stands_above_the_file(run: Run) -> None:
    run("--env", "prod", "--set", "deployers=[terraform, cdk]")
    assert manifest()["deployers"] == ["cdk", "terraform"]
    run("--env", "prod", "--set", "deployers=[terraform]", "--deployer", "sceptre")
    assert manifest()["deployers"] == ["sceptre"]


def test_what_a_deployer_cannot_do_is_an_error_at_its_key(run: Run) -> None:
    ran = run("--env", "prod", "--deployer", "stack-sets")
    assert ran.code == 2
    assert "--deployer: stack-sets: lists stack-sets, " in ran.err
    assert "layout: single" in ran.err
    assert not OUTPUT.exists()
    assert run("--env", "prod", "--deployer", "stack-sets", "--layout", "single").code == 0


def test_an_unknown_deployer_is_a_usage_error(run: Run) -> None:
    ran = run("--env", "prod", "--deployer", "sceptr")
    assert ran.code == 2
    assert "sceptre" in ran.err


def test_import_ready_keeps_resources_and_writes_what_an_import_needs(run: Run) -> None:
    ran = run("--env", "prod", "--import-ready")
    assert ran.code == 0
    assert "identifiers to fill in before an import; import/README.md tells how" in ran.out
    resources = json.loads((OUTPUT / "api.json").read_text())["Resources"]
    assert all("DeletionPolicy" in body for body in resources.values())
    listed = json.loads((OUTPUT / "import/api.resources-to-import.json").read_text())
    assert "Api" in [item["LogicalResourceId"] for item in listed]
    run("--env", "prod", "--import-ready", "--leave-out", "ApiMethodGetJobs")
    listed = json.loads((OUTPUT / "import/api.resources-to-import.json").read_text())
    assert "ApiMethodGetJobs" not in [item["LogicalResourceId"] for item in listed]
    assert run("--env", "prod").code == 0
    assert not (OUTPUT / "import").exists()


def test_what_is_left_out_of_an_import_must_be_there(run: Run) -> None:
    ran = run("--env", "prod", "--import-ready", "--leave-out", "Typo")
    assert ran.code == 2
    assert "--leave-out: leaves out Typo" in ran.err
    ran = run("--env", "prod", "--leave-out", "Api")
    assert ran.code == 2
    assert "--leave-out goes with --import-ready" in ran.err


MORE = [
    "--set",
    "functions.more={image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1'}",
    "--set",
    'api.routes["GET /more"]=more',
]


def test_a_function_that_goes_with_its_routes_is_warned_of(run: Run) -> None:
    """Before anything is written, with and without ``--check``; and not when it is done in two."""
    assert "warning: output/prod" not in run("--env", "prod", *MORE).err
    for option in (["--check"], []):
        ran = run("--env", "prod", *option)
        (warning,) = [line for line in ran.err.splitlines() if "output/prod" in line]
        assert warning.startswith("warning: output/prod: functions.more: is removed while deployed")
    run("--env", "prod", *MORE)
    assert "output/prod" not in run("--env", "prod", *MORE[:2]).err
    assert "output/prod" not in run("--env", "prod").err


def test_a_pipeline_must_be_in_the_file_and_in_the_folders_that_it_names(run: Run) -> None:
    ran = run("--env", "prod", "--deployer", "gitlab-ci", "--output", "build")
    assert (
        "deployers: do not hold gitlab-ci, whose pipeline generates from the file alone" in ran.err
    )
    assert "warning: pipelines name the folders environments/ and output/" in ran.err
    ran = run("--env", "prod", "--set", "deployers=[gitlab-ci]")
    assert "gitlab-ci" not in ran.err
    assert "folders" not in ran.err
    assert "folders" not in run("--env", "prod", "--output", "build").err


def test_more_dynamic_references_than_a_template_takes_are_refused(run: Run) -> None:
    pinned = ", ".join(f"V{n}: {{ssm: /v{n}, version: 1}}" for n in range(61))
    ran = run("--env", "prod", "--set", f"functions.web.variables={{{pinned}}}")
    assert ran.code == 2
    assert "make 61 dynamic references in the stack 'function'; CloudFormation takes 60" in ran.err
