"""What there is to say of an override, a resource or `customize`, and where it is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from troposphere import encode_to_dict

from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded
from gateway_infra.reading.diagnostics import ConfigError, Diagnostic
from gateway_infra.values.values import DeployTimeValue


def problems(loaded: Loaded, told: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return findings with their places, each once."""
    found = (
        loaded.problem(item.path, item.message)._replace(rule=item.rule, severity=item.severity)
        for item in told
    )
    return list(dict.fromkeys(found))


def stop_at_errors(loaded: Loaded, told: Iterable[Diagnostic]) -> None:
    """Raise `ConfigError` with the errors among findings that the file does not accept."""
    accepted = loaded.environment.accept
    errors = [
        item
        for item in problems(loaded, told)
        if item.severity == "error" and item.rule not in accepted
    ]
    if errors:
        raise ConfigError(errors)


def as_template(value: Any) -> Any:
    """Return template data with open values as what stands for them."""
    if isinstance(value, DeployTimeValue):
        return encode_to_dict(in_template(value))
    if isinstance(value, dict):
        return {key: as_template(item) for key, item in value.items()}
    return [as_template(item) for item in value] if isinstance(value, list) else value
