"""Rules of the account's guards: what they need and no file shows, and what they would miss."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject

EVENT_HISTORY = 90
"""Days that CloudTrail keeps management events without any trail:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html"""

_ONCE = {
    "flow_logs": "records all of the VPC, whoever uses it: a second environment of the VPC would "
    "pay for the same lines again",
    "trail": "records the whole account: a second environment of the account would pay for the "
    "same events again",
    "recorder": "is one for the account and region: where there is one, AWS refuses this one",
}


def _for_the_account(subject: Subject) -> Iterator[Diagnostic]:
    for key, said in _ONCE.items():
        if getattr(subject.environment.guards, key) not in (None, False):
            yield Diagnostic(("guards", key), f"{said}; let one environment do that, and no other")


RULES = (
    Rule.advice(
        "GI975",
        "A guard of the account comes from this environment",
        "What account another environment is deployed to, its file does not say, so that two "
        "guards of one account cannot be seen here.",
        "Write it in the file of one environment for an account, or leave it to whoever runs the "
        "account.",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
        "cloudtrail-trail-manage-costs.html",
        check=_for_the_account,
    ),
)
"""Rules of guards."""
