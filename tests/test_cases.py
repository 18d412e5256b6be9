"""Golden pairs: each ``cases/NAME.yaml`` and the files that it generates, ``cases/NAME/*.json``.

``pytest --update-golden`` writes what is generated now; read the difference before committing it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway_infra.pipeline import Generated, generate
from tests.support import CASES

NAMES = sorted(path.stem for path in CASES.glob("*.yaml") if not path.stem.startswith("error_"))


def generated(name: str) -> Generated:
    return generate(CASES, name, shown="cases")


@pytest.mark.parametrize("name", NAMES)
def test_a_case_generates_its_files(name: str, update_golden: bool) -> None:
    folder = CASES / name
    item = generated(name)
    told = "".join(f"warning: {warning}\n" for warning in item.warnings)
    told += "".join(f"note: {note}\n" for note in item.notes)
    files = {**item.files, "told.txt": told}
    if update_golden:
        _replace(folder, files)
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == set(files)
    for file, text in files.items():
        assert text == (folder / file).read_text(), f"{name}/{file}"


def test_every_golden_folder_has_its_case() -> None:
    folders = {path.name for path in CASES.iterdir() if path.is_dir()}
    assert folders == set(NAMES)


def _replace(folder: Path, files: dict[str, str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
