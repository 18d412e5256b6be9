"""Templates as text: one form, the same bytes wherever they are made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.writers import templates
from gateway_infra.writers.templates import template_text, to_json
from tests.support import CASES, ROOT, generate_text

TEXTS: list[tuple[Any, str]] = [
    ({}, "{}\n"),
    ([], "[]\n"),
    (
        {"b": 1, "a": [2, None, True]},
        '{\n  "a": [\n    2,\n    null,\n    true\n  ],\n  "b": 1\n}\n',
    ),
    ({"Z": 1, "a": 1, "10": 1, "9": 1}, '{\n  "10": 1,\n  "9": 1,\n  "Z": 1,\n  "a": 1\n}\n'),
    ({"a": 'é → \n"'}, '{\n  "a": "é → \\n\\""\n}\n'),
    ({"a": 1.5, "b": 2.0}, '{\n  "a": 1.5,\n  "b": 2.0\n}\n'),
]


@pytest.mark.parametrize(("data", "text"), TEXTS)
def test_json_is_sorted_indented_and_ends_in_a_newline(data: Any, text: str) -> None:
    assert to_json(data) == text


def test_sections_come_in_the_order_that_people_read() -> None:
    template = {
        "Outputs": {"B": {"Value": 1}, "A": {"Value": 2}},
        "Resources": {"X": {"Type": "T", "Properties": {"b": 1, "a": 2}}},
        "Description": "text",
        "Parameters": {"P": {"Type": "String"}},
        "AWSTemplateFormatVersion": "2010-09-09",
    }
    text = template_text(template)
    assert json.loads(text) == template
    assert list(json.loads(text)) == [
        "AWSTemplateFormatVersion",
        "Description",
        "Parameters",
        "Resources",
        "Outputs",
    ]
    assert list(json.loads(text)["Outputs"]) == ["A", "B"]
    assert text.splitlines()[:3] == [
        "{",
        '  "AWSTemplateFormatVersion": "2010-09-09",',
        '  "Description": "text",',
    ]
    assert text.endswith("\n  }\n}\n")


def test_a_section_without_content_is_not_written() -> None:
    assert template_text({"Resources": {}}) == '{\n  "Resources": {}\n}\n'


def test_nothing_of_a_template_is_lost() -> None:
    item = generate_text()
    for stack in item.stacks:
        assert json.loads(item.files[f"{stack.key}.json"]) == stack.template


def test_texts_hold_no_line_that_ends_in_a_space() -> None:
    for text in generate_text().files.values():
        assert text.endswith("}\n")
        assert not text.endswith("\n\n")
        assert not [line for line in text.splitlines() if line != line.rstrip()]
        assert "\r" not in text


SCRIPT = """
import hashlib, sys
from pathlib import Path
from gateway_infra.pipeline import generate
for name in sys.argv[2:]:
    item = generate(Path(sys.argv[1]), name, layout=None, overrides=(), shown="cases")
    for file, text in item.files.items():
        print(name, file, hashlib.sha256(text.encode()).hexdigest())
    print(ascii([str(told) for told in (*item.warnings, *item.notes)]))
"""
NAMES = sorted(path.stem for path in CASES.glob("*.yaml") if not path.stem.startswith("error_"))
PROCESSES = [
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC", "PYTHONUTF8": "0"},
    {
        "PYTHONHASHSEED": "3",
        "LC_ALL": "tr_TR.UTF-8",
        "TZ": "Asia/Tokyo",
        "AWS_REGION": "eu-west-1",
        "PYTHONOPTIMIZE": "2",
        "HOME": "/none",
    },
]


def hashes(folder: Path, cases: Path, environment: dict[str, str]) -> str:
    """Return the hashes of all files of all cases, made in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(cases), *NAMES],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


@pytest.mark.slow
def test_the_bytes_are_the_same_on_any_machine(tmp_path: Path) -> None:
    relative = Path("tests/cases")
    one, other = PROCESSES
    first = hashes(ROOT, relative, one)
    assert len(first.splitlines()) > 3 * len(NAMES)
    assert hashes(tmp_path, CASES, other) == first


INDENTS = {400: "  ", 500: " ", 700: "", 1000: "  "}
"""Items of a template, and the indentation that is left of it."""


@pytest.mark.parametrize("items", INDENTS)
def test_a_template_that_fits_a_request_with_less_indentation_has_less(items: int) -> None:
    """With line breaks it reads as a diff; only one that does not fit at all stays as it was."""
    deep = {
        "Resources": {f"Item{n:04}": {"Properties": {"Values": ["x" * 20]}} for n in range(items)}
    }
    text = template_text(deep)
    fits = len(text.encode()) <= templates.INLINE_BYTES
    assert fits == (items < 1000)
    assert text.splitlines()[1] == f'{INDENTS[items]}"Resources": {{'
    assert len(text.splitlines()) > items
    assert json.loads(text) == deep


def test_a_template_too_large_for_line_breaks_is_written_without(monkeypatch: Any) -> None:
    template = {"Resources": {"B": {"Type": "é"}, "A": {"Type": "b"}}}
    readable = template_text(template)
    monkeypatch.setattr(templates, "INLINE_BYTES", 0)
    monkeypatch.setattr(templates, "MAX_BYTES", len(readable.encode()))
    assert template_text(template) == readable
    monkeypatch.setattr(templates, "MAX_BYTES", len(readable.encode()) - 1)
    assert template_text(template) == '{"Resources":{"A":{"Type":"b"},"B":{"Type":"é"}}}\n'
