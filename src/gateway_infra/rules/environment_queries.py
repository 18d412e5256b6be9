"""What several rules ask of an environment: whether a key is written, and where values stand."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.postures import CHOSEN, ORIGIN
from gateway_infra.values.values import DeployTimeValue, SecretValue

_PARTITIONS = {
    "cn": "aws-cn",
    "eu-isoe": "aws-iso-e",
    "eusc-de": "aws-eusc",
    "us-gov": "aws-us-gov",
    "us-iso": "aws-iso",
    "us-isob": "aws-iso-b",
    "us-isof": "aws-iso-f",
}
"""What regions of other partitions than ``aws`` begin with."""


def is_written(subject: Subject, path: KeyPath) -> bool:
    """Tell whether the file says what stands at `path`, which has a default otherwise."""
    return subject.source.find(path) is not subject.source.find(path[:-1])


def or_default(subject: Subject, path: KeyPath) -> str:
    """Return ``", the default,"`` for a message about a value that the file does not write."""
    return "" if is_written(subject, path) else ", the default,"


def by_posture(subject: Subject, path: KeyPath) -> str:
    """Return ``" (posture hardened)"`` for a message about a value that the posture chose."""
    return CHOSEN if subject.source.find(path).place.file == ORIGIN else ""


def listed(words: list[str]) -> str:
    """Return ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def partition_of(region: str) -> str:
    """Return the partition of a region, the second part of its ARNs.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    return _PARTITIONS.get(region.rsplit("-", 2)[0], "aws")


def region_of(arn: object) -> str | None:
    """Return the region of an ARN; ``None`` for what is none."""
    return arn.split(":")[3] if isinstance(arn, str) and arn.startswith("arn:") else None


def secrets_of(subject: Subject) -> Iterator[tuple[KeyPath, SecretValue]]:
    """Yield each place that says where a secret is, whichever functions are given it."""
    environment = subject.environment
    if environment.database is not None:
        yield from _secret(("database", "password"), environment.database.password)
    for name, function in environment.functions.items():
        for variable, value in function.variables.items():
            yield from _secret(("functions", name, "variables", variable), value)


def _secret(path: KeyPath, value: object) -> Iterator[tuple[KeyPath, SecretValue]]:
    if isinstance(value, SecretValue):
        yield path, value


def arns_of(subject: Subject) -> Iterator[tuple[KeyPath, str]]:
    """Yield each literal ARN of the file, or ARN that is the default of a parameter."""
    environment = subject.environment
    given: list[tuple[KeyPath, object]] = [
        (("alarms", "topic"), environment.alarms.topic),
        (("encryption", "key"), environment.encryption.key),
    ]
    if environment.api.waf is not None:
        given.append((("api", "waf", "acl"), environment.api.waf.acl))
    for path, secret in secrets_of(subject):
        given += [((*path, "secret"), secret.secret), ((*path, "kms_key"), secret.kms_key)]
    for name, function in environment.functions.items():
        for number, statement in enumerate(function.statements):
            path = ("functions", name, "statements", number, "resources")
            given += [((*path, position), arn) for position, arn in enumerate(statement.resources)]
    for path, value in given:
        text = value.options.default if isinstance(value, DeployTimeValue) else value
        if isinstance(text, str) and text.startswith("arn:"):
            yield path, text
