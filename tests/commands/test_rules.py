"""``gateway-infra rules`` and ``explain``: what they print, on a terminal and in a pipe."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest

from gateway_infra.cli import main
from gateway_infra.rules.catalog import GROUPS, all_rules, rules_by_id

LINE = re.compile(r"  (GI\d{3})  (error  |warning|advice ) {2}(\S.*\S)")


class Terminal(io.StringIO):
    """Text that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Return the exit code of a command, and what it printed."""
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def on_terminal(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """Return what a command prints on a terminal."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    assert main(arguments) == 0
    return screen.getvalue()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Return a patch of an environment of a terminal that takes color."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return monkeypatch


def ids(text: str) -> list[str]:
    """Return the ids that a table lists."""
    return [match[1] for match in map(LINE.fullmatch, text.splitlines()) if match]


def test_all_rules_are_listed_in_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(capsys, "rules")
    assert (code, err) == (0, "")
    found = [match.groups() for match in map(LINE.fullmatch, out.splitlines()) if match]
    assert found == [(rule.id, f"{rule.severity:<7}", rule.title) for rule in all_rules()]


def test_rules_stand_below_the_name_of_their_group(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ran(capsys, "rules")
    heads = [line for line in out.splitlines() if line and not line.startswith("  ")][:-2]
    assert heads == [f"{name}: {group.title}" for name, group in GROUPS.items()]
    blocks = out.split("\n\n")
    assert ids(blocks[list(GROUPS).index("alarms")])[0] == "GI601"


def test_the_last_lines_count_and_say_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ran(capsys, "rules", "--group", "alarms")
    counted, how = out.splitlines()[-2:]
    of_group = [rule for rule in all_rules() if rule.id.startswith("GI6")]
    errors = sum(rule.severity == "error" for rule in of_group)
    assert counted.startswith(f"{len(of_group)} rules: {errors} errors, ")
    assert how == "`gateway-infra explain GI601` tells one whole."


@pytest.mark.parametrize("severity", ["error", "warning", "advice"])
def test_a_severity_picks(capsys: pytest.CaptureFixture[str], severity: str) -> None:
    _, out, _ = ran(capsys, "rules", "--severity", severity)
    assert ids(out) == [rule.id for rule in all_rules() if rule.severity == severity]


def test_groups_and_severities_pick_together(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--group", "alarms", "--group", "file", "--severity", "advice")
    _, out, _ = ran(capsys, "rules", *arguments, "--severity", "error")
    assert ids(out) == [
        rule.id
        for rule in all_rules()
        if rule.id[:3] in ("GI0", "GI6") and rule.severity in ("advice", "error")
    ]


def test_json_holds_all_of_each_rule(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "rules", "--format", "json", "--group", "alarms")
    data = json.loads(out)
    assert code == 0
    assert [item["id"] for item in data] == [r.id for r in all_rules() if r.id.startswith("GI6")]
    keys = "id group severity title reason fix page acceptable status"
    assert all(list(item) == keys.split() for item in data)
    assert {item["group"] for item in data} == {"alarms"}
    for item in data:
        rule = rules_by_id()[item["id"]]
        assert (item["reason"], item["fix"], item["page"]) == (rule.reason, rule.fix, rule.page)
        assert item["acceptable"] is rule.acceptable


@pytest.mark.parametrize("arguments", [("--group", "alarm"), ("--severity", "fatal"), ("x",)])
def test_a_wrong_choice_is_bad_usage(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    code, out, err = ran(capsys, "rules", *arguments)
    assert (code, out) == (2, "")
    assert "gateway-infra rules" in err


def test_an_empty_choice_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway_infra.commands.rules.all_rules", tuple)
    assert ran(capsys, "rules")[:2] == (0, "No rule of that group has that severity.\n")
    assert ran(capsys, "rules", "--format", "json")[1] == "[]\n"


def test_a_terminal_gets_color_and_80_columns(terminal: pytest.MonkeyPatch) -> None:
    text = on_terminal(terminal, "rules")
    assert "\x1b[31merror  \x1b[0m" in text
    assert "\x1b[33mwarning\x1b[0m" in text
    plain = re.sub(r"\x1b\[\d*m", "", text)
    assert max(map(len, plain.splitlines())) <= 80
    titles = " ".join(plain.split())
    assert all(" ".join(rule.title.split()) in titles for rule in all_rules())


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
@pytest.mark.parametrize("arguments", [("rules",), ("explain", "GI601")])
def test_who_wants_no_color_gets_none(
    terminal: pytest.MonkeyPatch, name: str, value: str, arguments: tuple[str, ...]
) -> None:
    assert "\x1b" in on_terminal(terminal, *arguments)
    terminal.setenv(name, value)
    assert "\x1b" not in on_terminal(terminal, *arguments)


WHOLE = """\
GI607  warning
Alarms of prod that tell nobody

Why
  An alarm without an action changes its state in the console, and nothing else
  happens.

What to do
  Name addresses in alarms.emails, or a topic in alarms.topic. Where something
  else reads the alarms' events, accept the rule and say what.

Accepting it
  Where it does not matter, write into the environment file:

    accept:
      GI607: your reason in a few words

More
  https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""


def test_a_rule_is_told_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "explain", "GI607") == (0, WHOLE, "")


def test_what_cannot_be_accepted_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ran(capsys, "explain", "GI701")
    assert "Accepting it\n  It cannot be accepted.\n" in out
    _, out, _ = ran(capsys, "explain", "GI754")
    assert "Accepting it\n  It stops the run until then. Where it does not matter, write" in out


def test_several_rules_are_told_in_the_order_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "explain", "gi701", "GI607", "Gi701")
    assert code == 0
    heads = [line for line in out.splitlines() if line.startswith("GI")]
    assert heads == ["GI701  error", "GI607  warning"]
    assert out.endswith(WHOLE)


def test_every_rule_fits_a_screen_of_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ran(capsys, "explain", *rules_by_id())
    long = [line for line in out.splitlines() if len(line) > 80]
    assert all(line.startswith("  https://") for line in long)


UNKNOWN = {
    "GI6O7": "'GI6O7' is no rule; did you mean 'GI607'?; `gateway-infra rules` lists them",
    "gi6077": "'GI6077' is no rule; did you mean 'GI607'?; `gateway-infra rules` lists them",
    "cors": "'CORS' is no rule; `gateway-infra rules` lists them",
    "\x1b[2J": "'\\x1b[2J' is no rule; `gateway-infra rules` lists them",
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_no_rule_is_an_error_that_names_the_nearest(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert ran(capsys, "explain", "GI607", name) == (2, "", f"error: {UNKNOWN[name]}\n")


def test_explain_wants_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = ran(capsys, "explain")
    assert code == 2
    assert "RULE" in err


def test_a_rule_of_cfn_lint_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    """`lint` prints them in one report with ours."""
    assert main(["explain", "w3005"]) == 2
    assert "'W3005' is a rule of cfn-lint" in capsys.readouterr().err
    assert main(["explain", "GI999"]) == 2
    assert "did you mean" not in capsys.readouterr().err


def test_a_removed_rule_is_explained_but_not_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "explain", "GI967")
    assert code == 0
    assert out.startswith("GI967  warning (removed)\n")
    assert "Use GI968." in out
    assert "GI967" not in ran(capsys, "rules")[1]
