"""Open values of an environment as template parameters, and as what refers to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from troposphere import AWSHelperFn, ImportValue, Join, Ref, Select, Split, Sub

from gateway_infra.config.carried import IMAGE_ACCOUNT, Carried, carried_values
from gateway_infra.config.environment import Environment
from gateway_infra.config.options import Options
from gateway_infra.config.problems import ConfigError, KeyPath, Problem, show_path
from gateway_infra.config.source import Node
from gateway_infra.config.values import Open, SecretValue, Value
from gateway_infra.graph import Parameter

SEPARATOR = "|"
"""Between the values of a version's description; their parameters refuse it, so that no two sets of
values make the same text."""


def _number(text: str) -> Any:
    """Return text that CloudFormation makes a number of, where troposphere takes numbers alone."""
    helper = AWSHelperFn()
    helper.data = text
    return helper


def in_template(value: Value | None) -> Any:
    """Return a literal as it is, and an open value as what stands for it in a template."""
    if not isinstance(value, Open):
        return value
    if value.parameter is not None:
        return Ref(value.parameter)
    if value.form == "ssm":
        text = f"{{{{resolve:ssm:{value.name}:{value.version}}}}}"
        return _number(text) if value.type == "Number" else text
    given = ImportValue(value.name)
    return Split(",", given) if value.many else given


def all_in_template(values: list[Value] | Open) -> Any:
    """Return a list of values, or what stands for the list in a template."""
    if isinstance(values, Open):
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


def version_description(carried: list[Carried]) -> Any:
    """Return the description of a version that carries these values; ``None`` without any."""
    values: list[Any] = []
    for item in carried:
        value = in_template(item.value)
        values += _image_parts(value) if item.image else [value]
    if not values:
        return None
    return values[0] if len(values) == 1 else Join(SEPARATOR, values)


def _image_parts(image: Any) -> list[Any]:
    """Return an ECR image's account, and its repository with tag or digest."""
    return [Select(0, Split(".", image)), Select(1, Split(".amazonaws.com", image))]


def open_values(section: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Open]]:
    """Yield every open value of a section, those of the sections in it too, with its key path."""
    if isinstance(section, Open):
        yield path, section
    elif isinstance(section, SecretValue):
        yield from open_values(section.secret, (*path, "secret"))
        yield from open_values(section.kms_key, (*path, "kms_key"))
    elif isinstance(section, BaseModel):
        for key in type(section).model_fields:
            yield from open_values(getattr(section, key), (*path, key))
    elif isinstance(section, dict):
        for key, value in section.items():
            yield from open_values(value, (*path, key))
    elif isinstance(section, list):
        for position, value in enumerate(section):
            yield from open_values(value, (*path, position))


def template_parameters(environment: Environment, source: Node) -> list[Parameter]:
    """Return a parameter for each open value; the same value anywhere is one parameter.

    Raise `ConfigError` where two different values would share a parameter's name.
    """
    found: dict[str, tuple[KeyPath, Open]] = {}
    paths: dict[str, list[KeyPath]] = {}
    problems: list[Problem] = []
    for path, value in open_values(environment):
        name = value.parameter
        if name is None:
            continue
        first_path, first = found.setdefault(name, (path, value))
        fault = _difference(first_path, first, value)
        if fault:
            problems.append(Problem(source.find(path).place, path, fault))
        else:
            found[name] = (first_path, _both(first, value))
        paths.setdefault(name, []).append(path)
    limits = _limits(environment)
    for name, (path, value) in found.items():
        fault = _unfit(value, limits.get(name, {}))
        if fault:
            problems.append(Problem(source.find(path).place, path, fault))
    if problems:
        raise ConfigError(problems)
    return [
        Parameter(name, _body(value, paths[name], limits.get(name, {})), _filled(value))
        for name, (_, value) in sorted(found.items())
    ]


def _unfit(value: Open, limits: dict[str, Any]) -> str | None:
    """Say which value that the file gives for a parameter its own limits would refuse."""
    if value.type != "String":
        return None
    given = [("default", value.options.default)]
    given += [("allowed_values", item) for item in value.options.allowed]
    for key, item in given:
        text = "" if item is None else str(item)
        fits = len(text) <= limits.get("MaxLength", len(text)) and re.fullmatch(
            limits.get("AllowedPattern", "(?s).*"), text
        )
        if item is not None and not fits:
            return f"has '{text}' in `{key}`, but must be {limits['ConstraintDescription']}"
    return None


def _difference(first_path: KeyPath, first: Open, value: Open) -> str | None:
    """Say why two values cannot share a template parameter, or return ``None``."""
    name, there = value.parameter, show_path(first_path)
    if (first.form, first.name) != (value.form, value.name):
        return (
            f"gives the template parameter {name}, as {there} does with another value; rename one"
        )
    if _options(first) and _options(value) and _options(first) != _options(value):
        return f"says other things of the parameter {name} than {there}; say them once, or the same"
    if first.many != value.many:
        one, all_of_them = ("one value", "a list") if first.many else ("a list", "one value")
        return f"takes {one} from the parameter {name}, which is {all_of_them} for {there}; use two"
    if "String" not in (first.type, value.type) and first.type != value.type:
        return (
            f"takes {value.type} from the template parameter {name}, which is {first.type} for "
            f"{there}; use another one"
        )
    return None


def _options(value: Open) -> Options | None:
    """Return what the file says of a parameter, or ``None`` where it gives its name alone."""
    return None if value.options == Options() else value.options


def _both(first: Open, value: Open) -> Open:
    """Return one value for two uses of a parameter: the closer type, and what is said of it."""
    kind = value.type if first.type == "String" else first.type
    return first._replace(type=kind, options=_options(first) or value.options)


def _limits(environment: Environment) -> dict[str, dict[str, Any]]:
    """Return for each parameter what it must be to fit in the versions' descriptions."""
    limits: dict[str, dict[str, Any]] = {}
    for name in environment.functions:
        for item in carried_values(name, environment)[0]:
            parameter = item.value.parameter
            if parameter is None:
                continue
            if item.image:
                limits[parameter] = _image_limits(item.length)
            elif limits.get(parameter, {}).get("MaxLength", item.length) >= item.length:
                limits[parameter] = _text_limits(item.length)
    return limits


def _image_limits(longest: int) -> dict[str, Any]:
    rest = longest - IMAGE_ACCOUNT
    return {
        "AllowedPattern": rf"[0-9]{{12}}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com[^|]{{1,{rest}}}",
        "ConstraintDescription": (
            f"an image in ECR, with up to {rest} characters of repository and tag or digest, as "
            "the description of a Lambda version carries; a longer one goes in the environment file"
        ),
    }


def _text_limits(longest: int) -> dict[str, Any]:
    return {
        "MaxLength": longest,
        "AllowedPattern": f"[^{SEPARATOR}]*",
        "ConstraintDescription": (
            f"up to {longest} characters without {SEPARATOR}, as the description of a Lambda "
            "version carries it; any other goes in the environment file"
        ),
    }


def _body(value: Open, paths: list[KeyPath], limits: dict[str, Any]) -> dict[str, Any]:
    options = value.options
    said = ", ".join(sorted(show_path(path) for path in paths))
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
        if all("variables" not in path for path in paths):
            body["MinLength"] = 1
        body |= limits
        if options.pattern and "AllowedPattern" in limits:
            # Both must hold: CloudFormation matches the whole value.
            both = f"(?={limits['AllowedPattern']}$)(?:{options.pattern})"
            body["AllowedPattern"] = both
    return body


def _filled(value: Open) -> dict[str, Any]:
    if value.form == "stack_output":
        stack, _, output = value.name.partition("/")
        return {"from": {"stack": stack, "output": output}}
    if value.form == "ssm":
        return {"value": value.name}
    if value.form == "environment_variable":
        return {"environment_variable": value.name}
    return {"required": value.options.default is None}
