"""``samconfig.toml`` as SAM reads it, and ``deploy.sh`` around ``sam deploy``."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.pipeline import Generated
from gateway_infra.writers.deployers.sam import sam_files
from gateway_infra.writers.plan import Plan
from tests.support import CASES, MINIMAL, generate_text
from tests.writers.deployers.names import OF_SCRIPTS, environment
from tests.writers.deployers.wrapped import Wrapped

SECRET = 'it\'s "a" \\ pass\\" w€\t\n\'\\'
OPEN = (CASES / "deployer-sam.yaml").read_text()
GIVEN = ("--parameter", "ImageUri=uri", "--parameter", "SubnetIds=subnet-1,subnet-2")


def config_of(plan: Plan) -> Any:
    return tomllib.loads(sam_files(plan)["samconfig.toml"])


def unquoted(value: str) -> str:
    """Return what SAM makes of a value: ``_unquote_wrapped_quotes`` of ``samcli/cli/types.py``."""
    if value and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return value.replace("\\ ", " ").replace('\\"', '"').replace("\\'", "'")


def read_tag(text: str) -> tuple[str, str]:
    """Return a tag as `CfnTags` of ``samcli/cli/types.py`` reads it, where it reads one at all."""
    if text.count("=") == 1:
        name, value = text.split("=")
        return unquoted(name), unquoted(value)
    assert any(part.count("=") != 1 for part in text.split(" ")), "would be read as several tags"
    (found,) = re.findall(r'("[^"\\]*"|[^ "\\]+)=("[^"\\]*"|[^ "\\]+)', text)
    return unquoted(found[0]), unquoted(found[1])


@pytest.mark.parametrize("layout", ["single", "split"])
def test_each_stack_has_its_section(layout: str) -> None:
    plan = generate_text(layout=layout).plan
    config = config_of(plan)
    names = ["default" if stack.key == "template" else stack.key for stack in plan.stacks]
    assert list(config) == ["version", *names]
    for name, stack in zip(names, plan.stacks, strict=True):
        shared, deploy = (config[name][part]["parameters"] for part in ("global", "deploy"))
        assert shared == {"region": "us-east-1", "template_file": f"../{stack.file}"}
        assert deploy["stack_name"] == stack.name
        assert deploy.get("capabilities", "").split() == list(stack.capabilities)
        assert dict(read_tag(tag) for tag in deploy["tags"]) == stack.tags
        assert (deploy["confirm_changeset"], deploy["fail_on_empty_changeset"]) == (False, False)
        has_function = "AWS::Lambda::Function" in stack.text
        assert ("image_repository" in deploy) == has_function


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/a/jobs:1", "a/jobs"),
        (f"123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs@sha256:{'0' * 64}", "jobs"),
        ("{parameter: ImageUri}", "not-used"),
    ],
)
def test_image_repository_is_that_of_the_image(image: str, repository: str) -> None:
    """SAM wants one, and pushes nothing to it."""
    text = re.sub(r"image: [^}]*", f"image: {image}", MINIMAL)
    config = config_of(generate_text(text, layout="single").plan)
    prefix = "123456789012.dkr.ecr.us-east-1.amazonaws.com/"
    assert config["default"]["deploy"]["parameters"]["image_repository"] == prefix + repository


def test_stack_named_default_keeps_its_name() -> None:
    plan = generate_text(layout="single").plan
    (stack,) = plan.stacks
    both = plan._replace(stacks=(stack, stack._replace(key="default", name="other")))
    config = config_of(both)
    assert config["template"]["deploy"]["parameters"]["stack_name"] == "jobs-prod"
    assert config["default"]["deploy"]["parameters"]["stack_name"] == "other"
    assert "readonly default_stack=''" in sam_files(both)["deploy.sh"]


def test_bucket_is_asked_for_as_sam_measures() -> None:
    """SAM writes the template anew, wider and with metadata, before it looks at its size."""
    plan = generate_text(layout="single").plan
    (stack,) = plan.stacks
    asked = []
    for count in range(40):
        more = {f"R{n}": {"Type": "X", "P": ["x" * 30] * n} for n in range(count)}
        resources = {**stack.template["Resources"], **more}
        grown = stack._replace(template={**stack.template, "Resources": resources})
        deploy = config_of(plan._replace(stacks=(grown,)))["default"]["deploy"]["parameters"]
        asked.append("resolve_s3" in deploy)
        for name, body in resources.items():
            metadata = {**body.get("Metadata", {}), "SamResourceId": name}
            resources[name] = {**body, "Metadata": metadata}
        written = json.dumps({**grown.template, "Resources": resources}, indent=4)
        assert asked[-1] == (len(written) > 51_200)
    assert set(asked) == {True, False}


@pytest.mark.parametrize(
    "tag",
    [
        ("Team", "platform"),
        ("Cost center", "a b"),
        ("A=b", "c"),
        ("A", "b=c d=e"),
        ("A", "x =y =z"),
        ("a=", ""),
        (" ", " ="),
        ("a.b:/+@_-x", "1:/=+@ _-"),
        ("Empty", ""),
    ],
)
def test_tags_are_read_as_they_are(tag: tuple[str, str]) -> None:
    plan = generate_text(layout="single").plan
    tagged = plan._replace(stacks=(plan.stacks[0]._replace(tags=dict([tag])),))
    (written,) = config_of(tagged)["default"]["deploy"]["parameters"]["tags"]
    assert read_tag(written) == tag


@pytest.mark.parametrize("value", ["/a/b", '"', "'", '"a"', "a\\ b", 'a\\"', "\\\\'", "x\\", " a "])
def test_known_values_are_read_as_they_are(value: str) -> None:
    plan = generate_text(layout="single").plan
    stack = plan.stacks[0]._replace(parameters={"P": {"value": value}})
    config = config_of(plan._replace(stacks=(stack,)))
    found = config["default"]["deploy"]["parameters"]["parameter_overrides"]
    assert unquoted(found["P"]) == value


@pytest.fixture
def opened(tmp_path: Path) -> Wrapped:
    """Make an environment with every way to fill a parameter."""
    wrapped = Wrapped(generate_text(OPEN), "sam", tmp_path, {"DB_PASSWORD": SECRET})
    wrapped.all_outputs()
    return wrapped


def overrides(wrapped: Wrapped, section: str = "default") -> dict[str, str]:
    """Return the parameters that a stack got, as SAM reads them."""
    config = tomllib.loads((wrapped.folder / f"{section}.toml").read_text("utf-8"))
    found = config[section]["deploy"]["parameters"].get("parameter_overrides", {})
    return {name: unquoted(value) for name, value in found.items()}


def test_every_value_arrives(opened: Wrapped) -> None:
    greeting = 'a=b "c" $HOME `id` \\'
    code, told = opened.run(*GIVEN, "--parameter", f"Greeting={greeting}", "--", "--no-progressbar")
    assert code == 0, told
    assert overrides(opened) == {
        "DbPassword": SECRET,
        "Greeting": greeting,
        "ImageUri": "uri",
        "NetworkVpcId": "network!VpcId",
        "SharedDatabaseHost": "/shared/database-host",
        "SubnetIds": "subnet-1,subnet-2",
    }
    assert [line.split("--config-env ")[1] for line in opened.calls("sam")] == [
        "account --no-progressbar",
        "default --no-progressbar",
    ]


def test_no_variable_is_taken_for_one_of_the_script(tmp_path: Path) -> None:
    values = {name: f"value of {name}" for name in OF_SCRIPTS}
    wrapped = Wrapped(generate_text(environment(OF_SCRIPTS, "sam")), "sam", tmp_path, values)
    code, told = wrapped.run()
    assert code == 0, told
    assert sorted(overrides(wrapped).values()) == sorted(values.values())


def test_of_two_values_the_last_counts(opened: Wrapped) -> None:
    """A pipeline gives a variable's value first, and then what this run is about."""
    code, told = opened.run(*GIVEN, "--parameter", "ImageUri=other", "--parameter", "ImageUri=last")
    assert code == 0, told
    assert overrides(opened)["ImageUri"] == "last"


def test_cdpath_leads_nowhere_else(opened: Wrapped) -> None:
    (opened.folder / "elsewhere" / "output" / "sam").mkdir(parents=True)
    opened.variables["CDPATH"] = f"{opened.folder}/elsewhere"
    code, told = opened.run(*GIVEN)
    assert code == 0, told
    assert "elsewhere" not in told
    assert len(opened.calls("sam")) == 2


def test_secret_is_shown_to_nobody(opened: Wrapped) -> None:
    """It stands on no command line, and in a file that only its user reads, which goes."""
    code, told = opened.run(*GIVEN)
    assert code == 0, told
    assert "pass" not in told + "".join(opened.calls("sam") + opened.calls("aws"))
    assert (opened.folder / "default.mode").read_text() == "-rw-------\n"
    assert not list(opened.folder.glob("deploy.*"))


def test_file_goes_when_sam_fails(opened: Wrapped) -> None:
    (opened.folder / "fail").touch()
    code, _ = opened.run(*GIVEN)
    assert code == 1
    assert len(opened.calls("sam")) == 1
    assert not list(opened.folder.glob("deploy.*"))


def test_stacks_get_outputs_of_earlier_ones(tmp_path: Path) -> None:
    generated = generate_text(layout="split")
    wrapped = Wrapped(generated, "sam", tmp_path)
    made(wrapped, generated)
    assert wrapped.run()[0] == 0
    for stack in generated.stacks:
        wanted = {
            name: f"{how['from']['stack']}!{how['from']['output']}"
            for name, how in stack.parameters.items()
        }
        assert overrides(wrapped, stack.key) == wanted
    order = [line.split("--config-env ")[1] for line in wrapped.calls("sam")]
    assert order == [stack.key for stack in generated.stacks]


def made(wrapped: Wrapped, generated: Generated) -> None:
    """Generate for SAM, and let all outputs be there."""
    files = {f"sam/{name}": text for name, text in sam_files(generated.plan).items()}
    for name, text in files.items():
        path = wrapped.folder / "output" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    wrapped.all_outputs()


@pytest.mark.parametrize(
    ("arguments", "variables", "told"),
    [
        (
            GIVEN,
            {},
            "the environment variable DB_PASSWORD is not set, for the parameter DbPassword",
        ),
        (GIVEN, {"DB_PASSWORD": ""}, "the environment variable DB_PASSWORD is not set"),
        (GIVEN[:2], {"DB_PASSWORD": "x"}, "SubnetIds of jobs-prod has no value: give --parameter"),
        ((*GIVEN, "--parameter", "Other=x"), {"DB_PASSWORD": "x"}, "no stack leaves such"),
        (("--parameter", "Other"), {"DB_PASSWORD": "x"}, "--parameter takes NAME=VALUE"),
        (("--delete",), {}, "write: --delete prod"),
        (("--delete", "dev"), {}, "write: --delete prod"),
        (("--guided",), {}, "there is no option '--guided'"),
    ],
)
def test_what_is_missing_is_told_before_anything_is_deployed(
    opened: Wrapped, arguments: tuple[str, ...], variables: dict[str, str], told: str
) -> None:
    opened.variables = variables
    code, text = opened.run(*arguments)
    assert code == 1
    assert told in text
    assert not (opened.folder / "calls").exists() or not opened.calls("sam")


def test_required_parameter_is_given_once(opened: Wrapped) -> None:
    opened.stack("jobs-prod", {}, "UPDATE_COMPLETE")
    assert opened.run()[0] == 0
    assert "ImageUri" not in overrides(opened)


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS"])
def test_stack_that_was_never_made_has_no_values(opened: Wrapped, status: str) -> None:
    opened.stack("jobs-prod", {}, status)
    code, told = opened.run()
    assert (code, "ImageUri of jobs-prod has no value" in told) == (1, True)


def test_output_that_is_not_there_is_named(opened: Wrapped) -> None:
    (opened.folder / "stacks" / "network" / "VpcId.output").unlink()
    code, told = opened.run(*GIVEN)
    assert code == 1
    assert "jobs-prod wants the output VpcId of the stack network, which has none" in told
    assert [line.split()[-1] for line in opened.calls("sam")] == ["account"]


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "CREATE_FAILED", "DELETE_FAILED"])
def test_stack_that_can_only_go_is_told(opened: Wrapped, status: str) -> None:
    opened.stack("jobs-prod-account", {}, status)
    code, told = opened.run(*GIVEN)
    assert code == 1
    assert "aws cloudformation delete-stack --stack-name jobs-prod-account --region" in told


def test_operation_under_way_is_waited_for(opened: Wrapped) -> None:
    opened.stack("jobs-prod-account", {}, "UPDATE_IN_PROGRESS")
    (opened.folder / "stacks" / "jobs-prod-account" / "next").write_text("UPDATE_COMPLETE\n")
    (opened.folder / "bin" / "sleep").write_text("#!/bin/sh\n")
    (opened.folder / "bin" / "sleep").chmod(0o755)
    code, told = opened.run(*GIVEN)
    assert code == 0
    assert "jobs-prod-account is UPDATE_IN_PROGRESS: waiting" in told


@pytest.mark.parametrize("protect", [True, False])
def test_stacks_are_protected(tmp_path: Path, protect: bool) -> None:
    text = f"{MINIMAL}deployers: [sam]\nprotect: {str(protect).lower()}\n"
    wrapped = Wrapped(generate_text(text, layout="single"), "sam", tmp_path)
    wrapped.stack("jobs-prod", {})
    assert wrapped.run()[0] == 0
    calls = [line for line in wrapped.calls("aws") if "update-termination-protection" in line]
    assert len(calls) == protect


def test_delete_goes_backwards_and_leaves_the_image(tmp_path: Path) -> None:
    """Not by ``sam delete``, which deletes the image from ECR too."""
    text = f"{MINIMAL}deployers: [sam]\n"
    wrapped = Wrapped(generate_text(text, layout="split"), "sam", tmp_path)
    names = [stack.name for stack in wrapped.generated.stacks]
    for name in names[:-1]:
        wrapped.stack(name, {})
    assert wrapped.run("--delete", "prod")[0] == 0
    deleted = [line.split()[4] for line in wrapped.calls("aws") if "delete-stack" in line]
    assert deleted == names[-2::-1]
    assert not wrapped.calls("sam")


def test_nothing_is_deleted_while_one_stack_is_protected(tmp_path: Path) -> None:
    text = f"{MINIMAL}deployers: [sam]\n"
    wrapped = Wrapped(generate_text(text, layout="split"), "sam", tmp_path)
    for stack in wrapped.generated.stacks:
        wrapped.stack(stack.name, {})
    (tmp_path / "stacks" / "jobs-prod-role" / "protected").touch()
    code, told = wrapped.run("--delete", "prod")
    assert code == 1
    assert "jobs-prod-role is protected. If it may go: aws cloudformation update-term" in told
    assert not any("delete-stack" in line for line in wrapped.calls("aws"))


def test_help_lists_what_is_open(opened: Wrapped) -> None:
    code, told = opened.run("--help")
    assert code == 0
    assert "Needs the environment variable DB_PASSWORD (jobs-prod)" in told
    assert "Needs --parameter ImageUri=... once (jobs-prod)" in told
    assert "Takes --parameter Greeting=... (jobs-prod)" in told


def test_program_that_is_missing_is_named(opened: Wrapped) -> None:
    (opened.folder / "bin" / "sam").unlink()
    code, told = opened.run(*GIVEN)
    assert code == 1
    assert "the program sam is not on the PATH" in told
