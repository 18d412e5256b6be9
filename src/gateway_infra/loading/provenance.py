"""What holds in an environment, and where each value comes from.

``Loaded`` holds what is written (files, ``--set``, the tier's defaults) and the models; here both
become one tree with every default in it. The walk follows the models, whatever fields they have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from gateway_infra.loading.load import Loaded
from gateway_infra.reading.diagnostics import KeyPath, Place, did_you_mean, printable
from gateway_infra.reading.merge import defaults_node
from gateway_infra.reading.redaction import HIDDEN
from gateway_infra.reading.source import Node, Scalar
from gateway_infra.rules.secret_detection import (
    is_literal_secret,
    looks_random,
    name_below,
    shape_of_secret,
)
from gateway_infra.sections.additions import property_path
from gateway_infra.sections.environment import Environment
from gateway_infra.values.values import DeployTimeValue, SecretValue

DEFAULT = "default"
"""The place of what no file says."""

_STEP = re.compile(r'\.([A-Za-z_][A-Za-z0-9_-]*)|\["([^"]*)"\]|\[([0-9]{1,9})\]')
_LITERAL = ("default", "allowed_values")
"""What an open value holds of the value itself."""

_NAMED = (("api", "authorizers"), ("api", "routes"), ("api", "models"), ("layout",))
"""Where keys are names and schemas: neither ``GET /token`` nor the type of a password is one."""


class Resolved(NamedTuple):
    """A value that holds, and where it comes from.

    `short` is the key that stands for the whole mapping in the file's short form, as `function`
    does in ``GET /jobs: web``. `open` marks an open value, which is a mapping and yet one value;
    `secret` marks text that looks like a secret.
    """

    value: Scalar | list[Resolved] | dict[str, Resolved]
    place: Place
    short: str = ""
    open: bool = False
    secret: bool = False

    @property
    def entries(self) -> dict[str, Resolved]:
        """A mapping's keys and values; none of what is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Resolved]:
        """A list's items; none of what is no list."""
        return self.value if isinstance(self.value, list) else []

    @property
    def default(self) -> bool:
        """Whether neither a file, ``--set`` nor the tier says it."""
        return self.place.file == DEFAULT

    @property
    def unset(self) -> bool:
        """Whether it is a default that is nothing: null, empty, or a section of such."""
        if not self.default or self.value is None:
            return self.default
        if isinstance(self.value, dict):
            return all(child.unset for child in self.value.values())
        return self.value == []

    def plain(self) -> Any:
        """Return plain data, without what is unset, and with a mask in place of secrets."""
        if self.short:
            return self.entries[self.short].plain()
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items() if not item.unset}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return HIDDEN if self.secret else self.value


class Difference(NamedTuple):
    """A key with two values; one that is not set is ``None``."""

    path: KeyPath
    first: Resolved | None
    second: Resolved | None


class Missing(NamedTuple):
    """A key below which a path does not go on, and why."""

    path: KeyPath
    message: str


def resolve(loaded: Loaded) -> Resolved:
    """Return all that holds in an environment, in the order of the models.

    Mappings with names of one's own keep the order of the files. An OpenAPI document's routes and
    models are among those of the file.
    """
    tree = _section(loaded.environment, loaded.source)
    return _marked(_with_uses(tree, loaded.environment), ())


def standing_alone(tree: Resolved) -> Resolved:
    """Return the tree without the OpenAPI document whose routes and models it holds."""
    api = tree.entries["api"]
    rest = {key: item for key, item in api.entries.items() if key != "openapi"}
    return tree._replace(value={**tree.entries, "api": api._replace(value=rest)})


def origin(place: Place) -> str:
    """Return where a value comes from: ``FILE:LINE``, ``--set``, or which default it is."""
    if place.line:
        return printable(f"{place.file}:{place.line}")
    return "--set" if place.file.startswith("--set") else printable(place.file)


def differences(first: Resolved, second: Resolved, path: KeyPath = ()) -> Iterator[Difference]:
    """Yield the keys whose values differ, in the order of the first.

    A list is one value, and so is an open value: that is how files are merged. So is `layout`,
    in which the order counts.
    """
    whole = path == ("layout",) or first.open or second.open
    if isinstance(first.value, dict) and isinstance(second.value, dict) and not whole:
        for key in dict.fromkeys((*first.entries, *second.entries)):
            one, two = first.entries.get(key), second.entries.get(key)
            below = (*path, key)
            if one is None or two is None:
                yield Difference(below, one, two)
            else:
                yield from differences(one, two, below)
    elif not _same(first, second, ordered=whole):
        yield Difference(path, *(None if item.unset else item for item in (first, second)))


def key_path(text: str) -> KeyPath | None:
    """Read ``api.routes["GET /jobs"].function`` or ``network.subnets[0]``; ``None`` for another."""
    rest = text if text.startswith("[") else f".{text}"
    parts: list[str | int] = []
    while step := _STEP.match(rest):
        name, quoted, position = step.groups()
        parts.append(int(position) if position else name or quoted)
        rest = rest[step.end() :]
    return None if rest else tuple(parts)


def find(tree: Resolved, path: KeyPath) -> Resolved | Missing:
    """Return what stands at `path`; else the key at which the way ends, and why."""
    for position, part in enumerate(path):
        here = path[: position + 1]
        if isinstance(tree.value, dict):
            if part not in tree.value:
                known = did_you_mean(str(part), tree.value) if tree.value else ""
                return Missing(here, f"is not a key here{known}")
            tree = tree.value[str(part)]
        elif isinstance(tree.value, list):
            if not isinstance(part, int) or part >= len(tree.value):
                count = len(tree.value)
                return Missing(here, f"is not there: the list holds {count or 'nothing'}")
            tree = tree.value[part]
        else:
            what = "is not set" if tree.value is None else "is one value"
            return Missing(path[:position], f"{what}; there is nothing below it")
    return tree


def _resolved(held: Any, source: Node) -> Resolved:
    """Return what is written, with the defaults of the sections in it."""
    if isinstance(held, BaseModel):
        return _section(held, source)
    if isinstance(source.value, dict):
        below = held if isinstance(held, Mapping) else {}
        entries = {key: _resolved(below.get(key), node) for key, node in source.value.items()}
        return Resolved(entries, source.place, open=isinstance(held, DeployTimeValue | SecretValue))
    if isinstance(source.value, list):
        # A section may hold a list as a mapping of its positions.
        items = list(held.values()) if isinstance(held, Mapping) else held
        if not isinstance(items, list | tuple) or len(items) != len(source.value):
            items = [None] * len(source.value)
        pairs = zip(items, source.value, strict=True)
        return Resolved([_resolved(item, node) for item, node in pairs], source.place)
    return Resolved(source.value, source.place)


def _section(held: BaseModel, source: Node) -> Resolved:
    """Return every field of a section: as written, or its default."""
    fields = type(held).model_fields
    keys = {name: field.alias or name for name, field in fields.items()}
    short = ""
    if isinstance(source.value, dict):
        written = source.value
    else:
        # The one field that the model's short form fills.
        short = keys[next(iter(held.model_fields_set))]
        written = {short: source}
    entries: dict[str, Resolved] = {}
    for name, key in keys.items():
        value = getattr(held, name)
        entries[key] = _resolved(value, written[key]) if key in written else _default(value)
    return Resolved(entries, source.place, short)


def _default(value: Any) -> Resolved:
    """Return a value that nothing written gives."""
    if isinstance(value, BaseModel):
        return _section(value, Node({}, Place(DEFAULT)))
    return _resolved(None, defaults_node(value, DEFAULT))


def _with_uses(tree: Resolved, environment: Environment) -> Resolved:
    """Leave out of the default of `uses` the sections that are not there: a file may not say so."""
    functions = tree.entries["functions"]
    changed = {}
    for key, function in functions.entries.items():
        uses = function.entries["uses"]
        there = [item for item in uses.items if getattr(environment, str(item.value)) is not None]
        entries = {**function.entries, "uses": uses._replace(value=there)}
        changed[key] = function._replace(value=entries)
    return tree._replace(value={**tree.entries, "functions": functions._replace(value=changed)})


def _marked(node: Resolved, path: KeyPath, name: str = "") -> Resolved:
    """Mark text that looks like a secret; `name` is what the file calls it, if it does."""
    if isinstance(node.value, dict):
        children = {
            key: _marked(child, (*path, key), _called(node, key, name))
            for key, child in node.value.items()
        }
        return node._replace(value=children)
    if isinstance(node.value, list):
        items = [_marked(child, (*path, place), name) for place, child in enumerate(node.value)]
        return node._replace(value=items)
    text = node.value if isinstance(node.value, str) else ""
    return node._replace(secret=_looks_secret(path, name, text))


def _called(node: Resolved, key: str, name: str) -> str:
    """Return what text under `key` of `node` is called, where `name` is what the node is called."""
    if node.open:
        return name if key in _LITERAL else ""
    if key == "value" and "path" in node.entries:
        # An override: its path names the property.
        names = property_path(str(node.entries["path"].value)) or ()
        return next((part for part in reversed(names) if isinstance(part, str)), "")
    return name_below(key, name, {key: entry.value for key, entry in node.entries.items()})


def _looks_secret(path: KeyPath, name: str, text: str) -> bool:
    """Tell whether the rules on secrets would say so of this text."""
    if text and shape_of_secret(text) is not None:
        return True
    if not text or not name or path[:1] in _NAMED or path[:2] in _NAMED:
        return False
    reaches_code = path[0] in ("overrides", "resources") or "variables" in path
    return is_literal_secret(name, text) or (reaches_code and looks_random(name, text))


def _same(first: Resolved, second: Resolved, *, ordered: bool) -> bool:
    one, two = first.value, second.value
    if isinstance(one, dict) and isinstance(two, dict):
        keys = list(one) == list(two) if ordered else one.keys() == two.keys()
        return keys and all(_same(one[key], two[key], ordered=False) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        pairs = zip(one, two, strict=False)
        return len(one) == len(two) and all(_same(a, b, ordered=False) for a, b in pairs)
    # To Python, true is 1.
    return isinstance(one, bool) == isinstance(two, bool) and one == two
