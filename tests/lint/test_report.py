"""The report: exit codes and counts."""

from __future__ import annotations

import pytest

from gateway_infra.lint.report import Looked, counts
from gateway_infra.reading.diagnostics import Diagnostic
from tests.lint.support import ACCEPTED, ADVICE, ENVIRONMENTS, OURS, THEIRS, report_of

CODES = [((), 0), ((ADVICE,), 0), ((ACCEPTED,), 0), ((ADVICE, OURS), 1), ((THEIRS,), 1)]


@pytest.mark.parametrize(("findings", "code"), CODES)
def test_exit_code(findings: tuple[Diagnostic, ...], code: int) -> None:
    assert report_of(*findings).exit_code == code
    unseen = (*ENVIRONMENTS, Looked("bad", "environments/bad.yaml", None))
    assert report_of(*findings, environments=unseen).exit_code == 2


def test_errors_are_known_from_warnings() -> None:
    assert not report_of(OURS, ACCEPTED._replace(severity="error")).has_errors
    assert report_of(OURS, THEIRS).has_errors


def test_counts() -> None:
    found = counts([OURS, OURS, THEIRS, ADVICE, ACCEPTED])
    assert found == {"error": 1, "warning": 2, "advice": 1, "accepted": 1}
    assert report_of().templates == 4
