"""What ``--deployer sceptre`` writes and ``sceptre_handler``, with Sceptre itself."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway_infra.writers.deployers.sceptre import sceptre_files
from gateway_infra.writers.plan import Plan, PlannedStack

from . import environments
from .deployer import DeployedStack
from .server import ACCOUNT, REGION
from .service import LAYOUTS, REPOSITORY, ROOT, SHIPPED, Cloud, Service

OUTPUT_LIMIT = 3000

# AWS tells which parameters are NoEcho, and Sceptre then compares nothing and shows "****"; the
# emulator's GetTemplateSummary does not tell it.
UNKNOWN = {"root.parameters['DbPassword']"}

PROGRAM = """
import sys, time
from sceptre.cli import cli
sleep = time.sleep
time.sleep = lambda seconds: sleep(seconds / 20)
sys.exit(cli())
"""
"""Sceptre with short pauses: it looks at a stack every four seconds, and one takes half of one."""


@dataclass
class Sceptre:
    """The program, in a process environment that holds nothing of the user's own."""

    program: Path
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
            "PATH": os.pathsep.join((str(self.program.parent), "/usr/bin", "/bin")),
            "PYTHONPYCACHEPREFIX": str(environments.BYTECODE),
            "PYTHONPATH": str(ROOT / "src"),
            **self.variables,
        }

    def start(self, folder: Path, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [str(self.program.with_name("python")), "-c", PROGRAM, "--no-colour", *arguments],
            cwd=folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, folder: Path, *arguments: str) -> tuple[int, str]:
        """Run to the end; give the exit code and all that was printed."""
        process = self.start(folder, *arguments)
        text, _ = process.communicate(timeout=300)
        return process.returncode, text

    def succeed(self, folder: Path, *arguments: str) -> str:
        code, text = self.run(folder, *arguments)
        assert code == 0, text[-OUTPUT_LIMIT:]
        return text


@pytest.fixture(scope="session")
def program() -> Path:
    return environments.build(environments.SCEPTRE).with_name("sceptre")


@pytest.fixture
def sceptre(program: Path, tmp_path: Path, cloud: Cloud) -> Sceptre:
    return Sceptre(program, tmp_path, cloud.emulator.endpoint)


def generate(service: Service) -> Path:
    """Generate, and give the Sceptre project."""
    service.set("deployers", ["sceptre"])
    service.generate()
    return service.folder / "sceptre"


def read_outputs(service: Service) -> None:
    """Learn the outputs, as a deploy by the service itself would."""
    service.outputs = {
        name: value
        for stack in service.stacks().values()
        for name, value in service.deployer.outputs(stack).items()
    }


def events(service: Service) -> dict[str, int]:
    """Count what happened to each stack."""
    return {name: len(service.deployer.events(name)) for name in service.stacks().values()}


def differences(told: str) -> list[str]:
    """List what a diff names, as ``root.parameters['DbPassword']``."""
    return re.findall(r"root\S*(?=:)", told)


def statuses(service: Service) -> dict[str, str | None]:
    return {key: service.deployer.status(name) for key, name in service.stacks().items()}


SECRET = 'pass"word\\ , =\t€ {{ var.x }} !file'
HOST = ("--var", "DatabaseHost=database.internal")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_from_nothing_to_nothing(
    cloud: Cloud, foundation: dict[str, DeployedStack], sceptre: Sceptre, layout: str
) -> None:
    """Validate, diff, launch, launch again, change, delete; with a value of each form."""
    with cloud.case("every-form", layout) as service:
        name = service.environment
        sceptre.variables["DB_PASSWORD"] = SECRET
        given = (*HOST, "--var", f"ImageUri={REPOSITORY}:1")
        project = generate(service)
        told = sceptre.succeed(project, *given, "validate", name)
        assert told.count("is valid") == len(service.stacks())
        told = sceptre.succeed(project, *given, "diff", name)
        assert told.count("is not deployed") == len(service.stacks())

        sceptre.succeed(project, *given, "launch", "-y", name)
        read_outputs(service)
        assert_given(service, foundation, greeting='good day, "world" & all', port="5432")
        tags = service.deployer.client("cloudformation").describe_stacks(
            StackName=next(iter(service.stacks().values()))
        )["Stacks"][0]["Tags"]
        assert {"Key": "Service", "Value": "forms"} in tags

        before = events(service)
        told = sceptre.succeed(project, *given, "diff", name)
        assert set(differences(told)) <= UNKNOWN, told[-OUTPUT_LIMIT:]
        sceptre.succeed(project, *given, "launch", "-y", name)
        assert events(service) == before

        service.set('api.routes["GET /new"]', "web")
        assert service.call("GET", "/new").status_code != 200
        generate(service)
        told = sceptre.succeed(project, *given, "diff", name)
        assert any("GetNew" in place for place in differences(told)), told[-OUTPUT_LIMIT:]
        values = sceptre.home / "values.yaml"
        values.write_text('Greeting: "a=b {{ c }}, d"\nDatabasePort: 6543\n')
        given = ("--var-file", str(values), *given)
        sceptre.succeed(project, *given, "launch", "-y", name)
        assert service.call("GET", "/new").status_code == 200
        assert_given(service, foundation, greeting="a=b {{ c }}, d", port="6543")

        told = sceptre.succeed(project, *given, "delete", "-y", name)
        assert set(statuses(service).values()) == {None}
        gone = {key: told.index(f"{name}/{key} - Deleting") for key in service.stacks()}
        manifest = json.loads((service.folder / "manifest.json").read_text())
        for stack in manifest["stacks"]:
            assert all(gone[stack["key"]] < gone[key] for key in stack["depends_on"])


def assert_given(
    service: Service, foundation: dict[str, DeployedStack], *, greeting: str, port: str
) -> None:
    """See in the function's settings what each form was filled with."""
    found = service.deployer.client("lambda").get_function_configuration(
        FunctionName=service.outputs["FunctionWebName"]
    )
    variables = found["Environment"]["Variables"]
    expected = {
        "BUCKET_NAME": foundation["storage"].outputs["UploadBucket"],
        "DB_HOST": "database.internal",
        "DB_NAME": "jobs",
        "DB_PASSWORD": SECRET,
        "DB_PORT": port,
        "GREETING": greeting,
    }
    assert variables | expected == variables
    network = foundation["network"].outputs
    assert found["VpcConfig"]["SubnetIds"] == network["PrivateSubnetIds"].split(",")


@pytest.mark.parametrize("moment", ["CREATE_COMPLETE", "CREATE_IN_PROGRESS"])
def test_interrupted_at_the_second_stack(cloud: Cloud, sceptre: Sceptre, moment: str) -> None:
    """Killed when the second stack is made, or while it is; the next launch does the rest."""
    with cloud.case("plain") as service:
        project = generate(service)
        second = service.stacks()["function"]
        process = sceptre.start(project, "launch", "-y", service.environment)
        try:
            wait_for(lambda: service.deployer.status(second) == moment)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        assert None in statuses(service).values()
        code, told = sceptre.run(project, "launch", "-y", service.environment)
        if code:  # A stack still in progress is left alone, and what needs it fails.
            assert moment == "CREATE_IN_PROGRESS"
            assert "already in progress" in told, told
            wait_for(lambda: service.deployer.status(second) == "CREATE_COMPLETE")
            sceptre.succeed(project, "launch", "-y", service.environment)
        assert set(statuses(service).values()) <= {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
        read_outputs(service)
        assert service.ask()["message"] == "hello"


def wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_is_missing_is_named(cloud: Cloud, sceptre: Sceptre) -> None:
    with cloud.case("data", "single") as service:
        project = generate(service)
        name = service.environment
        image = ("--var", f"Image={REPOSITORY}:1")
        code, told = sceptre.run(project, *image, "launch", "-y", name)
        assert (code, statuses(service)) == (1, {"template": None})
        assert f"{name}/template.yaml" in told
        assert "'DatabaseHost'" in told
        assert "Traceback" not in told

        sceptre.variables["DB_PASSWORD"] = "first"
        service.set("database.security_group", {"stack_output": "nowhere/GroupId"})
        generate(service)
        code, told = sceptre.run(project, *HOST, *image, "launch", "-y", name)
        assert (code, "nowhere" in told, "does not exist" in told) == (1, True, True), told
        assert "Traceback" not in told

        service.settings.pop("database.security_group")
        sceptre.variables.clear()
        generate(service)
        code, told = sceptre.run(project, *HOST, *image, "launch", "-y", name)
        assert (code, "DbPassword" in told) == (1, True), told
        assert "Traceback" not in told


def test_shipped_and_protected_and_large(cloud: Cloud, sceptre: Sceptre) -> None:
    """The environment prod in one stack: over 51,200 bytes, so through a bucket; protected."""
    with cloud.environment(SHIPPED, "prod", "single") as service:
        service.enlarge()
        project = generate(service)
        assert (service.folder / "template.json").stat().st_size > 51_200
        sceptre.variables["DB_PASSWORD"] = "first"
        code, told = sceptre.run(project, "launch", "-y", "prod")
        assert (code, "template_bucket_name" in told) == (1, True), told
        bucket = ("--var", "template_bucket_name=sceptre-templates")
        sceptre.succeed(project, *bucket, "launch", "-y", "prod")
        read_outputs(service)
        assert service.call("GET", "/health").status_code == 200
        sceptre.succeed(project, *bucket, "launch", "-y", "prod")

        code, told = sceptre.run(project, *bucket, "delete", "-y", "prod")
        assert (code, service.deployer.status("jobs-prod")) == (1, "CREATE_COMPLETE")
        assert "jobs-prod is protected. To delete it anyway: sceptre --var unprotect=prod" in told
        code, _ = sceptre.run(project, *bucket, "--var", "unprotect=dev", "delete", "-y", "prod")
        assert (code, service.deployer.status("jobs-prod")) == (1, "CREATE_COMPLETE")
        sceptre.succeed(project, *bucket, "--var", "unprotect=prod", "delete", "-y", "prod")
        assert service.deployer.status("jobs-prod") is None
        empty_bucket(service, "sceptre-templates")


def empty_bucket(service: Service, bucket: str) -> None:
    """Remove the bucket that Sceptre made for templates."""
    client = service.deployer.client("s3")
    for entry in client.list_objects_v2(Bucket=bucket).get("Contents", []):
        client.delete_object(Bucket=bucket, Key=entry["Key"])
    client.delete_bucket(Bucket=bucket)


def test_handler(cloud: Cloud, sceptre: Sceptre) -> None:
    """A project that compiles its templates itself, with the configuration that is written."""
    with cloud.case("plain") as service:
        generated = generate(service)
        project = sceptre.home / "project"
        shutil.copytree(generated / "config", project / "config")
        (project / "templates").mkdir()
        shutil.copyfile(
            ROOT / "examples" / "sceptre" / "templates" / "gateway.py",
            project / "templates" / "gateway.py",
        )
        name = service.environment
        shutil.copytree(service.environments, project / "environments")
        for key in service.stacks():
            config = project / "config" / name / f"{key}.yaml"
            lines = config.read_text().replace(f"path: {name}/{key}.json", "path: gateway.py")
            data = {"environments": "environments", "env": name, "stack": key}
            config.write_text(f"{lines}sceptre_user_data: {json.dumps(data)}\n")
        sceptre.succeed(project, "launch", "-y", name)
        read_outputs(service)
        assert service.ask()["message"] == "hello"
        client = service.deployer.client("cloudformation")
        for key, stack in service.stacks().items():
            deployed = client.get_template(StackName=stack)["TemplateBody"]
            text = deployed if isinstance(deployed, str) else json.dumps(deployed)
            expected = (service.folder / f"{key}.json").read_text()
            assert json.loads(text.removeprefix("---\n")) == json.loads(expected)

        environment = project / "environments" / f"{name}.yaml"
        line = environment.read_text().splitlines().index("    timeout: 20") + 1
        environment.write_text(environment.read_text().replace("timeout: 20", "timeout: 0"))
        code, told = sceptre.run(project, "launch", "-y", name)
        assert code == 1
        assert f"environments/{name}.yaml:{line}:5: functions.web.timeout: is 0" in told
        assert "Traceback" not in told


def test_example(cloud: Cloud, sceptre: Sceptre) -> None:
    """The project under ``examples/``, on the shipped environment dev; from the repository."""
    with cloud.environment(SHIPPED, "dev", "single") as service:
        service.generate()
        sceptre.variables["DB_PASSWORD"] = "first"
        given = ("--dir", "examples/sceptre", "--var", f"ImageUri={REPOSITORY}:1")
        sceptre.succeed(ROOT, *given, "launch", "-y", "dev")
        read_outputs(service)
        assert service.call("GET", "/health").status_code == 200
        told = sceptre.succeed(ROOT, *given, "diff", "dev")
        assert set(differences(told)) <= UNKNOWN, told[-OUTPUT_LIMIT:]
        sceptre.succeed(ROOT, *given, "delete", "-y", "dev")


def test_two_environments_in_one_project(cloud: Cloud, sceptre: Sceptre) -> None:
    """The folders of both are laid over each other; each is validated alone, and both at once."""
    with cloud.case("plain") as one, cloud.case("plain", "single") as other:
        project = sceptre.home / "project"
        for service in (one, other):
            shutil.copytree(generate(service), project, dirs_exist_ok=True)
        for service in (one, other):
            told = sceptre.succeed(project, "validate", service.environment)
            assert told.count("is valid") == len(service.stacks())
        told = sceptre.succeed(project, "validate", "")
        assert told.count("is valid") == len(one.stacks()) + len(other.stacks())


HOSTILE = [
    *("", " ", "yes", "No", "null", "~", "0123", "1_000", "1e3", "12:30:00", "2001-12-14", "0x1f"),
    *("a: b", "a #b", "- a", "!x", "&x", "*x", "'", '"', "\\", "\\n", "%", "@", "`", "a,b", "[a]"),
    *("{{ var.x }}", "{% if %}", "{# a #}", "}}", "{", "${x}", "$(x)", "é", "\u2028", "😀", "a\nb"),
]
READ = """
import json, sys
from sceptre.config.reader import ConfigReader
from sceptre.context import SceptreContext
context = SceptreContext(command_path="prod", command_params={}, project_path=sys.argv[1])
(stack,) = ConfigReader(context).construct_stacks()[0]
print(json.dumps([stack.parameters, stack.tags, stack.project_code, stack.external_name]))
"""


def test_any_text_is_read_back(program: Path, tmp_path: Path) -> None:
    """As values of parameters, and as keys and values of tags."""
    parameters = {f"P{number}": {"value": text} for number, text in enumerate(HOSTILE)}
    tags = {text: text for text in HOSTILE}
    stack = PlannedStack(
        key="on",
        name="1e3-prod-on",
        file="on.json",
        template={},
        text="{}",
        parameters=parameters,
        depends_on=(),
        capabilities=(),
        outputs=(),
        tags=tags,
    )
    plan = Plan("prod", "1e3", REGION, "own", protect=True, stacks=(stack,))
    for path, text in sceptre_files(plan).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    command = [str(program.with_name("python")), "-c", READ, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    given = {name: filled["value"] for name, filled in parameters.items()}
    assert json.loads(done.stdout) == [given, tags, "1e3", "1e3-prod-on"]
