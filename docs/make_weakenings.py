"""Write ``weakenings.md`` from the table of weakenings: ``python docs/make_weakenings.py``.

A test fails where the committed file is not what this writes.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.security.weakenings import WEAKENINGS, Weakening

DOCUMENT = Path(__file__).parent / "weakenings.md"

HEAD = """\
# Weakenings, and who catches them

Written by `python docs/make_weakenings.py` from the table of the tests; do not edit.

Each of these is done to a good environment of the tier prod, by its own settings, by `overrides` or by `resources`; a test shows that
what is named here finds it, and finds nothing of the kind in the good one. A **model** refuses the file, an error among the
[rules](rules.md) stops the run, a warning does not; **checkov** finds it in the template as it is written, which no
[exception](exceptions.md) hides; and where **no exception** stands for it any more, the scanners of that exception find it.

| what is weakened | caught by |
|---|---|
"""


def main() -> None:
    """Write the file."""
    DOCUMENT.write_text(document())


def document() -> str:
    """Return the text of the document."""
    return HEAD + "".join(
        f"| {item.what.replace('*', chr(92) + '*')} | {_by(item)} |\n" for item in WEAKENINGS
    )


def _by(item: Weakening) -> str:
    if item.by in ("model", "rule"):
        return f"{item.by} [{item.id}](rules.md#{item.id.lower()})"
    if item.by == "checkov":
        return f"checkov {item.id}"
    return f"no exception [{item.id}](exceptions.md#{item.id})"


if __name__ == "__main__":
    main()
