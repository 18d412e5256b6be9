"""Rules of functions: who calls them, for how long, how many at once, and their images."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import chain

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, near_miss, show_path
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.environment_queries import arns_of, is_written, or_default
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.environment import Environment
from gateway_infra.values.values import known

_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
_LIMITS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"
UNRESERVED = 100
"""Instances that Lambda keeps for functions that reserve none:
https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html"""

_LONGEST_WAIT = 29
"""Seconds that the gateway waits for a function, unless a quota was raised for integrations."""

PER_INSTANCE = 10
"""Requests a second that Lambda lets through for each instance of a function that waits for:
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests"""


def _timeouts(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    shared: KeyPath = ("api", "integration_timeout")
    for name, function in subject.environment.functions.items():
        waits = [
            (api.integration_timeout, shared)
            if route.timeout is None
            else (route.timeout, ("api", "routes", key, "timeout"))
            for key, route in api.routes.items()
            if route.function == name
        ]
        longest, path = max(waits, key=lambda wait: wait[0], default=(None, shared))
        if longest is None or function.timeout <= longest:
            continue
        own: KeyPath = ("functions", name, "timeout")
        whose = "" if is_written(subject, path) else ", the default"
        message = f"is {function.timeout} s{or_default(subject, own)} but callers get 504 after "
        message += f"{longest} s ({show_path(path)}{whose}) while the function goes on; "
        yield Diagnostic(own, message.replace(" s but", " s, but") + _either(subject, longest))


def _deciding(subject: Subject) -> Iterator[Diagnostic]:
    """Find functions of authorizers that may run longer than the gateway waits for anything."""
    functions = subject.environment.functions
    for name in dict.fromkeys(i.function for i in subject.environment.api.authorizers.values()):
        if name in functions and functions[name].timeout > _LONGEST_WAIT:
            own: KeyPath = ("functions", name, "timeout")
            message = f"is {functions[name].timeout} s{or_default(subject, own)} but the gateway "
            message += f"waits {_LONGEST_WAIT} s at most for an authorizer, and callers get an "
            yield Diagnostic(own, message.replace(" s but", " s, but") + "error then; lower it")


def _either(subject: Subject, longest: int) -> str:
    quota = subject.environment.account.quotas.integration_timeout
    if quota > longest:
        return f"lower the one, or raise the other, which your quota lets go to {quota} s"
    return "lower the one, or raise the other with the account's quota"


def _uncalled(subject: Subject) -> Iterator[Diagnostic]:
    functions = subject.environment.functions
    api = subject.environment.api
    called = {route.function for route in api.routes.values()}
    called.update(item.function for item in api.authorizers.values() if item.function)
    for name in functions:
        if name not in called:
            hint = near_miss(name, [other for other in functions if other != name])
            yield Diagnostic(("functions", name), f"is called by no route{hint}")


def _turned_off(subject: Subject) -> Iterator[Diagnostic]:
    for name, function in subject.environment.functions.items():
        if function.reserved_concurrency == 0:
            message = "is 0, which turns the function off: every call is refused; remove it, or "
            yield Diagnostic(("functions", name, "reserved_concurrency"), f"{message}reserve some")


def _reserved(environment: Environment) -> dict[str, int]:
    functions = environment.functions.items()
    return {name: item.reserved_concurrency for name, item in functions
            if item.reserved_concurrency is not None}  # fmt: skip


def _too_many(subject: Subject) -> Iterator[Diagnostic]:
    reserved = _reserved(subject.environment)
    quota = subject.environment.account.quotas.concurrent_executions
    total, most = sum(reserved.values()), max(quota - UNRESERVED, 0)
    if total > most:
        name = max(reserved, key=lambda name: reserved[name])
        others = f" ({total:,} with the other functions)" if total > reserved[name] else ""
        message = f"is {reserved[name]:,}{others}, but of the account's {quota:,} instances Lambda "
        message += (
            f"keeps {UNRESERVED} for functions that reserve none, so {most:,} are left; lower "
        )
        message += "it, or say in account.quotas.concurrent_executions what your quota is"
        yield Diagnostic(("functions", name, "reserved_concurrency"), message)


def _uses(subject: Subject) -> Iterator[Diagnostic]:
    for name, function in subject.environment.functions.items():
        for section in ("database", "bucket"):
            asked = "uses" in function.model_fields_set and section in function.uses
            if asked and getattr(subject.environment, section) is None:
                message = f"names `{section}`, which is not in the file; write that section"
                yield Diagnostic(("functions", name, "uses"), message)


def _rates(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    reserved = _reserved(environment)
    for name, instances in reserved.items():
        rate, path = _rate(name, environment)
        if instances and rate > PER_INSTANCE * instances:
            message = f"is {instances:,}, with which Lambda takes at most "
            message += f"{PER_INSTANCE * instances:,} requests a second ({PER_INSTANCE} for each), "
            message += f"but {show_path(path)} lets {rate:,g} through, and those above get a 5xx "
            message += "in place of 429; raise the one, or lower the other"
            yield Diagnostic(("functions", name, "reserved_concurrency"), message)
    quota = environment.account.quotas.concurrent_executions
    shared = max(quota - sum(reserved.values()), 0)
    free = [name for name in environment.functions if name not in reserved]
    rate = max((_rate(name, environment)[0] for name in free), default=0)
    if rate > PER_INSTANCE * shared:
        message = f"lets {rate:,g} requests a second through, but the {shared:,} instances that "
        message += f"the account has for them take at most {PER_INSTANCE * shared:,}; lower it, or "
        message += "say in account.quotas.concurrent_executions what your quota is"
        yield Diagnostic(("api", "throttling", "rate"), message)


def _slow_answers(subject: Subject) -> Iterator[Diagnostic]:
    """Compare throttle times duration with what is reserved (Little's law)."""
    environment = subject.environment
    seconds = environment.alarms.api_latency
    for name, instances in _reserved(environment).items():
        rate, path = _rate(name, environment)
        needed = math.ceil(rate * seconds)
        if 0 < instances < needed and rate <= PER_INSTANCE * instances:
            message = f"is {instances:,}, but {show_path(path)} lets {rate:,g} requests a second "
            message += f"through: where answers take {seconds:g} s (alarms.api_latency), that asks "
            message += f"for {needed:,} at once, and those above get a 5xx in place of 429"
            yield Diagnostic(("functions", name, "reserved_concurrency"), message)


def _rate(name: str, environment: Environment) -> tuple[float, KeyPath]:
    """Return how many requests a second reach a function at most, and what says so."""
    api = environment.api
    routes = {key: route for key, route in api.routes.items() if route.function == name}
    limits = [route.throttling.rate if route.throttling else None for route in routes.values()]
    own = sum(limit or 0 for limit in limits)
    if not routes:
        return 0, ("functions", name)
    if all(limit is not None for limit in limits) and own <= api.throttling.rate:
        return own, ("api", "routes", next(iter(routes)), "throttling", "rate")
    return api.throttling.rate, ("api", "throttling", "rate")


def _images(subject: Subject) -> Iterator[tuple[str, KeyPath, str, str]]:
    """Yield each known image: the function, its place, the registry and what follows it."""
    for name, function in subject.environment.functions.items():
        image = known(function.image)
        if isinstance(image, str):
            registry, _, repository = image.partition("/")
            yield name, ("functions", name, "image"), registry, repository


def _tags(subject: Subject) -> Iterator[Diagnostic]:
    for name, path, _, repository in _images(subject):
        tag = repository.rpartition(":")[2]
        if "@" not in repository:
            is_default = not isinstance(subject.environment.functions[name].image, str)
            what = "has a default with" if is_default else "is"
            message = f"{what} the tag '{tag}', and Lambda looks a tag up only when this text "
            message += (
                "changes: the same tag with new content is not deployed; use …@sha256:<digest>"
            )
            yield Diagnostic(path, message)


def _image_regions(subject: Subject) -> Iterator[Diagnostic]:
    region = subject.environment.region
    for _, path, registry, _ in _images(subject):
        there = registry.split(".")[3]
        if there != region:
            message = f"is in {there}, but `region` is {region}; name the one there"
            yield Diagnostic(path, message)


_ARM = r"(?<![a-z0-9])(arm64|aarch64|arm64v8|graviton)(?![a-z0-9])"
_X86 = r"(?<![a-z0-9])(amd64|x86[_-]64|x64)(?![a-z0-9])"


def _architectures(subject: Subject) -> Iterator[Diagnostic]:
    for name, path, _, repository in _images(subject):
        architecture = subject.environment.functions[name].architecture
        own_name, other_name = (_X86, _ARM) if architecture == "x86_64" else (_ARM, _X86)
        other = re.search(other_name, repository.lower())
        same = re.search(own_name, repository.lower())
        if other and not same:
            own: KeyPath = ("functions", name, "architecture")
            message = f"is for {other[1]} by its name, but functions.{name}.architecture is "
            message += f"{architecture}{or_default(subject, own).rstrip(',')}; where the two "
            yield Diagnostic(path, f"{message}differ, the function does not start")


def _other_accounts(subject: Subject) -> Iterator[Diagnostic]:
    accounts = {arn.split(":")[4]: path for path, arn in arns_of(subject)
                if "statements" not in path}  # fmt: skip
    for _, path, registry, _ in _images(subject):
        account = registry.split(".")[0]
        if len(accounts) == 1 and account not in accounts:
            (other, where) = next(iter(accounts.items()))
            message = f"is in the account {account}, and {show_path(where)} in {other}: the "
            message += "repository's policy must let Lambda of the other account pull"
            yield Diagnostic(path, message)


def _low_ports(subject: Subject) -> Iterator[Diagnostic]:
    for name, function in subject.environment.functions.items():
        path: KeyPath = ("functions", name, "port")
        if function.port < 1024:
            message = f"is {function.port}, where only root may listen, and in Lambda nobody is; "
            yield Diagnostic(path, f"{message}take one from 1024, such as 8080")
        elif function.port == 9001:
            message = "is 9001, where Lambda's own runtime API listens; take another, such as 8080"
            yield Diagnostic(path, message)


RULES = (
    Rule.warning(
        "GI201",
        "A function that may run longer than its callers wait",
        "The gateway answers 504 when its time is up, and the function goes on, paid for and with "
        "all that it writes, for nobody. Callers that try again make it run twice.",
        "Lower functions.NAME.timeout, or raise api.integration_timeout (or a route's timeout) as "
        "far as the account's quota lets it; accept it for work that may end unseen.",
        _LIMITS,
        check=lambda subject: chain(_timeouts(subject), _deciding(subject)),
    ),
    Rule.warning(
        "GI202",
        "A function that no route calls",
        "Nothing but the API may call the functions of this file, so it is deployed for nothing; "
        "mostly a name is misspelled.",
        "Name it in a route, or remove it.",
        _LAMBDA + "services-apigateway.html",
        check=_uncalled,
    ),
    Rule.warning(
        "GI203",
        "A function that is turned off",
        "Reserved concurrency of zero stops any event from being processed until it is removed.",
        "Remove it, or reserve what the function needs; accept it while the function is to be off.",
        _LAMBDA + "configuration-concurrency.html",
        check=_turned_off,
    ),
    Rule.error(
        "GI204",
        "More instances reserved than the account has",
        "Lambda refuses to leave less than 100 of the account's instances unreserved, so the "
        "function is not created. Functions outside of this file take from the same account.",
        "Reserve less, or have the quota raised and write it in "
        "account.quotas.concurrent_executions.",
        "https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html",
        check=_too_many,
    ),
    Rule.warning(
        "GI205",
        "A throttle that lets more through than the instances can take",
        "Each instance serves up to 10 requests a second, or fewer where one takes over 100 ms "
        "(instances are requests a second times seconds). What the gateway lets through beyond "
        "that, Lambda refuses, and callers get an error in place of 429.",
        "Lower the throttle, or reserve more.",
        _LAMBDA + "lambda-concurrency.html",
        check=_rates,
    ),
    Rule.advice(
        "GI207",
        "A throttle times the duration above the instances",
        "Instances at work are requests a second times the seconds that each takes. While answers "
        "are as slow as the alarm on latency allows, Lambda refuses what the gateway lets through.",
        "Lower the throttle, reserve more, or accept it where answers are always fast.",
        _LAMBDA + "lambda-concurrency.html",
        check=_slow_answers,
    ),
    Rule.error(
        "GI206",
        "A function that uses a section which is not there",
        "It would get no variables and no permissions, and fail when it is called.",
        "Write the section, or take its name out of `uses`.",
        "docs/reference.md",
        check=_uses,
    ),
    Rule.warning(
        "GI211",
        "An image by tag",
        "Lambda turns a tag into a digest when the function is updated, and CloudFormation updates "
        "it only when the text changes. The same tag with new content is not deployed, and a "
        "rollback finds whatever the tag means by then.",
        "Write the digest (…@sha256:…), or let the pipeline pass it with --set.",
        _LAMBDA + "images-create.html",
        check=_tags,
    ),
    Rule.error(
        "GI212",
        "An image in another region",
        "The ECR repository must be in the region of the function.",
        "Push the image to a repository of the region (ECR can replicate it), and name that.",
        _LAMBDA + "images-create.html",
        check=_image_regions,
    ),
    Rule.warning(
        "GI214",
        "An image for another architecture, by its name",
        "The programs in an image are made for one instruction set, and Lambda starts none of "
        "another.",
        "Set `architecture` to the image's, or name the image for this one.",
        _LAMBDA + "foundation-arch.html",
        check=_architectures,
    ),
    Rule.advice(
        "GI215",
        "An image of another account",
        "Lambda may add itself to the policy of a repository in its own account, but in another "
        "one the policy must name the account and Lambda's service.",
        "Let the repository's policy allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer.",
        _LAMBDA + "images-create.html",
        check=_other_accounts,
    ),
    Rule.warning(
        "GI216",
        "A port that an application in Lambda cannot listen on",
        "It runs as a user who may not listen below 1024, and 9001 is the runtime API's.",
        "Let it listen on another, such as 8080, and write that.",
        "https://github.com/awslabs/aws-lambda-web-adapter#configurations",
        check=_low_ports,
    ),
)
"""Rules of functions."""
