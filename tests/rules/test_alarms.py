"""Rules of alarms and logs: what never rings, what always rings, who is told."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from gateway_infra.sections.logs import RETENTION_DAYS
from tests.rules.apis import found, severities
from tests.rules.files import file

TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"


def alarms(settings: str, **sections: str) -> str:
    """Return an environment with these alarms."""
    return file(more=f"alarms: {{{settings}}}", **sections)


def logs(days: object, tier: str = "prod") -> str:
    """Return an environment that keeps its logs for so long."""
    return file(more=f"tier: {tier}\nlogs: {{retention_days: {days}}}")


SLOW_ROUTE = "{GET /a: {function: web, timeout: 12}, GET /b: {function: web, timeout: 10}}"

FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI601",
        alarms("function_duration: 29"),
        "alarms.function_duration: is 29 s, but functions.web stops after 29 s: its alarm never",
    ),
    (
        "GI601",
        alarms("function_duration: 5000"),
        "alarms.function_duration: is 5000 s, but functions.web stops after 29 s: its alarm never "
        "rings; it is seconds: 5 for 5000 ms",
    ),
    (
        "GI602",
        alarms("api_latency: 29.1"),
        "alarms.api_latency: is 29.1 s, but callers get 504 after 29 s at most: the alarm never",
    ),
    (
        "GI602",
        alarms("api_latency: 12.5", routes=SLOW_ROUTE),
        "alarms.api_latency: is 12.5 s, but callers get 504 after 12 s at most",
    ),
    (
        "GI602",
        alarms("api_latency: 2000"),
        "alarms.api_latency: is 2000 s, but callers get 504 after 29 s at most: the alarm never "
        "rings; it is seconds: 2 for 2000 ms",
    ),
    (
        "GI603",
        alarms("api_5xx_percent: 0.05"),
        "alarms.api_5xx_percent: is 0.05 %, one request in 2,000; it is percent: 5 for a share of",
    ),
    ("GI603", alarms("api_5xx_percent: 0.1"), "alarms.api_5xx_percent: is 0.1 %, one request in"),
    (
        "GI604",
        alarms("api_5xx_percent: 50"),
        "alarms.api_5xx_percent: is 50 %: the alarm stays silent while 50 of 100 requests fail",
    ),
    (
        "GI605",
        alarms("database_cpu_percent: 0", database=""),
        "alarms.database_cpu_percent: is 0 %, which an idle database exceeds: the alarm rings "
        "always",
    ),
    (
        "GI605",
        alarms("database_cpu_percent: 0.8", database=""),
        "alarms.database_cpu_percent: is 0.8 %, which an idle database exceeds: the alarm rings "
        "always; it is percent: 80 for a share of 0.8",
    ),
    (
        "GI606",
        alarms("api_throttled: 300001"),
        "alarms.api_throttled: is 300,001 in five minutes, and throttling.rate lets 300,000 pass "
        "in that time (1,000 a second)",
    ),
    ("GI607", file(), "alarms: names neither emails nor topic, so that alarms of prod tell nobody"),
    (
        "GI608",
        file(database=""),
        "database: names neither instance_identifier nor cluster_identifier, so that no alarm",
    ),
    (
        "GI609",
        alarms(f"topic: '{TOPIC}', emails: [a@example.com]"),
        "alarms.emails: get a topic of their own, and `alarms.topic` names another",
    ),
    (
        "GI610",
        alarms(f"topic: '{TOPIC.replace('east', 'west')}'"),
        "alarms.topic: is in us-west-1, but `region` is us-east-1; name the one there",
    ),
    (
        "GI611",
        alarms(f"topic: '{TOPIC}.fifo'"),
        "alarms.topic: is a FIFO topic, which takes no message without a group id",
    ),
    *(
        (
            "GI612",
            alarms(f"emails: ['{address}']"),
            f"alarms.emails[0]: is '{address}'; it must be an e-mail address and nothing else",
        )
        for address in (
            "oncall",
            "mailto:oncall@example.com",
            "On Call <oncall@example.com>",
            "oncall@example",
            "oncall@example.com,api@example.com",
            "oncall@example.com ",
            ".oncall@example.com",
            "on..call@example.com",
            "oncall@-example.com",
            "oncall@example..com",
            "oncall@example.com.",
            "oncall@@example.com",
            "oncall@example.c0m",
            "öncall@example.com",
        )
    ),
    (
        "GI613",
        logs(10),
        "logs.retention_days: is 10 days, which CloudWatch Logs does not offer; write 7 or 14",
    ),
    ("GI613", logs(0), "logs.retention_days: is 0 days, which CloudWatch Logs does not offer; "),
    ("GI613", logs(3654), "logs.retention_days: is 3654 days, which CloudWatch Logs does not off"),
    (
        "GI614",
        logs(7),
        "logs.retention_days: is 7 days: what is reported later has no logs left to look at",
    ),
    (
        "GI615",
        file(more="tier: staging"),
        "alarms: names neither emails nor topic, so that alarms tell nobody",
    ),
    ("GI614", logs(1), "logs.retention_days: is 1 day: what is reported later has no logs left"),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI601", alarms("function_duration: 28.9")),
    ("GI601", file()),
    ("GI602", alarms("api_latency: 29")),
    ("GI602", alarms("api_latency: 12", routes=SLOW_ROUTE)),
    ("GI603", alarms("api_5xx_percent: 0.11")),
    ("GI603", alarms("api_5xx_percent: 0")),
    ("GI604", alarms("api_5xx_percent: 49.9")),
    ("GI605", alarms("database_cpu_percent: 1.1", database="")),
    ("GI605", alarms("database_cpu_percent: 0")),
    ("GI606", alarms("api_throttled: 300000")),
    ("GI607", alarms("emails: [oncall@example.com]")),
    ("GI607", alarms("topic: {parameter: Topic}")),
    ("GI607", file(more="tier: staging")),
    ("GI608", file(database="instance_identifier: jobs")),
    ("GI608", file(database="cluster_identifier: jobs")),
    ("GI608", file()),
    ("GI609", alarms(f"topic: '{TOPIC}'")),
    ("GI610", alarms(f"topic: '{TOPIC}'")),
    ("GI610", alarms("topic: {ssm: /shared/topic}")),
    ("GI611", alarms(f"topic: '{TOPIC}-fifo'")),
    *(
        ("GI612", alarms(f'emails: ["{address}"]'))
        for address in (
            "oncall@example.com",
            "first.last+prod@mail.example.co.uk",
            "o'neil@example.com",
            "a@b.c",
            "oncall@xn--mnchen-3ya.xn--p1ai",
            "7@4you.example",
        )
    ),
    *(("GI613", logs(days)) for days in RETENTION_DAYS),
    ("GI614", logs(14)),
    ("GI615", file()),
    ("GI615", file(more="tier: dev\nalarms: {emails: [a@example.com]}")),
    ("GI614", logs(7, "dev")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


def test_each_function_whose_alarm_never_rings_is_named() -> None:
    text = alarms("function_duration: 10").replace(
        "api:", "  fast: {image: {parameter: Fast}, timeout: 10}\napi:", 1
    )
    assert found("GI601", text) == [
        "alarms.function_duration: is 10 s, but functions.fast stops after 10 s: its alarm never "
        "rings"
    ]


@pytest.mark.parametrize("tier", ["dev", "staging", "prod"])
def test_what_a_tier_sets_itself_is_not_spoken_of(tier: str) -> None:
    text = alarms("emails: [oncall@example.com]").replace("region:", f"tier: {tier}\nregion:")
    assert [rule for rule in rules_by_id() if rule.startswith("GI6") and found(rule, text)] == []
