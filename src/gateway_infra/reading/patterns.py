"""Regular expressions of this program as JSON Schema writes them.

JSON Schema takes ECMA-262's, compiled with the flag ``u``, and finds them anywhere in a text; here
they are Python's, and match a text as a whole.
https://json-schema.org/draft/2020-12/json-schema-core#section-6.4
"""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[^:=!]?|\{[0-9]+(?:,[0-9]*)?\}|.", re.DOTALL
)
_ALL = "(?s)"
_ALIKE = frozenset(r"sSntrfv\.*+?()[]{}|^$/")
"""What both languages read alike behind a backslash; Python's ``\\d`` and ``\\w`` take more."""


def ecma(pattern: str) -> str:
    r"""Return what finds with ECMA-262 the texts that `pattern` matches as a whole in Python.

    Raise `ValueError` for what the two read otherwise: flags but a leading ``(?s)``, named groups,
    lookbehind, ``\d``, ``\w``, ``\Z``, braces and brackets that stand for themselves.
    """
    body = pattern.removeprefix(_ALL)
    # Without a flag, ECMA-262's dot leaves out more line breaks than Python's.
    dot = r"[^\n]" if body == pattern else r"[\s\S]"
    pieces = _PIECE.findall(body)
    for piece in pieces:
        strange = [escape for escape in re.findall(r"\\(.)", piece) if escape not in _ALIKE]
        if strange or piece in ("[", "]", "{", "}") or (len(piece) == 3 and piece[:2] == "(?"):
            raise ValueError(f"{pattern!r} has {piece!r}, which ECMA-262 reads otherwise")
    return f"^(?:{''.join(dot if piece == '.' else piece for piece in pieces)})$"
