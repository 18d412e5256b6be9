"""The text of a file as messages may quote it: where keys and values stand, and what is hidden.

The file is read once more, and only where something is wrong with it: values keep the place of
their key alone, which is what editors jump to. A file that has changed since, or is gone, is
quoted as far as it can be.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.reading.redaction import (
    HIDDEN,
    covered,
    hidden_parts,
    is_hidden,
    is_hidden_key,
    is_secret_place,
    names_secret,
)
from gateway_infra.reading.source import DOCUMENT, LOADER, json_as_yaml, scalar_of

_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML takes for the end of a line: https://yaml.org/spec/1.1/#b-break."""

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")


MAX_ENTRIES = 100_000
"""Values that are looked at; what stands behind them is quoted as in a file that is no YAML."""


class Span(NamedTuple):
    """A piece of text, from a line and column (from 0) to where it ends."""

    line: int
    start: int
    end_line: int
    end: int

    def on(self, line: int, length: int) -> tuple[int, int] | None:
        """Return the columns of this piece on a line of `length` characters; ``None`` for none."""
        if not self.line <= line <= self.end_line:
            return None
        start = self.start if line == self.line else 0
        end = self.end if line == self.end_line else length
        return (start, end) if start < end else None


class Entry(NamedTuple):
    """A value with the keys that lead to it, and where both are written; items have no key."""

    path: KeyPath
    key: Span | None
    value: Span
    scalar: bool
    plain: object = None
    """What a scalar is read as."""
    anchor: str | None = None
    alias: str | None = None
    hidden: bool = False


class Edit(NamedTuple):
    """Columns of a line that are shown as something else."""

    start: int
    end: int
    shown: str


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read; `key` waits for its value."""

    path: KeyPath
    own_key: Span | None
    start: Any
    is_list: bool
    key: tuple[str, Span] | None = None
    count: int = 0

    def below(self) -> KeyPath:
        """Return the path of the value that comes next."""
        return (*self.path, self.count if self.is_list else self.key[0] if self.key else "")


class _Read(NamedTuple):
    """What was read of a file, and, where it is faulty, how far and below which keys."""

    entries: list[Entry]
    failed: bool
    last: int
    inside: KeyPath


class Page:
    """The text of one file, by line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.lines: list[str] = _BREAK.split(text)

    @cached_property
    def _read(self) -> _Read:
        return _entries(self._text)

    @cached_property
    def _by_place(self) -> dict[tuple[int, int], list[Entry]]:
        found: dict[tuple[int, int], list[Entry]] = {}
        for entry in self._read.entries:
            span = entry.key or entry.value
            found.setdefault((span.line, span.start), []).append(entry)
        return found

    def at(self, line: int, column: int) -> list[Entry]:
        """Return what begins at a line and column (from 1): a key, or an item and its first key."""
        return self._by_place.get((line - 1, column - 1), [])

    def edits(self, line: int) -> list[Edit] | None:
        """Return what of a line (from 0) is shown otherwise; ``None`` where it is not to be shown.

        Secrets are hidden and comments left out. Where the file is no YAML, nothing is known of
        keys and values behind the fault: the words of the line, and of those above it, decide.
        """
        text = self.lines[line]
        edits: list[Edit] = []
        inside: list[tuple[int, int]] = []
        for entry in self._read.entries:
            for span, shown in _pieces(entry):
                columns = span.on(line, len(text))
                if columns:
                    inside.append(columns)
                    edits += [Edit(*columns, shown)] if shown is not None else []
        if not self._read.failed:
            return _merged(edits + _comment(text, inside))
        if self._guarded(line):
            return None
        return _merged(edits + [Edit(*columns, HIDDEN) for columns in hidden_parts(text)])

    def _guarded(self, line: int) -> bool:
        """Tell whether a line of a faulty file may be part of a secret that begins above it."""
        behind = line > self._read.last or not names_secret(self.lines[line])
        if behind and line >= self._read.last and is_secret_place(self._read.inside):
            return True
        within: int | None = None
        at_once = False
        for above in self.lines[:line]:
            text = _COMMENT.sub("", above).rstrip()
            if not text:
                continue
            indent = len(text) - len(text.lstrip())
            at_once = False
            if within is not None and indent <= within:
                within = None
            if names_secret(text):
                if text.count('"') % 2 or text.count("'") % 2:
                    return True
                within = indent if within is None else within
                at_once = text.endswith((":", "|", ">", "|-", ">-"))
        text = self.lines[line]
        return at_once or (within is not None and len(text) - len(text.lstrip()) > within)


def read_page(file: str) -> Page | None:
    """Return the text of a file that messages name; ``None`` where there is none to be read."""
    path = Path(file)
    try:
        # A pipe would wait for a writer.
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        with path.open("rb") as stream:
            content = stream.read(DOCUMENT.bytes + 1)
        text = content.decode("utf-8-sig")
    except (OSError, ValueError):
        return None
    if len(content) > DOCUMENT.bytes:
        return None
    return Page(json_as_yaml(text) if path.suffix == ".json" else text)


def _merged(edits: list[Edit]) -> list[Edit]:
    """Return edits by place, those that overlap as one."""
    merged: list[Edit] = []
    for edit in sorted(edits):
        if merged and edit.start < merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(merged[-1].end, edit.end), shown=HIDDEN)
        else:
            merged.append(edit)
    return merged


def _pieces(entry: Entry) -> list[tuple[Span, str | None]]:
    """Return the pieces of text that are an entry's own, and what is shown in place of each."""
    pieces: list[tuple[Span, str | None]] = []
    if entry.key:
        key = str(entry.path[-1])
        shown = HIDDEN if is_hidden_key(entry.path) else covered(key)
        pieces.append((entry.key, shown if shown != key else None))
    if entry.scalar:
        pieces.append((entry.value, HIDDEN if entry.hidden else None))
    return pieces


def _comment(text: str, inside: list[tuple[int, int]]) -> list[Edit]:
    """Leave out the comment of a line, with the blanks before it."""
    for match in re.finditer(r"(?:^|(?<=\s))#", text):
        if not any(start <= match.start() < end for start, end in inside):
            return [Edit(len(text[: match.start()].rstrip()), len(text), "")]
    return []


def _entries(text: str) -> _Read:
    """Read the entries of a file, as far as it is YAML."""
    found: list[Entry] = []
    frames: list[_Open] = []
    last = 0
    failed = False
    try:
        for event in yaml.parse(text, Loader=LOADER):
            last = event.end_mark.line if event.end_mark else last
            if len(frames) > DOCUMENT.depth or len(found) > MAX_ENTRIES:
                failed = True
                break
            if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                path = frames[-1].below() if frames else ()
                key = frames[-1].key[1] if frames and frames[-1].key else None
                is_list = isinstance(event, yaml.SequenceStartEvent)
                frames.append(_Open(path, key, event, is_list))
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                frame = frames.pop()
                span = _span(frame.start.start_mark, event.end_mark)
                anchor = frame.start.anchor
                found.append(Entry(frame.path, frame.own_key, span, scalar=False, anchor=anchor))
                _completed(frames, "?", span)
            elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
                _scalar_or_key(event, frames, found)
    except yaml.YAMLError:
        failed = True
    inside = frames[-1].below() if frames else ()
    return _Read(_with_hidden(found), failed, last, inside)


def _scalar_or_key(event: Any, frames: list[_Open], found: list[Entry]) -> None:
    """Add a scalar that is a value, or keep it as the key of the next one."""
    span = _span(event.start_mark, event.end_mark)
    alias = event.anchor if isinstance(event, yaml.AliasEvent) else None
    text = f"*{alias}" if alias else str(event.value)
    if frames and (frames[-1].is_list or frames[-1].key):
        plain = text if alias else scalar_of(event)
        key = frames[-1].key[1] if frames[-1].key else None
        anchor = None if alias else event.anchor
        found.append(Entry(frames[-1].below(), key, span, True, plain, anchor, alias))
    _completed(frames, text, span)


def _completed(frames: list[_Open], text: str, span: Span) -> None:
    """Note in what is open that one more of its nodes is whole: an item, a key or a value."""
    if not frames:
        return
    frame = frames[-1]
    if frame.is_list:
        frame.count += 1
    else:
        frame.key = None if frame.key else (text, span)


def _with_hidden(entries: list[Entry]) -> list[Entry]:
    """Mark what is hidden: by key and shape, or as what an alias in a hidden place stands for."""
    used = {entry.alias for entry in entries if entry.alias and is_secret_place(entry.path)}
    heads = [
        entry.path
        for entry in entries
        if entry.anchor and (entry.anchor in used or names_secret(entry.anchor))
    ]
    return [
        entry._replace(
            hidden=is_hidden(entry.path, entry.plain)
            or any(entry.path[: len(head)] == head for head in heads)
        )
        if entry.scalar and not entry.alias
        else entry
        for entry in entries
    ]


def _span(start: Any, end: Any) -> Span:
    return Span(start.line, start.column, end.line, end.column)
