"""Reading YAML: what values are, where they stand, and what is refused before it costs memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.reading.diagnostics import Place
from gateway_infra.reading.source import MAX_BYTES, MAX_DEPTH, read_file, read_text
from tests.faults import faults_of

TEXT = """\
# a comment
name: jobs
ports:
  - 80
  - inner: true
flow: {one: [1, {two: 2}], three: ~}
block: |
  many
  lines
"quoted key": 'it''s'
200: text
"""

PLACES = {
    (): (2, 1),
    ("name",): (2, 1),
    ("ports",): (3, 1),
    ("ports", 0): (4, 5),
    ("ports", 1): (5, 5),
    ("ports", 1, "inner"): (5, 5),
    ("flow",): (6, 1),
    ("flow", "one"): (6, 8),
    ("flow", "one", 0): (6, 14),
    ("flow", "one", 1, "two"): (6, 18),
    ("flow", "three"): (6, 28),
    ("block",): (7, 1),
    ("quoted key",): (10, 1),
    ("200",): (11, 1),
}

SCALARS: dict[str, Any] = {
    "~": None,
    "null": None,
    "Null": None,
    "nULL": "nULL",
    "true": True,
    "True": True,
    "FALSE": False,
    "tRue": "tRue",
    "yes": "yes",
    "No": "No",
    "on": "on",
    "OFF": "OFF",
    "y": "y",
    "0": 0,
    "-7": -7,
    "+7": 7,
    "123456789012": 123456789012,
    "012345678901": "012345678901",
    "007": "007",
    "0o14": "0o14",
    "0x10": "0x10",
    "0b1": "0b1",
    "1_000": "1_000",
    "1,000": "1,000",
    "9" * 19: int("9" * 19),
    "9" * 20: "9" * 20,
    "9" * 6000: "9" * 6000,
    "1.10": 1.1,
    "1.": 1.0,
    "12.": 12.0,
    ".5": 0.5,
    "-.5": -0.5,
    "2.5e3": 2500.0,
    "1.4.2": "1.4.2",
    ".": ".",
    ".inf": ".inf",
    "-.inf": "-.inf",
    ".nan": ".nan",
    "2024-01-31": "2024-01-31",
    "2024-01-31T10:00:00Z": "2024-01-31T10:00:00Z",
    "12:30:45": "12:30:45",
    "=": "=",
    "'12'": "12",
    '"true"': "true",
    '""': "",
    '"\\u00e9\\n"': "é\n",
    "|-\n  12": "12",
    "é ü 日本": "é ü 日本",
}

REFUSED = {
    "duplicate key": ("a: 1\nb: 2\na: 3\n", "f:3:1: duplicate key 'a' (first on line 1)"),
    "duplicate, deeper": ("a:\n  b: 1\n  b: 2\n", "f:3:3: duplicate key 'b' (first on line 2)"),
    "duplicate, in braces": ("a: {b: 1, c: 2, b: 3}", "f:1:17: duplicate key 'b'"),
    "duplicate, quoted": ("a: 1\n'a': 2\n", "f:2:1: duplicate key 'a'"),
    "duplicate numbers": ("200: 1\n200: 2\n", "f:2:1: duplicate key '200'"),
    "duplicate list item": ("- {a: 1, a: 2}", "f:1:10: duplicate key 'a'"),
    "tab": ("a:\n\tb: 1\n", "f:2:1: a tab stands here; YAML indents with spaces"),
    "tab first": ("\ta: 1\n", "f:1:1: a tab stands here"),
    "tab after spaces": ("a:\n  \tb: 1\n  c: 2\n", "a tab stands here"),
    "control character": ("a: \x07b\n", "f:1:4: character U+0007 is not allowed in YAML"),
    "escape": ("a: b\nc: \x1b[0m\n", "f:2:4: character U+001B is not allowed in YAML"),
    "null byte": ("a: \x00\n", "f:1:4: character U+0000"),
    "delete": ("é: é\nc: \x7f\n", "f:2:4: character U+007F"),
    "no character": ("a: \ufffe\n", "f:1:4: character U+FFFE"),
    "half a pair": ("a: \ud800\n", "f:1:4: character U+D800"),
    "half a pair, escaped": ('a: "\\ud800"\n', "f:1:7: is not YAML"),
    "tag": ("a: !Ref b\n", "f:1:4: tag !Ref is not read; write {parameter: Name}"),
    "tag on a mapping": ("a: !Sub {b: c}\n", "f:1:4: tag !Sub is not read"),
    "tag on a list": ("a: !GetAtt [b, c]\n", "f:1:4: tag !GetAtt is not read"),
    "standard tag": ("a: !!str 12\n", "f:1:4: tag !!str is not read"),
    "python tag": ("a: !!python/object/apply:os.system [x]\n", "f:1:4: tag !!python/object"),
    "tagged key": ("!!str a: 1\n", "f:1:1: tag !!str is not read"),
    "merge key": ("a: &x {b: 1}\nc:\n  <<: *x\n", "f:3:3: merge keys (<<) are not read"),
    "second document": ("a: 1\n---\nb: 2\n", "f:2:1: a second document starts here"),
    "empty second document": ("a: 1\n---\n", "f:2:1: a second document starts here"),
    "list as key": ("? [a, b]\n: 1\n", "f:1:3: a key must be plain text"),
    "mapping as key": ("{a: 1}: 2\n", "f:1:1: a key must be plain text"),
    "alias as key": ("a: &x b\n*x : 2\n", "a key must be plain text"),
    "unknown alias": ("a: *x\n", "f:1:4: alias *x names no finished anchor above it"),
    "alias of itself": ("a: &x [*x]\n", "f:1:8: alias *x names no finished anchor above it"),
    "mapping in itself": ("a: &x {b: *x}\n", "f:1:11: alias *x names no finished anchor"),
    "two colons": ("a: b: c\n", "f:1:5: is not YAML: a colon stands where none can"),
    "indented wrong": ("a: 1\n b: 2\n", "f:2:3: is not YAML"),
    "open bracket": ("a: [1, 2\nb: 3\n", "is not YAML"),
    "open quote": ("a: 'x\n", "is not YAML"),
    "at sign": ("a: @x\n", "f:1:4: is not YAML"),
    "too deep": ("[" * (MAX_DEPTH + 1), "f:1:41: is nested deeper than 40 levels"),
    "far too deep": ("[" * 100_000, "f:1:41: is nested deeper than 40 levels"),
    "far too deep, mappings": ("{a: " * 100_000, "f:1:161: is nested deeper than 40 levels"),
    "far too deep, hyphens": ("- " * 100_000 + "a", "f:1:81: is nested deeper than 40 levels"),
    "far too deep, lines": (
        "".join(f"{' ' * level}a:\n" for level in range(1_100)),
        "f:41:41: is nested deeper than 40 levels",
    ),
    "far too deep, second line": ("é: 1\r\na: " + "[" * 2_000, "f:2:43: is nested deeper than"),
    "far too deep, behind a tag": ("[!x a, " + "[" * 2_000, "f:1:2: tag !x is not read"),
}


@pytest.mark.parametrize(("path", "place"), PLACES.items(), ids=str)
def test_every_value_knows_its_place(path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    assert read_text(TEXT, "f").find(path).place == Place("f", *place)


def test_a_key_that_is_not_written_has_the_place_of_what_is_above_it() -> None:
    node = read_text(TEXT, "f")
    assert node.find(("flow", "four", "five")).place == Place("f", 6, 1)
    assert node.find(("ports", 9)).place == Place("f", 3, 1)
    assert node.find(("name", "inner")).place == Place("f", 2, 1)


def test_plain_data_is_what_is_written() -> None:
    assert read_text(TEXT, "f").plain() == {
        "name": "jobs",
        "ports": [80, {"inner": True}],
        "flow": {"one": [1, {"two": 2}], "three": None},
        "block": "many\nlines\n",
        "quoted key": "it's",
        "200": "text",
    }


@pytest.mark.parametrize("text", SCALARS, ids=lambda text: text[:24] or "nothing")
def test_scalars_are_what_people_mean(text: str) -> None:
    value = read_text(f"key: {text}\n", "f").plain()["key"]
    assert value == SCALARS[text]
    assert type(value) is type(SCALARS[text])


@pytest.mark.parametrize("key", ["yes", "200", "1.10", "null", "true", "GET /jobs", "~"])
def test_a_key_stays_the_text_that_is_written(key: str) -> None:
    assert read_text(f"{key}: 1\n", "f").plain() == {key: 1}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_where_and_why(case: str) -> None:
    text, message = REFUSED[case]
    (fault,) = faults_of(read_text, text, "f")
    assert message in fault
    assert fault.startswith("f:")


SYNTAX = {
    "a: !GetAtt [b]\n": "f:1:4: tag !GetAtt is not read; write {stack_output: stack/Key}",
    "a: !stack_output b::c\n": "f:1:4: tag !stack_output is not read; write {stack_output: stack/",
    "a: {{ b }}\n": "f:1:5: a key must be plain text; where this is a value, put it in quotes",
    "a:\n  - b\n  c: d\n": "f:3:3: is not YAML: this is no item of the list above it",
    "a: - b\n": "f:1:4: is not YAML: a list begins on a line of its own, below its key",
    "a: [b, , c]\n": "f:1:8: is not YAML: a value is missing here, or a comma or bracket is ",
    'a: "b\\c"\n': "f:1:6: is not YAML: a backslash in double quotes begins an escape",
    "a: | b\n": "f:1:6: is not YAML: text behind | or > begins on the next line",
    "a: 'b\n---\n": "f:1:4: is not YAML: a quote opens here and is never closed",
    "a:\n  b: 1\n c: 2\n": "f:3:2: is not YAML: this does not fit what is above it",
    "b: 1\nc:\u00a0d\ne: 1\n": "f:2:3: is not YAML: a no-break space stands here; write a plain",
    "a: {b:c}\n": "f:1:5: 'b:c' has no space behind its colon; put one there",
    "a: 1\n<<<<<<< HEAD\n": "f:2:1: git left this mark where it could not merge",
    "a: 1\n=======\nb: 2\n": "f:2:1: git left this mark",
    "a: 1\n>>>>>>> main\n": "f:2:1: git left this mark",
    "a: 1\n\ufeffb: 2\n": "f:2:1: the invisible character U+FEFF stands here",
    "{'password hunter2': 1, 'password hunter2': 2}": "f:1:25: duplicate key 'password …' (first",
}


@pytest.mark.parametrize("text", SYNTAX)
def test_advice_says_what_to_mend(text: str) -> None:
    (fault,) = faults_of(read_text, text, "f")
    assert fault.startswith(SYNTAX[text])


def test_json_is_called_json() -> None:
    (fault,) = faults_of(read_text, '{"a": [1}', "f.json")
    assert fault.startswith("f.json:1:7: is not JSON: a bracket opens here")


def test_marks_within_text_are_no_marks_of_git() -> None:
    text = "a: |\n  =======\nb: ========\n"
    assert read_text(text, "f").plain() == {"a": "=======\n", "b": "========"}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_change_neither_values_nor_places(ending: str) -> None:
    node = read_text(TEXT.replace("\n", ending), "f")
    assert node.plain() == read_text(TEXT, "f").plain()
    assert node.find(("ports", 1)).place == Place("f", 5, 5)


def test_aliases_repeat_values_at_the_place_where_they_are_used() -> None:
    node = read_text("a: &x {b: 1}\nc: *x\nd: &y 5\ne: [*y]\n", "f")
    assert node.plain() == {"a": {"b": 1}, "c": {"b": 1}, "d": 5, "e": [5]}
    assert node.find(("c",)).place == Place("f", 2, 1)


def test_depth_counts_only_what_is_open() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert read_text(f"- {text[1:-1]}\n- {text[1:-1]}\n", "f").place == Place("f", 1, 1)


def test_an_alias_bomb_is_refused_before_it_is_expanded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 30):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]")
    (fault,) = faults_of(read_text, "\n".join(lines), "f")
    assert fault.startswith("f:5:")
    assert "more than 50,000 values once aliases are expanded" in fault


def test_a_bomb_of_mappings_is_refused_too() -> None:
    lines = ["a0: &a0 {k: v}"]
    for level in range(1, 40):
        lines.append(f"a{level}: &a{level} {{k: *a{level - 1}, l: *a{level - 1}}}")
    (fault,) = faults_of(read_text, "\n".join(lines), "f")
    assert "more than 50,000 values" in fault


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "null\n"])
def test_a_text_without_a_value_is_null(text: str) -> None:
    node = read_text(text, "f")
    assert node.plain() is None
    assert node.place.line >= 1


FILES = {
    "empty": (b"", "f:1:1: is empty; write what differs from base.yaml, or {} for nothing"),
    "comments": (b"# nothing yet\n", "f:1:1: is empty"),
    "only a mark": (b"\xef\xbb\xbf", "f:1:1: is empty"),
    "list": (b"# x\n- a\n", "f:2:1: the top level must be a mapping, not a list"),
    "text": (b"hello\n", "f:1:1: the top level must be a mapping, not text"),
    "number": (b"5\n", "f:1:1: the top level must be a mapping, not a number"),
    "latin-1": (b"a: 1\nname: caf\xe9\n", "f:2:10: byte 0xe9 is not UTF-8"),
    "utf-16": ("a: 1".encode("utf-16"), "f:1:1: byte 0xff is not UTF-8; save the file as UTF-8"),
    "overlong": (b"a: \xc0\x80\n", "f:1:4: byte 0xc0 is not UTF-8"),
    "cut off": (b"a: \xe2\x82", "f:1:4: byte 0xe2 is not UTF-8"),
    "image": (b"\x89PNG\r\n\x1a\n\x00", "f:1:1: byte 0x89 is not UTF-8"),
    "large": (b"a: 1\n" * 2_000_000, "f: is larger than 1,000,000 bytes"),
    "just too large": (b"#" * (MAX_BYTES + 1), "f: is larger than 1,000,000 bytes"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_environment_is_refused(case: str, tmp_path: Path) -> None:
    content, message = FILES[case]
    file = tmp_path / "file.yaml"
    file.write_bytes(content)
    (fault,) = faults_of(read_file, file, "f")
    assert fault.startswith(message)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    node = read_file(file, "f")
    assert node.plain() == {"a": 1, "b": 2}
    assert node.find(("a",)).place == Place("f", 1, 1)


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes(b"a: 1\n".ljust(MAX_BYTES, b"#"))
    assert read_file(file, "f").plain() == {"a": 1}


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    assert faults_of(read_file, tmp_path / "no.yaml", "f") == [
        "f: cannot be read: No such file or directory"
    ]
    assert faults_of(read_file, tmp_path, "f") == [
        "f: is no file; write the environment as text in one"
    ]


def test_what_never_ends_is_no_file(tmp_path: Path) -> None:
    """A pipe waits for somebody to write, and a device gives bytes for ever."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    for name in ("pipe.yaml", "zero.yaml"):
        assert "is no file" in faults_of(read_file, tmp_path / name, "f")[0]


def test_a_key_with_nothing_behind_it_is_told() -> None:
    """Left over when the last line below it is commented out, it would remove a section unseen."""
    text = "database:\nroutes: {GET /a: , GET /b: web}\nnone: null\n"
    assert faults_of(read_text, text, "f") == [
        "f:1:1: 'database' is empty; write its value, or null to remove it",
        "f:2:10: 'GET /a' is empty; write its value, or null to remove it",
    ]
