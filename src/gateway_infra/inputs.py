"""Open values of an environment as template parameters, and as what refers to them."""

from __future__ import annotations

from typing import Any

from troposphere import AWSHelperFn, ImportValue, Join, Ref, Select, Split, Sub

from gateway_infra.graph import Parameter
from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, show_path
from gateway_infra.reading.source import Node
from gateway_infra.sections.environment import Environment
from gateway_infra.sections.parameters import (
    SEPARATOR,
    Shared,
    parameter_limits,
    shared_parameters,
    unfit_parameters,
)
from gateway_infra.sections.version_description import VersionedValue
from gateway_infra.values.values import DeployTimeValue, SecretValue, Value


def _number(text: str) -> Any:
    """Return text that CloudFormation makes a number of, where troposphere takes numbers alone."""
    helper = AWSHelperFn()
    helper.data = text
    return helper


def in_template(value: Value | None) -> Any:
    """Return a literal as it is, and an open value as what stands for it in a template."""
    if not isinstance(value, DeployTimeValue):
        return value
    if value.parameter is not None:
        return Ref(value.parameter)
    if value.form == "ssm":
        text = f"{{{{resolve:ssm:{value.name}:{value.version}}}}}"
        return _number(text) if value.type == "Number" else text
    given = ImportValue(value.name)
    return Split(",", given) if value.many else given


def all_in_template(values: list[Value] | DeployTimeValue) -> Any:
    """Return a list of values, or what stands for the list in a template."""
    if isinstance(values, DeployTimeValue):
        return in_template(values)
    return [in_template(value) for value in values]


_SECRETS = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:"


def secret_arn(value: SecretValue) -> Any:
    """Return the ARN by which code finds a secret; of one that is named, without its last part.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
    """
    if isinstance(value.secret, str) and not value.secret.startswith("arn:"):
        return Sub(_SECRETS + value.secret)
    return in_template(value.secret)


def secret_resource(value: SecretValue) -> Any:
    """Return the ARN of a secret in a policy, where six characters stand for those not known.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
    """
    if isinstance(value.secret, str) and not value.secret.startswith("arn:"):
        return Sub(f"{_SECRETS}{value.secret}-??????")
    return in_template(value.secret)


def version_description(carried: list[VersionedValue]) -> Any:
    """Return the description of a version that carries these values; ``None`` without any."""
    values: list[Any] = []
    for item in carried:
        value = in_template(item.value)
        if item.image:
            # The account, and the repository with tag or digest.
            values += [Select(0, Split(".", value)), Select(1, Split(".amazonaws.com", value))]
        else:
            values.append(value)
    if not values:
        return None
    return values[0] if len(values) == 1 else Join(SEPARATOR, values)


def template_parameters(environment: Environment, source: Node) -> list[Parameter]:
    """Return a parameter for each open value; the same value anywhere is one parameter.

    Raise `ConfigError` where two different values would share a parameter's name.
    """
    found, faults = shared_parameters(environment)
    faults += unfit_parameters(environment)
    if faults:
        raise ConfigError(
            Diagnostic(fault.path, fault.message, place=source.find(fault.path).place)
            for fault in faults
        )
    limits = parameter_limits(environment)
    return [
        Parameter(name, _body(item, limits.get(name, {})), _filled(item.value), item.path)
        for name, item in sorted(found.items())
    ]


def _body(shared: Shared, limits: dict[str, Any]) -> dict[str, Any]:
    value, options = shared.value, shared.value.options
    said = ", ".join(sorted(show_path(path) for path in shared.paths))
    body: dict[str, Any] = {"Description": options.description or said}
    if value.form == "ssm":
        kind = "String" if value.type == "Number" else value.type
        body |= {"Type": f"AWS::SSM::Parameter::Value<{kind}>", "Default": value.name}
        return body
    body["Type"] = value.type
    if options.default is not None:
        body["Default"] = options.default
    if options.allowed:
        body["AllowedValues"] = list(options.allowed)
    if options.pattern:
        body["AllowedPattern"] = options.pattern
    if value.secret:
        body["NoEcho"] = True
    elif value.type == "String":
        # CloudFormation takes constraints on its own types only in part, so only text has them.
        if all("variables" not in path for path in shared.paths):
            body["MinLength"] = 1
        body |= limits
        if options.pattern and "AllowedPattern" in limits:
            # Both must hold: CloudFormation matches the whole value.
            both = f"(?={limits['AllowedPattern']}$)(?:{options.pattern})"
            body["AllowedPattern"] = both
    return body


def _filled(value: DeployTimeValue) -> dict[str, Any]:
    if value.form == "stack_output":
        stack, _, output = value.name.partition("/")
        return {"from": {"stack": stack, "output": output}}
    if value.form == "ssm":
        return {"value": value.name}
    if value.form == "environment_variable":
        return {"environment_variable": value.name}
    return {"required": value.options.default is None}
