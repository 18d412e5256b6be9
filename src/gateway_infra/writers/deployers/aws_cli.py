"""``deploy.sh`` for the AWS CLI, and a parameter file for each stack.

The script's beginning holds what differs: names, tags, and who fills each open parameter. The rest
is ``aws_cli.sh`` beside this module.

A parameter file is a list of ``"Name=value"``, the one form that ``--parameter-overrides`` takes
from a file in both versions of the AWS CLI. It holds what is known when it is generated; the script
adds outputs of other stacks, environment variables and ``--parameter`` when it runs.
https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from shlex import quote

from gateway_infra.writers.deployers.generated import GENERATED
from gateway_infra.writers.deployers.wrapper import parameter_calls
from gateway_infra.writers.plan import Plan, PlannedStack, UnsupportedError
from gateway_infra.writers.shell_variables import refuse_taken_names
from gateway_infra.writers.templates import to_json


def aws_cli_files(plan: Plan) -> dict[str, str]:
    """Return the files of this deployer by path below its folder.

    Raise `UnsupportedError` for a tag whose name holds ``=`` or begins with ``-``: the AWS CLI
    takes ``--tags`` as ``Name=value``, where the name ends at the first ``=``, and takes what
    begins with ``-`` for an option; and for an environment variable that bash or the AWS CLI gives
    a meaning of its own.
    """
    refuse_taken_names(plan)
    for tag in sorted({tag for stack in plan.stacks for tag in stack.tags}):
        if "=" in tag or tag.startswith("-"):
            raise UnsupportedError(
                f"has one that runs the AWS CLI, which cannot pass the tag '{tag}': a name ends "
                "at the first '=', and one that begins with '-' is an option; rename the tag"
            )
    made = {"deploy.sh": _script(plan)}
    for stack in plan.stacks:
        values = {name: how["value"] for name, how in stack.parameters.items() if "value" in how}
        pairs = [f"{name}={value}" for name, value in sorted(values.items())]
        made[f"{stack.key}.parameters.json"] = to_json(pairs)
    return made


def _script(plan: Plan) -> str:
    common = (
        files("gateway_infra.writers.deployers").joinpath("aws_cli.sh").read_text(encoding="utf-8")
    )
    return "\n".join(_head(plan)) + "\n\n" + common


def _head(plan: Plan) -> Iterator[str]:
    """Yield the lines that differ from one environment to another."""
    yield "#!/usr/bin/env bash"
    yield f"# Deploys the stacks of {plan.service}-{plan.environment} with the AWS CLI."
    yield "# deploy.sh --help tells how."
    yield f"# {GENERATED}"
    yield "set -euo pipefail"
    yield ""
    yield f"readonly environment={quote(plan.environment)}"
    yield f"readonly service={quote(plan.service)}"
    yield f"readonly region={quote(plan.region)}"
    yield f"readonly protect={'yes' if plan.protect else 'no'} # stacks from being deleted"
    yield "readonly tags=("
    tags = dict(sorted({tag for stack in plan.stacks for tag in stack.tags.items()}))
    yield from (f"  {_quoted(f'{tag}={value}')}" for tag, value in tags.items())
    yield ")"
    yield ""
    yield "# The stacks in deploy order. Of each, the parameters whose value is not in"
    yield "# KEY.parameters.json: outputs of other stacks, variables of the environment, and what"
    yield "# --parameter must or may give, the latter with its default."
    yield "# shellcheck disable=SC1003,SC2016 # defaults are text, whatever they look like"
    yield "plan() {"
    for position, stack in enumerate(plan.stacks):
        if position:
            yield ""
        yield from (f"  {line}" for line in _stack(stack))
    yield "}"


def _stack(stack: PlannedStack) -> Iterator[str]:
    """Yield the calls that describe one stack to the script."""
    yield f"stack {quote(stack.key)} {quote(stack.name)}"
    yield from (f"  capability {quote(capability)}" for capability in stack.capabilities)
    if stack.needs_bucket:
        yield "  large # over 51,200 bytes"
    calls = parameter_calls(stack, lambda name: f" {_default(stack, name)}")
    yield from (f"  {call}" for call in calls)


def _default(stack: PlannedStack, name: str) -> str:
    """Return a parameter's default as the script compares it: JSON without its quotes."""
    default = str(stack.template["Parameters"][name]["Default"])
    return _quoted(json.dumps(default, ensure_ascii=False)[1:-1])


def _quoted(text: str) -> str:
    """Quote even what needs none, for lists that people read."""
    return "'" + text.replace("'", "'\\''") + "'"
