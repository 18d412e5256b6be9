"""Open values of an environment as template parameters, and as what refers to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from troposphere import ImportValue, Join, Ref, Select, Split

from gateway_infra.config.carried import IMAGE_ACCOUNT, Carried, carried_values
from gateway_infra.config.environment import Environment
from gateway_infra.config.problems import ConfigError, KeyPath, Problem, show_path
from gateway_infra.config.source import Node
from gateway_infra.config.values import Open, Value
from gateway_infra.graph import Parameter

SEPARATOR = "|"
"""Between the values of a version's description; their parameters refuse it, so that no two sets of
values make the same text."""


def in_template(value: Value | None) -> Any:
    """Return a literal as it is, and an open value as what stands for it in a template."""
    if not isinstance(value, Open):
        return value
    return ImportValue(value.name) if value.parameter is None else Ref(value.parameter)


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
        if (first.form, first.name) != (value.form, value.name):
            message = f"gives the template parameter {name}, as {show_path(first_path)} does with "
            message += "another value; rename one"
            problems.append(Problem(source.find(path).place, path, message))
        elif first.type == "String":
            found[name] = (first_path, value)
        elif value.type not in ("String", first.type):
            message = f"takes {value.type} from the template parameter {name}, which is "
            message += f"{first.type} for {show_path(first_path)}; use another one"
            problems.append(Problem(source.find(path).place, path, message))
        paths.setdefault(name, []).append(path)
    if problems:
        raise ConfigError(problems)
    limits = _limits(environment)
    return [
        Parameter(name, _body(value, paths[name], limits.get(name, {})), _filled(value))
        for name, (_, value) in sorted(found.items())
    ]


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
    body: dict[str, Any] = {"Description": ", ".join(sorted(show_path(path) for path in paths))}
    if value.form == "ssm":
        kind = "String" if value.type == "Number" else value.type
        body |= {"Type": f"AWS::SSM::Parameter::Value<{kind}>", "Default": value.name}
        return body
    body["Type"] = value.type
    if value.secret:
        body["NoEcho"] = True
    elif value.type == "String":
        # CloudFormation takes constraints on its own types only in part, so only text has them.
        if all("variables" not in path for path in paths):
            body["MinLength"] = 1
        body |= limits
    return body


def _filled(value: Open) -> dict[str, Any]:
    if value.form == "stack_output":
        stack, _, output = value.name.partition("/")
        return {"from": {"stack": stack, "output": output}}
    if value.form == "ssm":
        return {"value": value.name}
    if value.form == "environment_variable":
        return {"environment_variable": value.name}
    return {"required": True}
