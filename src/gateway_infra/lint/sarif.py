"""The report as SARIF 2.1.0, which GitHub's code scanning shows on the lines of the file.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gateway_infra import __version__
from gateway_infra.lint.lines import Lines, read_lines
from gateway_infra.lint.report import Report, RuleText
from gateway_infra.lint.text import details, where
from gateway_infra.reading.diagnostics import Diagnostic, Severity, printable, show_path
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.catalog import all_rules

_ROOT = "%SRCROOT%"
_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "advice": "note"}
_LETTERS: Mapping[str, Severity] = {"E": "error", "W": "warning"}
"""What the ids of cfn-lint's rules begin with: https://github.com/aws-cloudformation/cfn-lint"""


def render(report: Report, *, root: Path | None = None, verbose: bool = False) -> str:
    """Return the report as SARIF; paths in it are relative to `root`.

    Unset, that is the repository's folder, the nearest with a ``.git``, or the working folder. With
    `verbose` what the file accepts is in it too, as suppressed: code scanning does not read that,
    and shows such results as open ones.
    """
    top = (root or repository(Path.cwd())).resolve()
    shown = report.findings if verbose else report.told
    rules = _rules(report)
    order = {rule["id"]: position for position, rule in enumerate(rules)}
    lines = lru_cache(maxsize=None)(read_lines)
    driver = {"name": "gateway-infra", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(report)],
        "results": [_result(item, order[item.rule], top, lines(item.place.file)) for item in shown],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2) + "\n"


def repository(folder: Path) -> Path:
    """Return the nearest folder upward with a ``.git``, or `folder` itself where there is none."""
    above = (place for place in (folder, *folder.parents) if (place / ".git").exists())
    return next(above, folder)


def _rules(report: Report) -> list[dict[str, Any]]:
    """Return all rules of ours, and those of cfn-lint of which something was found."""
    ours = [_ours(rule) for rule in all_rules()]
    return ours + [_other(rule, text) for rule, text in sorted(report.rules.items())]


def _ours(rule: Rule) -> dict[str, Any]:
    plain = f"{rule.reason}\n\n{rule.fix}"
    if rule.acceptable:
        plain += (
            f"\n\nWhere it does not matter, accept it with your reason, under accept: {rule.id}."
        )
    text = RuleText(rule.title, rule.reason, rule.page)
    return _descriptor(rule.id, text, plain, rule.severity, "preflight")


def _other(rule: str, text: RuleText) -> dict[str, Any]:
    severity = _LETTERS.get(rule[:1], "advice")
    return _descriptor(rule, text, text.description or text.title, severity, "cfn-lint")


def _descriptor(
    rule: str, text: RuleText, plain: str, severity: Severity, tag: str
) -> dict[str, Any]:
    page = {"helpUri": text.page} if text.page.startswith(("https://", "http://")) else {}
    more = f"{plain}\n\n{text.page}" if text.page else plain
    return {
        "id": rule,
        "name": _name(text.title) or rule,
        "shortDescription": {"text": text.title or rule},
        "fullDescription": {"text": (text.description or text.title or rule)[:1024]},
        "help": {"text": more, "markdown": more},
        **page,
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {
            "tags": [tag],
            "problem.severity": "recommendation" if severity == "advice" else severity,
        },
    }


def _name(title: str) -> str:
    """Return a title as one word: ``AKeyThatIsNotKnownHere``."""
    words = re.findall(r"[A-Za-z0-9]+", title)
    return "".join(word[:1].upper() + word[1:] for word in words)[:255]


def _invocation(report: Report) -> dict[str, Any]:
    """Return what was done, and of which environments cfn-lint saw nothing."""
    unseen = [item.name for item in report.environments if item.templates is None]
    told = [
        {"level": "warning", "message": {"text": f"{name} cannot be generated, and not be linted."}}
        for name in unseen
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": told}


def _result(item: Diagnostic, position: int, top: Path, lines: Lines) -> dict[str, Any]:
    key = show_path(item.path)
    said = f"{key}: {item.message}" if key else item.message
    more = details(item)
    result: dict[str, Any] = {
        "ruleId": item.rule,
        "ruleIndex": position,
        "level": _LEVELS[item.severity],
        "message": {"text": printable(said) + (f"\n{printable(more)}" if more else "")},
        "locations": [_location(item, top, lines)],
        "partialFingerprints": _fingerprints(item, top, lines),
        "properties": {"environments": list(item.environments)},
    }
    if item.accepted:
        result["suppressions"] = [
            {"kind": "inSource", "status": "accepted", "justification": item.accepted}
        ]
    return result


def _location(item: Diagnostic, top: Path, lines: Lines) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(item.place.file, top)}
    if item.place.line:
        column = max(item.place.column, 1)
        physical["region"] = {
            "startLine": item.place.line,
            "startColumn": column,
            "endLine": item.place.line,
            "endColumn": lines.end(item.place.line, column),
        }
    logical = [{"fullyQualifiedName": show_path(item.path), "kind": "member"}] if item.path else []
    logical += [
        {"fullyQualifiedName": where(place), "kind": "resource"} for place in item.templates
    ]
    return {"physicalLocation": physical, **({"logicalLocations": logical} if logical else {})}


def _artifact(file: str, top: Path) -> dict[str, str]:
    """Return where a file is, links resolved, as code scanning does not follow them."""
    path = Path(file).resolve()
    if path.is_relative_to(top):
        return {"uri": quote(path.relative_to(top).as_posix()), "uriBaseId": _ROOT}
    return {"uri": path.as_uri()}


def _fingerprints(item: Diagnostic, top: Path, lines: Lines) -> dict[str, str]:
    """Return what stays the same where lines are added above: GitHub's own, and one by the key."""
    file = _artifact(item.place.file, top)["uri"]
    # cfn-lint may find several things at one key: the path in the template tells them apart.
    inside = [show_path(template.path) for template in item.templates[:1]]
    parts = [item.rule, file, show_path(item.path), *inside]
    ours = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
    own = lines.hash(item.place.line or 1)
    github = {"primaryLocationLineHash": own} if own else {}
    return {**github, "gatewayInfraKey/v1": ours}
