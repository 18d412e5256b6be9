"""Rules of the cache: what it needs, what it costs, and who gets whose answer."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, did_you_mean
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.route_queries import GUIDE, and_more, asked, at_route, signed
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.routes import split_route

PERSONAL = ("header.authorization", "header.cookie")
"""Parameters that tell callers apart."""

_CACHING = f"{GUIDE}api-gateway-caching.html"


def _no_cache(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    for key, route in api.routes.items():
        if route.cache is not None and api.stage.cache is None:
            message = "needs a cache to keep answers in; write api.stage.cache: {size: 0.5}"
            yield Diagnostic(at_route(key, "cache"), message)


def _not_get(subject: Subject) -> Iterator[Diagnostic]:
    for key, route in subject.environment.api.routes.items():
        method = split_route(key)[0]
        if route.cache is not None and method not in ("ANY", "GET"):
            message = f"would keep answers to {method} without regard to the body sent; only GET "
            yield Diagnostic(at_route(key, "cache"), f"{message}can")


def _unknown_keys(subject: Subject) -> Iterator[Diagnostic]:
    for key, route in subject.environment.api.routes.items():
        for position, name in enumerate(route.cache.keys if route.cache else ()):
            if name not in route.request_parameters:
                message = f"names '{name}', which is not under `request_parameters`"
                message += did_you_mean(name, route.request_parameters)
                yield Diagnostic(at_route(key, "cache", "keys", position), message)


def _settings_of_any(subject: Subject) -> Iterator[Diagnostic]:
    for key, route in subject.environment.api.routes.items():
        for setting in ("throttling", "cache"):
            if split_route(key)[0] == "ANY" and getattr(route, setting) is not None:
                message = "is set on ANY, and what AWS does there no page says; write the methods "
                yield Diagnostic(
                    at_route(key, setting), f"{message}as routes of their own, as in GET"
                )


def _unused(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if api.stage.cache is not None and not any(route.cache for route in api.routes.values()):
        message = "is used by no route, and AWS bills it by the hour; give a route `cache`, or "
        yield Diagnostic(("api", "stage", "cache"), f"{message}remove it")


def _personal(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    for key, route in api.routes.items():
        if route.cache is None:
            continue
        loose = [name for name in route.request_parameters if name not in route.cache.keys]
        told = [name for name in loose if name.lower() in PERSONAL]
        if asked(route, api):
            message = "gives an answer made for one caller to all others, as callers are no part "
            message += "of its key; keep it for what everyone may see"
            yield Diagnostic(at_route(key, "cache"), message)
        elif told:
            message = f"gives an answer made for one caller to all others: {told[0]} is declared "
            yield Diagnostic(
                at_route(key, "cache"), f"{message}and is none of its keys; add it there"
            )


def _loose_queries(subject: Subject) -> Iterator[Diagnostic]:
    for key, route in subject.environment.api.routes.items():
        if route.cache is None:
            continue
        loose = [
            name
            for name in route.request_parameters
            if name.startswith("querystring.") and name not in route.cache.keys
        ]
        if loose:
            named = ", ".join(loose)
            message = f"does not tell answers apart by {named}: the first answer is given to all, "
            yield Diagnostic(at_route(key, "cache"), f"{message}whatever they ask; add to `keys`")


def _plain(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    cache = environment.api.stage.cache
    if environment.tier == "prod" and cache is not None and not cache.encrypted:
        message = "is false, so that answers of production lie unencrypted in the cache; remove it"
        yield Diagnostic(("api", "stage", "cache", "encrypted"), message)


def _flushed_by_anyone(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    kept = [key for key, route in api.routes.items() if route.cache and not signed(route, api)]
    if kept:
        message = f"can be made anew by any caller of {and_more(kept, 'route')}, with the "
        message += "header Cache-Control: max-age=0: count on the cache for speed, and on "
        yield Diagnostic(("api", "stage", "cache"), f"{message}throttling for protection")


RULES = (
    Rule.error(
        "GI530",
        "A route keeps answers, and there is no cache",
        "The cache belongs to the stage, has a size, and is billed by the hour; routes only use "
        "it.",
        "Write api.stage.cache, or remove the route's.",
        _CACHING,
        check=_no_cache,
    ),
    Rule.error(
        "GI531",
        "Answers to other methods than GET are kept",
        "The body of a request is no part of the cache's key, so that a second POST would get the "
        "answer of the first. AWS recommends not to change that only GET is cached.",
        "Remove `cache` from the route.",
        _CACHING,
        check=_not_get,
    ),
    Rule.error(
        "GI532",
        "A cache key that is no parameter of the route",
        "API Gateway takes as keys of the cache what the method declares of its requests.",
        "Declare it under request_parameters, or correct the name.",
        _CACHING,
        check=_unknown_keys,
    ),
    Rule.error(
        "GI533",
        "Settings of a method on ANY",
        "Throttling and cache are settings of the stage for a path and a method; no page of AWS "
        "says what ANY does there.",
        "Write the methods as routes of their own.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
        "aws-properties-apigateway-stage-methodsetting.html",
        check=_settings_of_any,
    ),
    Rule.warning(
        "GI534",
        "A cache that no route uses",
        '"Caching is charged by the hour", used or not.',
        "Give a route `cache`, or remove it.",
        _CACHING,
        check=_unused,
    ),
    Rule.warning(
        "GI535",
        "One caller's answer for all",
        "The key of a kept answer is the path and the parameters that are named as keys. Who calls "
        "is no part of it, so that the next caller gets what was made for another.",
        "Keep answers that everyone may see, or make what tells callers apart a key.",
        _CACHING,
        check=_personal,
    ),
    Rule.warning(
        "GI536",
        "A query that the cache does not tell apart",
        "AWS's example: with `type` alone as a key, the answer to ?type=admin&department=A is "
        "given for ?type=admin&department=B.",
        "Add the parameter to the route's cache.keys.",
        _CACHING,
        check=_loose_queries,
    ),
    Rule.warning(
        "GI537",
        "Answers of production are kept unencrypted",
        "Whatever functions answer lies in the cache for the time that it is kept.",
        "Remove encrypted: false.",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html#apigateway-5",
        check=_plain,
    ),
    Rule.advice(
        "GI538",
        "Any caller can have the cache made anew",
        'AWS: without a policy for execute-api:InvalidateCache, "any client can invalidate the API '
        'cache", by a header; CloudFormation cannot ask for the permission.',
        "Let throttling protect the function, not the cache.",
        _CACHING,
        check=_flushed_by_anyone,
    ),
)
