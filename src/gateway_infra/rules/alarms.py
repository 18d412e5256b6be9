"""Rules of alarms and their notifications."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.environment import Environment

_API_METRICS = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
    "api-gateway-metrics-and-dimensions.html"
)
_RDS_METRICS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html"
_NOTIFY = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"
)


def _milliseconds(seconds: float) -> str:
    """Advise on a threshold that was surely meant in milliseconds."""
    return f"; it is seconds: {seconds / 1000:g} for {seconds:g} ms" if seconds >= 1000 else ""


def _slow_functions(subject: Subject) -> Iterator[Diagnostic]:
    duration = subject.environment.alarms.function_duration
    if duration is None:
        return
    stops = [
        f"functions.{name} stops after {function.timeout} s"
        for name, function in subject.environment.functions.items()
        if duration >= function.timeout
    ]
    if stops:
        more = f", as {len(stops) - 1} more do too soon" if len(stops) > 1 else ""
        message = f"is {duration:g} s, but {stops[0]}{more}: "
        message += f"{'their alarms never ring' if more else 'its alarm never rings'}"
        yield Diagnostic(("alarms", "function_duration"), message + _milliseconds(duration))


def _slow_answers(subject: Subject) -> Iterator[Diagnostic]:
    latency = subject.environment.alarms.api_latency
    longest = longest_wait(subject.environment)
    if latency > longest:
        message = f"is {latency:g} s, but callers get 504 after {longest} s at most: the alarm "
        yield Diagnostic(("alarms", "api_latency"), f"{message}never rings{_milliseconds(latency)}")


def _server_errors_as_share(subject: Subject) -> Iterator[Diagnostic]:
    percent = subject.environment.alarms.api_5xx_percent
    if 0 < percent <= 0.1:
        message = f"is {percent:g} %, one request in {100 / percent:,.0f}; it is percent: "
        message += f"{percent * 100:g} for a share of {percent:g}"
        yield Diagnostic(("alarms", "api_5xx_percent"), message)


def _most_fail(subject: Subject) -> Iterator[Diagnostic]:
    percent = subject.environment.alarms.api_5xx_percent
    if percent >= 50:
        message = f"is {percent:g} %: the alarm stays silent while {percent:g} of 100 requests fail"
        yield Diagnostic(("alarms", "api_5xx_percent"), message)


def _idle_database(subject: Subject) -> Iterator[Diagnostic]:
    percent = subject.environment.alarms.database_cpu_percent
    if subject.environment.database is not None and percent <= 1:
        meant = f"; it is percent: {percent * 100:g} for a share of {percent:g}" if percent else ""
        message = f"is {percent:g} %, which an idle database exceeds: the alarm rings always"
        yield Diagnostic(("alarms", "database_cpu_percent"), f"{message}{meant}")


def _throttled_late(subject: Subject) -> Iterator[Diagnostic]:
    rate = subject.environment.api.throttling.rate
    allowed = rate * PERIOD
    threshold = subject.environment.alarms.api_throttled
    if threshold > allowed:
        message = f"is {threshold:,} in five minutes, and throttling.rate lets {allowed:,.0f} pass "
        message += f"in that time ({rate:,g} a second): it rings when more is refused than served"
        yield Diagnostic(("alarms", "api_throttled"), message)


def _nobody_told(subject: Subject) -> Iterator[Diagnostic]:
    if subject.environment.tier == "prod" and _is_silent(subject.environment):
        message = "names neither emails nor topic, so that alarms of prod tell nobody; write "
        yield Diagnostic(("alarms",), f"{message}emails: [oncall@example.com], say, or a topic")


def _nobody_told_of_tests(subject: Subject) -> Iterator[Diagnostic]:
    if subject.environment.tier != "prod" and _is_silent(subject.environment):
        message = "names neither emails nor topic, so that alarms tell nobody"
        yield Diagnostic(("alarms",), message)


def _is_silent(environment: Environment) -> bool:
    return environment.alarms.topic is None and not environment.alarms.emails


def _database_unwatched(subject: Subject) -> Iterator[Diagnostic]:
    database = subject.environment.database
    if database and database.instance_identifier is None and database.cluster_identifier is None:
        message = "names neither instance_identifier nor cluster_identifier, so that no alarm "
        yield Diagnostic(("database",), f"{message}watches its CPU")


def _topic_and_emails(subject: Subject) -> Iterator[Diagnostic]:
    alarms = subject.environment.alarms
    if alarms.topic is not None and alarms.emails:
        message = "get a topic of their own, and `alarms.topic` names another; remove one of the "
        yield Diagnostic(("alarms", "emails"), f"{message}two")


def _topic_elsewhere(subject: Subject) -> Iterator[Diagnostic]:
    topic, region = subject.environment.alarms.topic, subject.environment.region
    if isinstance(topic, str) and topic.split(":")[3] != region:
        message = f"is in {topic.split(':')[3]}, but `region` is {region}; name the one there"
        yield Diagnostic(("alarms", "topic"), message)


PERIOD = 300
"""Seconds that an alarm counts over."""


def longest_wait(environment: Environment) -> int:
    """Return the seconds that the slowest route may wait for its function."""
    api = environment.api
    return max(route.timeout or api.integration_timeout for route in api.routes.values())


RULES = (
    Rule.warning(
        "GI601",
        "An alarm on a function's duration that never rings",
        "Lambda stops an invocation at the function's timeout, so that its duration never exceeds "
        "that. An alarm at or above it stays silent while every invocation times out.",
        "Write seconds below the smallest timeout, or remove the key: each function's own is five "
        "sixths of its timeout.",
        "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html",
        check=_slow_functions,
    ),
    Rule.warning(
        "GI602",
        "An alarm on the API's latency that never rings",
        "API Gateway answers 504 when an integration's timeout is over, and adds little to it. No "
        "request lasts longer, so that the alarm stays silent while all of them time out.",
        "Write seconds below the longest timeout of the routes.",
        _API_METRICS,
        check=_slow_answers,
    ),
    Rule.warning(
        "GI603",
        "A share of server errors that looks like a fraction",
        "The threshold is percent of requests. Written as a fraction it is a hundred times too "
        "low, and the alarm rings for single requests.",
        "Write percent: 5 for one request in twenty.",
        _API_METRICS,
        check=_server_errors_as_share,
    ),
    Rule.warning(
        "GI604",
        "An alarm that rings when half of all requests fail",
        "The average of 5XXError is the share of requests that failed. Callers see an outage long "
        "before half of them do.",
        "Write a lower percentage; the default is 5.",
        _API_METRICS,
        check=_most_fail,
    ),
    Rule.warning(
        "GI605",
        "An alarm on the database's CPU that always rings",
        "PostgreSQL's own background work keeps the CPU above zero. An alarm that always rings is "
        "one that nobody hears. That an idle instance uses more than 1 % is experience; no page "
        "gives a figure.",
        "Write percent of CPU; the default is 80.",
        _RDS_METRICS,
        check=_idle_database,
    ),
    Rule.warning(
        "GI606",
        "An alarm on throttled requests that rings too late",
        "Requests above the rate are answered 429, and counted over five minutes. Above as many as "
        "the rate itself lets pass, more than half of all callers must be refused before it rings.",
        "Lower it; the default, 0, rings for the first one.",
        _API_METRICS,
        check=_throttled_late,
    ),
    Rule.warning(
        "GI607",
        "Alarms of prod that tell nobody",
        "An alarm without an action changes its state in the console, and nothing else happens.",
        "Name addresses in alarms.emails, or a topic in alarms.topic. Where something else reads "
        "the alarms' events, accept the rule and say what.",
        _NOTIFY,
        check=_nobody_told,
    ),
    Rule.advice(
        "GI608",
        "A database without an alarm",
        "Its figures go by the identifier of the instance or the cluster, which a host name does "
        "not tell.",
        "Write database.instance_identifier, or cluster_identifier for Aurora.",
        _RDS_METRICS,
        check=_database_unwatched,
    ),
    Rule.error(
        "GI609",
        "Both a topic and addresses",
        "Addresses get a topic that is made for them, and an alarm here notifies one topic: the "
        "other would hear nothing.",
        "Keep one; subscribe the addresses to the topic, where it is your own.",
        _NOTIFY,
        check=_topic_and_emails,
    ),
    Rule.error(
        "GI610",
        "A topic in another region",
        "An alarm publishes to topics of its own region only, and is refused with another.",
        "Name a topic of the region, or write alarms.emails.",
        "https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger",
        check=_topic_elsewhere,
    ),
    Rule.advice(
        "GI615",
        "Alarms of other tiers that tell nobody",
        "They show in the console and on the dashboard. Whoever tests may well want to be told.",
        "Name addresses in alarms.emails, or a topic in alarms.topic, where anyone should be told.",
        _NOTIFY,
        check=_nobody_told_of_tests,
    ),
)
