"""cfn-lint in process, over the text of one template at a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from gateway_infra.reading.diagnostics import KeyPath, Severity
from gateway_infra.reading.redaction import HIDDEN, shapes_covered

_SEVERITIES: dict[str, Severity] = {"error": "error", "warning": "warning"}
"""cfn-lint's own third one is `informational`: https://github.com/aws-cloudformation/cfn-lint"""


_TELLING = 6
"""Characters; fewer are found in words that have nothing to do with them."""


class CfnLintError(ValueError):
    """cfn-lint cannot do its work: a region that it does not know, a fault in its own settings."""


class Job(NamedTuple):
    """A template to look at, as it is deployed to `region`."""

    text: str
    region: str


class Match(NamedTuple):
    """What cfn-lint found at one place of a template, and what its rule says of itself."""

    rule: str
    severity: Severity
    message: str
    path: KeyPath
    line: int
    column: int
    title: str
    description: str
    page: str


def lint_template(job: Job) -> list[Match]:
    """Return what cfn-lint finds in a template, by line; warnings are included.

    Its own settings apply as where it is run by hand: those of ``.cfnlintrc`` in the working folder
    and in the home folder, and ``Metadata`` in the template. The value of a function's variable is
    shown in no message. Raise `ImportError` where cfn-lint is not installed, and `CfnLintError`.
    """
    if job.region not in import_module("cfnlint.helpers").REGIONS:
        raise CfnLintError(f"cfn-lint knows no region {job.region}; mend it, or upgrade cfn-lint")
    decode = import_module("cfnlint.decode.decode")
    run = import_module("cfnlint.runner").run_template_by_data
    template, found = decode.decode_str(job.text)
    if not found:
        config, rules = _settings(job.region), _rules()
        found = list(run(template, config, rules))
    matches = [_match(item, template) for item in found]
    return sorted(matches, key=lambda m: (m.line, m.column, m.rule, m.message))


def warm() -> None:
    """Do what takes the time before the first template: import cfn-lint and read its rules."""
    _rules()


def _settings(region: str) -> Any:
    """Return the settings for a region; `templates` keeps cfn-lint from looking for others."""
    try:
        return import_module("cfnlint.config").ConfigMixIn(regions=[region], templates=[])
    except import_module("cfnlint.exceptions").ConfigFileError as error:
        raise CfnLintError(f"cfn-lint: {error}") from error


@lru_cache(maxsize=1)
def _rules() -> Any:
    """Return the rules, which hold for any region; reading them takes a third of a second."""
    try:
        return import_module("cfnlint.runner").Runner(_settings("us-east-1")).rules
    except import_module("cfnlint.exceptions").CfnLintExitException as error:
        raise CfnLintError(f"cfn-lint: {error}") from error


def _match(found: Any, template: Any) -> Match:
    parts = getattr(found, "path", None) or ()
    path = tuple(part if isinstance(part, int) else str(part) for part in parts)
    return Match(
        rule=found.rule.id,
        severity=_SEVERITIES.get(found.rule.severity, "advice"),
        message=_without_variables(" ".join(str(found.message).split()), path, template),
        path=path,
        line=int(found.linenumber),
        column=int(found.columnnumber),
        title=str(found.rule.shortdesc),
        description=str(found.rule.description),
        page=str(found.rule.source_url),
    )


def _without_variables(message: str, path: KeyPath, template: Any) -> str:
    """Return the message without the values of a function's variables, if it is about those.

    Messages quote values as Python does; a short one may be part of any word.
    """
    if path[:1] == ("Resources",) and path[2:4] == ("Properties", "Environment"):
        body = template["Resources"][path[1]]["Properties"]["Environment"]
        for value in sorted(_texts(body), key=len, reverse=True):
            message = message.replace(repr(value), f"'{HIDDEN}'")
            if len(value) >= _TELLING:
                message = message.replace(value, HIDDEN)
    return shapes_covered(message)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in template data that is no key."""
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
