"""The lines that findings are about: where they end, and hashes by which they are known again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_BLOCK = 100
_FACTOR = 37
_WIDTH = 2**64
_END = 0xFFFF
_COMMENT = re.compile(r"\s+#[^\"']*$")


class Lines(NamedTuple):
    """The lines of a file, and a hash for each of them."""

    texts: tuple[str, ...]
    hashes: tuple[str, ...]

    def end(self, line: int, column: int) -> int:
        """Return the column behind what stands on a line from `column` on, without a comment."""
        text = self.texts[line - 1] if 0 < line <= len(self.texts) else ""
        return max(len(_COMMENT.sub("", text).rstrip()), column) + 1

    def hash(self, line: int) -> str | None:
        """Return the hash of a line, or ``None`` where the file has no such line."""
        return self.hashes[line - 1] if 0 < line <= len(self.hashes) else None


def read_lines(file: str) -> Lines:
    """Return the lines of a file; none of one that cannot be read."""
    try:
        text = Path(file).read_bytes().decode("utf-8-sig")
    except (OSError, ValueError):
        return Lines((), ())
    return Lines(tuple(re.split(r"\r\n|\r|\n", text)), line_hashes(text))


def line_hashes(text: str) -> tuple[str, ...]:
    """Return GitHub's hash of each line, by which code scanning knows a finding again.

    It covers the hundred characters from the beginning of the line on, without blanks, so it stays
    the same where the line moves; lines that are alike are numbered. An upload by the API needs it,
    and the action that uploads calculates the same where it is missing.
    https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
    https://github.com/github/codeql-action/blob/main/src/fingerprints.ts
    """
    units, starts = _units(text)
    padded = [*units, _END, *[0] * _BLOCK]
    seen: dict[int, int] = {}
    hashes = []
    for start in starts:
        value = 0
        for unit in padded[start : start + _BLOCK]:
            value = (value * _FACTOR + unit) % _WIDTH
        seen[value] = seen.get(value, 0) + 1
        hashes.append(f"{value:x}:{seen[value]}")
    return tuple(hashes)


def _units(text: str) -> tuple[list[int], list[int]]:
    """Return the UTF-16 units that count, and at which of them each line begins."""
    plain = re.sub(r"\r\n|\r", "\n", text)
    content = re.sub(r"[ \t]", "", plain).encode("utf-16-le", "surrogatepass")
    units = [content[at] | content[at + 1] << 8 for at in range(0, len(content), 2)]
    return units, [0, *(at + 1 for at, unit in enumerate(units) if unit == ord("\n"))]
