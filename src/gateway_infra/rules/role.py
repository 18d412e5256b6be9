"""Rules of what a function's role may do beyond what the architecture needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.environment_queries import listed
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.environment import Environment
from gateway_infra.sections.function import Statement
from gateway_infra.sections.function_variables import secret_values
from gateway_infra.values.values import DeployTimeValue

_REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"

_NARROW = {
    "dynamodb": ("BatchGet", "BatchWrite", "DeleteItem", "GetItem", "PutItem", "Query", "Scan",
                 "UpdateItem"),
    "events": ("PutEvents",),
    "kinesis": ("PutRecord",),
    "kms": ("Decrypt", "Encrypt", "GenerateDataKey", "Sign"),
    "lambda": ("Invoke", "UpdateFunction"),
    "rds-db": ("connect",),
    "s3": ("DeleteObject", "GetObject", "ListBucket", "PutObject"),
    "secretsmanager": ("GetSecretValue", "PutSecretValue", "UpdateSecret"),
    "sqs": ("DeleteMessage", "PurgeQueue", "ReceiveMessage", "SendMessage"),
    "ssm": ("GetParameter", "PutParameter"),
    "states": ("StartExecution", "StartSyncExecution"),
}  # fmt: skip
"""Actions, by how they begin, that take a resource and are asked of few; those of services that
take none (xray, many of ec2) are not here:
https://docs.aws.amazon.com/service-authorization/latest/reference/"""

_OWN_ARN = (*_NARROW, "firehose", "sns")
"""Services whose actions take ARNs of the same service alone."""

_OBJECT = r"s3:((Get|Put|Delete|Restore)Object\w*|AbortMultipartUpload|ListMultipartUploadParts)\*?"
_BUCKET = r"s3:(ListBucket\w*|GetBucket\w+)\*?"
_GIVEN = (
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
"""Actions of every function's role, on every resource that they concern."""

_GIVEN_BY_AWS = ("logs:CreateLogGroup",)
"""What a role has of AWS's managed policy besides, unless it is scoped."""


def _statements(subject: Subject) -> Iterator[tuple[str, KeyPath, Statement]]:
    for name, function in subject.environment.functions.items():
        for number, statement in enumerate(function.statements):
            yield name, ("functions", name, "statements", number), statement


def _is_one_of(action: str, beginnings: Sequence[str]) -> bool:
    """Tell whether an action, or one of those that it stands for, begins so."""
    verb = action.split(":")[1]
    if verb.endswith("*"):
        some = verb[:-1]
        return any(begin.startswith(some) or some.startswith(begin) for begin in beginnings)
    return verb.startswith(tuple(beginnings))


def _everything(subject: Subject) -> Iterator[Diagnostic]:
    for _, path, statement in _statements(subject):
        if "*" not in statement.resources:
            continue
        wide = [action for action in statement.actions
                if _is_one_of(action, _NARROW.get(action.split(":")[0], ()))]  # fmt: skip
        if wide:
            position = statement.resources.index("*")
            message = f"allows {listed(wide)} on everything of that kind in the account; name the "
            yield Diagnostic(
                (*path, "resources", position), f"{message}ARNs that the function needs"
            )


def _power(subject: Subject) -> Iterator[Diagnostic]:
    for _, path, statement in _statements(subject):
        for position, action in enumerate(statement.actions):
            message = _danger(action, statement.resources)
            if message:
                yield Diagnostic((*path, "actions", position), f"{action} {message}")


def _danger(action: str, resources: Sequence[object]) -> str | None:
    service, verb = action.split(":")
    all_roles = any(isinstance(arn, str) and re.search(r"^\*$|:role/\*$", arn) for arn in resources)
    if service == "iam" and "PassRole".startswith(verb.rstrip("*")):
        message = "lets the function hand any role of the account to a service, an administrator's "
        return f"{message}too; name the role" if all_roles else None
    if service == "iam" and not re.match(r"Get|List|Simulate|Generate", verb):
        return "lets the function change who may do what, itself included; do that elsewhere"
    if service == "sts" and "AssumeRole".startswith(verb.rstrip("*")[:10]) and all_roles:
        return "lets the function take on any role that trusts the account; name the role"
    return None


def _nothing(subject: Subject) -> Iterator[Diagnostic]:
    for _, path, statement in _statements(subject):
        literals = [arn for arn in statement.resources if isinstance(arn, str)]
        # ${AWS::Region} and its like hold colons.
        arns = [re.sub(r"\$\{AWS::(\w+)\}", r"\1", arn) for arn in literals]
        if len(arns) < len(statement.resources) or "*" in arns:
            continue
        for position, action in enumerate(statement.actions):
            message = _fits_none(action, arns)
            if message:
                yield Diagnostic((*path, "actions", position), f"{action} {message}")


def _fits_none(action: str, arns: Sequence[str]) -> str | None:
    """Say why an action is allowed on none of the ARNs, or return ``None``."""
    service, _, _ = action.partition(":")
    fitting = [arn for arn in arns if re.match(rf"arn:[^:]+:({service}|\$|\*|\?)", arn)]
    if service in _OWN_ARN and not fitting:
        return f"grants nothing: none of the resources is one of {service}; correct the ARN"
    if service == "secretsmanager" and all(_no_suffix(arn) for arn in fitting):
        return "grants nothing: ARNs of secrets end in six characters; write -?????? for them"
    if any(":::" not in arn or "*" in arn.split(":::")[-1].split("/")[0] for arn in fitting):
        return None
    if re.fullmatch(_OBJECT, action) and all("/" not in arn for arn in fitting):
        return "grants nothing: it is asked of objects, and these are buckets; add /* to the ARN"
    if re.fullmatch(_BUCKET, action) and all("/" in arn for arn in fitting):
        return "grants nothing: it is asked of the bucket; name the bucket without what follows it"
    return None


def _no_suffix(arn: str) -> bool:
    name = arn.rpartition(":secret:")[2]
    return not re.search(r"[*?]|\$\{|-[A-Za-z0-9]{6}$", name)


def _repeated(subject: Subject) -> Iterator[Diagnostic]:
    seen: set[tuple[str, frozenset[str], frozenset[object]]] = set()
    given = _GIVEN if subject.environment.roles.scoped else (*_GIVEN, *_GIVEN_BY_AWS)
    for name, path, statement in _statements(subject):
        key = (name, frozenset(statement.actions), frozenset(statement.resources))
        if key in seen:
            yield Diagnostic(path, "repeats a statement above it; remove it")
            continue
        seen.add(key)
        arns = _granted(name, subject.environment)
        if all(
            action in given or all(arn in arns.get(action, ()) for arn in statement.resources)
            for action in statement.actions
        ):
            yield Diagnostic(path, "repeats what the function's role has by itself; remove it")


_DENIED = (
    "AssignPrivateIpAddresses",
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
    "DetachNetworkInterface",
    "UnassignPrivateIpAddresses",
)
"""Actions of EC2 that a scoped role denies to the function's code (`builders.iam`)."""


def _denied(subject: Subject) -> Iterator[Diagnostic]:
    if not subject.environment.roles.scoped:
        return
    for _, path, statement in _statements(subject):
        for position, action in enumerate(statement.actions):
            service, verb = action.split(":")
            some = verb.rstrip("*")
            hit = [
                name for name in _DENIED if name == verb or (some != verb and name.startswith(some))
            ]
            if service == "ec2" and hit:
                message = f"{action} is allowed in vain: a scoped role denies {listed(hit)} to the "
                message += "function's code; leave it out, or write roles.network_policy: managed"
                yield Diagnostic((*path, "actions", position), message)


def _granted(name: str, environment: Environment) -> dict[str, set[object]]:
    """Return the ARNs that a function's role has from `bucket` and from secrets, by action."""
    granted: dict[str, set[object]] = {}
    function, bucket = environment.functions[name], environment.bucket
    if bucket and "bucket" in function.uses and not isinstance(bucket.name, DeployTimeValue):
        for partition in ("aws", "${AWS::Partition}"):
            arn = f"arn:{partition}:s3:::{bucket.name}"
            granted.setdefault("s3:ListBucket", set()).add(arn)
            for verb in ("Delete", "Get", "Put"):
                granted.setdefault(f"s3:{verb}Object", set()).add(f"{arn}/*")
    for _, secret in secret_values(name, environment):
        granted.setdefault("secretsmanager:GetSecretValue", set()).add(secret.secret)
    return granted


RULES = (
    Rule.warning(
        "GI232",
        "A permission on everything of its kind",
        "With * the function may read or change every queue, table, key or secret of the account, "
        "those of other services too. These actions take ARNs.",
        "Name the ARNs, with a star at their end where names vary.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        check=_everything,
    ),
    Rule.warning(
        "GI233",
        "A permission to give permissions",
        "Whoever takes over a function that may pass any role, or change roles and policies, has "
        "the account.",
        "Name the one role that is passed or assumed; leave changes of IAM to a deploy.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        check=_power,
    ),
    Rule.warning(
        "GI234",
        "A permission that grants nothing",
        "IAM takes a statement whose action and resources do not fit each other, and the call is "
        "refused at run time: an action on objects needs the ARN of objects, and so on.",
        "Correct the ARN, or move the action to a statement with ARNs of its kind.",
        _REFERENCE,
        check=_nothing,
    ),
    Rule.warning(
        "GI912",
        "A permission that a scoped role denies",
        "Lambda makes network interfaces with the function's role. A scoped role denies these "
        "actions to the function's own code, and a denial stands above whatever allows.",
        "Remove the action, or write roles.network_policy: managed.",
        "https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html",
        check=_denied,
    ),
    Rule.advice(
        "GI235",
        "A permission that the role has already",
        "Each role may write its log and its traces, use the bucket of `bucket`, and read the "
        "secrets that the file names. A repeated grant outlives the setting that it came from.",
        "Remove the statement.",
        "docs/decisions.md",
        check=_repeated,
    ),
)
"""Rules of what a function's role may do."""
