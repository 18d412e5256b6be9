"""Logical ids that carry a hash, while the graph is changed and after it.

The deployment and the functions' versions are copies, and only a new logical id makes a new one. So
their hashes are taken off before the graph is changed, and put on again from what it has come to.
Nothing else has another id, and a graph that nothing changed is the same as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway_infra.assembly.graph_builder import API
from gateway_infra.builders.function import version_hash
from gateway_infra.builders.shared.naming import api_id, function_id
from gateway_infra.builders.stage import properties_hash
from gateway_infra.facts import API_DEFINITION, COPIES
from gateway_infra.graph import (
    Graph,
    GraphError,
    Reference,
    Resource,
    depends_on,
    needs,
    references,
    rewrite,
)
from gateway_infra.sections.environment import Environment

DEPLOYMENT = f"{api_id(API)}Deployment"
"""The deployment's logical id without its hash."""

_HASH = re.compile(r"(?P<before>.+)[0-9a-f]{10}")


def stable(graph: Graph) -> Graph:
    """Return the graph with ids that tell nothing of the content: ``FunctionWebVersion``.

    Raise `GraphError` where such an id is that of another resource.
    """
    names = {}
    for item in graph.resources.values():
        match = _HASH.fullmatch(item.logical_id)
        if match and item.body["Type"] in COPIES:
            names[item.logical_id] = match["before"]
    if taken := sorted(set(names.values()) & set(graph.resources)):
        message = f"makes the resource {taken[0]}, which is a version's name for overrides; "
        raise GraphError(f"{message}rename the function", (taken[0],))
    return renamed(graph, names)


def sealed(graph: Graph, before: Graph, environment: Environment) -> Graph:
    """Return a changed graph with the hashes of what it holds now; `before` is the stable one."""
    graph = _with_whole_snapshot(graph, before)
    names = dict(_hashed_ids(graph, before, environment))
    described = {
        item.logical_id: _described(item, before, names) for item in graph.resources.values()
    }
    return renamed(graph._replace(resources=described), names)


def renamed(graph: Graph, names: Mapping[str, str]) -> Graph:
    """Return the graph with other logical ids, in all that refers to them too."""

    def replaced(reference: Reference) -> dict[str, Any] | None:
        name = names.get(reference.target)
        if name is None:
            return None
        return {"Fn::GetAtt": [name, reference.attribute]} if reference.attribute else {"Ref": name}

    resources = {}
    for item in graph.resources.values():
        body = rewrite(item.body, replaced)
        if "DependsOn" in body:
            body["DependsOn"] = [names.get(name, name) for name in depends_on(body)]
        name = names.get(item.logical_id, item.logical_id)
        resources[name] = item._replace(logical_id=name, body=body)
    outputs = {
        key: output._replace(value=rewrite(output.value, replaced))
        for key, output in graph.outputs.items()
    }
    return Graph(resources, graph.parameters, outputs)


def _with_whole_snapshot(graph: Graph, before: Graph) -> Graph:
    """Return the graph with a deployment that waits for all of the API's definition.

    What itself waits for the deployment, such as an API key of a stage, cannot be waited for.
    """
    deployment = graph.resources.get(DEPLOYMENT)
    if deployment is None:
        return graph
    had, has = ({key for key, _ in _definition(of)} for of in (before, graph))
    added = {key for key in has - had if DEPLOYMENT not in _all_needs(graph, key)}
    named = {*depends_on(deployment.body), *added}
    body = {**deployment.body, "DependsOn": sorted(named)}
    return graph.with_resource(deployment._replace(body=body))


def _definition(graph: Graph) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the properties of all that the deployment copies, by logical id."""
    api = api_id(API)
    for item in graph.resources.values():
        kind, properties = item.body["Type"], item.body.get("Properties", {})
        if kind == "AWS::ApiGateway::RestApi":
            ours = item.logical_id == api
        elif "RestApiId" in properties:
            ours = Reference(api) in references(properties["RestApiId"])
        else:
            ours = kind in API_DEFINITION
        if ours and kind in API_DEFINITION:
            yield item.logical_id, properties


def _all_needs(graph: Graph, logical_id: str) -> set[str]:
    found: set[str] = set()
    todo = [logical_id]
    while todo:
        new = set(needs(graph, todo.pop())) - found
        found |= new
        todo += new
    return found


def _hashed_ids(graph: Graph, before: Graph, environment: Environment) -> Iterator[tuple[str, str]]:
    """Yield the ids with the hashes that they get, by those without."""
    if DEPLOYMENT in graph.resources:
        digest = properties_hash(dict(_definition(graph)), environment.api.redeploy)
        yield DEPLOYMENT, DEPLOYMENT + digest
    for name, config in environment.functions.items():
        function, version = function_id(name), f"{function_id(name)}Version"
        if function not in graph.resources or version not in graph.resources:
            continue
        settings = dict(_properties(graph, function))
        if settings.get("Description") == _properties(before, function).get("Description"):
            settings.pop("Description", None)
        digest = version_hash(settings, _properties(graph, version), config.redeploy)
        yield version, version + digest


def _properties(graph: Graph, logical_id: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = graph.resources[logical_id].body.get("Properties", {})
    return properties


def _described(item: Resource, before: Graph, names: Mapping[str, str]) -> Resource:
    """Return a resource whose description, where it is ours, holds the hash that it has now."""
    key = item.logical_id if item.logical_id == DEPLOYMENT else f"{item.logical_id}Version"
    if key not in names or item.logical_id not in before.resources:
        return item
    ours = _properties(before, item.logical_id).get("Description")
    if ours is None or item.body.get("Properties", {}).get("Description") != ours:
        return item
    match = _HASH.fullmatch(ours)
    return item.with_property("Description", match["before"] + names[key][-10:]) if match else item
