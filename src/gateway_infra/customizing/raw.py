"""`resources`: further resources in CloudFormation's own words."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.customizing.diagnostics import as_template
from gateway_infra.customizing.resource_types import Known
from gateway_infra.graph import Graph, Resource
from gateway_infra.reading.diagnostics import Diagnostic, near_miss
from gateway_infra.reading.rule import Rule
from gateway_infra.sections.additions import BODY
from gateway_infra.sections.environment import Environment
from gateway_infra.sections.layout import ADDED


def with_resources(environment: Environment, graph: Graph) -> Graph:
    """Return the graph with the file's own resources, but for those whose id is taken."""
    for logical_id, item in environment.resources.items():
        if logical_id not in graph.resources:
            said = {key: getattr(item, key) for key in type(item).model_fields if key != "family"}
            body = {key: as_template(v) for key, v in said.items() if v not in (None, [], {})}
            source = ("resources", logical_id)
            graph = graph.with_resource(Resource(logical_id, item.family or ADDED, body, source))
    return graph


def resource_faults(environment: Environment, graph: Graph, known: Known) -> Iterator[Diagnostic]:
    """Yield what is wrong with the file's own resources; `graph` is the one without them."""
    for logical_id, item in environment.resources.items():
        if logical_id in graph.resources:
            message = "is a resource that is made anyway; change it with `overrides`, or rename it"
            yield Diagnostic(("resources", logical_id), message, BODY.id, BODY.severity)
        elif logical_id in graph.parameters:
            message = "is the name of a template parameter too; rename one"
            yield Diagnostic(("resources", logical_id), message, BODY.id, BODY.severity)
        types = known.types_near(item.Type)
        if types is not None:
            message = (
                f"is '{item.Type}', which is no type that is known{near_miss(item.Type, types)}"
            )
            yield Diagnostic(
                ("resources", logical_id, "Type"), message, NO_TYPE.id, NO_TYPE.severity
            )


NO_TYPE = Rule.error(
    "GI811",
    "A resource type that is not known",
    "CloudFormation refuses a template with a type that the region does not have.",
    "Correct its spelling. Accept this for a type that is newer than what is installed here. Types "
    "that do not begin with AWS:: are not checked.",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
    "aws-template-resource-type-ref.html",
    acceptable=True,
)
