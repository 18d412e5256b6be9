"""The report of one run: what was looked at, and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gateway_infra.lint.findings import SEVERITIES
from gateway_infra.reading.diagnostics import Diagnostic


class RuleText(NamedTuple):
    """What one reads of a rule beside its findings."""

    title: str
    description: str
    page: str


class Looked(NamedTuple):
    """An environment that was asked for: the files of its templates, none where it gives none."""

    name: str
    file: str
    templates: tuple[str, ...] | None


class Report(NamedTuple):
    """All that is told of a run.

    `rules` has cfn-lint's rules of which something was found; `cfn_lint` tells whether cfn-lint
    looked at the templates, and `remembered` how many of them it had seen before.
    """

    environments: tuple[Looked, ...]
    findings: tuple[Diagnostic, ...]
    rules: Mapping[str, RuleText]
    cfn_lint: bool = True
    remembered: int = 0

    @property
    def told(self) -> tuple[Diagnostic, ...]:
        """The findings that the file does not accept."""
        return tuple(item for item in self.findings if not item.accepted)

    @property
    def accepted(self) -> tuple[Diagnostic, ...]:
        """The findings that the file accepts."""
        return tuple(item for item in self.findings if item.accepted)

    @property
    def templates(self) -> int:
        """How many templates there were."""
        return sum(len(item.templates or ()) for item in self.environments)

    @property
    def has_errors(self) -> bool:
        """Whether a finding is an error."""
        return any(item.severity == "error" for item in self.told)

    @property
    def exit_code(self) -> int:
        """2 where an environment cannot be generated, 1 with errors or warnings, else 0."""
        if any(item.templates is None for item in self.environments):
            return 2
        return 1 if any(item.counts for item in self.findings) else 0


def counts(findings: Iterable[Diagnostic]) -> dict[str, int]:
    """Return how many there are of each severity, accepted ones apart."""
    found = dict.fromkeys((*SEVERITIES, "accepted"), 0)
    for item in findings:
        found["accepted" if item.accepted else item.severity] += 1
    return found
