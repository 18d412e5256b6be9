"""Golden pairs: each ``cases/NAME.yaml`` and the files that it generates, ``cases/NAME/*.json``.

``pytest --update-golden`` writes what is generated now; read the difference before committing it.

Text that the generator copies unchanged is in one golden file only. Other golden files end with a
line that names it, so a change of a constant script changes one golden file.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path

import pytest

from gateway_infra.pipeline import Generated, generate
from tests.support import CASES

NAMES = sorted(path.stem for path in CASES.glob("*.yaml") if not path.stem.startswith("error_"))

CONSTANTS = {
    "aws_cli.sh": "deployer-aws-cli/aws-cli/deploy.sh",
    "wrapper.sh": "deployer-cdk/cdk/deploy.sh",
    "sam.sh": "deployer-sam/sam/deploy.sh",
}
"""Scripts that several cases end with, in the order in which they are removed from the end.

The value is the golden file that contains the whole script.
"""
REFERENCE = "# Then comes {script}, as in {file}.\n"


def generated(name: str) -> Generated:
    return generate(CASES, name, shown="cases")


@pytest.mark.parametrize("name", NAMES)
def test_a_case_generates_its_files(name: str, update_golden: bool) -> None:
    folder = CASES / name
    item = generated(name)
    told = "".join(f"warning: {warning}\n" for warning in item.warnings)
    told += "".join(f"note: {note}\n" for note in item.notes)
    files = expected(name, {**item.files, "told.txt": told})
    if update_golden:
        _replace(folder, files)
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == set(files)
    for file, text in files.items():
        assert text == (folder / file).read_text(), f"{name}/{file}"


@pytest.mark.parametrize(("script", "home"), CONSTANTS.items())
def test_each_constant_script_is_whole_in_one_golden_file(script: str, home: str) -> None:
    """Without the whole script, references would leave it unchecked."""
    case, _, file = home.partition("/")
    assert generated(case).files[file].count(constant(script)) == 1
    reference = REFERENCE.format(script=script, file=home)
    golden = {path for path in CASES.rglob("deploy.sh") if reference in path.read_text()}
    assert golden
    assert CASES / home not in golden


def test_a_script_without_its_constant_is_compared_as_it_is() -> None:
    """A script that lost a line gets no reference, so it differs from its golden file."""
    whole = "head\n" + constant("aws_cli.sh")
    shorter = whole.rstrip("\n").rpartition("\n")[0] + "\n"
    assert expected("x", {"deploy.sh": whole}) == {
        "deploy.sh": "head\n" + REFERENCE.format(script="aws_cli.sh", file=CONSTANTS["aws_cli.sh"])
    }
    assert expected("x", {"deploy.sh": shorter}) == {"deploy.sh": shorter}


def test_every_golden_folder_has_its_case() -> None:
    folders = {path.name for path in CASES.iterdir() if path.is_dir()}
    assert folders == set(NAMES)


def expected(case: str, files: Mapping[str, str]) -> dict[str, str]:
    """Return the golden files of a case, each repeated text replaced by a reference."""
    found = {}
    for file, text in files.items():
        end = ""
        body = text
        for script, home in CONSTANTS.items():
            if body.endswith(constant(script)) and home != f"{case}/{file}":
                body = body[: -len(constant(script))]
                end = REFERENCE.format(script=script, file=home) + end
        found[file] = body + end
        # Sceptre requires the templates below a folder of its own.
        if file.startswith("sceptre/templates/") and text == files[Path(file).name]:
            found[file] = f'"The same as {Path(file).name}."\n'
    return found


@cache
def constant(script: str) -> str:
    """Return a script that the generator copies unchanged behind an empty line."""
    return "\n" + package_files("gateway_infra.writers.deployers").joinpath(script).read_text(
        "utf-8"
    )


def _replace(folder: Path, files: dict[str, str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
