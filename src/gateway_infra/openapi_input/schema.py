"""Schemas of an OpenAPI document as models of the API: JSON Schema draft 4, and what is left of it.

Whatever API Gateway does not check is left out, so that a model never refuses what the document
allows: it may let pass what the document refuses, and each such word is told.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
https://spec.openapis.org/oas/v3.0.3#schema-object
https://spec.openapis.org/oas/v3.1.1#schema-object
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from gateway_infra.openapi_input.document import At, Report, resolve
from gateway_infra.openapi_input.keywords import (
    SILENT,
    is_nullable,
    limits_of,
    null_in_enum,
    only_null,
    read_only_names,
    required_of,
    simple_word,
)
from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.reading.source import Node

MAX_DEPTH = 60
MAX_SCHEMAS = 20_000
"""Of one model, with all that it refers to; bounds of this program, beyond what is of any use, as
a model has 400 KB at most: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateModel.html"""

_ATTEMPTS = ((8, 2_000), (2, 2_000), (0, MAX_SCHEMAS))
"""How many references are written out inside each other below a property, and the schemas that
this may come to; where it comes to more, fewer are."""

_DEFINITIONS = "#/definitions/"
_COMBINED = ("allOf", "anyOf", "oneOf")
_FOR_ALL_TYPES = frozenset({*_COMBINED, "enum", "not"})
"""Words that null has to fit too; the others speak of one type each."""

_NAMED = ("properties", "patternProperties", "dependentSchemas")
_PART = re.compile(r"[A-Za-z0-9]+")
_TAKEN = ("Empty", "Error")
"""Models that an API has from the start: no page lists them, but an emulator that was compared with
AWS makes them (EMPTY_MODEL and ERROR_MODEL in LocalStack's services/apigateway/helpers.py)."""


class Schemas(NamedTuple):
    """The document that schemas are taken from, and what is known of them so far."""

    root: Node
    report: Report
    siblings: bool
    """Whether words beside a ``$ref`` count, as they do from OpenAPI 3.1."""
    named: dict[str, At]
    lost: dict[KeyPath, tuple[bool, frozenset[str]]]
    made: dict[tuple[KeyPath, int], Node]
    counter: Iterator[int]
    written_out: int
    most: int


class _Way(NamedTuple):
    """How a schema was reached."""

    hidden: frozenset[str] = frozenset()
    """Properties that must not be required."""
    inside: tuple[KeyPath, ...] = ()
    """Named schemas that it is written out in; those from `since` on have no property between."""
    since: int = 0
    depth: int = 0
    trial: bool = False
    """Whether it is only asked if words are lost."""

    def down(self) -> _Way:
        """Return the way one property further down."""
        return self._replace(hidden=frozenset(), since=len(self.inside), depth=self.depth + 1)


class _TooLargeError(Exception):
    """A model comes to more schemas than it may, at this place."""

    def __init__(self, at: At) -> None:
        super().__init__()
        self.at = at


def new_schemas(root: Node, report: Report, *, siblings: bool) -> Schemas:
    """Return what `request_schema` needs to know of a document."""
    return Schemas(root, report, siblings, {}, {}, {}, itertools.count(), *_ATTEMPTS[-1])


def request_schema(at: At, schemas: Schemas) -> tuple[str | None, Node]:
    """Return the name of a request's schema, if it has one, and the schema with all it refers to.

    A schema that accepts everything comes back as an empty mapping. Note a fault where a reference
    leads out of the document or nowhere, where two schemas would get one name, and where a schema
    is too large.
    """
    target = _target(at, schemas) if _is_reference(at, schemas) else at
    if target is None:
        return None, _node(at, {})
    name = None if target is at else _name(target, schemas)
    for written_out, most in _ATTEMPTS:
        limited = schemas._replace(counter=itertools.count(), written_out=written_out, most=most)
        try:
            return name, _whole(target, limited)
        except _TooLargeError as error:
            too_large = error
    message = "is too large or too deep once its references are followed"
    schemas.report.fault(too_large.at, message, "GI331")
    return name, _node(at, {})


def _whole(at: At, schemas: Schemas) -> Node:
    """Return a schema with its definitions."""
    schema = _made(at, schemas)
    definitions: dict[str, Node] = {}
    waiting = sorted(_references(schema))
    while waiting:
        name = waiting.pop()
        if name not in definitions:
            definitions[name] = _made(schemas.named[name], schemas)
            waiting += sorted(_references(definitions[name]))
    if not definitions or not isinstance(schema.value, dict):
        return schema
    ordered = {name: definitions[name] for name in sorted(definitions)}
    return Node({**schema.value, "definitions": Node(ordered, schema.place)}, schema.place)


def _made(at: At, schemas: Schemas) -> Node:
    key = (at.path, schemas.written_out)
    if key not in schemas.made:
        schemas.made[key] = _schema(at, schemas, _Way(inside=(at.path,), since=0))
    return schemas.made[key]


def _schema(at: At, schemas: Schemas, way: _Way) -> Node:
    """Return a schema in draft 4; see the module's docstring for what becomes of the rest."""
    if isinstance(at.value, bool):
        return _node(at, {} if at.value else {"not": _node(at, {})})
    if not isinstance(at.value, dict):
        schemas.report.spot("malformed", at, "is no schema, and is left out")
        return _node(at, {})
    if way.depth > MAX_DEPTH or next(schemas.counter) > schemas.most:
        raise _TooLargeError(at)
    if "$ref" in at.value:
        return _reference(at, schemas, way)
    if only_null(at):
        return _node(at, {"type": _node(at, "null")})
    way = way._replace(hidden=way.hidden | read_only_names(at, schemas.root))
    entries: dict[str, Node] = {}
    for word, child in at.entries():
        for key, node in _word(word, child, at, schemas, way):
            _put(entries, key, node)
    entries.update(limits_of(at, schemas.report))
    if required := required_of(at, way.hidden, schemas.report):
        entries["required"] = required
    if is_nullable(at) or null_in_enum(at):
        entries = _or_null(at, entries)
    return _simplest(at, entries)


def _simplest(at: At, entries: dict[str, Node]) -> Node:
    """Return a schema; one that only combines one other is that other."""
    if len(entries) == 1:
        [(key, only)] = entries.items()
        if key in _COMBINED and isinstance(only.value, list) and len(only.value) == 1:
            branch: Node = only.value[0]
            return branch
    return _node(at, entries)


def _put(entries: dict[str, Node], key: str, node: Node) -> None:
    """Add a word; one that is there already is joined by ``allOf``, as two of them became one."""
    if key not in entries:
        entries[key] = node
        return
    more = node.value if key == "allOf" else [Node({key: node}, node.place)]
    both = entries.get("allOf")
    before = both.value if both else []
    if isinstance(before, list) and isinstance(more, list):
        entries["allOf"] = Node([*before, *more], both.place if both else node.place)


def _word(word: str, at: At, within: At, schemas: Schemas, way: _Way) -> Iterator[tuple[str, Node]]:
    """Yield what one word of a schema becomes: nothing, itself, or words of draft 4."""
    below = way.down()
    if word in SILENT or word.startswith("x-") or at.value is None:
        return
    if word in _COMBINED:
        yield from _combined(word, at, schemas, way)
    elif word in _NAMED and isinstance(at.value, dict):
        children = {name: _schema(child, schemas, below) for name, child in at.entries()}
        yield "dependencies" if word == "dependentSchemas" else word, _node(at, children)
    elif word == "not":
        if not way.trial and _loses(at, schemas):
            message = "says what API Gateway does not check; `not` is left out of the model"
            schemas.report.spot("schema not", at, message)
        else:
            yield word, _schema(at, schemas, below)
    elif word == "prefixItems" and at.items():
        yield "items", _node(at, [_schema(item, schemas, below) for item in at.items()])
    elif word in ("items", "additionalProperties") and isinstance(at.value, dict | bool):
        further = word == "items" and within.get("prefixItems") is not None
        as_it_is = isinstance(at.value, bool) and (further or word != "items")
        key = "additionalItems" if further else word
        yield key, at.node if as_it_is else _schema(at, schemas, below)
    else:
        yield from simple_word(word, at, schemas.report)


def _combined(word: str, at: At, schemas: Schemas, way: _Way) -> Iterator[tuple[str, Node]]:
    """Yield allOf, anyOf or oneOf, whose branches are written out where they are references.

    "You can't have a oneOf, anyOf, or allOf that uses $ref to a definition within the same schema"
    where an API is imported, so a reference is left in one only where it would go on for ever.
    ``oneOf`` becomes ``anyOf`` where a branch is laxer here than in the document: more than one
    might fit then.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    if not at.items():
        schemas.report.spot("malformed", at, "is no list of schemas, and is left out")
        return
    below = way._replace(depth=way.depth + 1)
    branches = [_branch(item, schemas, below) for item in at.items()]
    if word == "oneOf" and not way.trial and any(_loses(item, schemas) for item in at.items()):
        message = "has a branch that says what API Gateway does not check, so that more than one "
        schemas.report.spot("schema oneOf", at, f"{message}may fit; `anyOf` takes its place")
        word = "anyOf"
    yield word, _node(at, branches)


def _branch(at: At, schemas: Schemas, way: _Way) -> Node:
    """Return a branch, written out; one that is nothing but itself says nothing."""
    if not _is_reference(at, schemas):
        return _schema(at, schemas, way)
    target = _target(at, schemas)
    if target is None or target.path in way.inside[way.since :]:
        return _node(at, {})
    if way.since and (target.path in way.inside or len(way.inside) > schemas.written_out):
        return _link(target, at, schemas)
    return _schema(target, schemas, way._replace(inside=(*way.inside, target.path)))


def _reference(at: At, schemas: Schemas, way: _Way) -> Node:
    """Return a reference to a definition, together with the words beside it where they count."""
    target = _target(at, schemas) if _is_reference(at, schemas) else None
    if target is not None and not is_nullable(at):
        return _link(target, at, schemas)
    alone = _only(at, lambda word: word == "$ref")
    first = _branch(alone, schemas, way.down())
    if target is not None:
        nothing = _node(at, {"type": _node(at, "null")})
        return _node(at, {"anyOf": _node(at, [first, nothing])}) if first.value else first
    if _is_reference(at, schemas):
        return _node(at, {})
    beside = _schema(_only(at, lambda word: word != "$ref"), schemas, way.down())
    kept = [node for node in (first, beside) if node.value]
    if len(kept) == 1:
        return kept[0]
    return _node(at, {"allOf": _node(at, kept)} if kept else {})


def _only(at: At, wanted: Callable[[str], bool]) -> At:
    """Return a schema with some of its words."""
    return At(
        _node(at, {word: child.node for word, child in at.entries() if wanted(word)}), at.path
    )


def _link(target: At, at: At, schemas: Schemas) -> Node:
    return _node(at, {"$ref": _node(at, f"{_DEFINITIONS}{_name(target, schemas)}")})


def _or_null(at: At, entries: dict[str, Node]) -> dict[str, Node]:
    """Return a schema that null fits as well."""
    kind = entries.get("type")
    nothing = Node("null", at.node.place)
    if not entries or (kind is not None and kind.value == "null"):
        return entries
    if kind is None or not isinstance(kind.value, str) or set(entries) & _FOR_ALL_TYPES:
        return {"anyOf": _node(at, [_node(at, entries), _node(at, {"type": nothing})])}
    return {**entries, "type": Node([kind, nothing], kind.place)}


def _is_reference(at: At, schemas: Schemas) -> bool:
    """Whether a schema is a reference, and what stands beside it does not count."""
    if not isinstance(at.value, dict) or "$ref" not in at.value:
        return False
    others = set(at.value) - {"$ref"} - SILENT
    return not schemas.siblings or all(word.startswith("x-") for word in others)


def _target(at: At, schemas: Schemas) -> At | None:
    """Return the schema that a reference leads to, which is no mere reference itself."""
    seen: set[KeyPath] = set()
    found: At | None = at
    while found is not None and _is_reference(found, schemas):
        if found.path in seen:
            message = "refers to itself; let one of the circle be a schema"
            schemas.report.fault(at, message, "GI361")
            return None
        seen.add(found.path)
        reference = found.get("$ref")
        found = resolve(reference, schemas.root, schemas.report) if reference else None
    return found


def _name(at: At, schemas: Schemas) -> str:
    """Return a schema's name, of letters and digits: ``job_item.v1`` becomes ``jobItemV1``.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    path = at.path[2:] if at.path[:2] == ("components", "schemas") else at.path
    words: list[str] = [word for part in path for word in _PART.findall(str(part))] or ["Schema"]
    name = words[0] + "".join(word[0].upper() + word[1:] for word in words[1:])
    if name in _TAKEN:
        name += "Model"
    other = schemas.named.setdefault(name, at)
    if other.path != at.path:
        message = f"and '{other.path[-1]}' on line {other.node.place.line} are both called {name} "
        message += "without the characters that API Gateway refuses in names; rename one"
        schemas.report.fault(at, message, "GI329")
    return name


def _loses(at: At, schemas: Schemas) -> bool:
    """Whether a schema says anything, here or in what it refers to, that its model does not."""
    loses, references = _trial(at, schemas)
    seen: set[str] = set()
    waiting = sorted(references)
    while waiting and not loses:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            target = schemas.named[name]
            if target.path not in schemas.lost:
                schemas.lost[target.path] = _trial(target, schemas)
            loses, references = schemas.lost[target.path]
            waiting += sorted(references)
    return loses


def _trial(at: At, schemas: Schemas) -> tuple[bool, frozenset[str]]:
    """Return whether words are lost when a schema is taken over, and the names it refers to."""
    report = Report([], [])
    way = _Way(inside=(at.path,), trial=True)
    node = _branch(at, schemas._replace(report=report), way)
    return bool(report.spots or report.faults), frozenset(_references(node))


def _references(node: Node) -> set[str]:
    """Return the names of the definitions that a schema in draft 4 refers to."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        value = waiting.pop().value
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            # An enum contains values, even if they look like references. A mapping under `enum` is
            # the schema of a property of that name.
            waiting += (
                child
                for word, child in value.items()
                if word != "enum" or isinstance(child.value, dict)
            )
            reference = value.get("$ref")
            if reference is not None and isinstance(reference.value, str):
                found.add(reference.value.removeprefix(_DEFINITIONS))
    return found


def _node(at: At, value: Any) -> Node:
    return Node(value, at.node.place)
