"""The quote below a message: the line of the file, and carets under what the message is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from gateway_infra.commands.pages import Edit, Entry, Page, Span
from gateway_infra.reading.diagnostics import Diagnostic, printable

CUT = "…"
"""Stands where a long line is cut."""

_NAMING = (
    ("accept",),
    ("api", "authorizers"),
    ("api", "models"),
    ("api", "routes"),
    ("functions",),
    ("overrides",),
    ("resources",),
    ("route_stacks",),
    ("tags",),
)
_NAMING_LAST = (("request_models",), ("request_parameters",), ("variables",))
"""Mappings whose keys are names that people choose, by their paths, and by the ends of those."""

_SHOWN = re.compile(r"'([^']+)'|(\{\w+\+?\})")
_OF_VALUE = re.compile(r"must be (text|true|a function|a mapping)")


class Quote(NamedTuple):
    """A line of a file as it is shown, with the number it has there, and the carets below it."""

    number: int
    text: str
    carets: str


class _Cell(NamedTuple):
    """What is shown for columns `start` to `end` of a line, and how wide a terminal draws it."""

    shown: str
    width: int
    start: int
    end: int


def quote(problems: Sequence[Diagnostic], page: Page | None, room: int) -> list[Quote]:
    """Return the quotes for problems of one line; one where the line is no longer than `room`.

    Nothing is quoted of what has no line, of a file that is gone, and of lines that may be part of
    a secret.
    """
    line = problems[0].place.line - 1
    if page is None or not 0 <= line < len(page.lines) or not page.lines[line].strip():
        return []
    edits = page.edits(line)
    spans = [span for span in (_span(problem, page) for problem in problems) if span]
    if edits is None or not spans:
        return []
    cells = _cells(page.lines[line], edits)
    columns = sorted({span.on(line, len(page.lines[line])) or (span.start, span.start + 1)
                      for span in spans if span.line == line})  # fmt: skip
    if sum(cell.width for cell in cells) <= room:
        return [_drawn(line + 1, cells, columns)]
    quotes: list[Quote] = []
    while columns:
        window = _cut(cells, columns[0], room)
        inside = [c for c in columns if window[0].start <= c[0] and c[1] <= window[-1].end]
        quotes.append(_drawn(line + 1, window, inside or columns[:1]))
        columns = [c for c in columns if c not in inside and c != columns[0]]
    return quotes


def _span(problem: Diagnostic, page: Page) -> Span | None:
    """Return what a message is about: a key, or its value; ``None`` for the file as a whole."""
    line, column = problem.place.line - 1, problem.place.column - 1
    entries = page.at(line + 1, column + 1)
    if not entries:
        return _word(line, column, page.lines[line])
    last = problem.path[-1] if problem.path else None
    named = [entry for entry in entries if entry.path[-1:] == (last,)]
    if problem.path and not named:
        # The key is not written; its place is that of what it is missing in.
        above = [entry for entry in entries if entry.path == problem.path[: len(entry.path)]]
        if above and not above[0].path:
            return None
        named = above or [entry for entry in entries if entry.path]
    if not named:
        named = entries
    if named[0].key is None and named[0].value.line != named[0].value.end_line:
        # An item whose first key stands at the same place.
        named = [entry for entry in entries if entry.key] or named
        return named[0].key or named[0].value
    return _part(problem, named[0], line)


def _part(problem: Diagnostic, entry: Entry, line: int) -> Span:
    """Return the key or the value of an entry, whichever the message is about."""
    one_line = entry.value.line == entry.value.end_line == line
    if entry.key is None:
        return entry.value
    if not one_line or entry.hidden or (entry.scalar and entry.plain in (None, "")):
        return entry.key
    return entry.key if _of_key(problem, entry) else entry.value


def _of_key(problem: Diagnostic, entry: Entry) -> bool:
    """Tell whether a message about a key with a scalar behind it is about the key."""
    if problem.rule in ("GI002", "GI003") or not problem.path:
        return True
    if re.match("is no keyword|is not read", problem.message):
        return True
    if entry.path[-1:] != problem.path[-1:]:
        # `authorization: iam` is short for {type: iam}.
        return not entry.scalar
    shown = {word for pair in _SHOWN.findall(problem.message) for word in pair if word}
    if entry.scalar and str(entry.plain) in shown:
        return False
    if any(word in str(entry.path[-1]) for word in shown):
        return True
    is_name = problem.path[:-1] in _NAMING or problem.path[-2:-1] in _NAMING_LAST
    return is_name and not _OF_VALUE.search(problem.message)


def _word(line: int, column: int, text: str) -> Span:
    """Return the word at a place where no value begins, or one character."""
    match = re.match(r"[\w-]+[^\s,\]}]*|[!*&]\S+|[<=>]{2,7}", text[column:])
    return Span(line, column, line, column + (match.end() if match else 1))


def _cells(text: str, edits: Sequence[Edit]) -> list[_Cell]:
    """Return a line as what a terminal draws of it, with hidden pieces and escapes."""
    cells: list[_Cell] = []
    position = 0
    for edit in edits:
        if edit.start < position:
            continue
        cells += [_cell(text[i], i) for i in range(position, edit.start)]
        cells.append(_Cell(edit.shown, _width(edit.shown), edit.start, edit.end))
        position = edit.end
    cells += [_cell(text[i], i) for i in range(position, len(text))]
    return cells


def _cell(character: str, position: int) -> _Cell:
    shown = printable(character)
    return _Cell(shown, _width(shown), position, position + 1)


def _width(text: str) -> int:
    """Return how many columns a terminal draws: https://www.unicode.org/reports/tr11/."""
    return sum(
        0 if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me")
        else 2 if unicodedata.east_asian_width(c) in ("F", "W") else 1
        for c in text
    )  # fmt: skip


def _cut(cells: list[_Cell], column: tuple[int, int], room: int) -> list[_Cell]:
    """Return the cells around a caret that fit into `room`, with dots where others are left out."""
    at = next((i for i, cell in enumerate(cells) if cell.end > column[0]), len(cells) - 1)
    first, last = at, at
    width = cells[at].width if cells else 0
    budget = room - 2
    while True:
        grown = False
        if last + 1 < len(cells) and width + cells[last + 1].width <= budget:
            last += 1
            width += cells[last].width
            grown = True
        if first > 0 and width + cells[first - 1].width <= budget and (
            last + 1 == len(cells) or cells[first].start > column[0] - budget // 3
        ):  # fmt: skip
            first -= 1
            width += cells[first].width
            grown = True
        if not grown:
            break
    kept = cells[first : last + 1]
    if first > 0:
        kept.insert(0, _Cell(CUT, 1, cells[first].start, cells[first].start))
    if last + 1 < len(cells):
        kept.append(_Cell(CUT, 1, cells[last].end, cells[last].end))
    return kept


def _drawn(number: int, cells: Sequence[_Cell], columns: Sequence[tuple[int, int]]) -> Quote:
    """Return cells with carets below those of `columns`; one caret below the end for none."""
    carets = "".join(
        ("^" if any(cell.start < end and start < cell.end for start, end in columns) else " ")
        * cell.width
        for cell in cells
    )
    if "^" not in carets:
        carets = " " * sum(cell.width for cell in cells) + "^"
    return Quote(number, "".join(cell.shown for cell in cells).rstrip(), carets.rstrip())
