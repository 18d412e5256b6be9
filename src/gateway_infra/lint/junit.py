"""The report as JUnit XML, which CI systems show as tests: a suite for each environment.

There is no one standard. GitLab shows `classname` and `name`, which must be unique together, and
what a failure holds: https://docs.gitlab.com/ci/testing/unit_test_reports/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from gateway_infra.lint.report import Looked, Report
from gateway_infra.lint.text import details
from gateway_infra.reading.diagnostics import Diagnostic, printable, show_path


def render(report: Report, *, verbose: bool = False) -> str:
    """Return the report as XML in ASCII.

    An error or a warning is a test that fails, and advice one that passes and says something; with
    `verbose` what the file accepts is a test that is skipped. Preflight and each template of which
    nothing was found are tests that pass.
    """
    shown = report.findings if verbose else report.told
    suites = [_suite(report, item, shown) for item in report.environments]
    failures = sum(item.counts for looked in report.environments for item in _of(looked, shown))
    tests = sum(suite.count("<testcase ") for suite in suites)
    head = f'<testsuites name="gateway-infra lint" tests="{tests}" failures="{failures}">'
    text = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"])
    return text.encode("ascii", "xmlcharrefreplace").decode() + "\n"


def _of(looked: Looked, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [item for item in findings if looked.name in item.environments]


def _suite(report: Report, looked: Looked, findings: Iterable[Diagnostic]) -> str:
    found = _of(looked, findings)
    cases = [_case(looked, *named) for named in _named(found)]
    cases += [f"{_head(looked, name, looked.file, 0)}/>" for name in _clean(report, looked, found)]
    failed = sum(item.counts for item in found)
    skipped = sum(bool(item.accepted) for item in found)
    head = f'  <testsuite name={_quoted(looked.name)} tests="{len(cases)}" '
    head += f'failures="{failed}" errors="0" skipped="{skipped}">'
    return "\n".join([head, *cases, "  </testsuite>"])


def _named(findings: Iterable[Diagnostic]) -> Iterator[tuple[str, Diagnostic]]:
    """Yield findings with a name of their own: rule and key, numbered where that is not enough."""
    seen: dict[str, int] = {}
    for item in findings:
        name = f"{item.rule} {show_path(item.path) or item.place}"
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name} ({seen[name]})"), item


def _clean(report: Report, looked: Looked, found: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield what nothing was found of."""
    by_tool = {item.tool for item in found}
    if "gateway-infra" not in by_tool:
        yield "preflight"
    if not report.cfn_lint:
        return
    files = {place.file for item in found for place in item.templates}
    for file in looked.templates or ():
        if file not in files:
            yield f"cfn-lint {file}"


def _case(looked: Looked, name: str, item: Diagnostic) -> str:
    said = "\n".join(line for line in (str(item), printable(details(item))) if line)
    head = _head(looked, name, item.place.file, item.place.line)
    if item.accepted:
        inner = f"      <skipped message={_quoted(item.accepted)}/>"
    elif item.severity == "advice":
        inner = f"      <system-out>{_escaped(said)}</system-out>"
    else:
        inner = f'      <failure type="{item.severity}" message={_quoted(item.message)}>'
        inner += f"{_escaped(said)}</failure>"
    return f"{head}>\n{inner}\n    </testcase>"


def _head(looked: Looked, name: str, file: str, line: int) -> str:
    at = f' line="{line}"' if line else ""
    suite = f"gateway-infra.{looked.name}"  # Jenkins takes the part before the dot for a package.
    names = f"classname={_quoted(suite)} name={_quoted(name)} file={_quoted(file)}"
    return f"    <testcase {names}{at}"


def _quoted(text: str) -> str:
    return f'"{_escaped(printable(text))}"'


def _escaped(text: str) -> str:
    return escape(text, quote=True)
