"""What a person is told of problems, on stderr: a line for each, and the quoted line below it.

Advice has no quote: there may be much of it, and nobody has to act on it.

::

    error: environments/prod.yaml:12:5: functions.web.memory: is 64; it must be at least 128 (MB)
     12 |     memory: 64
        |             ^^
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from gateway_infra.commands.terminal import paint, takes_color
from gateway_infra.reading.diagnostics import Diagnostic, printable

WIDTH = 100
"""Columns, where stderr is no terminal that tells its own."""

NARROWEST = 40
FEW = 3
"""Problems that a person counts at a glance; for more, their number is told."""

_COLORS = {"error": "1;31", "warning": "1;33", "advice": "1;36", "accepted": "1;32"}
_CARETS = "31"
_GUTTER = "2"


def report_diagnostics(problems: Iterable[Diagnostic]) -> None:
    """Print errors, warnings and advice, each with its place."""
    sys.stderr.write(printed(list(problems), width=_columns(), color=takes_color(sys.stderr)))


def report(severity: str, text: str) -> None:
    """Print a message that has no place in a file."""
    print(f"{_painted(severity, takes_color(sys.stderr))}: {printable(text)}", file=sys.stderr)


def printed(problems: Sequence[Diagnostic], *, width: int = WIDTH, color: bool = False) -> str:
    """Return what is printed of problems: their messages, quotes, and how many there are.

    Files are read once more, by the names that the messages have, to quote from them. Problems of
    one line that follow each other share its quote.
    """
    lines: list[str] = []
    for _, same in groupby(problems, key=_quoted_together):
        together = list(same)
        lines += (f"{_painted(p.severity, color)}: {p}" for p in together)
        if together[0].severity != "advice" and together[0].place.line:
            lines += _quotes(together, width, color)
    if len(problems) > FEW:
        lines.append(_counted(problems))
    return "".join(f"{line}\n" for line in lines)


def _quoted_together(problem: Diagnostic) -> tuple[object, ...]:
    place = problem.place
    return (problem.severity, place.file, place.line) if place.line else (problem,)


def _quotes(problems: Sequence[Diagnostic], width: int, color: bool) -> Iterator[str]:
    # Few runs have something to quote.
    from gateway_infra.commands.pages import read_page
    from gateway_infra.commands.quotes import quote

    gutter = max(3, len(str(problems[0].place.line)))
    for item in quote(problems, read_page(problems[0].place.file), width - gutter - 4):
        yield f"{paint(f'{item.number:>{gutter}} |', _GUTTER, color)} {item.text}".rstrip()
        edge = paint(f"{'':>{gutter}} |", _GUTTER, color)
        carets = item.carets.lstrip()
        blank = item.carets.removesuffix(carets)
        yield f"{edge} {blank}{paint(carets, _CARETS, color)}"


def _counted(problems: Sequence[Diagnostic]) -> str:
    """Return how many problems there are of each severity."""
    counts = {
        name: sum(problem.severity == name for problem in problems)
        for name in ("error", "warning", "advice")
    }
    words = {"error": ("error", "errors"), "warning": ("warning", "warnings"),
             "advice": ("piece of advice", "pieces of advice")}  # fmt: skip
    return ", ".join(f"{n} {words[name][n != 1]}" for name, n in counts.items() if n)


def _columns() -> int:
    """Return how wide the terminal is; 100 where there is none."""
    if not sys.stderr.isatty():
        return WIDTH
    try:
        return max(NARROWEST, os.get_terminal_size(sys.stderr.fileno()).columns)
    except (OSError, ValueError):
        return WIDTH


def _painted(severity: str, color: bool) -> str:
    return paint(severity, _COLORS.get(severity, "1"), color)
