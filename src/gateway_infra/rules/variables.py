"""Rules of functions' variables: their names, who sets them, how much they hold, what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, show_path
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.environment_queries import or_default, partition_of
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.environment import Environment
from gateway_infra.sections.function_variables import SECRET_ARN, SECRET_KEY, Given, given_variables
from gateway_infra.sections.secret import MadeSecret
from gateway_infra.sections.variables import RESERVED_VARIABLES
from gateway_infra.values.values import DeployTimeValue, SecretValue, known

_SUB = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html"
ADAPTER = {"AWS_LWA_PORT": "port", "AWS_LWA_READINESS_CHECK_PATH": "readiness_path"}
"""Variables of the web adapter, each with the key of the function that sets it."""

_FILLED = r"\$\{AWS::\w+\}|!(Ref|GetAtt|Sub|ImportValue)\b|\bFn::[A-Z]\w+|\$\{stageVar"
"""What CloudFormation and API Gateway fill in at other places."""


def _given(name: str, environment: Environment) -> Iterator[tuple[KeyPath, str, Given]]:
    """Yield each variable of a function by the name that Lambda sees; a secret is one or two."""
    for path, variable, value in given_variables(name, environment):
        if isinstance(value, SecretValue | MadeSecret):
            yield path, variable + SECRET_ARN, value
            if value.key is not None:
                yield path, variable + SECRET_KEY, value.key
        else:
            yield path, variable, value


def _reserved(subject: Subject) -> Iterator[Diagnostic]:
    for name in subject.environment.functions:
        for path, variable, _ in _given(name, subject.environment):
            if variable in RESERVED_VARIABLES:
                key = "variable" if path[0] == "bucket" else "variable_prefix"
                message = f"gives the variable {variable}, which Lambda sets itself; change {key}"
                yield Diagnostic(path, message)


def _twice(subject: Subject) -> Iterator[Diagnostic]:
    told: set[tuple[KeyPath, str]] = set()
    for name in subject.environment.functions:
        setters = {variable: f"functions.{name}.{key}" for variable, key in ADAPTER.items()}
        for path, variable, _ in _given(name, subject.environment):
            other = setters.setdefault(variable, show_path(path))
            if other != show_path(path) and (path, variable) not in told:
                told.add((path, variable))
                message = f"sets the variable {variable}, as {other} does; keep one, or rename one"
                yield Diagnostic(path, message)


def _size(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    quota = environment.account.quotas.variables_bytes
    for name, function in environment.functions.items():
        size = sum(len(key) for key in ADAPTER) + len(str(function.port) + function.readiness_path)
        unknown = 0
        for _, variable, value in _given(name, environment):
            length = _length(value, environment)
            size += len(variable) + (length or 0)
            unknown += length is None
        more = f", without {unknown} known only at deploy time" if unknown else ""
        if size > quota:
            message = (
                f"hold {size:,} bytes{more}, with those that other sections add; Lambda takes "
            )
            message += f"{quota:,} for all of a function's: keep what is long in SSM or the bucket"
            yield Diagnostic(("functions", name, "variables"), message)


def _length(value: Given, environment: Environment) -> int | None:
    """Return the bytes of a value; ``None`` for one that is known only at deploy time."""
    if isinstance(value, MadeSecret):
        return None
    if isinstance(value, SecretValue):
        if isinstance(value.secret, str) and not value.secret.startswith("arn:"):
            region = environment.region
            arn = f"arn:{partition_of(region)}:secretsmanager:{region}:123456789012:secret:"
            return len(arn + value.secret)
        value = value.secret
    text = known(value)
    return None if text is None else len(str(text).encode())


def _at_odds(subject: Subject) -> Iterator[Diagnostic]:
    for name, function in subject.environment.functions.items():
        path: KeyPath = ("functions", name, "variables")
        values = {key: known(value) for key, value in function.variables.items()
                  if not isinstance(value, SecretValue)}  # fmt: skip
        port = values.get("PORT")
        if port not in (None, str(function.port)):
            whose = or_default(subject, ("functions", name, "port")).rstrip(",")
            message = f"is another port than functions.{name}.port, {function.port}{whose}, where "
            message += "the web adapter asks: what listens on PORT is never found; write the same"
            yield Diagnostic((*path, "PORT"), message)
        if "READINESS_CHECK_PATH" in function.variables:
            message = f"has no effect beside functions.{name}.readiness_path, which sets "
            message += "AWS_LWA_READINESS_CHECK_PATH; write that, and remove this"
            yield Diagnostic((*path, "READINESS_CHECK_PATH"), message)
        if str(values.get("AWS_LWA_INVOKE_MODE", "")).lower() == "response_stream":
            message = "is response_stream, but the API waits for whole answers; remove it"
            yield Diagnostic((*path, "AWS_LWA_INVOKE_MODE"), message)


def _never_filled(subject: Subject) -> Iterator[Diagnostic]:
    for name, function in subject.environment.functions.items():
        for variable, value in function.variables.items():
            text = known(value) if isinstance(value, str | DeployTimeValue) else None
            match = re.search(_FILLED, text) if isinstance(text, str) else None
            if match:
                message = f"holds '{match[0]}', which nothing fills in here: the function gets it "
                message += "as it is; write the value, or an open one such as {parameter: Name}"
                yield Diagnostic(("functions", name, "variables", variable), message)


RULES = (
    Rule.error(
        "GI221",
        "A variable that Lambda sets itself",
        "Lambda refuses a function that sets one of its reserved names.",
        "Rename it, or change the key that begins its name.",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
        check=_reserved,
    ),
    Rule.error(
        "GI223",
        "A variable that two keys set",
        "One of the two would be lost, silently.",
        "Keep one, or rename one.",
        "docs/reference.md",
        check=_twice,
    ),
    Rule.error(
        "GI224",
        "More variables than Lambda takes",
        "All names and values of a function's variables together may have 4 KB; those of the "
        "database, the bucket and the web adapter count too.",
        "Keep what is long in SSM, Secrets Manager or the bucket, and pass where it is.",
        "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
        check=_size,
    ),
    Rule.warning(
        "GI225",
        "A variable at odds with how the web adapter calls the application",
        "The adapter asks the port and path of AWS_LWA_PORT and AWS_LWA_READINESS_CHECK_PATH, "
        "which are set from the function's own keys, and API Gateway waits for whole answers.",
        "Set functions.NAME.port and readiness_path, and remove the variable or write the same.",
        "https://aws.github.io/aws-lambda-web-adapter/configuration/environment-variables.html",
        check=_at_odds,
    ),
    Rule.warning(
        "GI226",
        "A value that looks as if something were filled in",
        "CloudFormation fills ${AWS::Region} and its like in where Fn::Sub stands, and variables "
        "are plain text; Lambda sets AWS_REGION itself.",
        "Write the value, or one that is known later ({parameter: Name}, {stack_output: …}).",
        _SUB,
        check=_never_filled,
    ),
)
"""Rules of functions' variables."""
