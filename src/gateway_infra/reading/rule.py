"""Rules: the text of a check, with its ID, its severity and the page that proves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

from gateway_infra.reading.diagnostics import Diagnostic, Severity

Status = Literal["stable", "preview", "removed"]
"""A preview rule may still change, and never stops a run. The ID of a removed rule
stays reserved."""


Check: TypeAlias = "Callable[[Any], Iterator[Diagnostic]]"
"""A check takes what rules of its room look at: `Subject` in `rules`, the environment with its
graph and its stacks in `template_checks`."""


class Rule(NamedTuple):
    """A rule: its ID, its text, and the check that finds where it is broken.

    `title` names the defect; `reason` says what happens on AWS, `fix` what to do, `page` where AWS
    says so (or who measured it). `acceptable` is false for what AWS rejects in any account, and for
    what stops generation: `accept` cannot silence it. `check` is ``None`` for a rule that the code
    of its own module reports while it reads or builds something else.
    """

    id: str
    severity: Severity
    title: str
    reason: str
    fix: str
    page: str
    check: Check | None = None
    acceptable: bool = True
    status: Status = "stable"

    @classmethod
    def error(
        cls,
        rule_id: str,
        title: str,
        reason: str,
        fix: str,
        page: str,
        check: Check | None = None,
        *,
        acceptable: bool = False,
    ) -> Rule:
        """Return the rule of a defect that stops the run."""
        return cls(rule_id, "error", title, reason, fix, page, check, acceptable)

    @classmethod
    def warning(
        cls,
        rule_id: str,
        title: str,
        reason: str,
        fix: str,
        page: str,
        check: Check | None = None,
        *,
        acceptable: bool = True,
        status: Status = "stable",
    ) -> Rule:
        """Return the rule of a setting that deploys, but probably not as the user intends."""
        return cls(rule_id, "warning", title, reason, fix, page, check, acceptable, status)

    @classmethod
    def advice(
        cls,
        rule_id: str,
        title: str,
        reason: str,
        fix: str,
        page: str,
        check: Check | None = None,
        *,
        acceptable: bool = True,
        status: Status = "stable",
    ) -> Rule:
        """Return a rule that only informs the user."""
        return cls(rule_id, "advice", title, reason, fix, page, check, acceptable, status)
