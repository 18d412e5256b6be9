"""Rules of the API as a whole: time limits, who may call, what bodies may hold."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.route_queries import GUIDE, and_more, asked, at_route
from gateway_infra.rules.rule import Subject

GZIP_BYTES = 18
"""What gzip adds to any body, header and trailer: "
"https://www.rfc-editor.org/rfc/rfc1952#section-2.3"""


def _over_the_quota(subject: Subject) -> Iterator[Diagnostic]:
    quota = subject.environment.account.quotas.integration_timeout
    api = subject.environment.api
    waits: list[tuple[KeyPath, int]] = [(("api", "integration_timeout"), api.integration_timeout)]
    waits += [
        (at_route(key, "timeout"), route.timeout)
        for key, route in api.routes.items()
        if route.timeout is not None
    ]
    for path, seconds in waits:
        if seconds > quota:
            message = f"is {seconds} s, and the account's quota for integration timeouts is "
            message += f"{quota} s unless it was raised (then say so in "
            yield Diagnostic(path, f"{message}account.quotas.integration_timeout)")


def _longer_than_the_function(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    for key, route in environment.api.routes.items():
        limit = environment.functions[route.function].timeout
        if route.timeout is not None and route.timeout > limit:
            message = f"is {route.timeout} s, but functions.{route.function} stops after {limit} s"
            yield Diagnostic(
                at_route(key, "timeout"), f"{message}; lower the one or raise the other"
            )


def _keys_alone(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    open_to_keys = [
        key for key, route in api.routes.items() if route.api_key and not asked(route, api)
    ]
    if open_to_keys:
        first = open_to_keys[0]
        message = f"is all that {and_more(open_to_keys, 'route', 'asks', 'ask')} callers for: "
        message += "whoever has one key may call; let the application check them too, or use iam, "
        message += "cognito or lambda"
        yield Diagnostic(at_route(first, "api_key"), message)


def _large_binaries(subject: Subject) -> Iterator[Diagnostic]:
    if subject.environment.api.binary_media_types:
        message = "reach functions as base64, a third longer, so that 4.5 MB fit into the 6 MB "
        message += "that Lambda takes and gives, though API Gateway takes 10 MB; let larger files "
        message += "go to and from the bucket by signed URLs"
        yield Diagnostic(("api", "binary_media_types"), message)


def _binaries_for_browsers(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if api.cors is not None and api.binary_media_types and "*/*" not in api.binary_media_types:
        message = "are compared with the first type that the caller accepts alone, and browsers "
        message += "put others first: they would get base64 text; list '*/*' if functions answer "
        yield Diagnostic(("api", "binary_media_types"), f"{message}browsers with such types")


def _tiny_compressed(subject: Subject) -> Iterator[Diagnostic]:
    size = subject.environment.api.minimum_compression_size
    if size is not None and size < GZIP_BYTES:
        message = f"is {size}, and gzip alone adds {GZIP_BYTES} bytes, so that the smallest "
        yield Diagnostic(
            ("api", "minimum_compression_size"), f"{message}answers grow; write 1024 or so"
        )


RULES = (
    Rule.warning(
        "GI301",
        "An integration timeout above the account's quota",
        "API Gateway waits at most 29 s for a function, unless the quota of the account and region "
        "was raised (for Regional and private APIs only; AWS may lower the account's throttle in "
        "return). Without that, the deployment of the method fails.",
        "Keep to the quota, or have it raised and write account.quotas.integration_timeout.",
        f"{GUIDE}api-gateway-execution-service-limits-table.html",
        check=_over_the_quota,
    ),
    Rule.warning(
        "GI302",
        "A route that would wait longer than its function runs",
        "The function is stopped at its own timeout, and the caller gets an error then: the rest "
        "of the wait is never used.",
        "Lower the route's timeout, or raise the function's.",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
        check=_longer_than_the_function,
    ),
    Rule.advice(
        "GI342",
        "API keys are the only protection",
        "AWS: \"Don't use API keys for authentication or authorization to control access to your "
        'APIs." A key has no owner and no end, opens every API of its plan, and stands in the logs '
        "of whoever sends it.",
        "Let the application check its callers as well, or write authorization: iam, cognito or "
        "lambda.",
        f"{GUIDE}api-gateway-api-usage-plans.html",
        check=_keys_alone,
    ),
    Rule.advice(
        "GI345",
        "Binary bodies that may be too large for Lambda",
        "A function's request and answer hold 6 MB each, and binary bodies go in as base64, where "
        "3 bytes take 4. API Gateway's own limit of 10 MB is never reached.",
        "Let large files go to and from the bucket, by signed URLs.",
        "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
        check=_large_binaries,
    ),
    Rule.advice(
        "GI346",
        "Binary types that browsers do not ask for first",
        "API Gateway turns an answer back into binary by the first type in the request's Accept "
        "alone; AWS advises */* for callers whose order one cannot choose, such as browsers. Then "
        "every request reaches the function as base64.",
        "List '*/*' where functions answer browsers with such types.",
        f"{GUIDE}api-gateway-payload-encodings.html",
        check=_binaries_for_browsers,
    ),
    Rule.advice(
        "GI347",
        "Answers so small that compression makes them grow",
        'AWS: "compressing data of a small size might actually increase the final data size", and '
        "costs time at both ends.",
        "Raise minimum_compression_size, and measure.",
        f"{GUIDE}api-gateway-gzip-compression-decompression.html",
        check=_tiny_compressed,
    ),
)
