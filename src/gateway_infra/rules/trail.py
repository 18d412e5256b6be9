"""Rules of the CloudTrail trail."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.guardrails import EVENT_HISTORY
from gateway_infra.rules.rule import Subject

_TRAIL = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"


def _no_objects(subject: Subject) -> Iterator[Diagnostic]:
    trail = subject.environment.guards.trail
    if trail is not None and trail.data_events and subject.environment.bucket is None:
        message = "records objects of `bucket`, which the file does not have; add one, or remove it"
        yield Diagnostic(("guards", "trail", "data_events"), message)


def _soon_gone(subject: Subject) -> Iterator[Diagnostic]:
    trail = subject.environment.guards.trail
    days = trail.delete_after_days if trail else None
    if days is not None and days < EVENT_HISTORY:
        message = f"is {days}, and CloudTrail keeps {EVENT_HISTORY} days of calls without any "
        yield Diagnostic(
            ("guards", "trail", "delete_after_days"), f"{message}trail; keep them longer"
        )


def _in_each_region(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    if environment.guards.trail is not None and "stack-sets" in environment.deployers:
        message = (
            "is of all regions, and a stack set makes one in each of its regions: the name is "
        )
        yield Diagnostic(("guards", "trail"), f"{message}taken in the second; give it one region")


RULES = (
    Rule.error(
        "GI977",
        "Data events of no bucket",
        "Without a bucket there is nothing to record, and nobody would notice.",
        "Add the bucket, or remove data_events.",
        f"{_TRAIL}logging-data-events-with-cloudtrail.html",
        check=_no_objects,
    ),
    Rule.warning(
        "GI978",
        "A trail that keeps less than there is without it",
        "CloudTrail's event history shows the management events of the last 90 days at no cost. A "
        "trail is for what is asked later.",
        "Keep the files for a year or longer, or for good.",
        f"{_TRAIL}view-cloudtrail-events.html",
        check=_soon_gone,
    ),
    Rule.warning(
        "GI981",
        "A trail of all regions in a stack set",
        "A trail of all regions is there in each of them under its name. A stack set that is "
        "deployed to a second region makes a second one of that name, and fails.",
        "Deploy the stack set to one region of an account, or make the trail elsewhere.",
        f"{_TRAIL}cloudtrail-concepts.html",
        check=_in_each_region,
    ),
)
