"""Rules of API keys and the usage plan."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.route_queries import GUIDE, at_route
from gateway_infra.rules.rule import Subject

_PLANS = f"{GUIDE}api-gateway-api-usage-plans.html"
_PLAN = ("api", "usage_plan")


def _no_keys(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    for key, route in api.routes.items():
        if route.api_key and not api.usage_plan.keys:
            message = "asks for an API key, but `api.usage_plan.keys` lists none; name one there"
            yield Diagnostic(at_route(key, "api_key"), message)


def _unasked_keys(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    keys = api.usage_plan.keys
    if keys and not any(route.api_key for route in api.routes.values()):
        message = f"lists {len(keys)}, and no route asks for a key: callers who send none are not "
        yield Diagnostic((*_PLAN, "keys"), f"{message}counted; write api_key: true, or remove them")


def _quota_of_nobody(subject: Subject) -> Iterator[Diagnostic]:
    plan = subject.environment.api.usage_plan
    if plan.quota is not None and not plan.keys:
        message = f"of {plan.quota.limit:,} a {plan.quota.period.lower()} binds callers with a key "
        message += "alone, and `keys` lists none; list them, or limit all by api.throttling"
        yield Diagnostic((*_PLAN, "quota"), message)


def _gone_at_once(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    quota = api.usage_plan.quota
    if quota is not None and api.usage_plan.keys and quota.limit < api.throttling.rate:
        message = f"is {quota.limit:,} a {quota.period.lower()}, and a key may send "
        message += f"{api.throttling.rate:,g} a second: it can be gone within a second, and the "
        yield Diagnostic(
            (*_PLAN, "quota", "limit"), f"{message}rest of the {quota.period.lower()} 429"
        )


RULES = (
    Rule.error(
        "GI550",
        "A key is asked for, and there is none",
        "A method that asks for an API key answers 403 to whoever sends none of a usage plan of "
        "the stage; without keys, that is everyone.",
        "List a key under api.usage_plan.keys.",
        _PLANS,
        check=_no_keys,
    ),
    Rule.warning(
        "GI551",
        "Keys that no route asks for",
        "A usage plan counts and limits requests of methods that ask for a key; the others are "
        "answered with any key, and with none.",
        "Write api_key: true on routes, or remove the keys.",
        _PLANS,
        check=_unasked_keys,
    ),
    Rule.warning(
        "GI552",
        "A quota that binds nobody",
        "A usage plan limits single API keys; callers without one meet the stage's throttle alone.",
        "List keys, or limit all callers by api.throttling.",
        f"{GUIDE}api-gateway-request-throttling.html",
        check=_quota_of_nobody,
    ),
    Rule.advice(
        "GI553",
        "A quota that is gone within a second",
        "The quota is of a whole period, the throttle of a second. At the rate that the plan "
        "allows, one loop of a client uses up the period at once, and it gets 429 until the next.",
        "Raise the quota, or lower api.throttling.rate.",
        _PLANS,
        check=_gone_at_once,
    ),
)
