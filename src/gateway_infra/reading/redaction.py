"""What of a file is never shown: values that are, or may be, secrets.

A message and the line quoted below it end in terminals, in logs of pipelines and in tickets. What
is hidden is told by the key (``password``), by its place (a function's variables) or by its shape
(a login within a URL).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache

from gateway_infra.reading.secret_shapes import ANYWHERE, AT_END, REDACTED_NAME, SHAPES

HIDDEN = "…"
"""What stands in place of a hidden value."""

_MISSPELLED = ("password", "passphrase", "secret", "token", "credentials", "api_key")
_PAIR = re.compile(
    rf"(?P<key>(?<![\w.-])(?:[\w.-]{{0,100}}(?:{ANYWHERE})[\w.-]{{0,100}}[\"']?"
    rf"|(?<![?&])[\w.-]{{0,100}}(?:{AT_END})[\"']?(?=\s*[:=])))"
    r"(?P<between>\s*[:=]\s*|\s+)(?P<value>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_OF_SCHEMAS = ("components", "definitions", "paths", "properties")
_EXAMPLES = ("const", "default", "enum", "example", "examples", "value")
_LONG_ENOUGH = 5
"""Characters; shorter text is part of too many words to be hidden wherever it stands."""
_SWITCHES = ("", "false", "n", "no", "off", "on", "true", "y", "yes")
_NAMED_IN_API = (("api", "authorizers"), ("api", "models"), ("api", "routes"))
_KNOWN = frozenset(
    (
        *("allowed_values", "default", "description", "environment_variable", "import", "key"),
        *("kms_key", "parameter", "pattern", "secret", "ssm", "stack_output", "type", "version"),
    )
)
"""The keys of values that are known later, which `config.values` reads."""


@lru_cache(maxsize=1024)
def names_secret(key: str) -> bool:
    """Tell whether a key says that its value is a secret, misspelled or not, for messages."""
    return bool(
        REDACTED_NAME.search(key) or get_close_matches(key.lower(), _MISSPELLED, n=1, cutoff=0.8)
    )


def is_hidden(path: tuple[str | int, ...], value: object) -> bool:
    """Tell whether the scalar at `path` is not to be shown.

    A switch and nothing never are secrets; a number may be. Of a function's variables only
    switches and numbers are shown.
    """
    if value is None or str(value).lower() in _SWITCHES:
        return False
    keys = [part for part in path if isinstance(part, str)]
    if _describes_a_secret(path) and str(value).isdecimal():
        return False
    if is_secret_place(path) or _shapes(str(value)):
        return True
    of_variables = len(keys) > 3 and keys[0] == "functions" and keys[2] == "variables"
    of_variables = of_variables or _may_be_variable(keys)
    return of_variables and isinstance(value, str)


def _may_be_variable(keys: list[str]) -> bool:
    """Tell whether a value in CloudFormation's words may be a function's variable.

    What an override sets, its path says, which is another value.
    """
    if any(key == "Ref" or key.startswith("Fn::") for key in keys):
        return False
    of_override = keys[:1] == ["overrides"] and "value" in keys[1:3]
    return of_override or (keys[:1] == ["resources"] and "Variables" in keys)


def _describes_a_secret(path: tuple[str | int, ...]) -> bool:
    """Tell whether a key says by a number what a secret is to be like."""
    return path[:2] == ("database", "secret") and path[2:3] in (("length",), ("rotation_days",))


def is_secret_place(path: tuple[str | int, ...]) -> bool:
    """Tell whether a key on the way to `path` says secret; names that people choose do not."""
    if path == ("api", "cors", "credentials"):
        return False
    keys = [part for part in path if isinstance(part, str)]
    named = [key for key in _without_names(keys) if names_secret(key)]
    schema = keys[:1] and (keys[0] in _OF_SCHEMAS or keys[:2] == ["api", "models"])
    if schema or "request_models" in keys:
        # The schema of a password is no password, but its example may be one.
        return bool(named) and (keys[-1] in _EXAMPLES or names_secret(keys[-1]))
    return bool(named)


def _without_names(keys: list[str]) -> Iterator[str]:
    """Yield keys but for the names of functions, routes, models and authorizers."""
    heads: dict[tuple[str, ...], int] = {("functions",): 1, **dict.fromkeys(_NAMED_IN_API, 2)}
    skipped = next((n for head, n in heads.items() if tuple(keys[: len(head)]) == head), None)
    for position, key in enumerate(keys):
        is_name = position == skipped and (position + 1 < len(keys) or keys[0] == "api")
        if not is_name:
            yield key


def is_hidden_key(path: tuple[str | int, ...]) -> bool:
    """Tell whether the key that ends `path` may itself be a secret: ``password: {hunter2: …}``."""
    key = path[-1]
    if not isinstance(key, str) or key in _KNOWN or _describes_a_secret(path):
        return False
    of_variable = path[:1] == ("functions",) and path[2:3] == ("variables",) and len(path) > 4
    if of_variable and not (key.startswith(("Ref", "Fn::")) or get_close_matches(key, _KNOWN)):
        return True
    return is_secret_place((*path[:-1], ""))


def literal_secrets(value: object, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    """Yield the texts of plain data that stand where secrets do, and name none known later."""
    if isinstance(value, dict):
        for key, item in value.items():
            if is_hidden_key((*path, key)) and len(key) >= _LONG_ENOUGH:
                yield key
            if key not in _KNOWN:
                yield from literal_secrets(item, (*path, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from literal_secrets(item, (*path, position))
    elif is_secret_place(path) and is_hidden(path, value) and len(str(value)) >= _LONG_ENOUGH:
        yield str(value)


@lru_cache(maxsize=1024)
def hidden_parts(text: str) -> tuple[tuple[int, int], ...]:
    """Return the columns of text that are not to be shown, by its words and their shapes alone.

    ``password hunter2`` and ``DB_TOKEN=hunter2``, where a colon or a space is missing.
    """
    pair = _PAIR.search(text)
    end = pair.start("value") if pair else len(text)
    found = [(first, min(last, end)) for first, last in _shapes(text) if first < end]
    return (*found, *(((end, len(text)),) if pair else ()))


def covered(text: str) -> str:
    """Return text without its hidden parts."""
    return _without(text, hidden_parts(text))


def shapes_covered(text: str) -> str:
    """Return text without what looks like a secret wherever it stands."""
    return _without(text, _shapes(text))


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return text with `spans`, which stand in order, hidden."""
    pieces: list[str] = []
    shown = 0
    for start, end in spans:
        pieces += (text[shown:start], HIDDEN)
        shown = end
    return "".join((*pieces, text[shown:]))


@lru_cache(maxsize=1024)
def _shapes(text: str) -> tuple[tuple[int, int], ...]:
    """Return where what looks like a secret stands, in order and apart from each other."""
    found: list[tuple[int, int]] = []
    lowered = text.lower()
    for shape in SHAPES:
        if shape.redacted and any(hint in lowered for hint in shape.hints):
            matches = re.finditer(shape.redacted, text)
            found += [match.span(match.re.groups) for match in matches]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)
