"""Where in the file the blame lies for a graph that cannot be cut, and for what is too much."""

from __future__ import annotations

from collections.abc import Sequence

from gateway_infra.graph import Graph, GraphError
from gateway_infra.loading.load import Loaded
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, Place
from gateway_infra.reading.rule import Rule


def wrong_order(loaded: Loaded, graph: Graph, error: GraphError) -> Diagnostic:
    """Return the problem of a graph that `cut` refuses.

    What is in the wrong stack is placed at its family in the file's own layout. Names that clash
    are placed where the one comes from that can be changed.
    """
    rule = ORDER.id
    for name in error.named:
        parameter = graph.parameters.get(name)
        if parameter is not None:
            return loaded.problem(parameter.source, str(error))._replace(rule="GI732")
    place: KeyPath = ("layout",)
    layout = loaded.environment.layout
    for name in error.named[:1]:
        item = graph.resources.get(name)
        family = item.family.partition("/")[0] if item else ""
        for key, families in layout.items() if isinstance(layout, dict) else ():
            if family in families:
                place = ("layout", key, families.index(family))
    return loaded.problem(place, str(error))._replace(rule=rule)


def wrong_route_stacks(loaded: Loaded, error: GraphError) -> Diagnostic:
    """Return the problem of a layout that stacks for routes do not fit in."""
    path: KeyPath = ("route_stacks", *error.named[:1])
    return loaded.problem(path, str(error))._replace(rule=ORDER.id)


def unfit_deployer(
    loaded: Loaded, name: str, message: str, asked: Sequence[str] | None
) -> Diagnostic:
    """Return the problem of a deployer that cannot do what the environment asks for.

    `asked` are those of the command line, if it names any: then the file is not to blame.
    """
    if asked is not None:
        return Diagnostic((), f"{name}: {message}", DEPLOYER.id, place=Place("--deployer"))
    named = loaded.environment.deployers
    # A pipeline runs aws-cli's files, and so has its limits.
    position = named.index(name) if name in named else 0
    place = loaded.source.find(("deployers", position)).place
    return Diagnostic(("deployers",), message, DEPLOYER.id, place=place)


def unlisted_pipeline(loaded: Loaded, name: str) -> Diagnostic:
    """Return the warning of a pipeline that only the command line asked for."""
    message = f"do not hold {name}, whose pipeline generates from the file alone and would "
    message += "find its own output stale; add it to the file"
    problem = loaded.problem(("deployers",), message)
    return problem._replace(rule=PIPELINE.id, severity=PIPELINE.severity)


ORDER = Rule.error(
    "GI715",
    "A layout whose order cannot be deployed",
    "What a stack takes from another must be there first. Stacks for routes come after the "
    "API's and before the deployment's, which must hold what all of them made.",
    "Move one of the two families that the message names, or use the layout split.",
    "docs/layouts.md",
)

DEPLOYER = Rule.error(
    "GI718",
    "A deployer that cannot deploy this",
    "The program has no way to say what the environment asks for, and would deploy something "
    "else, or fail half-way.",
    "Do what the message says, or deploy with another program.",
    "docs/deploying.md",
)

PIPELINE = Rule.warning(
    "GI719",
    "A pipeline that is not in the file",
    "A pipeline generates again and compares. It knows the file alone, so that what only the "
    "command line asked for is stale to it.",
    "Add it to `deployers`.",
    "docs/deployers/github-actions.md",
)

RULES: tuple[Rule, ...] = (ORDER, DEPLOYER, PIPELINE)
