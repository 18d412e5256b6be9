"""From the graph of the file's own words to the one that is deployed.

``resources`` are added, ``overrides`` applied, and ``customize`` is called, in this order, on a
graph whose logical ids do not depend on its content. What comes out of each is checked, and the
ids that hold a hash get it at the end (see ``identity``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gateway_infra.customizing.checked import refused_changes, refused_overrides, refused_resources
from gateway_infra.customizing.diagnostics import problems, stop_at_errors
from gateway_infra.customizing.identity import sealed, stable
from gateway_infra.customizing.override_notes import remarks
from gateway_infra.customizing.overrides import overridden
from gateway_infra.customizing.raw import resource_faults, with_resources
from gateway_infra.customizing.resource_types import Known
from gateway_infra.customizing.schemas import provider_schemas
from gateway_infra.customizing.targets import refers_to, unknown_references
from gateway_infra.graph import Graph, GraphError, make_graph
from gateway_infra.loading.load import Loaded
from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.sections.additions import NOT_CALLED
from gateway_infra.sections.environment import Environment


class Customized(NamedTuple):
    """The graph as it is deployed, and what there is to say of the changes."""

    graph: Graph
    found: tuple[Diagnostic, ...]


def customized(loaded: Loaded, built: Graph) -> Customized:
    """Return the graph with what the file adds to it and changes in it.

    Raise `ConfigError` with all errors of one step that the file does not accept; errors that it
    accepts are found too.
    """
    environment = loaded.environment
    known = Known(provider_schemas(environment.region))
    try:
        plain = stable(built)
    except GraphError as error:
        raise ConfigError([loaded.problem(("functions",), str(error))]) from error
    told = list(resource_faults(environment, plain, known))
    with_own = with_resources(environment, plain)
    changed = overridden(environment, with_own, known)
    told += [*changed.told, *unknown_references(environment, with_own)]
    stop_at_errors(loaded, told)
    told += refused_resources(environment, with_own, known)
    told += refused_overrides(changed, with_own, known)
    for applied in changed.applied:
        told += remarks(applied, with_own, known)
    told += _remarks(environment, known)
    graph = _sound(loaded, changed.graph)
    stop_at_errors(loaded, told)
    if environment.customize is not None:
        graph, more = _called(loaded, graph, known)
        told += more
        stop_at_errors(loaded, told)
    graph = _sound(loaded, sealed(graph, plain, environment))
    return Customized(graph, tuple(problems(loaded, told)))


def out_of_order(loaded: Loaded, error: GraphError) -> Diagnostic:
    """Return the problem of a graph that a layout cannot cut, at the key that is to blame."""
    place = _place_of(loaded.environment, error)
    if place is None:
        return loaded.problem(("layout",), str(error))
    return problems(loaded, [Diagnostic(place, str(error), ORDER.id, ORDER.severity)])[0]


def _place_of(environment: Environment, error: GraphError) -> KeyPath | None:
    """Return the key that makes one resource refer to another; ``None`` where none here does."""
    pairs = list(zip(error.named, error.named[1:], strict=False))
    for owner, target in pairs:
        if owner in environment.resources:
            return ("resources", owner)
        for key, override in environment.overrides.items():
            if refers_to(override.value, target) or target in _listed(override.value):
                return ("overrides", key, "value")
    for _, target in pairs:
        if target in environment.resources:
            return ("resources", target)
    return ("customize",) if environment.customize is not None else None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _sound(loaded: Loaded, graph: Graph) -> Graph:
    """Return a graph of resources that can stand together, or say which key is to blame."""
    try:
        return make_graph(
            graph.resources.values(), graph.parameters.values(), graph.outputs.values()
        )
    except GraphError as error:
        place = _place_of(loaded.environment, error) or ()
        told = Diagnostic(place, str(error), ORDER.id, ORDER.severity)
        raise ConfigError(problems(loaded, [told])) from error


def _called(loaded: Loaded, graph: Graph, known: Known) -> tuple[Graph, list[Diagnostic]]:
    # Few files need it.
    from gateway_infra.customizing.customizer import (
        CustomizeError,
        ReturnedError,
        call,
        require_all,
    )

    target = loaded.environment.customize or ""
    try:
        returned = call(target, graph)
        require_all(returned)
    except CustomizeError as error:
        told = Diagnostic(("customize",), str(error), NOT_CALLED.id, NOT_CALLED.severity)
        raise ConfigError(problems(loaded, [told])) from error
    except ReturnedError as error:
        told = Diagnostic(("customize",), str(error), NO_GRAPH.id, NO_GRAPH.severity)
        raise ConfigError(problems(loaded, [told])) from error
    return returned, list(refused_changes(graph, returned, known))


def _remarks(environment: Environment, known: Known) -> Iterator[Diagnostic]:
    if known.schemas is None:
        key = next(
            key for key in ("overrides", "resources", "customize") if getattr(environment, key)
        )
        message = "could not be checked against AWS's schemas, which cfn-lint brings: "
        yield Diagnostic(
            (key,), f"{message}pip install 'gateway-infra[lint]'", UNCHECKED.id, UNCHECKED.severity
        )
    for logical_id, item in environment.resources.items():
        if item.family is None and environment.layout != "single":
            message = "goes to the stack of what it refers to, or the first one; `family` fixes it"
            yield Diagnostic(("resources", logical_id), message, COMPUTED.id, COMPUTED.severity)


UNCHECKED = Rule.warning(
    "GI807",
    "Overrides and resources that were not checked against AWS's schemas",
    "Only the names of properties could be checked. Wrong types and values, and properties that "
    "are missing, show in the deploy.",
    "Install cfn-lint, which brings the schemas: pip install 'gateway-infra[lint]'.",
    "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html",
)

ORDER = Rule.error(
    "GI813",
    "Resources that cannot be made one after the other",
    "They wait for each other, or one refers to what a later stack makes.",
    "Take out one of the references that the message names, or say with `family` in which stack a "
    "resource of your own is made.",
    "docs/layouts.md",
)

COMPUTED = Rule.advice(
    "GI814",
    "A resource whose stack follows from what it refers to",
    "A new reference can move it to a later stack, which makes it anew there.",
    "Write `family` beside its Type, with a family of that stack.",
    "docs/layouts.md",
)

NO_GRAPH = Rule.error(
    "GI821",
    "A function of `customize` that returns no graph that holds together",
    "What it returns is what is deployed.",
    "Return the graph that it was given, or one made of it with the graph's own methods.",
    "docs/customizing.md",
)
