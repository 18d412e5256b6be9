"""Marks the end-to-end tests, and shows the emulator's log when one fails.

Without the packages of the ``e2e`` extra the tests are not collected.
"""

import os
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MISSING = [name for name in ("boto3", "requests", "uv") if find_spec(name) is None]

if not MISSING:
    from .fixtures import cloud, deployer, emulator, foundation  # noqa: F401


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests out when a package is missing, unless they were asked for."""
    if not MISSING or not collection_path.name.startswith("test_"):
        return None
    if not config.getoption("markexpr").startswith("not "):
        raise pytest.UsageError(f"The end-to-end tests need {', '.join(MISSING)}.")
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, before ``-m`` selects; what needs more has its own mark."""
    here = f"{HERE}{os.sep}"  # as text: these are ten thousand paths
    for item in items:
        if not str(item.path).startswith(here):
            continue
        if not (item.get_closest_marker("npm") or item.get_closest_marker("debian")):
            item.add_marker("e2e")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the end of the emulator's log to the report of a failed test."""
    report = yield
    server = getattr(item, "funcargs", {}).get("emulator")
    if report.failed and server is not None:
        report.sections.append(("emulator log", server.log_tail()))
    return report
