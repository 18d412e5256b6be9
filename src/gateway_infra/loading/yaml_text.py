"""Write resolved values as YAML that this project and other readers read alike.

Text stands in quotes where any reader would take it for something else: this project's own reader
(see ``gateway_infra.reading.source``), YAML 1.1 (``yes``, ``012``, ``12:30``, dates:
https://yaml.org/type/) and YAML 1.2 (``0o17``: https://yaml.org/spec/1.2.2/#103-core-schema).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from gateway_infra.loading.provenance import Resolved
from gateway_infra.reading.redaction import HIDDEN
from gateway_infra.reading.source import Scalar

WIDTH = 100
"""Characters of a line that what could be written in several lines may take."""

_NOTES = 64
"""Characters of a line beyond which its note is not aligned with others."""

_LONG_KEY = 1000
"""Readers take keys of up to 1,024 characters without a question mark before them:
https://yaml.org/spec/1.2.2/#742-flow-mappings"""

_PLAIN = re.compile(r"[A-Za-z0-9_/$(+.…]|[^\x00-\x7f]")
_NUMBER_OR_DATE = re.compile(
    r"[-+.]*([0-9][0-9a-fxob_.:,+-]*)?|[-+]?\.(inf|nan)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t ].*)?",
    re.IGNORECASE,
)
_WORDS = frozenset(
    ("", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<")
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
Note: TypeAlias = Callable[[Resolved], str]
"""What stands behind a value as a comment; nothing for empty text."""


class Line(NamedTuple):
    """A line, and the comment behind it."""

    text: str
    note: str = ""


def joined(lines: Iterable[Line]) -> str:
    """Return lines as text, the comments below each other where lines are not too long for it."""
    lines = list(lines)
    widths = [len(line.text) for line in lines if line.note and len(line.text) <= _NOTES]
    column = max(widths, default=0)
    texts = (f"{line.text:<{column}}  # {line.note}" if line.note else line.text for line in lines)
    return "".join(f"{text}\n" for text in texts)


def block(node: Resolved, note: Note, indent: int = 0) -> Iterator[Line]:
    """Yield a mapping or list in lines of its own, without what is unset.

    A value that is neither, or is empty, is one line.
    """
    pad = " " * indent
    one = one_line(node, note, WIDTH - indent, lists=False)
    if one is not None:
        yield Line(f"{pad}{one.text}", one.note)
    elif isinstance(node.value, dict):
        for key, child in node.value.items():
            if child.unset:
                continue
            head = f"{scalar(key)}:"
            if len(head) > _LONG_KEY:
                yield Line(f"{pad}? {scalar(key)}")
                head = ":"
            yield from entry(head, child, note, indent)
    elif isinstance(node.value, list):
        for child in node.value:
            yield from entry("-", child, note, indent)
    else:
        yield from entry("", node, note, indent)


def entry(
    head: str, node: Resolved, note: Note, indent: int, *, lists: bool = False
) -> Iterator[Line]:
    """Yield a value behind `head`, which is a key with its colon, or the hyphen of an item.

    With `lists`, a list that fits on the line stands there.
    """
    pad = " " * indent
    one = one_line(node, note, WIDTH - indent - len(head) - 1, lists=lists)
    if one is not None:
        yield Line(f"{pad}{head} {one.text}", one.note)
    elif isinstance(node.value, str):
        text = node.value.rstrip("\n")
        breaks = len(node.value) - len(text)
        # The header says how text ends: without, with one, or with several line breaks.
        yield Line(f"{pad}{head} {('|-', '|', '|+')[min(breaks, 2)]}", note(node))
        for line in text.split("\n") + [""] * (breaks - 1):
            yield Line(f"{pad}  {line}" if line else "")
    elif head == "-":
        first, *others = block(node, note, indent + 2)
        yield Line(f"{pad}- {first.text.lstrip(' ')}", first.note)
        yield from others
    else:
        yield Line(f"{pad}{head.rstrip()}", note(node) if _is_empty(node) else "")
        yield from block(node, note, indent + 2)


def one_line(node: Resolved, note: Note, room: int, *, lists: bool) -> Line | None:
    """Return a value as one line of up to `room` characters; ``None`` where it takes several.

    A scalar takes as much as it needs, text of several lines a line for each. Mappings stand on one
    line where they are open values, and lists, with `lists`, where all of it has one origin.
    """
    if node.short:
        return one_line(node.entries[node.short], note, room, lists=lists)
    if isinstance(node.value, dict):
        if all(child.unset for child in node.value.values()):
            return Line("{}", note(node))
        may = node.open
    elif isinstance(node.value, list):
        if not node.value:
            return Line("[]", note(node))
        may = lists
    else:
        if isinstance(node.value, str) and not node.secret and _is_block(node.value):
            return None
        return Line(_shown(node), note(node))
    text = _flow(node) if may and _of_one(node) else ""
    if not text or len(text) > room:
        return None
    return Line(text, note(node._replace(secret=_holds_secret(node))))


def scalar(value: Scalar, *, in_flow: bool = False) -> str:
    """Return a scalar as YAML, on one line; `in_flow` between braces or brackets."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    return str(value) if isinstance(value, int) else _text(value, in_flow=in_flow)


def _text(text: str, *, in_flow: bool) -> str:
    plain = (
        _PLAIN.match(text)
        and text.isprintable()
        and text == text.strip()
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and not text.startswith("...")
        and text.lower() not in _WORDS
        and not _NUMBER_OR_DATE.fullmatch(text)
        and (not in_flow or not re.search(r"[,\[\]{}]", text))
    )
    if plain:
        return text
    if text.isprintable() and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _number(value: float) -> str:
    """Return a number with the point that tells it from text, and within what is read as one."""
    if math.isinf(value):
        return "1.0e+999" if value > 0 else "-1.0e+999"
    text = repr(value)
    mantissa, e, exponent = text.partition("e")
    if e and "." not in mantissa:
        text = f"{mantissa}.0e{exponent}"
    return text if len(text) < 20 else text.replace("e+", "e")


def _is_block(text: str) -> bool:
    """Whether text of several lines can stand as it is below its key."""
    return (
        "\n" in text
        and text[0] not in " \n"
        and all(line.isprintable() for line in text.split("\n"))
    )


def _flow(node: Resolved) -> str:
    if node.short:
        return _flow(node.entries[node.short])
    if isinstance(node.value, dict):
        pairs = [
            f"{scalar(key, in_flow=True)}: {_flow(child)}"
            for key, child in node.value.items()
            if not child.unset
        ]
        return "{" + ", ".join(pairs) + "}"
    if isinstance(node.value, list):
        return "[" + ", ".join(_flow(child) for child in node.value) + "]"
    return _shown(node, in_flow=True)


def _shown(node: Resolved, *, in_flow: bool = False) -> str:
    if isinstance(node.value, list | dict):
        return ""
    return HIDDEN if node.secret else scalar(node.value, in_flow=in_flow)


def _of_one(node: Resolved) -> bool:
    """Whether all of a value comes from one file, or all of it from none."""
    children = [*node.entries.values(), *node.items]
    return all(child.place.file == node.place.file and _of_one(child) for child in children)


def _is_empty(node: Resolved) -> bool:
    """Whether a section was given as an empty mapping, so that all in it is the models' default."""
    return (
        isinstance(node.value, dict)
        and not node.default
        and all(map(_of_default, node.entries.values()))
    )


def _of_default(node: Resolved) -> bool:
    """Whether a value is a default, with all in it."""
    return node.default and all(map(_of_default, (*node.entries.values(), *node.items)))


def _holds_secret(node: Resolved) -> bool:
    """Whether a value looks like a secret, or holds one."""
    return node.secret or any(map(_holds_secret, (*node.entries.values(), *node.items)))
