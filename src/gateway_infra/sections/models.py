"""Models of the API, read and made whole: files in place of ``{file: …}``, references followed.

A model may refer to another by its name (``$ref: Report``). Each model then holds a copy of what
it refers to under `definitions`, so that it stands alone: API Gateway's own way needs the API's
id in the reference. Places are kept, so that a mistake in a schema file is reported there.
https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, KeyPath, Place, did_you_mean
from gateway_infra.reading.rule import Rule
from gateway_infra.reading.source import Node, read_text
from gateway_infra.sections.schema import MODEL_NAME
from gateway_infra.sections.schema_rules import (
    LISTS,
    NAMED,
    ONE_SCHEMA,
    reference_target,
    schema_doubts,
    schema_faults,
    subschemas,
)

_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
MAX_BYTES = 400_000
"""Of a model ("400 KB"): https://docs.aws.amazon.com/apigateway/latest/api/API_CreateModel.html"""

MADE_BY_AWS = ("Empty", "Error")
"""Models that every API has: https://docs.aws.amazon.com/apigateway/api-reference/link-relation/restapi-models/"""

_STAND_IN = Node({"type": Node("object", Place(""))}, Place(""))  # for a file with a fault


class Modeled(NamedTuple):
    """An environment with its schemas in place, and what is wrong or doubtful about them."""

    source: Node
    errors: list[Diagnostic]
    warnings: list[Diagnostic]


def with_models(source: Node, folder: Path, shown: str) -> Modeled:
    """Put the content of schema files in place, check every schema, and follow references.

    A file is named relative to `folder`, which messages call `shown`, and cannot leave it. Where
    a schema is wrong, the source is returned with files in place and references as written.
    """
    errors: list[Diagnostic] = []

    def read(path: KeyPath, node: Node) -> Node:
        return _from_file(path, node, folder, shown, errors)

    source = _replaced(source, read)
    schemas = dict(_schemas(source))
    models = {str(path[-1]): node for path, node in schemas.items() if path[1] == "models"}
    doubts: list[Diagnostic] = []
    for path, node in schemas.items():
        found = [*_schema_errors(path, node, models)]
        errors += found
        if not found:
            doubts += _located(path, node, schema_doubts(node.plain()), "GI326")
    if errors:
        return Modeled(source, errors, [])
    source = _replaced(source, lambda path, node: _standing_alone(path, node, models))
    errors += (
        Diagnostic(
            path,
            f"holds over {MAX_BYTES:,} bytes with all that it refers to",
            "GI331",
            place=node.place,
        )
        for path, node in _schemas(source)
        if len(json.dumps(node.plain(), separators=(",", ":"))) > MAX_BYTES
    )
    return Modeled(source, errors, doubts)


def _schemas(source: Node) -> Iterator[tuple[KeyPath, Node]]:
    """Yield the mappings that stand where a schema may, with their paths."""
    api = _entries(source).get("api")
    for name, node in _entries(_entries(api).get("models")).items():
        if isinstance(node.value, dict):
            yield ("api", "models", name), node
    for key, route in _entries(_entries(api).get("routes")).items():
        for content_type, node in _entries(_entries(route).get("request_models")).items():
            if isinstance(node.value, dict):
                yield ("api", "routes", key, "request_models", content_type), node


def _entries(node: Node | None) -> dict[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _replaced(source: Node, change: Callable[[KeyPath, Node], Node]) -> Node:
    """Return `source` with each schema changed."""
    for path, node in _schemas(source):
        changed = change(path, node)
        if changed is not node:
            source = _put(source, path, changed)
    return source


def _put(node: Node, path: KeyPath, new: Node) -> Node:
    if not path:
        return Node(new.value, node.place)
    key = str(path[0])
    entries = dict(_entries(node))
    entries[key] = _put(entries[key], path[1:], new)
    return Node(entries, node.place)


def _from_file(
    path: KeyPath, node: Node, folder: Path, shown: str, errors: list[Diagnostic]
) -> Node:
    """Return the content of the file that ``{file: …}`` names, or the node as it is."""
    entries = _entries(node)
    if set(entries) != {"file"}:
        return node
    fault = _file_fault(entries["file"].value, folder)
    if fault:
        errors.append(Diagnostic((*path, "file"), fault, "GI330", place=entries["file"].place))
        return _STAND_IN
    file = str(entries["file"].value)
    try:
        content = _read(folder / file, f"{shown}/{file}")
    except ConfigError as error:
        errors += error.problems
        return _STAND_IN
    return content


def _file_fault(file: object, folder: Path) -> str | None:
    """Say what is wrong with a schema file's name; ``None`` when it can be read."""
    if not isinstance(file, str) or PurePosixPath(file).suffix not in (".json", ".yaml", ".yml"):
        return "must name a .json or .yaml file below the environments, as in schemas/job.json"
    inside = folder.resolve()
    target = (folder / file).resolve()
    if not target.is_relative_to(inside):
        return f"is '{file}', which leaves the folder of the environments; put it below that"
    if target.parent == inside and target.suffix != ".json" and not file.startswith("_"):
        return f"is '{file}', which reads as an environment; put it in a folder, as in schemas/"
    if not target.is_file():
        return f"is '{file}', and there is no such file in the folder of the environments"
    if target.stat().st_size > MAX_BYTES:
        return f"is '{file}', of over {MAX_BYTES:,} bytes, which API Gateway refuses"
    return None


def _read(path: Path, shown: str) -> Node:
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise ConfigError([Diagnostic((), message, "GI330", place=Place(shown))]) from error
    except UnicodeDecodeError as error:
        message = "is not UTF-8; save the file as UTF-8"
        raise ConfigError([Diagnostic((), message, "GI330", place=Place(shown))]) from error
    if path.suffix == ".json":
        # JSON may indent with tabs, which one of PyYAML's two parsers refuses; in text it has none.
        text = text.replace("\t", " ")
    node = read_text(text, shown)
    if not isinstance(node.value, dict) or not node.value:
        message = "holds no JSON Schema: its top level must be a mapping with keywords"
        raise ConfigError([Diagnostic((), message, "GI330", place=node.place)])
    return node


def _located(
    path: KeyPath, node: Node, found: Iterator[Diagnostic], rule: str
) -> Iterator[Diagnostic]:
    for item in found:
        place = node.find(item.path).place
        yield item._replace(path=(*path, *item.path), rule=rule, place=place)


def _schema_errors(path: KeyPath, node: Node, models: dict[str, Node]) -> Iterator[Diagnostic]:
    """Check one schema, its references, and the name that it has."""
    if not node.value:
        return  # the section says so
    name = str(path[-1]) if path[1] == "models" else None
    if name in MADE_BY_AWS:
        message = "is the name of a model that every API has from the start; choose another"
        yield Diagnostic(path, message, "GI329", place=node.place)
    plain = node.plain()
    yield from _located(path, node, schema_faults(plain), "GI327")
    yield from _located(path, node, _reference_faults(plain, plain, models, ()), "GI328")


def _reference_faults(
    schema: object, root: object, models: dict[str, Node], path: KeyPath
) -> Iterator[Diagnostic]:
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str):
        message = _reference_fault(reference, root, models)
        if message:
            yield Diagnostic((*path, "$ref"), message)
    for below, part in subschemas(schema):
        yield from _reference_faults(part, root, models, (*path, *below))


def _reference_fault(reference: str, root: object, models: dict[str, Node]) -> str | None:
    if reference.startswith("#"):
        if isinstance(reference_target(root, reference), dict):
            return None
        return f"is '{reference}', which leads nowhere in this schema"
    if not MODEL_NAME.fullmatch(reference):
        message = f"is '{reference}'; a reference stays in the schema (#/definitions/…), or is the "
        return message + "name of a model under `api.models`"
    if reference not in models:
        near = did_you_mean(reference, models)
        return f"names the model '{reference}', which is not under `api.models`{near}"
    taken = root.get("definitions") if isinstance(root, dict) else None
    if isinstance(taken, dict) and reference in taken:
        message = f"names the model '{reference}', and `definitions` here has that name too; "
        return f"{message}rename one, or write #/definitions/{reference}"
    return None


def _standing_alone(path: KeyPath, node: Node, models: dict[str, Node]) -> Node:
    """Return a schema with the models that it refers to among its own definitions."""
    own = str(path[-1]) if path[1] == "models" else None
    needed: dict[str, Node] = {}

    def follow(home: str | None) -> Callable[[str], str]:
        def to(reference: str) -> str:
            if reference.startswith("#"):
                return reference if home is None else f"#/definitions/{home}{reference[1:]}"
            if reference == own:
                return "#"
            if reference not in needed:
                needed[reference] = models[reference]  # so that a circle ends
                needed[reference] = _rewritten(models[reference], follow(reference))
            return f"#/definitions/{reference}"

        return to

    alone = _rewritten(node, follow(None))
    if not needed:
        return alone
    entries = dict(_entries(alone))
    had = entries.get("definitions", Node({}, node.place))
    entries["definitions"] = Node({**_entries(had), **needed}, had.place)
    return Node(entries, node.place)


def _rewritten(node: Node, to: Callable[[str], str]) -> Node:
    """Return a schema with every reference in it replaced."""
    if not isinstance(node.value, dict):
        return node
    return Node(
        {key: _rewritten_part(key, part, to) for key, part in node.value.items()}, node.place
    )


def _rewritten_part(key: str, part: Node, to: Callable[[str], str]) -> Node:
    if key == "$ref" and isinstance(part.value, str):
        return Node(to(part.value), part.place)
    if key in NAMED and isinstance(part.value, dict):
        return Node({name: _rewritten(item, to) for name, item in part.value.items()}, part.place)
    if (key in LISTS or key == "items") and isinstance(part.value, list):
        return Node([_rewritten(item, to) for item in part.value], part.place)
    return _rewritten(part, to) if key in ONE_SCHEMA else part


RULES = (
    Rule.warning(
        "GI326",
        "A keyword that API Gateway may not act on",
        "AWS's notes call these keywords unsupported in models, or in some of their uses, and do "
        "not say what happens with them.",
        "Send a request that breaks the keyword, or let the application check that as well.",
        f"{_GUIDE}api-gateway-known-issues.html",
    ),
    Rule.error(
        "GI327",
        "A model that is no JSON Schema of draft 4",
        "API Gateway refuses a model with a keyword of later drafts or a value that draft 4 does "
        "not have, and CloudFormation takes no null and reads Ref and Fn::… as functions.",
        "Write what the message says.",
        "https://datatracker.ietf.org/doc/html/draft-fge-json-schema-validation-00",
    ),
    Rule.error(
        "GI328",
        "A reference in a model that leads nowhere",
        "A reference stays in its schema, or names another model of the API; API Gateway reads "
        "nothing else.",
        "Write #/definitions/NAME, or the name of a model under `api.models`.",
        f"{_GUIDE}models-mappings-models.html",
    ),
    Rule.error(
        "GI329",
        "A model's name that is taken",
        "Every API has the models Empty and Error from the start, and names hold letters and "
        "digits alone, so that two of a document may become one.",
        "Choose another name.",
        "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateModel.html",
    ),
    Rule.error(
        "GI330",
        "A schema file that cannot be taken",
        "Schemas are read from JSON or YAML files below the folder of environments, and from "
        "nowhere else.",
        "Put the file there, and mend what the message names.",
        "docs/reference.md",
    ),
    Rule.error(
        "GI331",
        "A model that is too large",
        "API Gateway takes models of up to 400 KB, with all that they refer to.",
        "Leave parts of it to the application, or split it.",
        "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateModel.html",
    ),
)
