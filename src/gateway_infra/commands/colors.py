"""Colors of a terminal."""

from __future__ import annotations

import os
from typing import TextIO

BOLD = "1"


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
