"""Rules of values that are known later: references, parameters, ARNs."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.families import ROWS
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, show_path
from gateway_infra.reading.rule import Rule
from gateway_infra.reading.source import Node
from gateway_infra.rules.environment_queries import arns_of, listed, partition_of
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.parameters import open_values, shared_parameters, unfit_parameters
from gateway_infra.sections.version_description import carried_values, given_values
from gateway_infra.values.values import DeployTimeValue, known

_PARAMETERS = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
_IMPORT = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-importvalue.html"
_VERSIONS = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"
OWN_STACKS = frozenset(row.stack for row in ROWS)
"""The stacks that the layouts with a name make, but for the one of `single` that has no word of its
own."""


def dynamic_reference_errors(source: Node, path: KeyPath = ()) -> Iterator[Diagnostic]:
    """Find text that CloudFormation would replace by what it reads elsewhere.

    What is written in CloudFormation's own words may hold it: overrides and resources.
    It reads the file as it is written, so that this is told together with the models' errors.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
    """
    if path in (("overrides",), ("resources",)):
        return
    if isinstance(source.value, str) and "{{resolve:" in source.value:
        message = "holds a dynamic reference, whose value would stand in the open where it is used"
        message += "; write {ssm: name, version: N}, {secret: name} or {environment_variable: NAME}"
        yield Diagnostic(path, message, "GI101", place=source.place)
    elif isinstance(source.value, dict):
        for key, node in source.value.items():
            yield from dynamic_reference_errors(node, (*path, key))
    elif isinstance(source.value, list):
        for position, node in enumerate(source.value):
            yield from dynamic_reference_errors(node, (*path, position))


def _shared_names(subject: Subject) -> Iterator[Diagnostic]:
    for fault in shared_parameters(subject.environment)[1]:
        yield Diagnostic(fault.path, fault.message)


def _unfit(subject: Subject) -> Iterator[Diagnostic]:
    for fault in unfit_parameters(subject.environment):
        yield Diagnostic(fault.path, fault.message)


def _own_outputs(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    prefix = f"{environment.service}-{subject.name}"
    layout = environment.layout
    keys = {*OWN_STACKS, *environment.route_stacks, *(() if isinstance(layout, str) else layout)}
    own = {prefix, *(f"{prefix}-{key}" for key in keys)}
    for path, value in open_values(environment):
        stack = value.name.partition("/")[0] if value.form == "stack_output" else ""
        if stack in own:
            message = f"is an output of {stack}, a stack that is made from this very file, so that "
            yield Diagnostic(
                path, f"{message}each would wait for the other; name one of another stack"
            )


def _partitions(subject: Subject) -> Iterator[Diagnostic]:
    region = subject.environment.region
    ours = partition_of(region)
    for path, arn in arns_of(subject):
        partition = arn.split(":")[1]
        if partition != ours and not partition.startswith("$"):
            message = f"is an ARN of the partition {partition}, but {region} is in {ours}"
            yield Diagnostic(path, f"{message}; write ${{AWS::Partition}} where that may stand")
    for name, function in subject.environment.functions.items():
        image = known(function.image)
        host = str(image).split("/")[0]
        ends_in_cn = host.endswith(".cn")
        if image is not None and ends_in_cn != (partition_of(host.split(".")[3]) == "aws-cn"):
            right = "amazonaws.com" if ends_in_cn else "amazonaws.com.cn"
            message = f"is on {host}, but registries of that region end in {right}; write that"
            yield Diagnostic(("functions", name, "image"), message)


def _imports(subject: Subject) -> Iterator[Diagnostic]:
    found = {path: value for path, value in open_values(subject.environment)
             if value.form == "import"}  # fmt: skip
    if found:
        exports = sorted({value.name for value in found.values()})
        more = f" and {len(exports) - 1} more" if len(exports) > 1 else ""
        message = f"imports {exports[0]}{more}: while a stack does, CloudFormation neither changes "
        message += "nor deletes an export; {stack_output: …} leaves it free"
        yield Diagnostic(next(iter(found)), message)


def _without_room(subject: Subject) -> Iterator[Diagnostic]:
    for key in subject.environment.functions:
        left_out = carried_values(key, subject.environment)[1]
        if left_out:
            named = ", ".join(show_path(path) for path in left_out)
            message = f"is given values that are known only at deploy time ({named}): when one "
            message += f"changes, change functions.{key}.redeploy with it, or callers keep the old "
            yield Diagnostic(("functions", key), f"{message}one")


def _kept_secrets(subject: Subject) -> Iterator[Diagnostic]:
    salts: dict[KeyPath, list[str]] = {}
    for key in subject.environment.functions:
        for path, value in given_values(key, subject.environment):
            if isinstance(value, DeployTimeValue) and value.secret:
                salts.setdefault(path, []).append(f"functions.{key}.redeploy")
    for path, named in salts.items():
        message = "is a secret that published versions keep: when it changes, change "
        yield Diagnostic(path, f"{message}{listed(named)} with it, or callers keep the old one")


RULES = (
    Rule.error(
        "GI101",
        "A dynamic reference written by hand",
        "CloudFormation puts the value where the reference stands, and where that is not a "
        "property made for secrets, whoever may read the resource reads it.",
        "Write {ssm: name, version: N}, {secret: name} or {environment_variable: NAME}.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html",
    ),
    Rule.error(
        "GI102",
        "Two values that would share one template parameter",
        "A parameter's name has letters and digits alone, so /shared/vpc-id and /shared/vpc_id "
        "give one name, and the template could be given one value only.",
        "Rename one of the two, or use the same value in both places.",
        _PARAMETERS,
        check=_shared_names,
    ),
    Rule.error(
        "GI103",
        "A parameter with a default that it would refuse itself",
        "Values that are known only at deploy time stand in the description of the function's "
        "version, which has 256 characters, so their parameters have longest lengths.",
        "Write a shorter default, or the value itself in place of a parameter.",
        "https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html",
        check=_unfit,
    ),
    Rule.error(
        "GI104",
        "An output of a stack that is made from the same file",
        "The stack that has the output is deployed after, or together with, the one that asks for "
        "it, so a first deploy finds no such output: a circle.",
        "Let the application find the value at run time, as it finds its own URL in the request, "
        "or move it to another stack.",
        "docs/layouts.md",
        check=_own_outputs,
        acceptable=True,
    ),
    Rule.error(
        "GI105",
        "An ARN or image of another partition than the region's",
        "The partitions of AWS (standard, China, GovCloud) share no resources, and an ARN that "
        "names the wrong one names nothing.",
        "Write ${AWS::Partition} in the ARNs of statements, and the right partition elsewhere.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
        check=_partitions,
        acceptable=True,
    ),
    Rule.advice(
        "GI106",
        "An export of another stack that is imported",
        "CloudFormation refuses to change or delete an export, and the stack that has it, while "
        "any stack imports it.",
        "Where that is not wanted, write {stack_output: stack/Key}, which the deployer reads.",
        _IMPORT,
        check=_imports,
    ),
    Rule.warning(
        "GI107",
        "Values known only at deploy time that a version's description has no room for",
        "A published version keeps the values that it was made with. What stands in its "
        "description publishes a new one when it changes; what does not fit changes nothing that "
        "callers see.",
        "Change functions.NAME.redeploy with the value, write the value itself, or give an SSM "
        "parameter with its version.",
        _VERSIONS,
        check=_without_room,
    ),
    Rule.advice(
        "GI108",
        "A secret in a variable, which published versions keep",
        "A published version keeps the variables that it was made with, and a secret stands in "
        "nothing that would show its change, so the alias goes on serving the old one.",
        "Change functions.NAME.redeploy when the secret changes, or write {secret: name}, which "
        "the application reads at run time.",
        _VERSIONS,
        check=_kept_secrets,
    ),
)
"""Rules of values that are known later."""
