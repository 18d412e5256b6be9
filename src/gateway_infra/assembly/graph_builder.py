"""What the steps of the assembly gather, and what they share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from troposphere import AWSObject, encode_to_dict

from gateway_infra.graph import Output, Resource, resource
from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded
from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.sections.environment import Environment

API = "api"
"""The API's key: an environment has one."""


class GraphBuilder(NamedTuple):
    """Resources and outputs gathered so far, in the order of assembly.

    `paths` holds the path of each resource that stands for one, by logical id.
    """

    resources: list[Resource]
    outputs: list[Output]
    paths: dict[str, str]

    def add(self, family: str, bundle: Iterable[AWSObject], source: KeyPath) -> None:
        """Take in the resources of a family, which come from the key `source` of the file."""
        self.resources.extend(resource(family, item, source) for item in bundle)

    def add_each(self, family: str, sourced: Iterable[tuple[AWSObject, KeyPath]]) -> None:
        """Take in resources of a family that come from keys of their own."""
        self.resources.extend(resource(family, item, source) for item, source in sourced)

    def output(self, name: str, description: str, value: Any) -> None:
        """Offer a value to other stacks and to people."""
        self.outputs.append(Output(name, description, encode_to_dict(value)))


def tags_of(loaded: Loaded, component: str) -> dict[str, str]:
    """Return the tags of a component: the file's own and ours."""
    environment = loaded.environment
    ours = {"Environment": loaded.name, "Service": environment.service, "Component": component}
    return {**environment.tags, **ours}


def bucket_name(environment: Environment) -> Any:
    """Return the name of the bucket, `None` if the environment has none."""
    return in_template(environment.bucket.name) if environment.bucket else None


def database_identifiers(environment: Environment) -> tuple[Any, Any]:
    """Return the identifiers of the database instance and cluster, `None` where unset."""
    database = environment.database
    if database is None:
        return None, None
    return in_template(database.instance_identifier), in_template(database.cluster_identifier)
