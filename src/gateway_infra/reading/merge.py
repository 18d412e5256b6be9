"""The merge rule: mappings merge, anything else replaces, ``null`` removes; ``--set`` wins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

from gateway_infra.reading.diagnostics import (
    ConfigError,
    Diagnostic,
    KeyPath,
    Place,
    did_you_mean,
    show_path,
)
from gateway_infra.reading.forms import FORMS, OPTIONS
from gateway_infra.reading.source import MAX_DEPTH, Node, read_file, read_text

_OF_TEMPLATES = (("overrides",), ("resources",))
_STEP = re.compile(r'\.([A-Za-z_][A-Za-z0-9_-]*)|\["([^"]*)"\]')
FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.yaml")


def merge(base: Node, overlay: Node, path: KeyPath = ()) -> Node:
    """Return `base` with `overlay` laid over it; an open value such as {ssm: …} is one value.

    A route in its short form (``GET /jobs: web``) is merged as the mapping that it stands for.
    """
    is_route = len(path) == 3 and path[:2] == ("api", "routes")
    if is_route and isinstance(base.value, str) and isinstance(overlay.value, dict):
        base = Node({"function": base}, base.place)
    if not (isinstance(base.value, dict) and isinstance(overlay.value, dict)):
        return overlay
    if _is_open(base.value) and _is_open(overlay.value):
        return overlay
    if path[:1] in _OF_TEMPLATES and (_is_one(base.value) or _is_one(overlay.value)):
        return overlay
    merged = dict(base.value)
    for key, node in overlay.value.items():
        merged[key] = merge(merged[key], node, (*path, key)) if key in merged else node
    # What --set and defaults touch still stands where it is written.
    place = overlay.place if overlay.place.line or not base.place.line else base.place
    return Node(merged, place)


def _is_one(entries: dict[str, Node]) -> bool:
    """Whether a mapping of template data is one value: a function such as Ref, or an open value."""
    names = list(entries)
    function = len(names) == 1 and (names[0] == "Ref" or names[0].startswith("Fn::"))
    return function or _is_open(entries)


def without_nulls(node: Node) -> Node:
    """Return `node` without the keys whose value is null."""
    if isinstance(node.value, dict):
        kept = {k: without_nulls(n) for k, n in node.value.items() if n.value is not None}
        return Node(kept, node.place)
    if isinstance(node.value, list):
        return Node([without_nulls(item) for item in node.value], node.place)
    return node


def defaults_node(data: Any, origin: str) -> Node:
    """Return plain data as a node whose every place is `origin`."""
    place = Place(origin)
    if isinstance(data, dict):
        return Node({key: defaults_node(value, origin) for key, value in data.items()}, place)
    if isinstance(data, list):
        return Node([defaults_node(item, origin) for item in data], place)
    return Node(data, place)


def read_layers(folder: Path, name: str, shown: str) -> Node:
    """Read ``NAME.yaml`` over the file that it extends, and so on down to ``base.yaml``.

    Raise `ConfigError` with the faults of all these files.
    """
    files = [f"{name}.yaml"]
    layers: list[Node] = []
    problems: list[Diagnostic] = []
    while True:
        try:
            _refuse_elsewhere(folder / files[-1], f"{shown}/{files[-1]}")
            node = read_file(folder / files[-1], f"{shown}/{files[-1]}")
        except ConfigError as error:
            # What is below may have faults too.
            problems += error.problems
            node = Node({}, Place(shown))
        entries = dict(node.value) if isinstance(node.value, dict) else {}
        extends = entries.pop("extends", None)
        layers.append(Node(entries, node.place))
        if extends is None and "base.yaml" not in files and (folder / "base.yaml").is_file():
            files.append("base.yaml")
            continue
        if extends is None or extends.value is None:
            break
        fault = _extends_fault(extends.value, folder, files)
        if fault:
            problems.append(Diagnostic(("extends",), fault, place=extends.place))
            break
        files.append(str(extends.value))
    if problems:
        raise ConfigError(problems)
    # From the bottom up: a null in the middle removes what is below, not what is above.
    return reduce(merge, reversed(layers))


def _refuse_elsewhere(file: Path, shown: str) -> None:
    """Refuse a link that leads out of the folder: what is there is none of the environment's."""
    folder = file.parent.resolve()
    if file.is_symlink() and folder not in file.resolve().parents:
        message = "is a link to a file outside of the folder; put a copy here, or link to one in it"
        raise ConfigError([Diagnostic((), message, "GI001", place=Place(shown))])


class Overridden(NamedTuple):
    """A file with ``--set`` laid over it, what is wrong there, and the keys that are not set."""

    node: Node
    problems: list[Diagnostic]
    lost: list[KeyPath]


def with_overrides(node: Node, overrides: Sequence[str]) -> Overridden:
    """Lay each ``key.path=value`` over `node`; the value is read as YAML."""
    problems: list[Diagnostic] = []
    lost: list[KeyPath] = []
    for override in overrides:
        path, text = _split_override(override)
        # What is no key may hold a secret, and is not shown.
        place = Place(f"--set {show_path(path)}" if path else "--set")
        value, fault = _override_value(path, text, place)
        if value is None:
            problems.append(Diagnostic((), fault, place=place))
            lost.append(path)
            continue
        layer = _placed(value, place)
        for part in reversed(path):
            layer = Node({str(part): layer}, place)
        node = merge(node, layer)
    return Overridden(node, problems, lost)


def _override_value(path: KeyPath, text: str, place: Place) -> tuple[Node | None, str]:
    """Return the value of an override, or what is wrong with it."""
    if not path:
        example = "functions.web.memory=2048 or 'api.routes[\"GET /jobs\"].api_key=true'"
        return None, f"must be a key path, '=' and a value: {example}"
    if len(path) > MAX_DEPTH:
        return None, f"has {len(path):,} keys; a file is {MAX_DEPTH} levels deep at most"
    if not text.strip():
        return None, "has no value; write null to remove the key"
    try:
        return read_text(text, place.file), ""
    except ConfigError:
        return None, "the value after '=' is not YAML; quote it"


def _split_override(text: str) -> tuple[KeyPath, str]:
    """Split ``api.routes["GET /jobs"].function=web`` into path and value; no path where none is."""
    rest = text if text.startswith("[") else f".{text}"
    parts: list[str] = []
    while step := _STEP.match(rest):
        parts.append(step.group(1) if step.group(1) is not None else step.group(2))
        rest = rest[step.end() :]
    return (tuple(parts), rest[1:]) if rest.startswith("=") else ((), "")


def _is_open(entries: dict[str, Node]) -> bool:
    """Whether a mapping is an open value such as ``{ssm: /name}``, so far as its shape tells."""
    forms = [key for key in entries if key in FORMS or key == "secret"]
    if len(forms) != 1:
        return False
    (form,) = forms
    given = entries[form].value
    if not isinstance(given, str):
        # The ARN of a secret may itself be an open value.
        return form == "secret" and isinstance(given, dict) and _is_open(given)
    return all(key in OPTIONS.get(form, ()) for key in entries if key != form)


def _extends_fault(file: object, folder: Path, seen: Sequence[str]) -> str | None:
    """Say why ``extends`` names no new file of the same folder; ``None`` where it does."""
    if not isinstance(file, str) or not FILE_NAME.fullmatch(file):
        return "must name a .yaml file of the same folder, as in staging.yaml"
    if file in seen:
        return f"goes round in a circle: {' → '.join([*seen, file])}"
    if not (folder / file).is_file():
        names = [path.name for path in folder.glob("*.yaml") if path.name != seen[0]]
        near = did_you_mean(file, names)
        return f"there is no {file} beside this file{near if 'did you mean' in near else ''}"
    return None


def _placed(node: Node, place: Place) -> Node:
    if isinstance(node.value, dict):
        return Node({key: _placed(child, place) for key, child in node.value.items()}, place)
    if isinstance(node.value, list):
        return Node([_placed(child, place) for child in node.value], place)
    return Node(node.value, place)
