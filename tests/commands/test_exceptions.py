"""``gateway-infra exceptions``: what is printed of those in force."""

from __future__ import annotations

import json
import re

import pytest

from gateway_infra.suppressions.catalog import TABLE
from tests.command import write
from tests.commands.test_rules import on_terminal, ran, terminal

__all__ = ["terminal"]
pytestmark = pytest.mark.usefixtures("project")


def test_each_is_told_once_with_its_resources(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(capsys, "exceptions", "--env", "prod", "--quiet")
    assert (code, err) == (0, "")
    head, *entries = out.split("\n\n")
    assert head == f"prod: {len(entries)} exceptions on 11 resources"
    keys = [entry.split()[0] for entry in entries]
    order = [row.key for row in TABLE]
    assert keys == sorted(keys, key=order.index)
    (group,) = [entry for entry in entries if "log-group-without-key" in entry]
    assert group == (
        "  log-group-without-key  A log group without a key of one's own\n"
        "    CloudWatch Logs encrypts it with a key of AWS's; no key of one's own is set.\n"
        "    3 resources: FunctionWebLogGroup, ApiAccessLogGroup, ApiExecutionLogGroup\n"
        "    checkov CKV_AWS_158, Guard CLOUDWATCH_LOG_GROUP_ENCRYPTED, cfn_nag W84,\n"
        "    cdk-nag NIST.800.53.R5-CloudWatchLogGroupEncrypted, Control Tower\n"
        "    CT.CLOUDWATCH.PR.3"
    )
    assert all(len(line) <= 80 for line in out.splitlines() if line.startswith("    "))


def test_many_resources_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    write(dev="functions: {web: {memory: 512}}\n")
    routes = ", ".join(f"GET /{letter}: web" for letter in "abcdef")
    _, out, _ = ran(
        capsys, "exceptions", "--env", "dev", "--quiet", "--set", f"api.routes={{{routes}}}"
    )
    assert re.search(r"\d resources: (\w+, ){3}\w+ and \d more", " ".join(out.split()))


def test_warnings_are_told_but_for_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = ran(capsys, "exceptions", "--all")
    assert "warning: " in err


def test_all_environments(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ran(capsys, "exceptions", "--all", "--quiet")
    assert "dev: " in out
    assert "\nprod: " in out


def test_json_has_one_entry_for_each_resource(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "exceptions", "--env", "dev", "--format", "json", "--quiet")
    assert code == 0
    entries = json.loads(out)
    (topicless, *_) = [item for item in entries if item["key"] == "alarm-without-action"]
    assert topicless == {
        "environment": "dev",
        "key": "alarm-without-action",
        "title": "An alarm that tells nobody",
        "resource": "FunctionWebErrorsAlarm",
        "type": "AWS::CloudWatch::Alarm",
        "rules": [
            {"scanner": "guard", "id": "CLOUDWATCH_ALARM_ACTION_CHECK"},
            {"scanner": "cdk_nag", "id": "NIST.800.53.R5-CloudWatchAlarmAction"},
            {"scanner": "control_tower", "id": "CT.CLOUDWATCH.PR.1"},
        ],
        "reason": "No topic is given here: the console and the dashboard show its state, and "
        "nobody is told.",
        "ends": "`alarms.emails`, or a topic",
    }


def test_a_wrong_environment_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    write(dev="functions: {web: {memory: 1}}\n", prod="nothing: 1\n")
    code, out, err = ran(capsys, "exceptions", "--all")
    assert (code, out) == (2, "")
    assert "dev.yaml" in err
    assert "prod.yaml" in err


def test_color_is_for_terminals(terminal: pytest.MonkeyPatch) -> None:
    out = on_terminal(terminal, "exceptions", "--env", "prod", "--quiet")
    assert "\x1b[1mlog-group-without-key\x1b[0m" in out
    terminal.setenv("NO_COLOR", "1")
    assert "\x1b" not in on_terminal(terminal, "exceptions", "--env", "prod", "--quiet")
