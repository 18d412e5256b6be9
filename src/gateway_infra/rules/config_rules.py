"""Rules of AWS Config's rules and their recorder."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.managed_rules import MANAGED_RULES, OF_THE_WEB_ACL


def _unrecorded(subject: Subject) -> Iterator[Diagnostic]:
    guards = subject.environment.guards
    for key in ("config_rules", "drift"):
        if getattr(guards, key) is not None and not guards.recorder:
            message = "needs a recorder of AWS Config in the account and region, without which AWS "
            message += "refuses it; where there is none, write guards.recorder: true"
            yield Diagnostic(("guards", key), message)
            return


def _beside_the_point(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    rules = environment.guards.config_rules
    for position, name in enumerate((rules.rules if rules else None) or ()):
        about = MANAGED_RULES[name].about
        path: KeyPath = ("guards", "config_rules", "rules", position)
        if about == "bucket" and environment.bucket is None:
            message = f"is {name}, and the file has no `bucket`: it would look at every bucket of "
            yield Diagnostic(path, f"{message}the account; add the bucket, or remove the rule")
        if name in OF_THE_WEB_ACL and environment.api.waf is None:
            message = f"is {name}, and there is no `api.waf`: the rule would always fail; add the "
            yield Diagnostic(path, f"{message}web ACL, or remove the rule")
        if about == "database" and environment.database is None:
            message = f"is {name}, and the file has no `database`: it would look at those of "
            yield Diagnostic(path, f"{message}others alone; remove the rule")


RULES = (
    Rule.advice(
        "GI976",
        "Rules of AWS Config without a recorder here",
        "AWS refuses a rule where no recorder is. An account has one in a region, often made by "
        "whoever runs it, so that the file does not show it.",
        "Ask whether the account has a recorder that records all resources; where it has none, "
        "write guards.recorder: true.",
        "https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html",
        check=_unrecorded,
    ),
    Rule.warning(
        "GI980",
        "A rule of AWS Config about what the file does not have",
        "Without a name the rule looks at everything of its kind in the account, and what it finds "
        "is another's; one on a web ACL fails for every stage without one.",
        "Remove the rule, or add the section that it is about.",
        "https://docs.aws.amazon.com/config/latest/APIReference/API_Scope.html",
        check=_beside_the_point,
    ),
)
