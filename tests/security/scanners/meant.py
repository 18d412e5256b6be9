"""What scanners find in the cases without an exception, and why that is right."""

from __future__ import annotations

OWN: dict[str, tuple[str, ...]] = {
    "overrides": ("Firewall", "Jobs", "People", "Waiting"),
    "overrides-single": ("Next", "Tables"),
}
"""Resources that the author of a case adds, whose reasons are the author's to give."""

_ALARMS = (
    "ApiLatencyAlarm",
    "ApiServerErrorsAlarm",
    "ApiThrottledAlarm",
    "FunctionWebDurationAlarm",
    "FunctionWebErrorsAlarm",
    "FunctionWebThrottlesAlarm",
)

MEANT: dict[tuple[str, str], tuple[str, ...]] = {
    # `logging_level: OFF`, of which the file gives no reason.
    ("api-settings", "ApiStage"): (
        "AwsSolutions-APIG6",
        "CT.APIGATEWAY.PR.1",
        "NIST.800.53.R5-APIGWExecutionLoggingEnabled",
    ),
    # An override turns the actions of all alarms off.
    **{
        ("overrides", name): ("CT.CLOUDWATCH.PR.4", "NIST.800.53.R5-CloudWatchAlarmAction")
        for name in _ALARMS
    },
}
"""What a case turns off by a setting: the case and the resource, and the rules."""


def meant(case: str, resource: str) -> set[str]:
    """Return the rules that a resource of a case breaks without an exception."""
    return set(MEANT.get((case, resource), ()))


def is_own(case: str, resource: str) -> bool:
    """Tell whether the author of a case adds a resource."""
    return resource in OWN.get(case, ())
