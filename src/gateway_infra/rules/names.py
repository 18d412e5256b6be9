"""Rules of names and tags: what is too long once built, what would be one, what AWS keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, near_miss
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject

FUNCTION_NAME = 64
"""Characters: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""

OUR_TAGS = 3
"""Environment, Service and Component."""

_LOGICAL_IDS = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html"


def _long_names(subject: Subject) -> Iterator[Diagnostic]:
    for name in subject.environment.functions:
        physical = f"{subject.environment.service}-{subject.name}-{name}"
        if len(physical) > FUNCTION_NAME:
            message = f"gives the function name '{physical}' of {len(physical)} characters; "
            message += f"Lambda takes {FUNCTION_NAME}; shorten one part"
            yield Diagnostic(("functions", name), message)


def _nearly_the_same(subject: Subject) -> Iterator[Diagnostic]:
    """Find names that differ in hyphens alone: they would share logical ids, or nearly."""
    environment = subject.environment
    keys = environment.api.usage_plan.keys
    at: KeyPath = ("api", "usage_plan", "keys")
    yield from _pairs((name, ("functions", name)) for name in environment.functions)
    yield from _pairs((name, (*at, position)) for position, name in enumerate(keys))


def _pairs(named: Iterable[tuple[str, KeyPath]]) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    for name, path in named:
        first = seen.setdefault(name.replace("-", ""), name)
        if first != name:
            message = f"'{name}' and '{first}' differ in hyphens alone, which logical ids do not "
            yield Diagnostic(path, f"{message}keep; rename one")


def _environment_twice(subject: Subject) -> Iterator[Diagnostic]:
    service = subject.environment.service
    if service.endswith(f"-{subject.name}"):
        message = f"is '{service}', which ends in the environment's name, and names get that "
        message += f"anyway: the API is called '{service}-{subject.name}'"
        yield Diagnostic(("service",), message)


def _prod_by_name(subject: Subject) -> Iterator[Diagnostic]:
    tier = subject.environment.tier
    words = {"prod", "production", "prd"}.intersection(subject.name.split("-"))
    if words and tier != "prod":
        message = f"is {tier}, but the environment is called '{subject.name}': its logs, throttling"
        yield Diagnostic(("tier",), f"{message} and protection are those of {tier}")


def _tags_alike(subject: Subject) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    for tag in subject.environment.tags:
        first = seen.setdefault(tag.lower(), tag)
        if first != tag:
            message = f"is '{first}' in other letters, which IAM takes for one; keep one"
            yield Diagnostic(("tags", tag), message)


def _many_tags(subject: Subject) -> Iterator[Diagnostic]:
    most = subject.environment.account.quotas.tags
    count = len(subject.environment.tags)
    if count + OUR_TAGS > most:
        message = f"holds {count}, and gateway-infra sets {OUR_TAGS} more; AWS takes {most} of one "
        yield Diagnostic(("tags",), f"{message}resource: keep {max(0, most - OUR_TAGS)}")


REGIONS = frozenset(
    (
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2"),
        *("ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2"),
        *("ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6"),
        *("ap-southeast-7", "ca-central-1", "ca-west-1", "cn-north-1", "cn-northwest-1"),
        *("eu-central-1", "eu-central-2", "eu-isoe-west-1", "eu-north-1", "eu-south-1"),
        *("eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "eusc-de-east-1", "il-central-1"),
        *("me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2"),
        *("us-gov-east-1", "us-gov-west-1", "us-iso-east-1", "us-iso-west-1", "us-isob-east-1"),
        *("us-isob-west-1", "us-isof-east-1", "us-isof-south-1", "us-west-1", "us-west-2"),
    )
)
"""AWS's regions, those of other partitions too."""


def _unknown_region(subject: Subject) -> Iterator[Diagnostic]:
    region = subject.environment.region
    if region not in REGIONS:
        hint = near_miss(region, REGIONS)
        yield Diagnostic(
            ("region",), f"is '{region}', which is no region of AWS that is known here{hint}"
        )


RULES = (
    Rule.error(
        "GI701",
        "A function's name that is too long once built",
        "The function is called service-environment-name, so that its role and its log group can "
        "be known before it is there. Lambda takes 64 characters.",
        "Shorten the service's, the environment's or the function's name.",
        "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
        check=_long_names,
    ),
    Rule.error(
        "GI702",
        "Two names that differ in hyphens alone",
        "Logical ids hold letters and digits only: job-worker and jobworker become JobWorker and "
        "Jobworker, which nobody tells apart, or the same.",
        "Rename one.",
        _LOGICAL_IDS,
        check=_nearly_the_same,
    ),
    Rule.advice(
        "GI703",
        "A service that is called after its environment",
        "Every name is made of both, so that the environment would stand in it twice.",
        "Leave the environment out of `service`; it can be the same for all environments.",
        "docs/decisions.md",
        check=_environment_twice,
    ),
    Rule.warning(
        "GI704",
        "An environment called prod with settings of another tier",
        "The tier decides on throttling, the log level, how long logs are kept, and whether stacks "
        "can be deleted: with dev's, callers get 429 above 50 requests a second.",
        "Write tier: prod, or rename the environment.",
        "docs/reference.md",
        check=_prod_by_name,
    ),
    Rule.error(
        "GI708",
        "Two tags that differ in capital letters alone",
        "To most services they are two, to IAM one: the role is refused.",
        "Keep one.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html",
        check=_tags_alike,
    ),
    Rule.error(
        "GI709",
        "More tags than AWS takes",
        "A resource has up to 50 tags, those that AWS sets itself not counted; three of them are "
        "gateway-infra's own.",
        "Remove some; account.quotas.tags says how many AWS takes.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        check=_many_tags,
    ),
    Rule.warning(
        "GI710",
        "A region that gateway-infra does not know",
        "A misspelled region is found by nobody before the first call to AWS, which then fails for "
        "want of an endpoint.",
        "Correct it; accept it where AWS has opened the region since.",
        "https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html",
        check=_unknown_region,
    ),
)
