"""Read YAML so that every value knows its file, line and column.

The text is read event by event rather than with ``yaml.safe_load``: positions are kept, duplicate
keys are seen, and size, depth and alias expansion are bounded before any memory is spent on them.
Plain scalars are true, false, null, decimal numbers, or text: ``yes``, ``on``, ``012345678901``
and ``2026-11-23`` are text, as people who write switches, account ids and dates expect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml

from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, KeyPath, Place, kind_of
from gateway_infra.reading.foreign import FOREIGN_TAGS, FUNCTIONS, LONGEST_NUMBER
from gateway_infra.reading.redaction import covered
from gateway_infra.reading.rule import Rule

MAX_BYTES = 1_000_000
MAX_DEPTH = 40


class Limits(NamedTuple):
    """What a file may come to, what it is called, and whether a key may have nothing behind it."""

    bytes: int
    depth: int
    nodes: int
    what: str
    empty_keys: bool


ENVIRONMENT = Limits(MAX_BYTES, MAX_DEPTH, 50_000, "environment", empty_keys=False)
DOCUMENT = Limits(5_000_000, 60, 500_000, "OpenAPI document of a service", empty_keys=True)
"""An OpenAPI document, which others wrote, and which is larger than what people write by hand."""

Scalar: TypeAlias = "str | int | float | bool | None"
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NESTING = "maximum nesting depth"
"""Part of libyaml's message about its own limit, which PyYAML 6.0.4 introduced."""

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?(\.[0-9]+|[0-9]\.)([eE][-+]?[0-9]+)?")
_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_FORBIDDEN: re.Pattern[str] = yaml.reader.Reader.NON_PRINTABLE
"""What YAML does not take: https://yaml.org/spec/1.2.2/#51-character-set."""

_REFUSED = (
    (_FORBIDDEN, "character U+{code:04X} is not allowed in YAML; remove it"),
    (
        re.compile("(?<=.)\ufeff", re.DOTALL),
        "the invisible character U+{code:04X} stands here, as where files were joined; remove it",
    ),
    (
        re.compile(r"^(?:<{7}|={7}|>{7})(?= |$)", re.MULTILINE),
        "git left this mark where it could not merge; choose the lines to keep and remove it",
    ),
)
"""What is refused before anything is read, and what to do about it."""

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Node(NamedTuple):
    """A YAML value and where it is written: a scalar, a list of nodes or a mapping to nodes."""

    value: Scalar | list[Node] | dict[str, Node]
    place: Place
    size: int = 1

    def plain(self) -> Any:
        """Return the value as plain Python data."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def find(self, path: KeyPath) -> Node:
        """Return the node at `path`, or the deepest one on the way to it that is written."""
        node = self
        for part in path:
            children = node.value
            if isinstance(children, dict) and part in children:
                node = children[str(part)]
            elif isinstance(children, list) and isinstance(part, int) and part < len(children):
                node = children[part]
            else:
                break
        return node


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is still being read; `key` waits for its value."""

    place: Place
    anchor: str | None
    items: list[Node] | None = None
    entries: dict[str, Node] | None = None
    key: tuple[str, Place] | None = None
    size: int = field(default=1)


def read_file(path: Path, shown: str, limits: Limits = ENVIRONMENT) -> Node:
    """Read a YAML or JSON file whose top level is a mapping; messages call it `shown`."""
    if path.exists() and not path.is_file():  # A pipe would wait for a writer, a device never end.
        raise _error(Place(shown), "is no file; write the environment as text in one")
    try:
        with path.open("rb") as stream:
            content = stream.read(limits.bytes + 1)
    except OSError as error:
        raise _error(Place(shown), f"cannot be read: {error.strerror}") from error
    if len(content) > limits.bytes:
        message = f"is larger than {limits.bytes:,} bytes; this is no {limits.what}"
        raise _error(Place(shown), message)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = Place(shown, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        message = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _error(place, message) from error
    if path.suffix == ".json":
        text = json_as_yaml(text)
    node = read_text(text, shown, limits)
    if node.value is None:
        advice = "; write what differs from base.yaml, or {} for nothing"
        raise _error(Place(shown, 1, 1), f"is empty{advice if limits is ENVIRONMENT else ''}")
    if not isinstance(node.value, dict):
        raise _error(node.place, f"the top level must be a mapping, not {kind_of(node.plain())}")
    return node


def json_as_yaml(text: str) -> str:
    """Return JSON as YAML that means the same: without tabs, and with characters in one escape.

    JSON may indent with tabs (text holds none), and writes what is beyond U+FFFF as two escapes.
    https://www.rfc-editor.org/rfc/rfc8259#section-7
    """
    return _PAIR.sub(_one_escape, text.replace("\t", " "))


def _one_escape(pair: re.Match[str]) -> str:
    high, low = int(pair[2], 16), int(pair[3], 16)
    return f"{pair[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"


def read_text(text: str, shown: str, limits: Limits = ENVIRONMENT) -> Node:
    """Read one YAML document; raise `ConfigError` at the place of the first fault."""
    for pattern, message in _REFUSED:
        found = pattern.search(text)
        if found:
            before = text[: found.start()]
            place = Place(shown, before.count("\n") + 1, found.start() - before.rfind("\n"))
            raise _error(place, message.format(code=ord(found.group()[0])))
    try:
        return _build(yaml.parse(text, Loader=LOADER), shown, limits)
    except yaml.MarkedYAMLError as error:
        if _NESTING in str(error.problem) and error.problem_mark is not None:
            # libyaml reads up to 1,024 characters ahead of its events, so its own limit of 1,000
            # levels can stop it before an event reaches the limit of this module. Without the
            # rest, the message is the same with each version of PyYAML.
            with suppress(yaml.MarkedYAMLError):
                read = text[: error.problem_mark.index]
                _build(yaml.parse(read, Loader=LOADER), shown, limits)
        raise _syntax_error(error, text, shown) from error


def _build(events: Iterator[Any], shown: str, limits: Limits) -> Node:
    """Fold parser events into one node; see `read_text`."""
    root: Node | None = None
    open_frames: list[_Frame] = []
    anchors: dict[str, Node] = {}
    empty: list[Diagnostic] = []
    for event in events:
        place = Place(shown, event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise _error(place, f"a second document starts here; one file holds one {limits.what}")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            _refuse_tag(event.tag, place, open_frames)
            if len(open_frames) >= limits.depth:
                raise _error(place, f"is nested deeper than {limits.depth} levels")
            frame = _Frame(place, event.anchor)
            if isinstance(event, yaml.MappingStartEvent):
                frame.entries = {}
            else:
                frame.items = []
            open_frames.append(frame)
            continue
        node = _finished(event, place, open_frames, anchors)
        if node is None:
            continue
        if open_frames:
            _add(open_frames[-1], node, event, empty, limits)
        else:
            root = node
    if empty and not limits.empty_keys:
        raise ConfigError(empty)
    return root if root is not None else Node(None, Place(shown, 1, 1))


def _finished(
    event: Any, place: Place, open_frames: list[_Frame], anchors: dict[str, Node]
) -> Node | None:
    """Return the node that this event completes, if it completes one."""
    if isinstance(event, yaml.ScalarEvent):
        _refuse_tag(event.tag, place, open_frames)
        node = Node(scalar_of(event), place)
    elif isinstance(event, yaml.AliasEvent):
        if event.anchor not in anchors:
            raise _error(place, f"alias *{event.anchor} names no finished anchor above it")
        node = anchors[event.anchor]
    elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
        frame = open_frames.pop()
        value = frame.entries if frame.entries is not None else frame.items
        node = Node(value, frame.place, frame.size)
        if frame.anchor:
            anchors[frame.anchor] = node
        return node
    else:
        return None
    if isinstance(event, yaml.ScalarEvent) and event.anchor:
        anchors[event.anchor] = node
    return node


def _add(frame: _Frame, node: Node, event: Any, empty: list[Diagnostic], limits: Limits) -> None:
    """Put a node into the list or mapping that is being read; note a key with nothing behind it."""
    frame.size += node.size
    if frame.size > limits.nodes:
        message = f"holds more than {limits.nodes:,} values once aliases are expanded"
        raise _error(frame.place, message)
    if frame.items is not None:
        frame.items.append(node)
        return
    entries = frame.entries if frame.entries is not None else {}
    if frame.key is None:
        frame.key = _key(node, event)
        return
    key, place = frame.key
    frame.key = None
    if isinstance(event, yaml.ScalarEvent) and event.value == "" and event.implicit[0]:
        message = f"'{covered(key)}' is empty; write its value, or null to remove it"
        if re.match(r"[A-Za-z_]+:[^\s]", key):
            message = f"'{covered(key)}' has no space behind its colon; put one there"
        empty.append(Diagnostic((), message, "GI001", place=place))
    if key in entries:
        first = entries[key].place.line
        message = f"duplicate key '{covered(key)}' (first on line {first}); keep one of them"
        raise _error(place, message)
    entries[key] = Node(node.value, place, node.size)


def _key(node: Node, event: Any) -> tuple[str, Place]:
    """Return the text of a mapping's key as it is written, so that ``200:`` stays ``"200"``."""
    if not isinstance(event, yaml.ScalarEvent):
        message = "a key must be plain text; where this is a value, put it in quotes: '{{ name }}'"
        raise _error(node.place, message)
    if event.value == "<<":
        raise _error(node.place, "merge keys (<<) are not read; use `extends` or base.yaml")
    return event.value, node.place


def scalar_of(event: Any) -> Scalar:
    """Return what a scalar is read as: true, false, null, a number or text."""
    if not event.implicit[0]:
        return str(event.value)
    text = str(event.value)
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text) and len(text) < LONGEST_NUMBER:
        return int(text)
    if _FLOAT.fullmatch(text) and len(text) < LONGEST_NUMBER:
        return float(text)
    return text


def _refuse_tag(tag: str | None, place: Place, open_frames: list[_Frame]) -> None:
    if tag and tag != "!":
        name = tag.replace("tag:yaml.org,2002:", "!!")
        instead = FOREIGN_TAGS.get(name, "a mapping such as {stack_output: network/VpcId}")
        section = open_frames[0].key if open_frames else None
        long = "Ref" if name == "!Ref" else f"Fn::{name[1:]}"
        if section and section[0] in ("overrides", "resources") and long in FUNCTIONS:
            instead = f"its long form, {{{long}: …}}"
        raise _error(place, f"tag {name} is not read; write {instead}")


class _Advice(NamedTuple):
    """What the parser says, what to do about it, and whether the mistake is where it began."""

    said: str
    advice: str
    at_start: bool = False


_UNEVEN = (
    "this does not fit what is above it: indent it like the keys beside it, or quote the text "
    "before it as a whole"
)
_UNEVEN_LIST = "this is no item of the list above it: begin it with a hyphen, or indent it less"
_BRACE = (
    "a brace opens here, and a comma or the closing brace is missing, or a quote ends too early"
)
_BRACKET = (
    "a bracket opens here, and a comma or the closing one is missing, or a quote ends too early"
)

_ADVICE = (
    _Advice(
        "mapping values are not allowed",
        "a colon stands where none can: put the text in quotes, "
        "or indent the key like those beside it",
    ),
    _Advice("could not find expected ':'", "a key needs a colon and a space behind it", True),
    _Advice("alphabetic or numeric character", "text that begins with * or & stands in quotes"),
    _Advice("cannot start any token", "text that begins with this character stands in quotes"),
    _Advice("unexpected end of stream", "a quote opens here and is never closed", True),
    _Advice("unexpected document", "a quote opens here and is never closed", True),
    _Advice("',' or '}'", _BRACE, True),
    _Advice("',' or ']'", _BRACKET, True),
    _Advice(
        "unknown escape character",
        "a backslash in double quotes begins an escape: use single quotes, or / in paths",
    ),
    _Advice("did not find expected '-'", _UNEVEN_LIST),
    _Advice("but found '?'", _UNEVEN_LIST),
    _Advice("entries are not allowed", "a list begins on a line of its own, below its key"),
    _Advice("did not find expected key", _UNEVEN),
    _Advice("expected <block end>", _UNEVEN),
    _Advice("node content", "a value is missing here, or a comma or bracket is too many"),
    _Advice("expected chomping", "text behind | or > begins on the next line"),
    _Advice("line break", "text behind | or > begins on the next line"),
)
"""Of both of PyYAML's parsers, which say the same in different words."""


def _syntax_error(error: yaml.MarkedYAMLError, text: str, shown: str) -> ConfigError:
    """Say what to mend, where the mistake is rather than where the parser noticed it."""
    noticed = error.problem_mark or error.context_mark
    kind = "JSON" if shown.endswith(".json") else "YAML"
    if noticed is None:
        return _error(Place(shown), f"is not {kind}: {error.problem}")
    lines = text.splitlines()
    line = lines[noticed.line] if noticed.line < len(lines) else ""
    if "\t" in line[: noticed.column + 1]:
        place = Place(shown, noticed.line + 1, noticed.column + 1)
        return _error(place, "a tab stands here; YAML indents with spaces")
    known = next((item for item in _ADVICE if item.said in str(error.problem)), None)
    said = f"{error.problem} ({error.context})" if error.context else error.problem
    message = known.advice if known else said
    mark = error.context_mark if known and known.at_start and error.context_mark else noticed
    column = lines[mark.line].find("\u00a0") if mark.line < len(lines) else -1
    if column >= 0:
        message = "a no-break space stands here; write a plain one"
    place = Place(shown, mark.line + 1, (mark.column if column < 0 else column) + 1)
    return _error(place, f"is not {kind}: {message}")


def _error(place: Place, message: str) -> ConfigError:
    return ConfigError([Diagnostic((), message, "GI001", place=place)])


RULES = (
    Rule.error(
        "GI001",
        "A file that cannot be read",
        "What cannot be read cannot be checked, and guessing at it would deploy something else.",
        "Mend the place that the message names.",
        "https://yaml.org/spec/1.2.2/",
    ),
)
