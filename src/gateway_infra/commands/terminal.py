"""Colors and line breaks of a terminal."""

from __future__ import annotations

import os
import textwrap
from typing import TextIO

BOLD = "1"
WIDTH = 80


def takes_color(stream: TextIO) -> bool:
    """Return whether a stream is a terminal that shows color, and the user has not refused it.

    FORCE_COLOR and CLICOLOR_FORCE have no effect, so that logs and files get plain text.
    Source: https://no-color.org/
    """
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and stream.isatty()


def paint(text: str, code: str, color: bool) -> str:
    """Return text in a color, if `color`."""
    return f"\x1b[{code}m{text}\x1b[0m" if color else text


def wrapped(text: str, indent: str = "  ") -> str:
    """Return text in lines of at most `WIDTH` columns; words and hyphens stay whole."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
