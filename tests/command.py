"""What the tests of the command share: a folder with environments, and one run of the command."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway_infra.cli import main
from tests.faults import DATABASE, changed

BASE = changed("jobs:1", f"jobs@sha256:{'a' * 64}, timeout: 29") + DATABASE.replace(
    "user: jobs_app", "user: postgres"
)
"""What the environments of the tests have in common; it gives one warning."""


class Ran:
    """What one run of the command returned and printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        capsys.readouterr()
        try:
            self.code = main(["generate", *arguments])
        except SystemExit as stop:
            self.code = int(stop.code or 0)
        self.out, self.err = capsys.readouterr()

    @property
    def messages(self) -> list[str]:
        """The lines of stderr but for quotes of files, and how many messages there are."""
        other = re.compile(r" *\d* \|( .*)?|\d+ (error|warning|piece)s?.*")
        return [line for line in self.err.splitlines() if not other.fullmatch(line)]


Run = Callable[..., Ran]


def write(**files: str) -> None:
    """Write environment files by name."""
    Path("environments").mkdir(exist_ok=True)
    for name, text in files.items():
        file = Path(f"environments/{name}.yaml")
        file.unlink(missing_ok=True)  # as `tests.support.written` says
        file.write_text(text)


def contents(folder: str = ".") -> dict[str, bytes]:
    """Return the bytes of every file below a folder."""
    files = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    return {str(path): path.read_bytes() for path in files}
