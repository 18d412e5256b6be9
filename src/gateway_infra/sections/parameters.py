"""Open values as template parameters: which there are, and which cannot be.

The same value anywhere is one parameter, so two different values must not share a name, and what
the file says of a parameter must fit all the places that it is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, show_path
from gateway_infra.sections.environment import Environment
from gateway_infra.sections.version_description import IMAGE_ACCOUNT, carried_values
from gateway_infra.values.options import Options
from gateway_infra.values.values import DeployTimeValue, SecretValue

SEPARATOR = "|"
"""Between the values of a version's description; their parameters refuse it, so that no two sets of
values make the same text."""


class Shared(NamedTuple):
    """A template parameter: the value as all its places together need it, the first and all."""

    path: KeyPath
    value: DeployTimeValue
    paths: tuple[KeyPath, ...]


def open_values(section: Any, path: KeyPath = ()) -> list[tuple[KeyPath, DeployTimeValue]]:
    """Return every open value of a section, those of the sections in it too, with its key path."""
    found: list[tuple[KeyPath, DeployTimeValue]] = []
    _collect(section, path, found)
    return found


def _collect(section: Any, path: KeyPath, found: list[tuple[KeyPath, DeployTimeValue]]) -> None:
    """Add the open values of a section to `found`, in the order of its keys."""
    if section is None or isinstance(section, str | int | float):
        return
    if isinstance(section, DeployTimeValue):
        found.append((path, section))
    elif isinstance(section, SecretValue):
        _collect(section.secret, (*path, "secret"), found)
        _collect(section.kms_key, (*path, "kms_key"), found)
    elif isinstance(section, BaseModel):
        for key in type(section).model_fields:
            _collect(getattr(section, key), (*path, key), found)
    elif isinstance(section, dict):
        for key, value in section.items():
            _collect(value, (*path, key), found)
    elif isinstance(section, list):
        for position, value in enumerate(section):
            _collect(value, (*path, position), found)


def shared_parameters(environment: Environment) -> tuple[dict[str, Shared], list[Diagnostic]]:
    """Return the template parameters by name, and the values that cannot share one."""
    found: dict[str, Shared] = {}
    faults: list[Diagnostic] = []
    for path, value in open_values(environment):
        name = value.parameter
        if name is None:
            continue
        first = found.setdefault(name, Shared(path, value, ()))
        message = _difference(first.path, first.value, value)
        if message:
            faults.append(Diagnostic(path, message))
            continue
        both = _both(first.value, value)
        found[name] = Shared(first.path, both, (*first.paths, path))
    return found, faults


def _difference(first_path: KeyPath, first: DeployTimeValue, value: DeployTimeValue) -> str | None:
    """Say why two values cannot share a template parameter, or return ``None``."""
    name, there = value.parameter, show_path(first_path)
    if (first.form, first.name) != (value.form, value.name):
        return (
            f"gives the template parameter {name}, as {there} does with another value; rename one"
        )
    if _said(first) and _said(value) and _said(first) != _said(value):
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


def _said(value: DeployTimeValue) -> Options | None:
    """Return what the file says of a parameter, or ``None`` where it gives its name alone."""
    return None if value.options == Options() else value.options


def _both(first: DeployTimeValue, value: DeployTimeValue) -> DeployTimeValue:
    """Return one value for two uses of a parameter: the closer type, and what is said of it."""
    kind = value.type if first.type == "String" else first.type
    return first._replace(type=kind, options=_said(first) or value.options)


def parameter_limits(environment: Environment) -> dict[str, dict[str, Any]]:
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


def unfit_parameters(environment: Environment) -> Iterator[Diagnostic]:
    """Yield parameters with a default, or an allowed value, that their own limits would refuse."""
    limits = parameter_limits(environment)
    for name, shared in shared_parameters(environment)[0].items():
        message = _unfit(shared, limits.get(name, {}))
        if message:
            yield Diagnostic(shared.path, message)


def _unfit(shared: Shared, limits: dict[str, Any]) -> str | None:
    """Say which option of the file holds what the limits refuse; that of a variable is not shown.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    options = shared.value.options
    if shared.value.type != "String":
        return None
    given = [("default", options.default)]
    given += [("allowed_values", item) for item in options.allowed]
    for key, item in given:
        text = "" if item is None else str(item)
        fits = len(text) <= limits.get("MaxLength", len(text)) and re.fullmatch(
            limits.get("AllowedPattern", "(?s).*"), text
        )
        if item is not None and not fits:
            hidden = any("variables" in path for path in shared.paths)
            shown = f"{len(text)} characters" if hidden else f"'{text}'"
            return f"has {shown} in `{key}`, but must be {limits['ConstraintDescription']}"
    return None
