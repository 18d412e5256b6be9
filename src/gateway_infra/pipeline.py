"""From a folder of environments to the text of their files; options and writing are elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from gateway_infra.assembly.environment import assemble
from gateway_infra.builders.naming import service_name
from gateway_infra.config.load import Loaded, load
from gateway_infra.config.problems import ConfigError, KeyPath, Place, Problem
from gateway_infra.config.routes import all_paths
from gateway_infra.config.rules.accept import not_accepted, unused
from gateway_infra.graph import Graph, GraphError
from gateway_infra.layouts import Order, cut, stack_order
from gateway_infra.preflight.checks import Whole, plan_problems
from gateway_infra.writers.deployers.choice import PIPELINES, deployer_files, with_needed
from gateway_infra.writers.manifest import environment_files
from gateway_infra.writers.plan import Plan, PlannedStack, UnsupportedError, make_plan
from gateway_infra.writers.shell_variables import refuse_taken_names
from gateway_infra.writers.templates import MAX_BYTES

MAX_RESOURCES = 500
MAX_PARAMETERS = 200
MAX_OUTPUTS = 200
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


class Adopt(NamedTuple):
    """Existing resources are to be adopted, all but those of the logical ids `leave_out`."""

    leave_out: tuple[str, ...] = ()


class Generated(NamedTuple):
    """An environment as files, with what a person should be told of it.

    `findings` are warnings and advice; those of rules that the file accepts are under `accepted`,
    and `reasons` has why, by rule.
    """

    name: str
    loaded: Loaded
    graph: Graph
    plan: Plan
    files: dict[str, str]
    findings: tuple[Problem, ...]
    accepted: tuple[Problem, ...]
    reasons: dict[str, str]
    notes: tuple[str, ...]

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The findings that are warnings."""
        return tuple(item for item in self.findings if item.severity == "warning")

    @property
    def stacks(self) -> tuple[PlannedStack, ...]:
        """The stacks in deploy order."""
        return self.plan.stacks


def generate(
    folder: Path,
    name: str,
    *,
    layout: str | None = None,
    deployers: Sequence[str] | None = None,
    overrides: Sequence[str] = (),
    shown: str = "",
    adopt: Adopt | None = None,
) -> Generated:
    """Generate one environment; `layout` and `deployers`, where given, stand above the file's.

    `adopt` asks for what CloudFormation needs to adopt existing resources. Raise `ConfigError`.
    """
    loaded = load(folder, name, overrides, shown)
    graph = _assembled(loaded)
    plan = _plan(loaded, graph, layout, adopt)
    over = list(_over_quota(plan, loaded))
    found = plan_problems(Whole(loaded, graph, plan))
    accept = loaded.environment.accept
    over += [item for item in not_accepted(found, accept) if item.severity == "error"]
    if over:
        raise ConfigError(over)
    named = loaded.environment.deployers if deployers is None else deployers
    chosen = with_needed(named)
    try:
        further = deployer_files(chosen, plan)
    except UnsupportedError as error:
        raise ConfigError([loaded.problem(("deployers",), str(error))]) from error
    notes = tuple(_notes(loaded))
    if adopt is not None:
        adopting, note = _adopting(plan, adopt)
        further |= adopting
        notes = (*notes, note)
    accepted = (*loaded.accepted, *(item for item in found if item.rule in accept))
    used = {item.rule for item in accepted}
    reasons = {rule: reason for rule, reason in sorted(accept.items()) if rule in used}
    files = environment_files(plan, chosen, further, reasons)
    findings = (
        *loaded.findings,
        *_near_quota(plan, loaded),
        *_unlisted_pipelines(loaded, chosen),
        *not_accepted(found, accept),
        *unused(loaded.subject, used),
    )
    return Generated(name, loaded, graph, plan, files, findings, accepted, reasons, notes)


def _adopting(plan: Plan, adopt: Adopt) -> tuple[dict[str, str], str]:
    """Return the files for an import and what to say of them."""
    # Few runs need these.
    from gateway_infra.writers.adoption.import_ready import import_files, import_note  # noqa: PLC0415

    try:
        refuse_taken_names(plan, ("TEMPLATE_BUCKET",))
    except UnsupportedError as error:
        raise ConfigError([Problem(Place("--import-ready"), (), str(error))]) from error
    try:
        files = import_files(plan, adopt.leave_out)
    except UnsupportedError as error:
        raise ConfigError([Problem(Place("--leave-out"), (), str(error))]) from error
    return files, import_note(files)


def _plan(loaded: Loaded, graph: Graph, layout: str | None, adopt: Adopt | None) -> Plan:
    """Cut the graph; `layout` stands above the file's."""
    environment = loaded.environment
    order = _order(loaded, layout)
    prefix = service_name(environment.service, loaded.name)
    try:
        stacks = cut(graph, order, prefix)
    except GraphError as error:
        raise ConfigError([loaded.problem(("layout",), str(error))]) from error
    if adopt is not None:
        from gateway_infra.writers.adoption.stacks import retained  # noqa: PLC0415

        stacks = retained(stacks)
    named = layout or environment.layout
    tags = {**environment.tags, "Environment": loaded.name, "Service": environment.service}
    return make_plan(
        stacks,
        environment=loaded.name,
        service=environment.service,
        region=environment.region,
        layout=named if isinstance(named, str) else "own",
        protect=environment.protect,
        tags=tags,
    )


def _assembled(loaded: Loaded) -> Graph:
    try:
        return assemble(loaded)
    except GraphError as error:
        raise ConfigError([loaded.problem((), str(error))]) from error


def _order(loaded: Loaded, layout: str | None) -> Order:
    environment = loaded.environment
    try:
        return stack_order(layout or environment.layout, environment.route_stacks)
    except GraphError as error:
        raise ConfigError([loaded.problem(("route_stacks",), str(error))]) from error


def _over_quota(plan: Plan, loaded: Loaded) -> Iterator[Problem]:
    """Check what CloudFormation refuses; each message says what to do."""
    for stack in plan.stacks:
        figures = (
            ("resources", len(stack.template["Resources"]), MAX_RESOURCES),
            ("parameters", len(stack.template.get("Parameters", {})), MAX_PARAMETERS),
            ("outputs", len(stack.template.get("Outputs", {})), MAX_OUTPUTS),
            ("bytes", stack.size, MAX_BYTES),
            ("dynamic references (ssm with a version)", stack.text.count("{{resolve:"), 60),
        )
        for what, count, limit in figures:
            if count > limit and what == "outputs":
                # A function offers five, whatever the API does.
                message = f"give the stack '{stack.key}' {count:,} outputs; CloudFormation takes "
                message += f"{limit:,}: make services of their own of some functions"
                yield loaded.problem(("functions",), message)
            elif count > limit:
                message = f"make {count:,} {what} in the stack '{stack.key}'; CloudFormation takes "
                message += f"{limit:,}: {_advice(plan, loaded)}"
                yield loaded.problem(("api", "routes"), message)


def _advice(plan: Plan, loaded: Loaded) -> str:
    """Say how to make fewer, or put them elsewhere."""
    ways = ["let /{proxy+} take routes that lead to the same function"]
    if loaded.environment.api.definition == "resources":
        ways.append("write api.definition: openapi, which makes one resource of all routes")
        if plan.layout == "single":
            ways.append("use the layout 'split'")
        else:
            ways.append("give paths stacks of their own with route_stacks")
    return f"{'; or '.join(ways)}; or split the API"


def _unlisted_pipelines(loaded: Loaded, chosen: Sequence[str]) -> Iterator[Problem]:
    """Say of a pipeline that it generates again, from the file alone."""
    for name in chosen:
        if name in PIPELINES and name not in loaded.environment.deployers:
            message = f"do not hold {name}, whose pipeline generates from the file alone and would "
            message += "find its own output stale; add it to the file"
            yield _warning(loaded, ("deployers",), message)


def _near_quota(plan: Plan, loaded: Loaded) -> Iterator[Problem]:
    for stack in plan.stacks:
        count = len(stack.template["Resources"])
        if count > MAX_RESOURCES * 0.9:
            message = f"make {count} resources in the stack '{stack.key}'; CloudFormation takes "
            yield _warning(loaded, ("api", "routes"), f"{message}{MAX_RESOURCES}")
    paths = len(all_paths(loaded.environment.api.routes))
    quota = loaded.environment.account.quotas.api_resources
    if paths > quota:
        message = f"have {paths} paths, each a resource of the API; an account's quota is {quota} "
        message += "unless it was raised (then say so in account.quotas.api_resources)"
        yield _warning(loaded, ("api", "routes"), message)


def _warning(loaded: Loaded, path: KeyPath, message: str) -> Problem:
    return loaded.problem(path, message)._replace(severity="warning")


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
