"""Lines: GitHub's hashes, and where what stands on a line ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway_infra.lint.lines import Lines, line_hashes, read_lines

# From the tests of the action that calculates them where they are missing:
# https://github.com/github/codeql-action/blob/main/src/fingerprints.test.ts
GREETINGS = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]
HASHES = {
    "": ["c129715d7a2bc9a3:1"],
    " a\nb\n  \t\tc\n d": [
        "271789c17abda88f:1",
        "54703d4cd895b18:1",
        "180aee12dab6264:1",
        "a23a3dc5e078b07b:1",
    ],
    " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n": GREETINGS,
    " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r": GREETINGS,
    " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n": GREETINGS,
}


@pytest.mark.parametrize("text", HASHES, ids=repr)
def test_hashes_are_githubs_own(text: str) -> None:
    assert list(line_hashes(text)) == HASHES[text]


def test_lines_that_are_alike_are_numbered() -> None:
    hashes = line_hashes("x\n" * 200)
    assert hashes[0].partition(":")[0] == hashes[1].partition(":")[0]
    assert [item.partition(":")[2] for item in hashes[:3]] == ["1", "2", "3"]


def test_a_hash_stays_when_lines_are_added_above_and_goes_with_its_line() -> None:
    below = "memory: 64\n" + "# more\n" * 30
    before, after = line_hashes(below), line_hashes(f"# new\n{below}")
    assert before[0] == after[1]
    assert line_hashes(below.replace("64", "65"))[0] != before[0]


ENDS = [
    ("memory: 64", 1, 11),
    ("    memory: 64  # MB", 5, 15),
    ("  memory: 64   ", 3, 13),
    ("memory:", 30, 31),
    ('name: "a # b"', 1, 14),
]


@pytest.mark.parametrize(("text", "column", "end"), ENDS)
def test_where_what_stands_on_a_line_ends(text: str, column: int, end: int) -> None:
    assert Lines((text,), ()).end(1, column) == end


def test_a_file_that_cannot_be_read_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"name: \xe9")
    for name in ("latin", "nowhere", "."):
        lines = read_lines(str(tmp_path / name))
        assert (lines.texts, lines.hash(1), lines.end(1, 5)) == ((), None, 6)


def test_a_file_with_a_mark_at_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfmemory: 64\r\nx: 1\n")
    assert read_lines(str(tmp_path / "a.yaml")).texts == ("memory: 64", "x: 1", "")
