"""Runs a ``deploy.sh`` around another program, and looks at what became of the stacks."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .deployer import DeployedStack
from .environments import BYTECODE
from .processes import command_lines
from .server import ACCOUNT, REGION
from .service import REPOSITORY, Cloud, Service

SECRET = 'it\'s "pass" \\ word\\" =\t€ file:///etc/hostname\\'
EVERY = ("--parameter", f"ImageUri={REPOSITORY}:1", "--parameter", "DatabaseHost=database.internal")
SECONDS = 600


@dataclass
class Script:
    """``deploy.sh`` of one deployer, in a process environment that holds nothing of the user's."""

    deployer: str
    path: tuple[Path, ...]
    home: Path
    endpoint: str
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Give the variables of whoever deploys."""
        folders = (*map(str, self.path), "/usr/local/bin", "/usr/bin", "/bin")
        return {
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "HOME": str(self.home),
            "PATH": os.pathsep.join(folders),
            "PYTHONPYCACHEPREFIX": str(BYTECODE),
            "TMPDIR": str(self.home),
            **self.variables,
        }

    def start(self, service: Service, *options: str) -> "subprocess.Popen[str]":
        """Start it in a process group of its own."""
        return subprocess.Popen(
            [str(service.folder / self.deployer / "deploy.sh"), *options],
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, service: Service, *options: str) -> tuple[int, str]:
        """Run to the end; give the exit code and what was printed."""
        process = self.start(service, *options)
        text, _ = process.communicate(timeout=SECONDS)
        return process.returncode, text

    def succeed(self, service: Service, *options: str) -> str:
        """Run to the end, and learn the outputs."""
        code, text = self.run(service, *options)
        assert code == 0, text[-4000:]
        names = [name for name in service.stacks().values() if service.deployer.status(name)]
        service.outputs = {
            key: value for name in names for key, value in service.deployer.outputs(name).items()
        }
        return text


@contextmanager
def prepared(
    cloud: Cloud, deployer: str, case: str, layout: str = "split", **settings: object
) -> Iterator[Service]:
    """Generate a case for one deployer; its protection is lifted in the end."""
    with cloud.case(case, layout, {"deployers": [deployer], **settings}) as service:
        service.generate()
        try:
            yield service
        finally:
            unprotect(service)


def unprotect(service: Service) -> None:
    """Let the stacks be deleted."""
    client = service.deployer.client("cloudformation")
    for name in service.stacks().values():
        if service.deployer.status(name):
            client.update_termination_protection(StackName=name, EnableTerminationProtection=False)


def events(service: Service) -> dict[str, int]:
    """Count what happened to each stack."""
    return {key: len(service.deployer.events(name)) for key, name in service.stacks().items()}


def changed_since(service: Service, before: dict[str, int]) -> set[str]:
    """Name the stacks to which anything happened."""
    return {key for key, count in events(service).items() if count != before[key]}


def statuses(service: Service) -> set[str | None]:
    """Tell in which states the stacks are."""
    return {service.deployer.status(name) for name in service.stacks().values()}


def configuration(service: Service) -> Any:
    """Give the settings of the function."""
    client = service.deployer.client("lambda")
    return client.get_function_configuration(FunctionName=service.outputs["FunctionWebName"])


def wait_for(done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def deploys_from_nothing_to_nothing(
    script: Script, service: Service, foundation: dict[str, DeployedStack]
) -> None:
    """Deploy a value of each form, again, then with a further route and greeting, and delete."""
    script.succeed(service, *EVERY)
    given = service.ask()["given"]
    network = foundation["network"].outputs
    found = configuration(service)
    assert found["VpcConfig"]["SubnetIds"] == network["PrivateSubnetIds"].split(",")
    assert found["Environment"]["Variables"]["DB_PASSWORD"] == SECRET
    assert given["BUCKET_NAME"] == foundation["storage"].outputs["UploadBucket"]
    assert (given["DB_HOST"], given["DB_NAME"]) == ("database.internal", "jobs")
    assert (given["DB_PORT"], given["GREETING"]) == ("5432", 'good day, "world" & all')

    before = events(service)
    script.succeed(service)
    assert changed_since(service, before) == set()

    service.set('api.routes["GET /new"]', "web")
    service.generate()
    assert service.call("GET", "/new").status_code != 200
    script.succeed(service, "--parameter", 'Greeting=welcome, "all" = $HOME\\')
    touched = {"function", "api", "deployment", "template"} & service.stacks().keys()
    assert changed_since(service, before) == touched
    greeting = configuration(service)["Environment"]["Variables"]["GREETING"]
    assert greeting == 'welcome, "all" = $HOME\\', greeting
    assert service.call("GET", "/new").status_code == 200

    script.succeed(service, "--delete", service.environment)
    assert statuses(service) == {None}
    script.succeed(service, "--delete", service.environment)


def recovers(script: Script, service: Service, moment: str) -> None:
    """Kill the process group with the second stack at `moment`; the next run does the rest."""
    second = service.stacks()["function"]
    process = script.start(service)
    try:
        wait_for(lambda: service.deployer.status(second) == moment)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert None in statuses(service)
    before = len(service.deployer.events(service.stacks()["role"]))
    script.succeed(service)
    assert len(service.deployer.events(service.stacks()["role"])) == before
    assert statuses(service) == {"CREATE_COMPLETE"}
    assert service.ask()["message"] == "hello"


def command_lines_of(script: Script, service: Service, *options: str) -> tuple[set[bytes], str]:
    """Deploy, and give the command lines that it and what it starts had."""
    process = script.start(service, *options)
    seen = command_lines(process)
    text, _ = process.communicate()
    assert process.returncode == 0, text[-4000:]
    return seen, text
