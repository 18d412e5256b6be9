"""An OpenAPI document as nodes that know their place, its references, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, Place, kind_of
from gateway_infra.reading.rule import Rule
from gateway_infra.reading.source import DOCUMENT, Node

MAX_HOPS = 50
"""References in a row; more are a circle, or nothing that anybody wrote."""

_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_DOCUMENT = re.compile(rb"""^["']?(openapi|swagger)["']?\s*:\s*["']?[0-9]""", re.MULTILINE)


class At(NamedTuple):
    """A node of the document, and the keys that lead to it."""

    node: Node
    path: KeyPath

    @property
    def value(self) -> object:
        """The node's value: a scalar, a list of nodes or a mapping to nodes."""
        return self.node.value

    def get(self, key: str) -> At | None:
        """Return what stands under `key`; ``None`` without it, and for null."""
        value = self.node.value
        if not isinstance(value, dict) or key not in value or value[key].value is None:
            return None
        return At(value[key], (*self.path, key))

    def entries(self) -> list[tuple[str, At]]:
        """Return a mapping's keys and what stands under them; nothing for what is no mapping."""
        value = self.node.value
        if not isinstance(value, dict):
            return []
        return [(key, At(node, (*self.path, key))) for key, node in value.items()]

    def items(self) -> list[At]:
        """Return a list's items; nothing for what is no list."""
        value = self.node.value
        if not isinstance(value, list):
            return []
        return [At(node, (*self.path, position)) for position, node in enumerate(value)]

    def text(self, key: str) -> str | None:
        """Return the text under `key`, if it is text."""
        found = self.get(key)
        return found.node.value if found and isinstance(found.node.value, str) else None


class Spot(NamedTuple):
    """One place that says what API Gateway does not do; spots of a kind are told together."""

    kind: str
    at: At
    message: str


_RULES = {
    "security": "GI364",
    **dict.fromkeys(("trace", "options", "malformed", "server"), "GI365"),
    **dict.fromkeys(("extension", "integration", "cache", "key"), "GI366"),
}
"""The rule that a kind of spot breaks, by its first word; all others are not checked: GI363."""


class Report(NamedTuple):
    """What is wrong with a document, and what of it will not be in force."""

    faults: list[Diagnostic]
    spots: list[Spot]

    def fault(self, at: At, message: str, rule: str = "GI360") -> None:
        """Note what stops the run, with the id of the rule that says why."""
        self.faults.append(Diagnostic(at.path, message, rule, place=at.node.place))

    def spot(self, kind: str, at: At, message: str) -> None:
        """Note what a reader of the document would believe to be in force, and is not."""
        self.spots.append(Spot(kind, at, message))

    def expect(self, at: At | None, kind: type[dict[str, Node]] | type[list[Node]]) -> At | None:
        """Return what is a mapping or a list as it should be; else note that it is not."""
        if at is None or isinstance(at.node.value, kind):
            return at
        wanted = "a mapping" if kind is dict else "a list"
        self.fault(at, f"must be {wanted}, not {kind_of(at.node.plain())}")
        return None

    def warnings(self) -> tuple[Diagnostic, ...]:
        """Return one warning for each kind of spot: the first place, and how many more there are.

        A path or a parameter that several operations share is one place.
        """
        kinds: dict[str, dict[Place, Diagnostic]] = {}
        for kind, at, message in self.spots:
            rule = _RULES.get(kind.split()[0], "GI363")
            problem = Diagnostic(at.path, message, rule, "warning", place=at.node.place)
            kinds.setdefault(kind, {}).setdefault(problem.place, problem)
        told = (first_of(spots.values()) for spots in kinds.values())
        return tuple(sorted(told, key=lambda problem: (problem.place, problem.message)))


def first_of(problems: Iterable[Diagnostic]) -> Diagnostic:
    """Return the first by place of problems that are alike, with how many more there are."""
    first, *others = sorted(problems, key=lambda problem: problem.place)
    if not others:
        return first
    return first._replace(message=f"{first.message} (and {len(others)} more such)")


class WithDocument(NamedTuple):
    """An environment with the routes of its document, and what the gateway will not do of it."""

    node: Node
    warnings: tuple[Diagnostic, ...] = ()
    file: str | None = None
    """What messages call the document."""

    def grouped(self, problems: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Return problems with those in the document that say the same of the same key as one."""
        ours = [problem for problem in problems if problem.place.file == self.file]
        return [*(problem for problem in problems if problem not in ours), *grouped(ours)]


def grouped(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return problems that say the same of the same key as one: the first, and how many more."""
    alike: dict[tuple[str, str], list[Diagnostic]] = {}
    for problem in problems:
        key = problem.path[-1] if len(problem.path) > 3 else ""
        alike.setdefault((str(key), problem.message), []).append(problem)
    return [first_of(same) for same in alike.values()]


def is_document(path: Path) -> bool:
    """Whether a file is an OpenAPI document, which may stand beside environments."""
    if not path.is_file():  # A pipe would wait for a writer.
        return False
    try:
        with path.open("rb") as stream:
            return _DOCUMENT.search(stream.read(DOCUMENT.bytes)) is not None
    except OSError:
        return False


def follow(at: At, root: Node, report: Report) -> At | None:
    """Return what a node stands for: itself, or what its ``$ref`` leads to, however many there are.

    ``None`` with a fault where a reference leaves the document, goes round in a circle, or leads
    nowhere. https://spec.openapis.org/oas/v3.0.3#reference-object
    """
    for _ in range(MAX_HOPS):
        reference = at.get("$ref")
        if reference is None:
            return at
        target = resolve(reference, root, report)
        if target is None:
            return None
        at = target
    message = "refers to itself; let one of the references in this circle be the thing"
    report.fault(at, message, "GI361")
    return None


def resolve(reference: At, root: Node, report: Report) -> At | None:
    """Return what a reference names, one step on; ``None`` with a fault where it names nothing."""
    pointer = reference.node.value
    if not isinstance(pointer, str):
        message = f"must be text such as '#/components/…', not {kind_of(reference.node.plain())}"
        report.fault(reference, message, "GI361")
        return None
    if not pointer.startswith("#"):
        message = f"refers to '{_short(pointer)}', which is not in this document; "
        report.fault(reference, f"{message}bundle what it refers to into one document", "GI361")
        return None
    found = _at_pointer(pointer, root)
    if found is None:
        message = f"refers to '{_short(pointer)}', which this document does not have"
        report.fault(reference, message, "GI361")
    return found


def _at_pointer(pointer: str, root: Node) -> At | None:
    """Return the node at a JSON pointer: https://www.rfc-editor.org/rfc/rfc6901#section-6."""
    found = At(root, ())
    for part in pointer_parts(pointer):
        value = found.node.value
        if isinstance(value, dict) and part in value:
            found = At(value[part], (*found.path, part))
        elif isinstance(value, list) and part.isascii() and part.isdecimal():
            position = int(part[:9])
            if position >= len(value):
                return None
            found = At(value[position], (*found.path, position))
        else:
            return None
    return found


def pointer_parts(pointer: str) -> list[str]:
    """Return the keys of a pointer such as ``#/paths/~1jobs%7Bid%7D``."""
    parts = unquote(pointer[1:]).split("/")[1:]
    return [part.replace("~1", "/").replace("~0", "~") for part in parts]


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"


_NOTES = f"{_GUIDE}api-gateway-known-issues.html"
_SPECIFICATION = "https://spec.openapis.org/oas/v3.0.3"

RULES = (
    Rule.error(
        "GI360",
        "A document that is not OpenAPI 3",
        "Routes are read from OpenAPI 3.0 and 3.1; what has another form cannot be read for sure.",
        "Mend the document, or convert it.",
        _SPECIFICATION,
    ),
    Rule.error(
        "GI361",
        "A reference in a document that leads nowhere",
        "References are followed in the document alone: other files and addresses would make the "
        "output depend on what is there on the day.",
        "Bundle what is referred to into one document, and correct the reference.",
        f"{_SPECIFICATION}#reference-object",
    ),
    Rule.warning(
        "GI363",
        "The document asks for what the gateway does not check",
        "API Gateway checks that required parameters are there, and bodies of JSON against draft "
        "4; values of parameters, cookies, other content types and later keywords it does not.",
        "Let the application check that.",
        f"{_GUIDE}api-gateway-method-request-validation.html",
    ),
    Rule.warning(
        "GI364",
        "The document asks callers for what the gateway does not",
        'AWS: "The securitySchemes type, if used, must be apiKey." Other schemes, but for those '
        "called as an entry of `api.authorizers`, and choices between several are not asked for: "
        "`api.authorization` alone rules.",
        "Write an authorizer of the scheme's name, or let the application check its callers.",
        _NOTES,
    ),
    Rule.warning(
        "GI365",
        "A part of the document is left out",
        "API Gateway has no word for it, or something else already does what it says.",
        "Remove it from the document where readers would rely on it.",
        _NOTES,
    ),
    Rule.warning(
        "GI366",
        "An extension of the document is not read",
        "Integrations, responses and stages are made by gateway-infra, from the environment file.",
        "Say it in the environment file, or under x-gateway-infra.",
        "docs/openapi.md",
    ),
)
