"""Fuzz the reader of files with bytes, guided by what they reach: ``python -m tests.fuzz.loader``.

Run by ``test_bytes.py``, in a process of its own, as atheris ends the one that it runs in.
Arguments are libFuzzer's: https://llvm.org/docs/LibFuzzer.html#options
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["gateway_infra.loading", "gateway_infra.reading"]):
    from gateway_infra.loading.load import load
    from gateway_infra.reading.diagnostics import ConfigError


def main() -> None:
    """Read what libFuzzer makes as the file of an environment, until it has made enough."""
    with tempfile.TemporaryDirectory() as folder:

        def one(data: bytes) -> None:
            (Path(folder) / "prod.yaml").write_bytes(data)
            try:
                load(Path(folder), "prod", shown="environments")
                return
            except ConfigError as error:
                problems = error.problems
            assert problems
            assert all(str(problem).isprintable() for problem in problems)

        atheris.Setup(sys.argv, one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
