"""Rules of the file itself; what the reader and the models find, their own tests show."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import found, problems_in, severities
from tests.rules.files import file


def accept(entries: str) -> str:
    """Return an environment that accepts these rules."""
    return file(more=f"accept: {{{entries}}}")


GOOD = "the alarms are read by another system"
FAILING: tuple[tuple[str, str, str], ...] = (
    ("GI001", file(more="tags: {a: b"), "is not YAML: a brace opens here"),
    ("GI002", file(more="alarm: {}"), "alarm: is not a key here; did you mean 'alarms'?"),
    (
        "GI003",
        file().replace("region: us-east-1\n", ""),
        "region: is required and missing: the AWS region",
    ),
    ("GI004", file(more="protect: 1"), "protect: must be true or false, not 1"),
    (
        "GI005",
        accept(f"GI700: {GOOD}"),
        "accept.GI700: is no rule; `gateway-infra rules` lists them",
    ),
    (
        "GI005",
        accept(f"gi607: {GOOD}"),
        "accept.gi607: is no rule; `gateway-infra rules` lists them; did you mean 'GI607'?",
    ),
    ("GI005", accept(f"everything: {GOOD}"), "accept.everything: is no rule; `gateway-infra rules"),
    (
        "GI005",
        accept(f"GI701: {GOOD}"),
        "accept.GI701: cannot be accepted: AWS refuses what it is about, or nothing could be made",
    ),
    *(
        (
            "GI007",
            accept(f"GI607: '{reason}'"),
            f"accept.GI607: has the reason '{reason}', which tells a reader nothing; write why",
        )
        for reason in ("fine", "not needed", "TODO find out why", "Your reason in a few words")
    ),
)
PASSING: tuple[tuple[str, str], ...] = (
    ("GI001", file()),
    ("GI002", file()),
    ("GI003", file()),
    ("GI004", file(more="protect: true")),
    ("GI005", accept(f"GI607: {GOOD}")),
    ("GI007", accept(f"GI607: {GOOD}")),
    ("GI007", accept("GI607: PagerDuty reads them")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = [line.removeprefix(": ") for line in found(rule, text)]
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


def test_messages_of_the_file_do_not_send_the_reader_to_explain() -> None:
    for rule, text, _ in FAILING:
        assert not [str(p) for p in problems_in(text) if p.rule == rule and f"[{rule}]" in str(p)]
