"""Rules of the key that what is kept is encrypted with."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.environment_queries import region_of
from gateway_infra.rules.rule import Subject
from gateway_infra.values.values import known


def _elsewhere(subject: Subject) -> Iterator[Diagnostic]:
    there = region_of(known(subject.environment.encryption.key))
    region = subject.environment.region
    if there not in (None, region):
        message = f"is a key in {there}, and a key encrypts in its own region alone; name one in "
        yield Diagnostic(("encryption", "key"), f"{message}{region}, or write made")


RULES = (
    Rule.error(
        "GI920",
        "A key of another region",
        "A KMS key works in the region that it was made in; CloudWatch Logs, Lambda, SNS and "
        "Secrets Manager refuse one of another. Of a multi-region key, each region has its own "
        "replica, with an ARN of that region.",
        "Write the ARN of a key in the environment's region, or {encryption: {key: made}}.",
        "https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html",
        check=_elsewhere,
    ),
)
"""Rules of encryption and secrets in a hardened environment."""
