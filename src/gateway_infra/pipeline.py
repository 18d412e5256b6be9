"""From a folder of environments to the text of their files; options and writing are elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from gateway_infra.assembly import assemble
from gateway_infra.builders.naming import service_name
from gateway_infra.config.load import Loaded, load
from gateway_infra.config.problems import ConfigError, Problem
from gateway_infra.graph import GraphError
from gateway_infra.layouts import Stack, cut
from gateway_infra.writers.manifest import environment_files

MAX_RESOURCES = 500
MAX_PARAMETERS = 200
MAX_OUTPUTS = 200
MAX_BYTES = 1_000_000
INLINE_BYTES = 51_200
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


class Generated(NamedTuple):
    """An environment as files, with what a person should be told of it."""

    name: str
    region: str
    stacks: tuple[Stack, ...]
    files: dict[str, str]
    warnings: tuple[Problem, ...]
    notes: tuple[str, ...]


def generate(
    folder: Path, name: str, *, layout: str | None, overrides: Sequence[str], shown: str
) -> Generated:
    """Generate one environment; `layout` stands above the file's. Raise `ConfigError`."""
    loaded = load(folder, name, overrides, shown)
    environment = loaded.environment
    layout = layout or environment.layout
    prefix = service_name(environment.service, name)
    try:
        stacks = cut(assemble(loaded), layout, prefix)
    except GraphError as error:
        raise ConfigError([loaded.problem((), str(error))]) from error
    files = environment_files(
        stacks,
        environment=name,
        service=environment.service,
        region=environment.region,
        layout=layout,
        tags={**environment.tags, "Environment": name, "Service": environment.service},
    )
    over = list(_over_quota(stacks, files, loaded, layout))
    if over:
        raise ConfigError(over)
    warnings = (*loaded.warnings, *_near_quota(stacks, loaded))
    return Generated(name, environment.region, stacks, files, warnings, tuple(_notes(loaded)))


def _over_quota(
    stacks: Sequence[Stack], files: dict[str, str], loaded: Loaded, layout: str
) -> Iterator[Problem]:
    """Check what CloudFormation refuses; each message says what to do."""
    split = " or use the layout 'split'," if layout == "single" else ""
    advice = f"let /{{proxy+}} take routes that lead to the same function,{split} or split the API"
    for stack in stacks:
        figures = (
            ("resources", len(stack.template["Resources"]), MAX_RESOURCES),
            ("parameters", len(stack.template.get("Parameters", {})), MAX_PARAMETERS),
            ("outputs", len(stack.template.get("Outputs", {})), MAX_OUTPUTS),
            ("bytes", len(files[f"{stack.key}.json"].encode()), MAX_BYTES),
        )
        for what, count, limit in figures:
            if count > limit:
                message = f"make {count:,} {what} in the stack '{stack.key}'; "
                message += f"CloudFormation takes {limit:,}: {advice}"
                yield loaded.problem(("api", "routes"), message)


def _near_quota(stacks: Sequence[Stack], loaded: Loaded) -> Iterator[Problem]:
    for stack in stacks:
        count = len(stack.template["Resources"])
        if count > MAX_RESOURCES * 0.9:
            message = f"make {count} resources in the stack '{stack.key}'; CloudFormation takes "
            yield loaded.problem(("api", "routes"), f"{message}{MAX_RESOURCES}")


def _notes(loaded: Loaded) -> Iterator[str]:
    """Say what is not made, where one would expect it."""
    environment = loaded.environment
    database = environment.database
    if database and not (database.instance_identifier or database.cluster_identifier):
        yield (
            "no alarm on the database's CPU: "
            "`database` names neither instance_identifier nor cluster_identifier"
        )
    if environment.alarms.topic is None and not environment.alarms.emails:
        yield "alarms notify nobody: `alarms` names neither topic nor emails"
    if not environment.account.api_gateway_log_role:
        yield (
            "API Gateway writes logs with a role set once for the account and region; "
            "where none is set, see account.api_gateway_log_role"
        )
