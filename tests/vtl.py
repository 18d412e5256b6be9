"""A stand-in for API Gateway's template engine: what a mapping template does to an answer.

AWS says neither which Velocity it runs nor what its header map answers for a missing name, so
tests run a template under each of `MISSING`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import airspeed


class _TrueText(str):
    """Text that counts as true even when empty, as it does in Velocity 1.x."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


MISSING = {"nothing": None, "empty text": "", "empty text that is true": _TrueText()}
"""What the header map may answer for a name that the request did not send."""


class _Headers(dict[str, str]):
    """The request's headers by name; names are case-sensitive."""

    def __init__(self, sent: Mapping[str, str], missing: str | None) -> None:
        super().__init__(sent)
        self.missing = missing

    def get(self, name: str, _default: Any = None) -> Any:
        return super().get(name, self.missing)


class _Input:
    """``$input``: ``params()`` gives the maps, ``params(name)`` searches all of them."""

    def __init__(self, headers: _Headers, query: Mapping[str, str]) -> None:
        self.maps = {"path": {}, "querystring": dict(query), "header": headers}

    def params(self, name: str | None = None) -> Any:
        if name is None:
            return self.maps
        found = (values[name] for values in self.maps.values() if name in values)
        return next(found, "")


def answer_headers(
    template: str,
    headers: Mapping[str, str],
    query: Mapping[str, str] | None = None,
    missing: str | None = "",
) -> dict[str, str]:
    """Return the headers that a response template sets by ``$context.responseOverride``."""
    context: dict[str, Any] = {"responseOverride": {"header": {}}}
    request = _Input(_Headers(headers, missing), query or {})
    body = airspeed.Template(template).merge({"input": request, "context": context})
    assert body.strip() == "", "a preflight has no body"
    return dict(context["responseOverride"]["header"])
