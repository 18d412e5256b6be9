"""Suppressions of alarms."""

from __future__ import annotations

from gateway_infra.suppressions.suppression import ScannerRule, Suppression

_ACTIONS = ("AlarmActions", "InsufficientDataActions", "OKActions")

ROWS: tuple[Suppression, ...] = (
    Suppression(
        "alarm-without-action",
        "An alarm that tells nobody",
        ("AWS::CloudWatch::Alarm",),
        lambda seen: not any(seen.properties.get(name) for name in _ACTIONS),
        (
            ScannerRule("guard", "CLOUDWATCH_ALARM_ACTION_CHECK"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-CloudWatchAlarmAction"),
            ScannerRule("control_tower", "CT.CLOUDWATCH.PR.1"),
        ),
        "No topic is given here: the console and the dashboard show its state, and nobody is told.",
        "`alarms.emails`, or a topic",
    ),
)
