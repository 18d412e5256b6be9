"""Options that all tests share."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest

# Where bytecode is not wanted (PYTHONDONTWRITEBYTECODE), it is kept out of the source instead: a
# hundred processes that each compile all that they import would take as long as the tests.
if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).parent.parent / ".cache" / "bytecode")
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from tests.command import BASE, Ran, Run, write


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the cases generate now over what is expected",
    )


def pytest_collection_finish() -> None:
    """Keep what stays to the end, and is much, out of every search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a new folder with the environments dev and prod."""
    monkeypatch.chdir(tmp_path)
    write(base=BASE, dev="functions: {web: {memory: 512}}\n", prod="alarms: {emails: [a@b.c]}\n")
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return the command as a function of its arguments."""
    return lambda *arguments: Ran(capsys, *arguments)
