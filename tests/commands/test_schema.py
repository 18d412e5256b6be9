"""``gateway-infra schema``: what is printed, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway_infra.cli import main
from tests.schema.support import FILE_SCHEMA, WHOLE_SCHEMA
from tests.support import ROOT


def test_the_schema_of_a_file_goes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == FILE_SCHEMA
    assert out.endswith("}\n")
    assert err == ""


def test_or_that_of_a_whole_environment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--whole"]) == 0
    assert json.loads(capsys.readouterr().out) == WHOLE_SCHEMA


@pytest.mark.parametrize("arguments", [["--env", "prod"], ["prod"], ["--who"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["schema", *arguments])
    assert stop.value.code == 2
    assert "usage: gateway-infra schema" in capsys.readouterr().err


def test_it_needs_no_folder_and_prints_the_same_bytes_anywhere(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "gateway_infra", "schema"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=True,
    )
    assert done.stdout == (ROOT / "environments" / "schema.json").read_bytes()
    assert os.listdir(tmp_path) == []
