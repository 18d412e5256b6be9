"""Exceptions in a resource's ``Metadata``, in the forms that scanners read.

checkov: https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
cfn_nag: https://github.com/stelligent/cfn_nag#per-resource-rule-suppression
Guard's rules registry, which knows names alone: https://github.com/aws-cloudformation/aws-guard-rules-registry
cdk-nag: https://github.com/cdklabs/cdk-nag (release 2; release 3 reads no template)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gateway_infra.graph import Graph
from gateway_infra.suppressions.active import active_suppressions
from gateway_infra.suppressions.suppression import ActiveSuppression, Scanner

if TYPE_CHECKING:
    from gateway_infra.sections.environment import Environment

_WORDS: dict[Scanner, tuple[str, str]] = {
    "checkov": ("skip", "comment"),
    "cfn_nag": ("rules_to_suppress", "reason"),
    "cdk_nag": ("rules_to_suppress", "reason"),
}
"""Scanners that read a reason: the list below their own key, and what the reason is called."""


def with_suppressions(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template with the exceptions that its resources need, as plain data.

    For templates that builders of this package were put into. A reason that stands in an
    environment file only (why a method is open) is not known here: give the resource a Metadata of
    one's own for it, which is kept. Nor is there a reason for a wildcard, an outbound rule or a
    bucket that is not as a builder makes it.
    """
    resources = template.get("Resources", {})
    added = _by_resource(active_suppressions(resources))
    changed = {
        logical_id: _with(body, added[logical_id]) if logical_id in added else body
        for logical_id, body in resources.items()
    }
    return {**template, "Resources": changed} if added else dict(template)


def graph_suppressions(graph: Graph, environment: Environment) -> list[ActiveSuppression]:
    """Return the exceptions in force in an environment's resources.

    What the file adds by `resources` or `customize` is its author's own, and so are its reasons.
    """
    bodies = {key: item.body for key, item in graph.resources.items()}
    sources = {key: item.source for key, item in graph.resources.items()}
    found = active_suppressions(bodies, environment, sources)
    return [item for item in found if sources[item.logical_id][:1] not in ((), ("resources",))]


def suppressed(graph: Graph, environment: Environment) -> Graph:
    """Return the graph with exceptions in the Metadata of its resources; nothing else changes."""
    added = _by_resource(graph_suppressions(graph, environment))
    resources = {
        key: item._replace(body=_with(item.body, added[key])) if key in added else item
        for key, item in graph.resources.items()
    }
    return graph._replace(resources=resources)


def _by_resource(found: Iterable[ActiveSuppression]) -> dict[str, list[ActiveSuppression]]:
    """Return exceptions by resource, without those that no scanner would read."""
    by_resource: dict[str, list[ActiveSuppression]] = {}
    for item in found:
        if any(rule.scanner != "control_tower" for rule in item.rules):
            by_resource.setdefault(item.logical_id, []).append(item)
    return by_resource


def _with(body: Mapping[str, Any], added: list[ActiveSuppression]) -> dict[str, Any]:
    given = body.get("Metadata", {})
    if not isinstance(given, Mapping):
        return dict(body)
    metadata = dict(given)
    for scanner, (key, word) in _WORDS.items():
        entries = {
            rule.id: {"id": rule.id, word: rule.reason or item.reason}
            for item in added
            for rule in item.rules
            if rule.scanner == scanner
        }
        if entries:
            metadata[scanner] = _merged(given.get(scanner), key, list(entries.values()))
    names = [rule.id for item in added for rule in item.rules if rule.scanner == "guard"]
    if names:
        metadata["guard"] = _merged(given.get("guard"), "SuppressedRules", names)
    return {**body, "Metadata": metadata}


def _merged(given: Any, key: str, entries: list[Any]) -> Any:
    """Return what a scanner reads: the user's own entries, then those of other rules.

    What is not in the form of that scanner is the user's, and stays as it is.
    """
    if given is None:
        return {key: entries}
    own = given.get(key, []) if isinstance(given, Mapping) else None
    if not isinstance(own, list):
        return given
    taken = {_id(entry) for entry in own}
    return {**given, key: [*own, *(entry for entry in entries if _id(entry) not in taken)]}


def _id(entry: Any) -> Any:
    return entry.get("id") if isinstance(entry, Mapping) else entry
