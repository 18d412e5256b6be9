"""The report for a terminal: a line for each finding, as compilers print them, and a summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateway_infra.lint.report import Report, counts
from gateway_infra.reading.diagnostics import Diagnostic, InTemplate, printable, show_path


def plainly(problem: Diagnostic) -> str:
    """Return a problem as one line."""
    return f"{problem.severity}: {problem}\n"


def render(
    report: Report,
    *,
    quiet: bool = False,
    verbose: bool = False,
    say: Callable[[Diagnostic], str] = plainly,
) -> str:
    """Return the report as text; `quiet` leaves errors and warnings, `verbose` adds the accepted.

    `say` gives the lines of a problem, which may quote the file.
    """
    told = [item for item in report.told if item.counts or not quiet]
    text = "".join(say(item) + _more(item) for item in told)
    for item in report.accepted if verbose else ():
        text += f"accepted: {item}: {printable(item.accepted)}\n"
    if quiet:
        return text
    return text + "".join(f"{line}\n" for line in (*_unseen(report), summary(report)))


def details(item: Diagnostic) -> str:
    """Return what else there is to say of a finding: where it stands, and of which environments."""
    parts = []
    if item.templates:
        parts.append(where(item.templates[0]))
        if len(item.templates) > 1:
            parts[0] += f" and {len(item.templates) - 1} more"
    if item.note:
        parts.append(item.note)
    if len(item.environments) > 1:
        parts.append(f"of {', '.join(item.environments)}")
    return "; ".join(parts)


def where(place: InTemplate) -> str:
    """Return a place in a template: ``FunctionWeb.Properties.Timeout in function.json:12``."""
    path = place.path[1:] if place.path[:1] == ("Resources",) else place.path
    inside = f"{show_path(path)} in " if path else ""
    return f"{inside}{place.file}:{place.line} of {place.stack}"


def summary(report: Report) -> str:
    """Return a line that counts: what was looked at, and what was found."""
    found = counts(report.findings)
    words = {
        "error": ("error", "errors"),
        "warning": ("warning", "warnings"),
        "advice": ("piece of advice", "pieces of advice"),
        "accepted": ("accepted", "accepted"),
    }
    said = [f"{found[kind]} {words[kind][found[kind] != 1]}" for kind in words if found[kind]]
    several = len(report.environments)
    looked = f"{several} environment{'s' if several != 1 else ''}, {looked_at(report)}"
    return f"{looked}: {', '.join(said) or 'no findings'}"


def looked_at(report: Report) -> str:
    """Return how many templates cfn-lint has looked at, and how many of them before."""
    if not report.cfn_lint:
        return "without cfn-lint"
    looked = f"{report.templates} template{'s' if report.templates != 1 else ''}"
    return f"{looked} ({report.remembered} from memory)" if report.remembered else looked


def _more(item: Diagnostic) -> str:
    more = details(item)
    return f"  {printable(more)}\n" if more else ""


def _unseen(report: Report) -> Iterator[str]:
    """Say of which environments cfn-lint has seen nothing."""
    for item in report.environments:
        if item.templates is None:
            more = ", so cfn-lint has not seen its templates" if report.cfn_lint else ""
            yield printable(f"{item.name}: cannot be generated{more}")
