"""Errors by example: each ``cases/error_NAME.yaml`` and the messages it gets, ``error_NAME.txt``.

``pytest --update-golden`` writes what is said now; read it as the person who made the mistake:
does each line name file, line and key, say what is wrong and what to do?
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from gateway_infra.config.problems import ConfigError
from gateway_infra.pipeline import generate
from tests.support import CASES

NAMES = sorted(path.stem.removeprefix("error_") for path in CASES.glob("error_*.yaml"))


def messages_of(name: str, folder: Path) -> list[str]:
    """Return the messages for a case, which is copied to `folder` as the environment NAME.

    An OpenAPI document beside it, ``error_NAME.yml``, becomes ``NAME.yml``.
    """
    shutil.copy(CASES / f"error_{name}.yaml", folder / f"{name}.yaml")
    document = CASES / f"error_{name}.yml"
    if document.is_file():
        shutil.copy(document, folder / f"{name}.yml")
    with pytest.raises(ConfigError) as caught:
        generate(folder, name, layout=None, overrides=(), shown="cases")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_gets_its_messages(name: str, tmp_path: Path, update_golden: bool) -> None:
    text = "".join(f"{message}\n" for message in messages_of(name, tmp_path))
    golden = CASES / f"error_{name}.txt"
    if update_golden:
        golden.write_text(text)
    assert text == golden.read_text()


def expected() -> list[tuple[str, str]]:
    return [
        (name, line)
        for name in NAMES
        for line in (CASES / f"error_{name}.txt").read_text().splitlines()
    ]


def test_there_are_enough_cases_and_no_text_without_its_case() -> None:
    texts = {path.stem.removeprefix("error_") for path in CASES.glob("error_*.txt")}
    assert texts == set(NAMES)
    assert len(NAMES) >= 60


def test_every_message_is_a_place_and_a_sentence_that_one_can_read() -> None:
    form = re.compile(r"cases/(?P<name>[a-z0-9-]+)\.ya?ml:[1-9]\d*:[1-9]\d*: \S.*[^\s.:;,]")
    for name, line in expected():
        match = form.fullmatch(line)
        assert match, line
        assert match["name"] == name
        assert len(line) <= 400, line


def test_no_message_shows_what_only_programmers_know() -> None:
    inside = ("pydantic", "Input should", "Traceback", "NoneType", "dict", "Error", "validator")
    for _, line in expected():
        assert not [word for word in inside if word in line], line


def test_no_message_repeats_a_secret() -> None:
    assert not [line for _, line in expected() if "hunter2" in line]
