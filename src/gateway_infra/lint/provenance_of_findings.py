"""From a place in a template back to the key of the file that produced it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from gateway_infra.facts import TYPES
from gateway_infra.graph import Graph, Resource, references
from gateway_infra.lint.findings import rule_of
from gateway_infra.loading.load import Loaded
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, Place, show_path
from gateway_infra.reading.source import Node
from gateway_infra.sections.function_variables import SECRET_ARN, SECRET_KEY, given_variables


class Row(NamedTuple):
    """An `Origin` of a type's properties."""

    type: str
    property: str
    keys: tuple[str, ...]
    below: str


_FUNCTION = "AWS::Lambda::Function"
ROWS = tuple(Row(row.type, *origin) for row in TYPES for origin in row.origins)
"""Where nothing finer stands here, a property comes from what its resource comes from."""

TAGS = ("/tags",)
"""What produces the property ``Tags`` of any type."""


class Template(NamedTuple):
    """A template as it would be written, and the name of its stack."""

    stack: str
    file: str
    body: Mapping[str, Any]
    text: str


class Made(NamedTuple):
    """What was made of an environment; `file` is what messages call its own file."""

    file: str
    loaded: Loaded
    graph: Graph
    templates: tuple[Template, ...]


class Traced(NamedTuple):
    """A key, where it or what is nearest to it is written, and what to know of that place."""

    path: KeyPath
    place: Place
    note: str = ""


def trace(made: Made, template: Mapping[str, Any], path: KeyPath) -> Traced:
    """Return the key that produced what stands at `path` in a template of an environment.

    The place is that of the nearest key above it where the key itself is not written (a default),
    and the first line of the environment's file where nothing is known.
    """
    loaded, graph = made.loaded, made.graph
    if path[:1] == ("Resources",) and len(path) > 1:
        keys = _of_resource(loaded, graph, str(path[1]), path[2:])
    else:
        keys = [_of_section(graph, template, path)]
    written = [key for key in keys if key and _node(loaded.source, key) is not None]
    return located(loaded.source, [*written, *keys][0], made.file)


def of_problem(problem: Diagnostic, name: str, file: str, source: Node | None) -> Diagnostic:
    """Return a problem of the environment `name`, written in `file`, as a finding.

    Its place is a line of a file where there is one: without `source` (where the environment cannot
    be loaded) defaults and ``--set`` are told at the first line. The message is as it is printed,
    with nothing in it that is a secret by its shape.
    """
    place, note = problem.place, ""
    if not place.line and place.file.startswith(("--set", "default")):
        _, place, note = located(source or Node(None, place), problem.path, file, place)
    return Diagnostic(
        problem.path,
        str(Diagnostic((), problem.message, place=Place("-"))).removeprefix("-: "),
        rule_of(problem),
        problem.severity,
        place=place,
        environments=(name,),
        note=note,
    )


def located(source: Node, path: KeyPath, file: str, known: Place | None = None) -> Traced:
    """Return where a key is written, or what is nearest to it.

    `known` is where its value comes from, if that is no line of a file: a default, ``--set``.
    """
    if not path and known is None:
        return Traced((), Place(file, 1, 1), "no key of the file is known to produce it")
    found = _node(source, path)
    place = known if known is not None or found is None else found.place
    if place is not None and place.line:
        return Traced(path, place)
    if place is not None and _is_given(path, place):
        return Traced(path, Place(file, 1, 1), f"given by {place.file}")
    note = f"a {place.file}" if place is not None and place.file.startswith("default") else ""
    for length in range(len(path), -1, -1):
        above = _node(source, path[:length])
        line = None if above is None else _line(above, file)
        if line is not None:
            return Traced(path, line, note or "a default")
    return Traced(path, Place(file, 1, 1), note or "a default")


def _is_given(path: KeyPath, place: Place) -> bool:
    """Tell whether ``--set`` gave a key, or something in it; a key beside it has that place too."""
    key = show_path(path)
    given = place.file.removeprefix("--set ")
    return place.file.startswith("--set") and (key.startswith(given) or given.startswith(key))


def _line(node: Node, file: str) -> Place | None:
    """Return where a node is written; of a section that ``--set`` added to, its first line."""
    if node.place.line or not isinstance(node.value, dict):
        return node.place if node.place.line else None
    places = [child.place for child in node.value.values() if child.place.line]
    return min(places, key=lambda place: (place.file != file, place), default=None)


def _node(source: Node, path: KeyPath) -> Node | None:
    """Return the node at `path`, or ``None`` where nothing is written there."""
    node = source
    for part in path:
        below = node.find((part,))
        if below is node:
            return None
        node = below
    return node


def _of_resource(loaded: Loaded, graph: Graph, logical_id: str, inside: KeyPath) -> list[KeyPath]:
    """Return the keys that may have produced a part of a resource, the most likely one first."""
    item = graph.resources.get(logical_id)
    if item is None:
        return [()]
    overriding = _override(loaded, item, inside)
    if overriding is not None or not item.source:
        return [overriding or ()]
    if item.source[0] == "resources":
        return [(*item.source, *_written_part(loaded.source.find(item.source), inside))]
    kind, inner = str(item.body.get("Type", "")), inside[1:]
    if inside[:1] != ("Properties",) or not inner:
        return [item.source]
    if inner[0] == "Tags":
        return _keys(TAGS, item.source, ())
    if kind == _FUNCTION and inner[:2] == ("Environment", "Variables") and len(inner) > 2:
        given = _variable(loaded, item.source, str(inner[2]))
        if given is not None:
            return [given]
    row, steps = _row(kind, item.source, inner)
    return [item.source] if row is None else _keys(row.keys, item.source, steps)


def _override(loaded: Loaded, item: Resource, inside: KeyPath) -> KeyPath | None:
    """Return the key of the override that set a part of a resource, or removed one from it."""
    of_item = {
        "resource": item.logical_id,
        "type": item.body.get("Type"),
        "family": item.family.partition("/")[0],
    }
    found: KeyPath | None = None
    for key, override in loaded.environment.overrides.items():
        if not any(getattr(override, how) == value for how, value in of_item.items()):
            continue
        keys = override.keys
        if override.remove and keys[: len(inside)] == inside and len(inside) == len(keys) - 1:
            found = ("overrides", key, "path")
        elif not override.remove and inside[: len(keys)] == keys:
            found = ("overrides", key, "value")
    return found


def _written_part(node: Node, inside: KeyPath) -> KeyPath:
    """Return so much of a path as is written below a node."""
    length = next((n for n in range(len(inside), 0, -1) if _node(node, inside[:n])), 0)
    return inside[:length]


def _row(kind: str, source: KeyPath, inner: KeyPath) -> tuple[Row | None, KeyPath]:
    """Return the row of the longest path that leads to `inner`, and what its stars stood for."""
    fits: list[tuple[int, int, Row, KeyPath]] = []
    for row in ROWS:
        below = tuple(row.below.split(".")) if row.below else ()
        steps = row.property.split(".")
        if row.type != kind or source[: len(below)] != below or len(steps) > len(inner):
            continue
        pairs = list(zip(steps, inner, strict=False))
        if all(step in ("*", str(part)) for step, part in pairs):
            stars = tuple(part for step, part in pairs if step == "*")
            fits.append((len(steps), -len(stars), row, stars))
    if not fits:
        return None, ()
    _, _, best, stood = max(fits, key=lambda fit: fit[:2])
    return best, stood


def _keys(keys: tuple[str, ...], source: KeyPath, stars: KeyPath) -> list[KeyPath]:
    """Return the paths that a row's keys stand for."""
    found: list[KeyPath] = []
    for key in keys:
        rest = iter(stars)
        parts = key.removeprefix("/").split(".")
        path = tuple(next(rest, "*") if part == "*" else part for part in parts)
        found.append(path if key.startswith("/") else (*source, *path))
    return found


def _variable(loaded: Loaded, source: KeyPath, variable: str) -> KeyPath | None:
    """Return the key that gives a function a variable; one that the adapter reads has no such."""
    function = str(source[-1])
    if source != ("functions", function):
        return None
    for path, name, _ in given_variables(function, loaded.environment):
        if variable in (name, name + SECRET_ARN, name + SECRET_KEY):
            return path
    return None


def _of_section(graph: Graph, template: Mapping[str, Any], path: KeyPath) -> KeyPath:
    """Return the key behind a parameter or an output: an open value, or what it leads to."""
    section, name = (str(part) for part in (*path, "", "")[:2])
    if section == "Parameters":
        parameter = graph.parameters.get(name)
        return parameter.source if parameter is not None else _named(graph, name)
    if section == "Outputs":
        value = template.get("Outputs", {}).get(name, {}).get("Value")
        targets = [reference.target for reference in references(value)]
        known = [graph.resources[target] for target in targets if target in graph.resources]
        return known[0].source if known else ()
    return ()


def _named(graph: Graph, name: str) -> KeyPath:
    """Return the key of the resource of another stack that a wired parameter is named after."""
    fits = [logical_id for logical_id in graph.resources if name.startswith(logical_id)]
    return graph.resources[max(fits, key=len)].source if fits else ()
