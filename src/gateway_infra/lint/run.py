"""cfn-lint over the templates of environments: what is new in parallel, the rest from memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

from gateway_infra.lint import cfn_lint
from gateway_infra.lint.cache import Cache, key_of
from gateway_infra.lint.cfn_lint import Job, Match
from gateway_infra.lint.parallel import in_parallel, processors
from gateway_infra.lint.provenance_of_findings import Made, Template, trace
from gateway_infra.lint.report import RuleText
from gateway_infra.lint.state import of_cfn_lint
from gateway_infra.reading.diagnostics import Diagnostic, InTemplate

_BYTES_A_PROCESS = 40_000
"""What a process looks at in a third of a second; a further one takes that long to get ready."""


class Linted(NamedTuple):
    """What cfn-lint found, the rules that say so, and how many templates it had seen before."""

    findings: tuple[Diagnostic, ...]
    rules: dict[str, RuleText]
    remembered: int


def lint_made(made: Sequence[Made], cache: Cache, processes: int | None = None) -> Linted:
    """Return what cfn-lint finds in the templates of environments.

    A template that is the same in several of them is looked at once. `processes` is how many do the
    work; unset, as many as are faster here. Raise `ImportError` where cfn-lint is not installed,
    and `CfnLintError`.
    """
    asked = [(item, template) for item in made for template in item.templates]
    jobs = {_key(_job(*pair)): _job(*pair) for pair in asked}
    tools = None if cache.folder is None else of_cfn_lint()
    known = {} if tools is None else _remembered(cache, tools, jobs)
    new = sorted(jobs.keys() - known.keys(), key=lambda key: (-len(jobs[key].text), key))
    todo = [jobs[key] for key in new]
    needed = ceil(sum(len(job.text) for job in todo) / _BYTES_A_PROCESS)
    fresh = in_parallel(
        cfn_lint.lint_template,
        todo,
        processes=processes or min(processors(), needed),
        warm=cfn_lint.warm,
    )
    found = {**known, **dict(zip(new, fresh, strict=True))}
    if tools is not None:
        for key in new:
            cache.put(key_of(tools, key), [list(match) for match in found[key]])
    findings: list[Diagnostic] = []
    rules: dict[str, RuleText] = {}
    for item, template in asked:
        for match in found[_key(_job(item, template))]:
            findings.append(_finding(item, template, match))
            rules[match.rule] = RuleText(match.title, match.description, match.page)
    seen = sum(_key(_job(*pair)) in known for pair in asked)
    return Linted(tuple(findings), rules, seen)


def _job(made: Made, template: Template) -> Job:
    return Job(template.text, made.loaded.environment.region)


def _key(job: Job) -> str:
    return f"{job.region} {hashlib.sha256(job.text.encode()).hexdigest()}"


def _remembered(cache: Cache, tools: str, jobs: Mapping[str, Job]) -> dict[str, list[Match]]:
    """Return what was found in the templates that were looked at before, by their keys."""
    found = {key: _matches(cache.get(key_of(tools, key))) for key in jobs}
    return {key: matches for key, matches in found.items() if matches is not None}


def _matches(data: Any) -> list[Match] | None:
    """Return what was written by `lint_made`, or ``None`` for anything else."""
    try:
        matches = [Match(*item) for item in data]
        return [item._replace(path=tuple(item.path)) for item in matches]
    except TypeError:
        return None


def _finding(made: Made, template: Template, match: Match) -> Diagnostic:
    traced = trace(made, template.body, match.path)
    name = made.loaded.name
    where = InTemplate(name, template.stack, template.file, match.path, match.line, match.column)
    return Diagnostic(
        traced.path,
        match.message,
        match.rule,
        match.severity,
        place=traced.place,
        environments=(name,),
        templates=(where,),
        note=traced.note,
    )
