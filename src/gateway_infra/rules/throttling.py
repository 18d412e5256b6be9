"""Rules of throttling: the API's limits, its routes', and the account's above them."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.route_queries import GUIDE, at_route
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.environment import Environment

SMALLER_REGIONS = frozenset(
    (
        "af-south-1", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
        "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1",
        "me-central-1", "mx-central-1",
    )
)  # fmt: skip
SMALLER_RATE, SMALLER_BURST = 2_500, 1_250
"""The account's throttle in newer regions:
https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""

FAR = 10
"""A burst below this part of the rate is told: requests within a tenth of a second."""
LONG = 60
"""A burst above this many seconds of the rate is told."""

_THROTTLING = f"{GUIDE}api-gateway-request-throttling.html"


def account_throttle(environment: Environment) -> tuple[int, int]:
    """Return the account's rate and burst: what the file says, or the default of its region."""
    quotas = environment.account.quotas
    smaller = environment.region in SMALLER_REGIONS
    rate = SMALLER_RATE if smaller and "account_rate" not in quotas.model_fields_set else None
    burst = SMALLER_BURST if smaller and "account_burst" not in quotas.model_fields_set else None
    return rate or quotas.account_rate, burst or quotas.account_burst


def _over(
    path: KeyPath, rate: float | None, burst: int | None, limits: Environment
) -> list[Diagnostic]:
    """Return what of a throttle is above the account's."""
    most_rate, most_burst = account_throttle(limits)
    found = []
    for key, value, most, what in (
        ("rate", rate, most_rate, "requests a second"),
        ("burst", burst, most_burst, "requests at once"),
    ):
        if value is not None and value > most:
            message = f"is {value:,g} {what}, and all APIs of the account in {limits.region} "
            message += f"together get {most:,} unless that was raised (then say so in "
            found.append(Diagnostic((*path, key), f"{message}account.quotas.account_{key})"))
    return found


def _api_over_the_account(subject: Subject) -> Iterator[Diagnostic]:
    limits = subject.environment.api.throttling
    path = ("api", "throttling")
    yield from _over(path, limits.rate, limits.burst, subject.environment)


def _route_over_the_account(subject: Subject) -> Iterator[Diagnostic]:
    for key, route in subject.environment.api.routes.items():
        own = route.throttling
        if own is not None:
            path = at_route(key, "throttling")
            yield from _over(path, own.rate, own.burst, subject.environment)


def _throttles(subject: Subject) -> Iterator[tuple[KeyPath, float, int]]:
    """Yield each throttle of the file with its place, its rate and its burst, as they come out."""
    api = subject.environment.api
    yield ("api", "throttling"), api.throttling.rate, api.throttling.burst
    for key, route in api.routes.items():
        own = route.throttling
        if own is not None and (own.rate is not None or own.burst is not None):
            rate = api.throttling.rate if own.rate is None else own.rate
            burst = api.throttling.burst if own.burst is None else own.burst
            yield at_route(key, "throttling"), rate, burst


def _less_than_one(subject: Subject) -> Iterator[Diagnostic]:
    for path, rate, burst in _throttles(subject):
        if rate < 1:
            message = f"allows {rate:g} requests a second, which is one in {1 / rate:.3g} s for "
            message += f"all callers together once {burst:,} have passed; it is requests a second, "
            yield Diagnostic((*path, "rate"), f"{message}not seconds a request")


def _small_bursts(subject: Subject) -> Iterator[Diagnostic]:
    for path, rate, burst in _throttles(subject):
        if burst * FAR < rate:
            message = f"takes {burst:,} requests at once at {rate:,g} a second: more than that "
            message += f"within {1000 * burst / rate:.3g} ms get 429, though the second's rate is "
            yield Diagnostic((*path, "burst"), f"{message}not reached; raise burst towards rate")


def _large_bursts(subject: Subject) -> Iterator[Diagnostic]:
    for path, rate, burst in _throttles(subject):
        if rate >= 1 and burst > rate * LONG:
            message = f"takes {burst:,} requests at once at {rate:,g} a second: as many as "
            message += f"{burst / rate:,.0f} s of that rate pass before it limits anything; write "
            yield Diagnostic(path, f"{message}both rate and burst")


RULES = (
    Rule.warning(
        "GI501",
        "The API's throttle is above the account's",
        "All APIs of an account and region share one bucket, and AWS applies it whatever a stage "
        "says. A stage's limit above it protects neither the function nor the other APIs.",
        "Lower it, or have the account's raised and write account.quotas.account_rate and "
        "account_burst.",
        _THROTTLING,
        check=_api_over_the_account,
    ),
    Rule.warning(
        "GI502",
        "A route's throttle is above the account's",
        "A method's own limit stands above the stage's, and never above the account's, which all "
        "APIs of the region share.",
        "Lower it, or have the account's raised and write account.quotas.account_rate and "
        "account_burst.",
        _THROTTLING,
        check=_route_over_the_account,
    ),
    Rule.warning(
        "GI503",
        "Less than one request a second",
        "The rate is how many tokens a second go into the bucket, for all callers together. Below "
        "one, most callers are answered 429.",
        "Write requests a second.",
        _THROTTLING,
        check=_less_than_one,
    ),
    Rule.advice(
        "GI504",
        "A burst far below the rate",
        "The burst is the size of the bucket: what comes faster than the bucket holds is answered "
        "429, even where the rate over the second is kept. Requests never come evenly.",
        "Raise burst; AWS's own default is half the rate.",
        _THROTTLING,
        check=_small_bursts,
    ),
    Rule.advice(
        "GI505",
        "A burst far above the rate",
        "A full bucket lets all of the burst pass at once. A route that sets rate alone keeps the "
        "API's burst, so that its rate limits nothing for a long while.",
        "Set both rate and burst.",
        _THROTTLING,
        check=_large_bursts,
    ),
)
