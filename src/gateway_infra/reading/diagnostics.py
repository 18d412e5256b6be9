"""What is wrong with an environment file, and where.

Every message has one form, so that editors and CI can jump to it::

    environments/prod.yaml:12:5: functions.web.memory: is 64; at least 128 (MB)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal, NamedTuple, TypeAlias

from gateway_infra.reading.redaction import covered, shapes_covered

KeyPath = tuple[str | int, ...]
"""The keys and list positions that lead to a value: ``("network", "subnets", 0)``."""

Severity: TypeAlias = Literal["error", "warning", "advice"]
"""An error stops the run: AWS would refuse what it is about, or it would not work. A warning works,
and is likely to surprise; advice is what to know of something that works as it should."""

_LONGEST_KEY = 200
_LONGEST_WORD = 300
_LONGEST = 1_200
_LONG_WORD = re.compile(rf"[^\s]{{{_LONGEST_WORD + 1},}}")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_ROUTE = re.compile(r"[A-Za-z]+ /")


class Place(NamedTuple):
    """A position in a file; lines and columns start at 1, and 0 means the whole source."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class InTemplate(NamedTuple):
    """A position in a template: `path` as in ``("Resources", "Api", "Properties", …)``."""

    environment: str
    stack: str
    file: str
    path: KeyPath
    line: int
    column: int


class Diagnostic(NamedTuple):
    """One message about one key, whatever check it comes from.

    `rule` is the ID of the rule that was broken: one of ours (``GI301``), or one of cfn-lint
    (``W3005``), which has `templates` too. `place` is where the key is written; a check leaves it
    to its caller. A report adds the `environments` that it applies to, a `note` on how the place
    was found, and as `accepted` the reason with which the file accepts it.
    """

    path: KeyPath
    message: str
    rule: str = ""
    severity: Severity = "error"
    place: Place = Place("")
    environments: tuple[str, ...] = ()
    templates: tuple[InTemplate, ...] = ()
    note: str = ""
    accepted: str = ""

    def __str__(self) -> str:
        key = show_path(self.path)
        place = str(self.place)
        where = place if not key or place == f"--set {key}" else f"{place}: {key}"
        # What GI00… would explain, the message says.
        rule = f" [{self.rule}]" if self.rule and not self.rule.startswith("GI00") else ""
        return shapes_covered(f"{printable(where)}: {_readable(self.message)}{rule}")

    @property
    def tool(self) -> str:
        """The tool that found it."""
        return "cfn-lint" if self.templates else "gateway-infra"

    @property
    def counts(self) -> bool:
        """Whether it fails a run: errors and warnings do, unless they are accepted."""
        return self.severity != "advice" and not self.accepted


class ConfigError(Exception):
    """An environment that cannot be built: every problem found, sorted by place."""

    def __init__(self, problems: Iterable[Diagnostic]) -> None:
        self.problems: tuple[Diagnostic, ...] = tuple(
            sorted(set(problems), key=lambda p: (p.place, show_path(p.path), p.message))
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))


def printable(text: str) -> str:
    """Return text with what a terminal would act on, such as line breaks, as escapes."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _readable(message: str) -> str:
    """Return a message without what no one would read to its end: the words of a huge value."""
    text = _LONG_WORD.sub(lambda word: f"{word[0][:_LONGEST_WORD]}…", printable(message))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"


def show_path(path: KeyPath) -> str:
    """Return a key path as ``--set`` takes it: ``api.routes["GET /jobs"].function``.

    A key that no one would read to its end is cut.
    """
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
            continue
        part = key if len(key) <= _LONGEST_KEY else f"{key[: _LONGEST_KEY - 1]}…"
        if _PLAIN_KEY.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f'["{part if _ROUTE.match(part) else covered(part)}"]'
    return text


def near_miss(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'X'?"`` for the nearest known word, or nothing."""
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'X'?"`` for the nearest known word, else what is known."""
    choices = sorted(known)
    return near_miss(word, choices) or (f"; known: {', '.join(choices)}" if choices else "")


def kind_of(value: object) -> str:
    """Return what a plain value is called in a message."""
    if value is None:
        return "nothing"
    names: dict[type, str] = {
        bool: "a switch (true or false)",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a mapping",
    }
    return names.get(type(value), "something else")
