"""From a folder of environments to the text of their files; options and writing are elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from gateway_infra.assembly.environment import assemble
from gateway_infra.builders.shared.naming import service_name
from gateway_infra.graph import Graph, GraphError
from gateway_infra.layouts import Order, cut, stack_order
from gateway_infra.loading.load import Loaded, load
from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, Place
from gateway_infra.rules.accept import accepted_rules, not_accepted, unused
from gateway_infra.suppressions.metadata import suppressed
from gateway_infra.template_checks.catalog import plan_problems
from gateway_infra.template_checks.context import RuleContext
from gateway_infra.template_checks.locate import (
    unfit_deployer,
    unlisted_pipeline,
    wrong_order,
    wrong_route_stacks,
)
from gateway_infra.writers.deployers.choice import PIPELINES, deployer_files, with_needed
from gateway_infra.writers.manifest import environment_files
from gateway_infra.writers.plan import Plan, PlannedStack, UnsupportedError, make_plan
from gateway_infra.writers.shell_variables import refuse_taken_names


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
    findings: tuple[Diagnostic, ...]
    accepted: tuple[Diagnostic, ...]
    reasons: dict[str, str]
    notes: tuple[str, ...]

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
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
    graph, changed = _assembled(loaded)
    graph = suppressed(graph, loaded.environment)
    plan = _plan(loaded, graph, layout, adopt)
    chosen = with_needed(loaded.environment.deployers if deployers is None else deployers)
    found = [*changed, *plan_problems(RuleContext(loaded, graph, plan))]
    listed = loaded.environment.deployers
    found += [unlisted_pipeline(loaded, name) for name in sorted({*chosen} & PIPELINES - {*listed})]
    further, wrong = _written(loaded, plan, chosen, deployers)
    accept = accepted_rules(loaded.environment.accept)
    wrong += [item for item in not_accepted(found, accept) if item.severity == "error"]
    if wrong:
        raise ConfigError(wrong)
    notes = tuple(_notes(loaded.findings))
    if adopt is not None:
        adopting, note = _adopting(plan, adopt)
        further |= adopting
        notes = (*notes, note)
    accepted = (*loaded.accepted, *(item for item in found if item.rule in accept))
    used = {item.rule for item in accepted}
    reasons = {rule: reason for rule, reason in sorted(accept.items()) if rule in used}
    files = environment_files(plan, chosen, further, reasons)
    findings = (*loaded.findings, *not_accepted(found, accept), *unused(loaded.subject, used))
    return Generated(name, loaded, graph, plan, files, findings, accepted, reasons, notes)


def _adopting(plan: Plan, adopt: Adopt) -> tuple[dict[str, str], str]:
    """Return the files for an import and what to say of them."""
    # Few runs need these.
    from gateway_infra.writers.adoption.import_ready import import_files, import_note

    try:
        refuse_taken_names(plan, ("TEMPLATE_BUCKET",))
    except UnsupportedError as error:
        raise ConfigError([Diagnostic((), str(error), place=Place("--import-ready"))]) from error
    try:
        files = import_files(plan, adopt.leave_out)
    except UnsupportedError as error:
        raise ConfigError([Diagnostic((), str(error), place=Place("--leave-out"))]) from error
    return files, import_note(files)


def _plan(loaded: Loaded, graph: Graph, layout: str | None, adopt: Adopt | None) -> Plan:
    """Cut the graph; `layout` stands above the file's."""
    environment = loaded.environment
    order = _order(loaded, layout)
    prefix = service_name(environment.service, loaded.name)
    try:
        stacks = cut(graph, order, prefix)
    except GraphError as error:
        raise ConfigError([_out_of_order(loaded, graph, error)]) from error
    if adopt is not None:
        from gateway_infra.writers.adoption.stacks import retained

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


def _assembled(loaded: Loaded) -> tuple[Graph, tuple[Diagnostic, ...]]:
    """Build the graph, with what the file adds to it and changes in it; and what to say of that."""
    try:
        graph = assemble(loaded)
    except GraphError as error:
        raise ConfigError([loaded.problem((), str(error))]) from error
    if not _is_customized(loaded):
        return graph, ()
    # Most files need none of it.
    from gateway_infra.customizing.steps import customized

    return customized(loaded, graph)


def _is_customized(loaded: Loaded) -> bool:
    environment = loaded.environment
    return bool(environment.overrides or environment.resources or environment.customize)


def _out_of_order(loaded: Loaded, graph: Graph, error: GraphError) -> Diagnostic:
    """Return the problem of a graph that cannot be cut, at the key that is to blame."""
    if _is_customized(loaded):
        from gateway_infra.customizing.steps import out_of_order

        return out_of_order(loaded, error)
    return wrong_order(loaded, graph, error)


def _order(loaded: Loaded, layout: str | None) -> Order:
    environment = loaded.environment
    try:
        return stack_order(layout or environment.layout, environment.route_stacks)
    except GraphError as error:
        raise ConfigError([wrong_route_stacks(loaded, error)]) from error


def _written(
    loaded: Loaded, plan: Plan, chosen: Sequence[str], asked: Sequence[str] | None
) -> tuple[dict[str, str], list[Diagnostic]]:
    """Return the files of deployers, and what is wrong with those that cannot deploy this."""
    files: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for name in chosen:
        try:
            files |= deployer_files((name,), plan)
        except UnsupportedError as error:
            problems.append(unfit_deployer(loaded, name, str(error), asked))
    return dict(sorted(files.items())), problems


def _notes(findings: Iterable[Diagnostic]) -> Iterator[str]:
    """Say once more, where nobody asked for advice, what a first deploy may fail for."""
    for item in findings:
        if item.rule == "GI512":
            yield (
                "API Gateway writes logs with a role set once for the account and region; "
                "where none is set, see account.api_gateway_log_role [GI512]"
            )
