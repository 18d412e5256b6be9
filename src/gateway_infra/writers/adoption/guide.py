"""``import/README.md``: what is to be filled in, in which order to run what, what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gateway_infra.writers.adoption.identifiers import FILL_IN, placeholders
from gateway_infra.writers.adoption.stacks import Adoption
from gateway_infra.writers.adoption.types import IMPORTABLE
from gateway_infra.writers.plan import Plan


def guide(plan: Plan, adoptions: Sequence[Adoption]) -> str:
    """Return the guide as Markdown."""
    lines = [
        f"# Adopting what there is as {plan.service}-{plan.environment}",
        "",
        "Written by `gateway-infra generate --import-ready`; its docs/adopting.md tells more. An "
        "import changes nothing on AWS: it only says which stack a resource belongs to.",
        "",
        *_to_fill_in(adoptions),
        *_commands(adoptions),
        *_left(adoptions),
    ]
    return "\n".join(lines)


def _rows(adoptions: Sequence[Adoption]) -> Iterator[dict[str, Any]]:
    for adoption in adoptions:
        for batch in adoption.batches:
            yield from batch.resources


def _to_fill_in(adoptions: Sequence[Adoption]) -> list[str]:
    """Say what only AWS knows, once for each value, and how it is looked up."""
    first: dict[str, tuple[str, str]] = {}
    for resource in _rows(adoptions):
        kind = resource["ResourceType"]
        for value in resource["ResourceIdentifier"].values():
            own = f"{resource['LogicalResourceId']} ({kind})"
            for name in placeholders(value):
                first.setdefault(name, (own, IMPORTABLE[kind].lookup))
    if not first:
        return ["## 1. Fill in", "", "Nothing: the templates say all.", ""]
    return [
        f"## 1. Fill in {len(first)} identifiers",
        "",
        "They stand in `*.resources-to-import.json`, some of them many times, and `import.sh` "
        "imports nothing before all are replaced. Generating again writes these files anew, so "
        "keep the replacements in a file of your own beside them, `ids.sed`, with a line such as",
        "",
        "```",
        f"s|{FILL_IN}RestApiId|a1b2c3d4e5|",
        f's|"{FILL_IN}ResourceId:/"|"f6g7h8i9j0"|',
        "```",
        "",
        "for each, and run `for file in *.resources-to-import.json; do sed -i.before -f ids.sed "
        '"$file"; done`. What is not there yet is no part of an import: leave it out with '
        "`--leave-out LOGICAL_ID` when you generate.",
        "",
        "| replace | of | find it with |",
        "|---|---|---|",
        *(f"| `{value}` | {own} | `{lookup}` |" for value, (own, lookup) in sorted(first.items())),
        "",
        "The lines for all paths of an API:",
        "",
        "```bash",
        'aws apigateway get-resources --rest-api-id "$api" --limit 500 \\',
        "    --query 'items[].[path,id]' --output text |",
        f"""awk '{{print "s|\\"{FILL_IN}ResourceId:" $1 "\\"|\\"" $2 "\\"|"}}' >>ids.sed""",
        "```",
        "",
    ]


def _commands(adoptions: Sequence[Adoption]) -> list[str]:
    lines = [
        "## 2. Import and deploy, one stack after the other",
        "",
        "A stack needs the outputs of those before it, so finish each one. `drift` shows where the "
        "file differs from what there is: change the environment file and generate again with "
        "`--import-ready` until you want what is left. `change` shows what the deploy would "
        "change on AWS, drift included, and `deploy` does it.",
        "",
        *_images(adoptions),
        "```bash",
    ]
    for adoption in adoptions:
        key = adoption.stack.key
        if adoption.batches:
            lines += [
                f"./import.sh {step} {key}" for step in ("import", "drift", "change", "deploy")
            ]
        else:
            lines.append(f"# {adoption.stack.name}: nothing to import; deploy it as ever.")
        lines.append("")
    return [*lines[:-1], "```", ""]


def _images(adoptions: Sequence[Adoption]) -> list[str]:
    """Tell of what CloudFormation cannot read and the import cannot leave out."""
    names = [
        resource["ResourceIdentifier"]["FunctionName"]
        for resource in _rows(adoptions)
        if resource["ResourceType"] == "AWS::Lambda::Function"
    ]
    if not names:
        return []
    return [
        "CloudFormation cannot read a function's image, takes the one of the import for the one "
        "that runs, and would leave that as it is. So the file must name, until all is deployed, "
        "the image that runs; change it later. These tell which one that is:",
        "",
        "```bash",
        *(
            f"aws lambda get-function --function-name {name} --query Code.ImageUri --output text"
            for name in names
        ),
        "```",
        "",
    ]


def _left(adoptions: Sequence[Adoption]) -> list[str]:
    rows = [
        f"| {logical_id} | {adoption.stack.template['Resources'][logical_id]['Type']} | {why} |"
        for adoption in adoptions
        for logical_id, why in sorted(adoption.left.items())
    ]
    if not rows:
        return []
    return [
        "## 3. What the deploy makes anew",
        "",
        "| resource | type | why it is not imported |",
        "|---|---|---|",
        *rows,
        "",
    ]
