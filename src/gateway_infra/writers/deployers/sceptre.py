"""A Sceptre 4 project of one environment: ``config/`` and ``templates/``.

===============================  ===============================================================
file                             what it holds
===============================  ===============================================================
``config/ENV/config.yaml``       the project's code and the region, for all stacks of the folder
``config/ENV/KEY.yaml``          a stack: name, template, order, parameters, tags, protection
``templates/ENV/KEY.json``       the stack's template, which Sceptre looks for in its project
===============================  ===============================================================

Everything stands below the environment's name, so that the folders of several environments can be
laid over each other into one project. What is said here of Sceptre is from its source, 4.7.0, and
from its pages:
https://docs.sceptre-project.org/latest/docs/stack_config.html
https://docs.sceptre-project.org/latest/docs/stack_group_config.html
https://docs.sceptre-project.org/latest/docs/resolvers.html

- A configuration file is a Jinja template first, then YAML 1.1 as PyYAML reads it. A variable that
  is not there ends the command before its first call to AWS (``StrictUndefined``).
- ``!stack_output`` takes a stack's project code and path for its name, whatever its
  ``stack_name``: ``jobs`` and ``prod/role.yaml`` for ``jobs-prod-role``. Those are the same here.
- Capabilities are not written: every stack is made with those for IAM.
- Tags and parameters are compared, and passed, as text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from gateway_infra.writers.deployers.generated import GENERATED
from gateway_infra.writers.plan import Plan, PlannedStack, UnsupportedError
from gateway_infra.writers.templates import INLINE_BYTES

MARKER_BYTES = 4
"""Sceptre puts ``---`` and a line break before a template (``Template.body``)."""

BUCKET = "template_bucket_name"
"""What Sceptre calls the bucket for templates, and here the variable that names it."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_JINJA = re.compile(r"\{[{%#]")


def sceptre_files(plan: Plan) -> dict[str, str]:
    """Return the files of this deployer by path below its folder.

    Raise `UnsupportedError` where a name means something else to Sceptre.
    """
    if any(stack.key == "config" for stack in plan.stacks):
        raise UnsupportedError(
            "'sceptre' cannot have a stack 'config': Sceptre keeps config.yaml for what the stacks "
            "of a folder share; rename it in `layout` or `route_stacks`"
        )
    folder = plan.environment
    files = {f"config/{folder}/config.yaml": _text(_group(plan))}
    for stack in plan.stacks:
        files[f"config/{folder}/{stack.key}.yaml"] = _text(_stack(stack, plan))
        files[f"templates/{folder}/{stack.key}.json"] = stack.text
    return dict(sorted(files.items()))


def _group(plan: Plan) -> Iterator[str]:
    """Write what the stacks of the environment share."""
    name = plan.environment
    yield from _header()
    yield f"# In the folder that holds config/: sceptre validate {name}, sceptre diff {name},"
    yield f"# sceptre launch {name}, sceptre delete {name}."
    yield ""
    yield f"project_code: {scalar(plan.service)}"
    yield f"region: {scalar(plan.region)}"
    yield 'required_version: ">=4"'


def _header() -> Iterator[str]:
    yield f"# {GENERATED}"


def _needed(stack: PlannedStack, plan: Plan) -> list[str]:
    """Return what a stack waits for, by key: what it needs, and the one before it in the order.

    Sceptre deploys at the same time what waits for nothing, and the order says more than the needs:
    the permission is there before the deployment makes routes answer.
    """
    keys = [item.key for item in plan.stacks]
    before = keys[max(keys.index(stack.key) - 1, 0) : keys.index(stack.key)]
    return sorted({*stack.depends_on, *before})


def _stack(stack: PlannedStack, plan: Plan) -> Iterator[str]:
    """Write the configuration of one stack."""
    yield from _header()
    yield from _told(stack)
    yield ""
    yield f"stack_name: {scalar(stack.name)}"
    yield "template:"
    yield "  type: file"
    yield f"  path: {scalar(f'{plan.environment}/{stack.key}.json')}"
    if stack.size + MARKER_BYTES > INLINE_BYTES:
        yield f"template_bucket_name: {_variable(BUCKET)}"
    needed = _needed(stack, plan)
    if needed:
        yield "dependencies:"
        for key in needed:
            yield f"  - {scalar(f'{plan.environment}/{key}.yaml')}"
    if stack.parameters:
        yield "parameters:"
        for name, filled in sorted(stack.parameters.items()):
            yield from _parameter(name, filled, plan)
    if stack.tags:
        yield "stack_tags:"
        for tag, value in sorted(stack.tags.items()):
            yield f"  {scalar(tag)}: {scalar(value)}"
    if plan.protect:
        yield from _protection(stack, plan.environment)


def _told(stack: PlannedStack) -> Iterator[str]:
    """Say what to give on the command line or in the shell's environment, if anything."""
    must = [name for name, filled in stack.parameters.items() if filled.get("required")]
    may = [name for name, filled in stack.parameters.items() if filled.get("required") is False]
    secret = {
        filled["environment_variable"]
        for filled in stack.parameters.values()
        if "environment_variable" in filled
    }
    if stack.size + MARKER_BYTES > INLINE_BYTES:
        must.append(BUCKET)
    for names, what in (
        (must, "Needs --var NAME=VALUE, or --var-file, with"),
        (may, "Takes --var NAME=VALUE, in place of a default, with"),
        (secret, "Needs in the environment"),
    ):
        if names:
            yield f"# {what}: {', '.join(sorted(names))}"


def _parameter(name: str, filled: Mapping[str, Any], plan: Plan) -> Iterator[str]:
    """Write one parameter with where its value comes from."""
    if "value" in filled:
        yield f"  {scalar(name)}: {scalar(filled['value'])}"
    elif "from" in filled:
        source = _output(filled["from"]["stack"], filled["from"]["output"], plan)
        yield f"  {scalar(name)}: {source}"
    elif "environment_variable" in filled:
        variable = filled["environment_variable"]
        yield f"  {scalar(name)}: !environment_variable {_argument(variable)}"
    elif filled["required"]:
        yield f"  {scalar(name)}: {_variable(name)}"
    else:
        yield f'  {{% if "{name}" in var %}}'
        yield f"  {scalar(name)}: {_variable(name)}"
        yield "  {% endif %}"


def _variable(name: str) -> str:
    """Return what Jinja puts in place of a variable of the command line, as a YAML scalar.

    ``string`` is what fails where there is no such variable, and names it.
    """
    if hasattr(dict, name):
        raise UnsupportedError(
            f"'sceptre' cannot take a value for the parameter '{name}', as Jinja reads var.{name} "
            "as a method; give the parameter another name"
        )
    return f"{{{{ var.{name} | string | tojson }}}}"


def _output(stack_name: str, output: str, plan: Plan) -> str:
    """Return the resolver that reads an output of a stack, of this plan or of another project."""
    stack = plan.stack_named(stack_name)
    if stack is None:
        return f"!stack_output_external {_argument(f'{stack_name}::{output}')}"
    return f"!stack_output {_argument(f'{plan.environment}/{stack.key}.yaml::{output}')}"


def _protection(stack: PlannedStack, environment: str) -> Iterator[str]:
    """Refuse to delete the stack.

    Sceptre's own ``protect`` would refuse `launch` too (``StackActions._protect_execution``).
    A command that fails before the delete stops Sceptre, and what the command prints says why.
    """
    lift = f"sceptre --var unprotect={environment}"
    yield "# Sceptre's own `protect` would refuse to launch as well."
    yield f'{{% if var.unprotect | default("") != "{environment}" %}}'
    yield "hooks:"
    yield "  before_delete:"
    yield f'    - !cmd "echo {stack.name} is protected. To delete it anyway: {lift} && exit 1"'
    yield "{% endif %}"


def scalar(text: str) -> str:
    """Return text as a YAML scalar that Jinja leaves alone and PyYAML reads as that text."""
    if _PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    quoted = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=sys.maxsize).rstrip()
    return quoted.replace("{", "\\x7B") if _JINJA.search(quoted) else quoted


def _argument(text: str) -> str:
    """Return the argument of a resolver.

    Sceptre takes an argument for what it looks like even in quotes (``resolve_node_tag``), so one
    that reads as a switch or a number cannot be passed.
    """
    if yaml.safe_load(text) != text:
        raise UnsupportedError(
            f"'sceptre' cannot pass the name '{text}', which it reads as a value"
        )
    return text


def _text(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"
