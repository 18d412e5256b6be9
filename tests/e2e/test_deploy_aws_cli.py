"""What ``--deployer aws-cli`` writes, with the AWS CLI 1 from PyPI."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from . import environments
from .deployer import DeployedStack
from .processes import command_lines
from .server import ACCOUNT
from .service import LAYOUTS, REPOSITORY, SHIPPED, Cloud, Service

SECRET = 'pass"word\\ , =\t€ file:///etc/hostname'
EVERY = ("--parameter", f"ImageUri={REPOSITORY}:1", "--parameter", "DatabaseHost=database.internal")
GIVEN = ("--parameter", f"Image={REPOSITORY}:1", "--parameter", "DatabaseHost=database.internal")


@dataclass
class Shell:
    """Runs ``deploy.sh`` in a process environment that holds nothing of the user's own."""

    programs: Path
    home: Path
    endpoint: str
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "HOME": str(self.home),
            "PATH": os.pathsep.join((str(self.programs), "/usr/bin", "/bin")),
            **self.variables,
        }

    def start(self, service: Service, *options: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [str(service.folder / "aws-cli" / "deploy.sh"), *options],
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, service: Service, *options: str) -> tuple[int, str, str]:
        """Run to the end; give the exit code and what was printed."""
        process = self.start(service, *options)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def succeed(self, service: Service, *options: str) -> dict[str, str]:
        """Deploy or delete, and give what is told of each stack by its key."""
        code, out, err = self.run(service, *options)
        assert code == 0, out + err
        lines = dict(line.split(": ", 1) for line in out.splitlines())
        return {key: lines[name] for key, name in service.stacks().items()}


@pytest.fixture(scope="session")
def programs() -> Path:
    return environments.build(environments.AWS_CLI).parent


@pytest.fixture
def shell(programs: Path, tmp_path: Path, cloud: Cloud) -> Shell:
    return Shell(programs, tmp_path, cloud.emulator.endpoint, {"DB_PASSWORD": SECRET})


@contextmanager
def prepared(
    cloud: Cloud, name: str, layout: str = "split", **settings: object
) -> Iterator[Service]:
    """Generate a case for this deployer; its protection is lifted in the end."""
    with cloud.case(name, layout, {"deployers": ["aws-cli"], **settings}) as service:
        service.generate()
        try:
            yield service
        finally:
            unprotect(service)


def unprotect(service: Service) -> None:
    client = service.deployer.client("cloudformation")
    for name in service.stacks().values():
        if service.deployer.status(name):
            client.update_termination_protection(StackName=name, EnableTerminationProtection=False)


def all_are(service: Service, told: str) -> dict[str, str]:
    return dict.fromkeys(service.stacks(), told)


def events(service: Service) -> dict[str, int]:
    """Count what happened to each stack."""
    return {name: len(service.deployer.events(name)) for name in service.stacks().values()}


def statuses(service: Service) -> dict[str, str | None]:
    return {key: service.deployer.status(name) for key, name in service.stacks().items()}


def read_outputs(service: Service) -> None:
    """Learn the outputs, as a deploy by the service itself would."""
    service.outputs = {
        name: value
        for stack in service.stacks().values()
        for name, value in service.deployer.outputs(stack).items()
    }


def configuration(service: Service) -> Any:
    client = service.deployer.client("lambda")
    return client.get_function_configuration(FunctionName=service.outputs["FunctionWebName"])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_from_nothing_to_nothing(
    cloud: Cloud, shell: Shell, foundation: dict[str, DeployedStack], layout: str
) -> None:
    """Dry run, deploy, again, change, delete, with a value of each form."""
    with prepared(cloud, "every-form", layout) as service:
        code, out, err = shell.run(service, *EVERY, "--dry-run")
        assert (code, err) == (0, ""), err
        assert "would be created" in out
        assert "  Add     FunctionWebRole " in out
        assert set(statuses(service).values()) == {None}

        assert shell.succeed(service, *EVERY) == all_are(service, "created")
        read_outputs(service)
        given = service.ask()["given"]
        network = foundation["network"].outputs
        assert configuration(service)["VpcConfig"]["SubnetIds"] == network[
            "PrivateSubnetIds"
        ].split(",")
        assert configuration(service)["Environment"]["Variables"]["DB_PASSWORD"] == SECRET
        assert given["BUCKET_NAME"] == foundation["storage"].outputs["UploadBucket"]
        assert (given["DB_HOST"], given["DB_NAME"]) == ("database.internal", "jobs")
        assert (given["DB_PORT"], given["GREETING"]) == ("5432", 'good day, "world" & all')

        before = events(service)
        assert shell.succeed(service) == all_are(service, "unchanged")
        assert events(service) == before

        service.set('api.routes["GET /new"]', "web")
        service.generate()
        if layout == "single":  # a dry run of many stacks is shown above
            code, out, err = shell.run(service, "--dry-run")
            assert (code, err) == (0, "")
            assert "  Add     ApiMethodGetNew " in out
            assert "keeps its parameter" not in out
            assert events(service) == before
        assert service.call("GET", "/new").status_code != 200
        told = shell.succeed(service, "--parameter", "Greeting=welcome, all")
        changed = {"function", "api", "deployment", "template"} & told.keys()
        assert told == all_are(service, "unchanged") | dict.fromkeys(changed, "updated")
        greeting = configuration(service)["Environment"]["Variables"]["GREETING"]
        assert greeting == "welcome, all"
        assert service.call("GET", "/new").status_code == 200

        assert shell.succeed(service, "--delete", service.environment) == all_are(
            service, "deleted"
        )
        assert set(statuses(service).values()) == {None}
        assert shell.succeed(service, "--delete", service.environment) == all_are(
            service, "does not exist"
        )


@pytest.mark.parametrize("moment", ["CREATE_COMPLETE", "CREATE_IN_PROGRESS"])
def test_interrupted_at_the_second_stack(cloud: Cloud, shell: Shell, moment: str) -> None:
    """Killed when the second stack is made, or while it is; the next run does the rest."""
    with prepared(cloud, "plain") as service:
        second = service.stacks()["function"]
        process = shell.start(service)
        try:
            wait_for(lambda: service.deployer.status(second) == moment)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        assert None in statuses(service).values()
        told = shell.succeed(service)
        assert (told["role"], told["function"]) == ("unchanged", "unchanged")
        assert set(statuses(service).values()) == {"CREATE_COMPLETE"}
        read_outputs(service)
        assert service.ask()["message"] == "hello"


def wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_interrupted_before_execution(cloud: Cloud, shell: Shell) -> None:
    """A change set that was made and not executed leaves a stack in review, which is created."""
    with prepared(cloud, "plain", "single") as service:
        client = service.deployer.client("cloudformation")
        client.create_change_set(
            StackName=service.stacks()["template"],
            ChangeSetName="left",
            ChangeSetType="CREATE",
            TemplateBody=json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}),
        )
        assert shell.succeed(service) == {"template": "created"}


def test_nothing_is_shown_to_other_users(cloud: Cloud, shell: Shell) -> None:
    """The password is in no process's arguments, no file, no template, and not printed."""
    with prepared(cloud, "data", "single") as service:
        process = shell.start(service, *GIVEN)
        seen = command_lines(process)
        out, err = process.communicate()
        assert process.returncode == 0, err
        assert any(b"--parameter-overrides" in arguments for arguments in seen)
        assert not any(b"word\\ ," in arguments or b"word\\\\" in arguments for arguments in seen)
        assert "word" not in out + err
        stack = service.stacks()["template"]
        client = service.deployer.client("cloudformation")
        assert "word\\" not in str(client.get_template(StackName=stack)["TemplateBody"])


def test_a_stack_that_fails(cloud: Cloud, shell: Shell) -> None:
    """What failed is told with its reason, and the command to run next; that command helps."""
    with prepared(cloud, "plain") as service:
        template = service.folder / "role.json"
        whole = template.read_text()
        broken = json.loads(whole)
        role = broken["Resources"]["FunctionWebRole"]["Properties"]
        role["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/NoSuchPolicy"]
        template.write_text(json.dumps(broken))
        code, out, err = shell.run(service)
        name = service.stacks()["role"]
        assert (code, out) == (1, f"{name}: failed\n"), out + err
        assert "  FunctionWebRole (AWS::IAM::Role): " in err
        assert "NoSuchPolicy" in err
        advice = f"aws cloudformation delete-stack --stack-name {name} --region us-east-1"
        assert advice in err

        template.write_text(whole)
        code, out, err = shell.run(service)
        assert (code, out) == (1, "")
        assert advice in err
        subprocess.run(
            [shell.programs / "aws", *advice.split()[1:]], env=shell.environment, check=True
        )
        assert shell.succeed(service) == all_are(service, "created")


def test_what_is_missing_is_named(cloud: Cloud, shell: Shell) -> None:
    with prepared(cloud, "data") as service:
        shell.variables.clear()
        code, out, err = shell.run(service)
        assert (code, out) == (2, "")
        assert "environment variable DB_PASSWORD is not set" in err
        assert "--parameter Image=..." in err
        shell.variables["DB_PASSWORD"] = SECRET
        service.set("database.security_group", {"stack_output": "nowhere/GroupId"})
        service.set("network.vpc", {"stack_output": "network/Vpc"})
        service.generate()
        code, out, err = shell.run(service, *GIVEN[:2])
        assert (code, out) == (1, "")
        assert "is the output GroupId of the stack nowhere, which does not exist" in err
        assert "is the output Vpc of the stack network, which has no such output" in err
        assert "its parameter DatabaseHost has no value: give --parameter DatabaseHost=..." in err
        assert set(statuses(service).values()) == {None}


def test_credentials_that_are_missing_or_wrong(cloud: Cloud, shell: Shell) -> None:
    with prepared(cloud, "plain", "single") as service:
        shell.variables |= {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
        code, out, err = shell.run(service)
        assert (code, out) == (1, "")
        assert "Unable to locate credentials" in err
        assert "set AWS_PROFILE" in err
        shell.variables = {"AWS_PROFILE": "nobody"}
        code, out, err = shell.run(service)
        assert (code, out) == (1, "")
        assert "set AWS_PROFILE" in err
        shell.variables = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
        code, out, err = shell.run(service)
        assert (code, out) == (1, "")
        assert "AWS was not reached" in err


def test_shipped_and_protected_and_large(cloud: Cloud, shell: Shell) -> None:
    """The environment prod in one stack: over 51,200 bytes, so through a bucket; protected."""
    with cloud.environment(SHIPPED, "prod", "single") as service:
        service.set("deployers", ["aws-cli"])
        service.enlarge()
        service.generate()
        assert (service.folder / "template.json").stat().st_size > 51_200
        code, out, err = shell.run(service)
        assert (code, out) == (2, "")
        assert "--s3-bucket NAME" in err
        code, out, err = shell.run(service, "--s3-bucket", "not-there")
        assert (code, out) == (1, "")
        assert "there is no bucket not-there" in err

        storage = service.deployer.client("s3")
        storage.create_bucket(Bucket="shelf")
        bucket = ("--s3-bucket", "shelf")
        code, out, err = shell.run(service, *bucket, "--dry-run")
        assert (code, "would be created" in out) == (0, True), out + err
        try:
            assert shell.succeed(service, *bucket) == {"template": "created"}
            read_outputs(service)
            assert service.call("GET", "/health").status_code == 200
            assert shell.succeed(service, *bucket) == {"template": "unchanged"}
            code, out, err = shell.run(service, "--delete", "prod")
            assert (code, service.deployer.status("jobs-prod")) == (1, "CREATE_COMPLETE")
            (advice,) = [line.split(": ")[1] for line in err.splitlines() if "protected" in line]
            subprocess.run(
                [shell.programs / "aws", *advice.split()[1:]],
                env=shell.environment,
                check=True,
            )
            assert shell.succeed(service, "--delete", "prod") == {"template": "deleted"}
        finally:
            unprotect(service)
            for entry in storage.list_objects_v2(Bucket="shelf").get("Contents", []):
                assert entry["Key"].startswith("jobs-prod/")
                storage.delete_object(Bucket="shelf", Key=entry["Key"])
            storage.delete_bucket(Bucket="shelf")
