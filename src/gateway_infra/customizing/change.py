"""One property set in, or taken from, a resource as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from gateway_infra.reading.diagnostics import KeyPath, kind_of, show_path
from gateway_infra.values.intrinsics import is_function


class Change(NamedTuple):
    """What is to stand at a path of a resource's body; `remove` takes it away."""

    keys: KeyPath
    value: Any = None
    remove: bool = False


class PathError(ValueError):
    """A path that leads nowhere in the resource, and what to write."""


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Return changes so that their order in the file does not matter.

    What holds others is set before them, and removals come last, from a list's end, so that every
    position is that of the list as it was.
    """
    ordered = sorted(changes, key=lambda change: _sortable(change.keys))
    removals = [change for change in reversed(ordered) if change.remove]
    return [change for change in ordered if not change.remove] + removals


def _sortable(keys: KeyPath) -> list[tuple[int, int, str]]:
    return [(0, key, "") if isinstance(key, int) else (1, 0, key) for key in keys]


def changed(data: Any, change: Change, done: KeyPath = ()) -> Any:
    """Return plain data with a change in it; raise `PathError`.

    `done` is the part of the path that led to `data`.
    """
    key, rest = change.keys[len(done)], change.keys[len(done) + 1 :]
    here: Any = [*data] if isinstance(data, list) else dict(_mapping(data, key, done))
    found = _held(here, key, done)
    if rest:
        if found is None and change.remove:
            raise PathError(_missing(change.keys[: len(done) + 1]))
        empty: Any = [] if isinstance(rest[0], int) else {}
        value = changed(empty if found is None else found, change, (*done, key))
    elif change.remove:
        if found is None:
            raise PathError(_missing(change.keys))
        del here[key]
        return here
    else:
        value = change.value
    if isinstance(here, list) and key == len(here):
        here.append(value)
    else:
        here[key] = value
    return here


def value_at(data: Any, keys: KeyPath) -> Any:
    """Return what stands at a path, ``None`` where nothing does; templates hold no null."""
    for key in keys:
        if isinstance(data, dict) and isinstance(key, str) and not is_function(data):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data


def _mapping(data: Any, key: str | int, done: KeyPath) -> dict[str, Any]:
    """Return data that has keys, or say what it is."""
    where = show_path(done)
    if is_function(data):
        function = next(iter(data))
        raise PathError(f"goes into {where}, which is a {function}; set all of {where}")
    if not isinstance(data, dict):
        raise PathError(f"goes into {where}, which is {kind_of(data)}; set all of {where}")
    if isinstance(key, int):
        raise PathError(f"names the position {key} of {where}, which is a mapping; name a key")
    return data


def _held(here: Any, key: str | int, done: KeyPath) -> Any:
    """Return what stands at a key or position, ``None`` where nothing does yet."""
    if isinstance(here, dict):
        return here.get(key)
    where = show_path(done)
    if isinstance(key, str):
        raise PathError(f"goes into {where}, which is a list; say which one, as in {where}[0]")
    if key > len(here):
        raise PathError(
            f"names the position {key} of {where}, which holds {len(here)}; "
            f"{where}[{len(here)}] adds one"
        )
    return here[key] if key < len(here) else None


def _missing(keys: KeyPath) -> str:
    return f"removes {show_path(keys)}, which is not there"
