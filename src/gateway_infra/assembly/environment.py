"""The whole of an environment, step by step."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.assembly.account import add_account
from gateway_infra.assembly.alarms import add_alarms
from gateway_infra.assembly.api import add_api
from gateway_infra.assembly.authorizers import add_authorizer_permissions
from gateway_infra.assembly.dashboard import add_dashboard
from gateway_infra.assembly.endpoints import add_endpoints
from gateway_infra.assembly.function import add_function
from gateway_infra.assembly.graph_builder import GraphBuilder
from gateway_infra.assembly.guardrails import add_guards
from gateway_infra.assembly.key import add_key
from gateway_infra.assembly.permission import add_permissions
from gateway_infra.assembly.secret import add_rotation_access, add_secret
from gateway_infra.assembly.stage import add_stage
from gateway_infra.assembly.topic import add_topic
from gateway_infra.graph import Graph, Resource, make_graph
from gateway_infra.inputs import template_parameters
from gateway_infra.loading.load import Loaded
from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, show_path
from gateway_infra.reading.rule import Rule
from gateway_infra.sections.layout import group_of, grouped
from gateway_infra.sections.parameters import open_values


def assemble(loaded: Loaded) -> Graph:
    """Build every resource of an environment; raise `ConfigError` or `GraphError`."""
    environment = loaded.environment
    parameters = template_parameters(environment, loaded.source)
    builder = GraphBuilder([], [], {})
    add_account(loaded, builder)
    add_key(loaded, builder)
    rotation_group = add_secret(loaded, builder)
    endpoint_group = add_endpoints(loaded, builder)
    add_rotation_access(loaded, rotation_group, endpoint_group, builder)
    functions = {
        name: add_function(name, loaded, builder, endpoint_group=endpoint_group)
        for name in sorted(environment.functions)
    }
    api = add_api(loaded, functions, builder)
    add_permissions(loaded, functions, api, builder)
    add_authorizer_permissions(loaded, functions, api, builder)
    access_log_group = add_stage(loaded, api, builder)
    actions = add_topic(loaded, builder)
    add_alarms(loaded, functions, access_log_group, actions, builder)
    add_dashboard(loaded, functions, builder)
    add_guards(loaded, builder)
    _refuse_taken_names(loaded, builder)
    return make_graph(_in_groups(loaded, builder), parameters, builder.outputs)


def _in_groups(loaded: Loaded, builder: GraphBuilder) -> Iterator[Resource]:
    """Yield the resources, those of paths in a group of routes as a family of that group."""
    groups = loaded.environment.route_stacks
    for item in builder.resources:
        group = group_of(builder.paths.get(item.logical_id, "/"), groups)
        yield item if group is None else item._replace(family=grouped(item.family, group))


def _refuse_taken_names(loaded: Loaded, builder: GraphBuilder) -> None:
    """Refuse names in the file that would give two things in the template one name."""
    problems = [*_shared_ids(loaded, builder), *_shared_names(loaded, builder)]
    if problems:
        raise ConfigError(problems)


def _shared_ids(loaded: Loaded, builder: GraphBuilder) -> Iterator[Diagnostic]:
    """Find resources of one logical id, such as the role of `web` and the function `web-role`."""
    seen: dict[str, Resource] = {}
    for item in builder.resources:
        first = seen.setdefault(item.logical_id, item)
        if first is not item:
            # A function is renamed rather than what alarms and roles are called.
            one, other = sorted((item, first), key=lambda end: end.source[:1] != ("functions",))
            message = f"makes the resource {item.logical_id} (of the family {one.family}), and so "
            message += f"does {show_path(other.source)} ({other.family}); rename one"
            yield loaded.problem(one.source, message)._replace(rule="GI731")


def _shared_names(loaded: Loaded, builder: GraphBuilder) -> Iterator[Diagnostic]:
    """Find open values that would give a template parameter the name of a resource."""
    taken = {item.logical_id for item in builder.resources}
    for path, value in open_values(loaded.environment):
        if value.parameter in taken:
            message = f"gives a template parameter the name of the resource {value.parameter}; "
            yield loaded.problem(path, f"{message}rename it")._replace(rule="GI732")


_CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"

SHARED_ID = Rule(
    "GI731",
    "error",
    "Two resources of one logical id",
    "Logical ids are made of names in the file, and of what a resource is for the one that is "
    "named: the function web has a role FunctionWebRole, and so is called a function web-role.",
    "Rename one; that replaces its resources.",
    f"{_CFN}resources-section-structure.html",
    acceptable=False,
)

SHARED_NAME = Rule(
    "GI732",
    "error",
    "A parameter with the name of a resource",
    "A template's parameters and resources have one space of names. A value that goes from stack "
    "to stack is named after its resource: FunctionWebAliasArn.",
    "Rename the parameter, as in {parameter: WebImage}.",
    f"{_CFN}parameters-section-structure.html",
    acceptable=False,
)
