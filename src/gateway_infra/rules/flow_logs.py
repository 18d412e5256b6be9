"""Rules of the flow logs of the VPC."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject


def _half_of_it(subject: Subject) -> Iterator[Diagnostic]:
    logs = subject.environment.guards.flow_logs
    if logs is not None and logs.traffic != "all":
        missing = "refused attempts" if logs.traffic == "accept" else "what got through"
        message = f"is {logs.traffic}, which leaves {missing} out; write all"
        yield Diagnostic(("guards", "flow_logs", "traffic"), message)


RULES = (
    Rule.warning(
        "GI979",
        "Flow logs of half of the traffic",
        "What was let through shows where an intruder went, what was refused shows who tried. "
        "Scanners ask for both.",
        "Write traffic: all, the default; accept it where cost decides.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
        check=_half_of_it,
    ),
)
