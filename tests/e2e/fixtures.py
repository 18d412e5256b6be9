"""The fixtures of the end-to-end tests."""

from collections.abc import Iterator

import pytest

from . import environments
from .deployer import DeployedStack, Deployer
from .foundation import deploy_foundation
from .server import EmulatorServer, Image
from .service import Cloud


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorServer]:
    """Run an emulator, shared by every test of the session."""
    image = Image(environments.build(environments.IMAGE), environments.HERE / "app")
    python = environments.build(environments.SERVER)
    with EmulatorServer(python, image, tmp_path_factory.mktemp("emulator")) as server:
        yield server


@pytest.fixture(scope="session")
def deployer(emulator: EmulatorServer) -> Deployer:
    """Make a deployer for the running emulator."""
    return Deployer(emulator.endpoint)


@pytest.fixture(scope="session")
def foundation(deployer: Deployer) -> dict[str, DeployedStack]:
    """Deploy what the project's templates find in an account; it ends with the emulator."""
    return deploy_foundation(deployer)


@pytest.fixture(scope="session")
def cloud(
    deployer: Deployer,
    emulator: EmulatorServer,
    foundation: dict[str, DeployedStack],  # noqa: ARG001
    tmp_path_factory: pytest.TempPathFactory,
) -> Cloud:
    """Give an account with a network, a database and a bucket, for services to run in."""
    return Cloud(deployer, emulator, tmp_path_factory.mktemp("cloud"))
