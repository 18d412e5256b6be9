"""One set of resources that refer to each other by plain ``Ref`` and ``Fn::GetAtt``.

The graph knows no stack. What depends on the whole of it is computed here, before any cut, so
that every layout agrees: references, order and cycles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from troposphere import AWSObject, encode_to_dict

from gateway_infra.reading.diagnostics import KeyPath

SUB_NAME = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")
"""A reference inside ``Fn::Sub``; ``${AWS::Region}`` and ``${!Literal}`` do not match."""


class GraphError(ValueError):
    """Resources that cannot stand together: a shared logical id, a cycle, an unknown reference.

    `named` are the logical ids that the message is about; each refers to the next one.
    """

    def __init__(self, message: str, named: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.named = tuple(named)


class Reference(NamedTuple):
    """A reference to a resource: ``attribute`` is empty for ``Ref``."""

    target: str
    attribute: str = ""


class Resource(NamedTuple):
    """A resource as it stands in a template, and the family that it was built by.

    `source` is the key of the file that it comes from, for messages about it: its own entry where
    it has one (``("api", "routes", "GET /jobs")``), else the section; empty where there is none.
    """

    logical_id: str
    family: str
    body: dict[str, Any]
    source: KeyPath = ()

    def with_property(self, name: str, value: Any) -> Resource:
        """Return the resource with one of its properties set."""
        properties = {**self.body.get("Properties", {}), name: value}
        return self._replace(body={**self.body, "Properties": properties})


class Parameter(NamedTuple):
    """A value that the file leaves open; `filled` says by whom, as the manifest has it.

    `source` is the first key of the file that it stands for.
    """

    name: str
    body: dict[str, Any]
    filled: dict[str, Any]
    source: KeyPath = ()


class Output(NamedTuple):
    """A value for other stacks and for people."""

    name: str
    description: str
    value: Any


class Graph(NamedTuple):
    """Resources, open values and outputs by name."""

    resources: Mapping[str, Resource]
    parameters: Mapping[str, Parameter]
    outputs: Mapping[str, Output]

    def with_resource(self, item: Resource) -> Graph:
        """Return the graph with a resource in it, in place of one of the same logical id."""
        return self._replace(resources={**self.resources, item.logical_id: item})

    def without(self, logical_id: str) -> Graph:
        """Return the graph without a resource, and the outputs and `DependsOn` that name it.

        Raise `KeyError` where there is none of that id.
        """
        _ = self.resources[logical_id]
        resources = {
            key: item._replace(body=_not_waiting(item.body, logical_id))
            for key, item in self.resources.items()
            if key != logical_id
        }
        outputs = {
            key: output
            for key, output in self.outputs.items()
            if logical_id not in {reference.target for reference in references(output.value)}
        }
        return self._replace(resources=resources, outputs=outputs)


def resource(family: str, built: AWSObject, source: KeyPath = ()) -> Resource:
    """Return a troposphere resource as plain data."""
    body = built.to_dict()
    # Where there are properties, it has made all of it plain; a second time costs as much again.
    return Resource(built.title, family, body if built.properties else encode_to_dict(body), source)


def make_graph(
    resources: Iterable[Resource], parameters: Iterable[Parameter], outputs: Iterable[Output]
) -> Graph:
    """Put resources together; raise `GraphError` where they cannot stand together."""
    by_id: dict[str, Resource] = {}
    for item in resources:
        if item.logical_id in by_id:
            raise GraphError(
                f"two resources have the logical id {item.logical_id}: of the families "
                f"{by_id[item.logical_id].family} and {item.family}; rename what they come from"
            )
        by_id[item.logical_id] = item
    graph = Graph(
        by_id, {item.name: item for item in parameters}, {item.name: item for item in outputs}
    )
    _refuse_unknown(graph)
    _refuse_cycles(graph)
    return graph


def references(value: Any) -> list[Reference]:
    """Return every reference in plain template data, those inside ``Fn::Sub`` too."""
    found: list[Reference] = []
    _collect(value, found)
    return found


def _collect(value: Any, found: list[Reference]) -> None:
    if isinstance(value, dict):
        if len(value) == 1:
            (key, content) = next(iter(value.items()))
            if key == "Ref":
                found.append(Reference(str(content)))
                return
            if key == "Fn::GetAtt":
                found.append(_attribute(content))
                return
            if key == "Fn::Sub":
                found.extend(_sub_references(content))
                return
        for item in value.values():
            if not isinstance(item, str):
                _collect(item, found)
    elif isinstance(value, list):
        for item in value:
            _collect(item, found)


def rewrite(value: Any, replace: Callable[[Reference], Any]) -> Any:
    """Return `value` with each reference that `replace` answers replaced; ``None`` keeps it.

    A replacement is ``Ref`` or ``Fn::GetAtt``, whose name also stands in for the reference inside
    ``Fn::Sub``.
    """
    if isinstance(value, list):
        return [rewrite(item, replace) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (key, content) = next(iter(value.items()))
        if key == "Ref":
            replacement = replace(Reference(str(content)))
            return value if replacement is None else replacement
        if key == "Fn::GetAtt":
            replacement = replace(_attribute(content))
            return value if replacement is None else replacement
        if key == "Fn::Sub":
            return {"Fn::Sub": _rewrite_sub(content, replace)}
    return {key: rewrite(item, replace) for key, item in value.items()}


def depends_on(body: Mapping[str, Any]) -> list[str]:
    """Return a resource's explicit ``DependsOn`` as a list."""
    value = body.get("DependsOn", [])
    return [value] if isinstance(value, str) else list(value)


def _not_waiting(body: dict[str, Any], logical_id: str) -> dict[str, Any]:
    """Return a resource's body without one name in its ``DependsOn``."""
    if logical_id not in depends_on(body):
        return body
    rest = [name for name in depends_on(body) if name != logical_id]
    without = {key: value for key, value in body.items() if key != "DependsOn"}
    return {**without, "DependsOn": rest} if rest else without


def _attribute(content: Any) -> Reference:
    target, _, attribute = content.partition(".") if isinstance(content, str) else (
        content[0], "", content[1])  # fmt: skip
    return Reference(target, attribute)


def _sub_references(content: Any) -> Iterator[Reference]:
    text, variables = content if isinstance(content, list) else (content, {})
    for target, attribute in SUB_NAME.findall(text):
        if target not in variables:
            yield Reference(target, attribute)
    yield from references(variables)


def _rewrite_sub(content: Any, replace: Callable[[Reference], Any]) -> Any:
    text, variables = content if isinstance(content, list) else (content, {})

    def renamed(match: re.Match[str]) -> str:
        if match.group(1) in variables:
            return match.group()
        replacement = replace(Reference(match.group(1), match.group(2) or ""))
        if replacement is None:
            return match.group()
        name = replacement.get("Ref") or ".".join(replacement["Fn::GetAtt"])
        return f"${{{name}}}"

    text = SUB_NAME.sub(renamed, text)
    if not variables:
        return text
    return [text, {key: rewrite(item, replace) for key, item in variables.items()}]


def _refuse_unknown(graph: Graph) -> None:
    known = graph.resources.keys() | graph.parameters.keys()
    for item in graph.resources.values():
        named = [reference.target for reference in references(item.body)] + depends_on(item.body)
        for name in named:
            if name not in known and not name.startswith("AWS::"):
                message = f"{item.logical_id} refers to {name}, which is nowhere"
                raise GraphError(message, (item.logical_id, name))


def _refuse_cycles(graph: Graph) -> None:
    """Walk depth first; a resource met again while it is still open closes a cycle."""
    done: set[str] = set()
    for start in graph.resources:
        if start in done:
            continue
        trail = [start]
        stack = [iter(needs(graph, start))]
        while stack:
            following = next(stack[-1], None)
            if following is None:
                done.add(trail.pop())
                stack.pop()
            elif following in trail:
                circle = [*trail[trail.index(following) :], following]
                raise GraphError(f"resources wait for each other: {' → '.join(circle)}", circle)
            elif following not in done:
                trail.append(following)
                stack.append(iter(needs(graph, following)))


def needs(graph: Graph, logical_id: str) -> list[str]:
    """Return the resources that must be there before one, by reference or ``DependsOn``."""
    body = graph.resources[logical_id].body
    named = [reference.target for reference in references(body)] + depends_on(body)
    return [name for name in dict.fromkeys(named) if name in graph.resources]
