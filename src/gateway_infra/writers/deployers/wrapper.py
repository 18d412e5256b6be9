"""A ``deploy.sh`` around a program that cannot read another stack's outputs, or waits for nobody.

Its beginning holds what differs between environments: names, and who fills each parameter. After it
come ``PROGRAM.sh`` beside this module, with what the program wants, and ``wrapper.sh``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from shlex import quote

from gateway_infra.writers.deployers.generated import GENERATED
from gateway_infra.writers.plan import Plan, PlannedStack
from gateway_infra.writers.shell_variables import refuse_taken_names


def wrapper_script(
    plan: Plan, program: str, settings: Mapping[str, str], obeyed: Sequence[str]
) -> str:
    """Return ``deploy.sh`` for `program`, whose own part of the script reads `settings`.

    What has a value already is the program's to know; the script passes what is known later.
    Names in `settings` are in lower case, as all variables of the script. Raise `UnsupportedError`
    for an environment variable that means something else to bash, the AWS CLI or `program`:
    `obeyed` are names, and beginnings that end in ``_``, that the last one obeys.
    """
    refuse_taken_names(plan, ("XDG_RUNTIME_DIR", *obeyed))
    folder = files("gateway_infra.writers.deployers")
    parts = [folder.joinpath(f"{name}.sh").read_text("utf-8") for name in (program, "wrapper")]
    return "\n".join([*_head(plan, settings), "", *parts])


def _head(plan: Plan, settings: Mapping[str, str]) -> Iterator[str]:
    yield "#!/usr/bin/env bash"
    yield f"# Deploys the stacks of {plan.service}-{plan.environment}. deploy.sh --help tells how."
    yield f"# {GENERATED}"
    yield "set -euo pipefail"
    yield ""
    yield f"readonly environment={quote(plan.environment)}"
    yield f"readonly service={quote(plan.service)}"
    yield f"readonly region={quote(plan.region)}"
    yield from (f"readonly {name}={quote(value)}" for name, value in sorted(settings.items()))
    yield ""
    yield "# The stacks in deploy order, and who fills in the parameters of each."
    yield "plan() {"
    for stack in plan.stacks:
        yield f"  stack {quote(stack.key)} {quote(stack.name)}"
        yield from (f"    {call}" for call in parameter_calls(stack))
        yield "  deploy"
    yield "}"


def parameter_calls(
    stack: PlannedStack, default: Callable[[str], str] = lambda _: ""
) -> Iterator[str]:
    """Yield the call of the script for each parameter, with the `default` of an optional one."""
    for name, how in sorted(stack.parameters.items()):
        if "from" in how:
            yield f"output {name} {quote(how['from']['stack'])} {quote(how['from']['output'])}"
        elif "environment_variable" in how:
            yield f"variable {name} {quote(how['environment_variable'])}"
        elif "required" in how:
            yield f"required {name}" if how["required"] else f"optional {name}{default(name)}"
