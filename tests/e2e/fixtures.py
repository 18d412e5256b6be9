"""The fixtures of the end-to-end tests."""

from collections.abc import Iterator

import pytest

from . import environments
from .deployer import Deployer
from .server import EmulatorServer, Image


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
