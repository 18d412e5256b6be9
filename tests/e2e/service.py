"""A service from its environment file to the API that answers, by the command that users run."""

import io
import itertools
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from gateway_infra.cli import main

from .deployer import DeployedStack, Deployer, Outcome
from .manifest import read_stacks
from .server import EmulatorServer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES = HERE / "cases"
SHIPPED = ROOT / "environments"
LAYOUTS = ("split", "single")
REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs"  # must be the region's own

_numbers = itertools.count(1)


class GenerateError(RuntimeError):
    """The command failed; the message is what it printed."""


@dataclass
class Service:
    """One environment, its generated folder, its stacks, and how to call it.

    ``settings`` are passed as ``--set``, ``variables`` are the environment of whoever deploys, and
    ``values`` are the parameters that the manifest leaves to them. ``outputs`` are those of all
    stacks, as they were deployed last, and ``warnings`` what the command said then.
    """

    deployer: Deployer
    emulator: EmulatorServer
    environments: Path
    environment: str
    output: Path
    layout: str
    settings: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=lambda: {"DB_PASSWORD": "first"})
    values: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    warnings: str = ""

    @property
    def folder(self) -> Path:
        """Tell where the templates are."""
        return self.output / self.environment

    def set(self, path: str, value: object) -> None:
        """Override a value of the environment file, from now on; ``None`` removes it."""
        self.settings[path] = json.dumps(value)

    def enlarge(self) -> None:
        """Add routes, so that one stack of it is over what a request to CloudFormation holds."""
        for number in range(12):
            self.set(f'api.routes["GET /further/{number}"]', "web")

    def generate(self) -> None:
        """Run the command, in this process: another would take longer to start than to work."""
        options = ["--layout", self.layout, "--environments", str(self.environments)]
        for path, value in self.settings.items():
            options += ["--set", f"{path}={value}"]
        command = ["generate", "--env", self.environment, "--output", str(self.output)]
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as told:
            code = main([*command, *options])
        if code:
            raise GenerateError(told.getvalue())
        self.warnings = told.getvalue()

    def deploy(self) -> dict[str, Outcome]:
        """Generate and deploy, and tell what became of each stack, keyed as the manifest is."""
        self.generate()
        deployed: dict[str, DeployedStack] = self.deployer.deploy(
            self.folder, environment=self.variables, values=self.values
        )
        self.outputs = {
            name: value for stack in deployed.values() for name, value in stack.outputs.items()
        }
        return {key: stack.outcome for key, stack in deployed.items()}

    def delete(self) -> None:
        """Delete every stack, the last first."""
        if (self.folder / "manifest.json").exists():
            self.deployer.delete(self.folder)

    def stacks(self) -> dict[str, str]:
        """Name the stacks by their keys, in deploy order."""
        return {stack.key: stack.name for stack in read_stacks(self.folder)}

    def resources(self) -> dict[str, str]:
        """Give the physical ids of all stacks' resources, by logical id."""
        return {
            name: value
            for stack in self.stacks().values()
            for name, value in self.deployer.resources(stack).items()
        }

    def resource(self, beginning: str) -> str:
        """Give the one logical id that begins so: those of versions and deployments hold a hash."""
        (found,) = (name for name in self.resources() if name.startswith(beginning))
        return found

    def versions(self, function: str = "Web") -> list[str]:
        """List the published versions of a function, the oldest first."""
        name = self.outputs[f"Function{function}Name"]
        client = self.deployer.client("lambda")
        found = client.list_versions_by_function(FunctionName=name)["Versions"]
        return [version["Version"] for version in found if version["Version"] != "$LATEST"]

    def call(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        *,
        body: Any = None,
        stage: str = "v1",
    ) -> requests.Response:
        """Call the API; a header's name is sent in the spelling that it has here."""
        url = self.emulator.api_url(self.outputs["ApiId"], path, stage)
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, url, headers=headers, json=body, timeout=60)

    def ask(self, path: str = "/jobs", method: str = "GET") -> dict[str, Any]:
        """Call the API and give what the function says of the call and of itself."""
        answer = self.call(method, path)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        told: dict[str, Any] = answer.json()
        return told


@dataclass(frozen=True)
class Cloud:
    """An emulated account, in which every service is deleted when its test is done with it."""

    deployer: Deployer
    emulator: EmulatorServer
    folder: Path

    @contextmanager
    def case(
        self, name: str, layout: str = "split", settings: Mapping[str, object] | None = None
    ) -> Iterator[Service]:
        """Prepare a service from ``cases/NAME.yaml``, under an environment's name of its own."""
        environment = f"{name}-{next(_numbers)}"
        environments = self.folder / environment
        environments.mkdir()
        shutil.copyfile(CASES / f"{name}.yaml", environments / f"{environment}.yaml")
        with self.environment(environments, environment, layout) as service:
            for path, value in (settings or {}).items():
                service.set(path, value)
            yield service

    @contextmanager
    def environment(
        self, environments: Path, environment: str, layout: str = "split"
    ) -> Iterator[Service]:
        """Prepare a service from a folder of environments, as it is."""
        output = self.folder / f"output-{next(_numbers)}"
        service = Service(self.deployer, self.emulator, environments, environment, output, layout)
        try:
            yield service
        finally:
            service.delete()


def cors_headers(answer: requests.Response) -> dict[str, str]:
    """Give the headers of an answer that browsers and caches judge by."""
    return {
        name: value
        for name, value in answer.headers.items()
        if name.lower().startswith("access-control-") or name.lower() == "vary"
    }
