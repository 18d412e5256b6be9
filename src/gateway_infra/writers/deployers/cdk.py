"""Stubs that add an environment's stacks to a CDK app, in TypeScript and Python.

Each stack includes its template as it is, with ``CfnInclude``; parameters stay parameters, so that
the template is the same through any deployer, and a secret is never part of it.
https://docs.aws.amazon.com/cdk/v2/guide/use-cfn-template.html

A CDK app knows no values at deploy time, and ``cdk deploy`` reads no outputs, so ``deploy.sh``
beside the stubs passes outputs from stack to stack, as for any other deployer. What CDK has of its
own is for those who ask for it (``references``): ``Fn::ImportValue`` needs an export, which can
neither change nor go while it is in use, and ``Fn::GetStackOutput`` makes CloudFormation plan
replacements, as it is resolved while a change set is executed
(https://github.com/aws/aws-cdk/issues/38829).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from textwrap import indent

from gateway_infra.writers.deployers.wrapper import wrapper_script
from gateway_infra.writers.plan import Plan, PlannedStack
from gateway_infra.writers.templates import to_json

_OBEYED = ("CDK_", "NODE_")
"""What CDK takes for its options (``.env('CDK')`` in ``parse-command-line-arguments.ts`` of its
source), and Node.js for its own: https://nodejs.org/api/cli.html#environment-variables_1"""


def cdk_files(plan: Plan) -> dict[str, str]:
    """Return the files of this deployer by path below its folder.

    Raise `UnsupportedError` for an environment variable that means something else to the script, or
    to what it runs.
    """
    name = f"{plan.service}-{plan.environment}"
    module = name.replace("-", "_")
    words = {
        "Name": construct_name(plan),
        "name": name,
        "module": module,
        "region": plan.region,
        "protect_ts": str(plan.protect).lower(),
        "protect_py": str(plan.protect),
        "keys": " | ".join(f"'{stack.key}'" for stack in plan.stacks),
        "tags": to_json(plan.stacks[0].tags).rstrip("\n"),
        "secrets": to_json(_secrets(plan)).rstrip("\n"),
    }
    typescript = {**words, "stacks": _typescript_stacks(plan)}
    python = {**words, "stacks": _python_stacks(plan)}
    written = {
        "typescript/app.ts": _filled("cdk_app.ts", words),
        f"typescript/{name}.ts": _filled("cdk_stacks.ts", typescript),
        "python/app.py": _filled("cdk_app.py.txt", words),
        f"python/{module}.py": _filled("cdk_stacks.py.txt", python),
        "deploy.sh": wrapper_script(plan, "cdk", {"construct": construct_name(plan)}, _OBEYED),
    }
    if _secrets(plan):
        written["secrets.cjs"] = _filled("cdk_secrets.cjs", words)
    return written


def construct_name(plan: Plan) -> str:
    """Return the class that holds an environment's stacks: ``JobsProd``."""
    return "".join(part.capitalize() for part in f"{plan.service}-{plan.environment}".split("-"))


def _filled(file: str, words: Mapping[str, str]) -> str:
    """Return the text of a file beside this module, with each ``@word@`` replaced."""
    text = files("gateway_infra.writers.deployers").joinpath(file).read_text("utf-8")
    return re.sub(r"@(\w+)@", lambda found: words[found[1]], text)


def _secrets(plan: Plan) -> dict[str, str]:
    """Return the environment variable of each parameter that one fills, as CDK names parameters."""
    return {
        f"{stack.name}:{name}": how["environment_variable"]
        for stack in plan.stacks
        for name, how in sorted(stack.parameters.items())
        if "environment_variable" in how
    }


def _secret_names(stack: PlannedStack) -> list[str]:
    return sorted(name for name, how in stack.parameters.items() if "environment_variable" in how)


def _wired(plan: Plan, stack: PlannedStack) -> dict[str, list[str]]:
    """Return the stack's key and the output for each parameter that takes one of this plan."""
    wired = {}
    for name, how in sorted(stack.parameters.items()):
        producer = plan.stack_named(how["from"]["stack"]) if "from" in how else None
        if producer:
            wired[name] = [producer.key, how["from"]["output"]]
    return wired


def _typescript_stacks(plan: Plan) -> str:
    entries = [
        {
            "key": stack.key,
            "name": stack.name,
            "secrets": _secret_names(stack),
            "wired": _wired(plan, stack),
        }
        for stack in plan.stacks
    ]
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    return f"[\n{indent(lines, '  ')},\n]"


def _python_stacks(plan: Plan) -> str:
    entries = []
    for stack in plan.stacks:
        wired = {name: tuple(origin) for name, origin in _wired(plan, stack).items()}
        fields = (
            f"key={stack.key!r}",
            f"name={stack.name!r}",
            f"secrets={tuple(_secret_names(stack))!r}",
            f"wired={wired!r}",
        )
        entries.append("_Entry(\n" + "".join(f"    {field},\n" for field in fields) + "),")
    return indent("\n".join(entries), "    ")
