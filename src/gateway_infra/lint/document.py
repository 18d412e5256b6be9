"""The report as JSON, whose shape ``report.schema.json`` beside this module describes.

It is what programs read, and what is remembered of a run.
"""

from __future__ import annotations

import json
from typing import Any

from gateway_infra import __version__
from gateway_infra.lint.report import Looked, Report, RuleText, counts
from gateway_infra.reading.diagnostics import Diagnostic, InTemplate, KeyPath, Place, show_path

SCHEMA = 1
"""Another number says that a key has gone or means something else; new keys may come."""


def render(report: Report) -> str:
    """Return the report as JSON; the same report gives the same text."""
    return json.dumps(plain(report), indent=2, sort_keys=True) + "\n"


def plain(report: Report) -> dict[str, Any]:
    """Return the report as plain data; how much of it was remembered is no part of it."""
    return {
        "schema": SCHEMA,
        "version": __version__,
        "cfn_lint": report.cfn_lint,
        "counts": counts(report.findings),
        "environments": [
            {
                "name": item.name,
                "file": item.file,
                "generated": item.templates is not None,
                "templates": list(item.templates or ()),
            }
            for item in report.environments
        ],
        "findings": [_finding(item) for item in report.findings],
        "rules": {rule: text._asdict() for rule, text in sorted(report.rules.items())},
    }


def read(data: Any) -> Report | None:
    """Return the report that `plain` made this data of, or ``None`` for anything else."""
    try:
        if data["schema"] != SCHEMA:
            return None
        return Report(
            environments=tuple(_looked(item) for item in data["environments"]),
            findings=tuple(_read(item) for item in data["findings"]),
            rules={rule: RuleText(**text) for rule, text in data["rules"].items()},
            cfn_lint=data["cfn_lint"],
        )
    except (TypeError, KeyError, AttributeError):
        return None


def _finding(item: Diagnostic) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "tool": item.tool,
        "severity": item.severity,
        "message": item.message,
        "file": item.place.file,
        "line": item.place.line or None,
        "column": item.place.column or None,
        "key": show_path(item.path),
        "path": list(item.path),
        "note": item.note,
        "accepted": item.accepted or None,
        "environments": list(item.environments),
        "templates": [{**place._asdict(), "path": list(place.path)} for place in item.templates],
    }


def _looked(item: Any) -> Looked:
    templates = tuple(item["templates"]) if item["generated"] else None
    return Looked(item["name"], item["file"], templates)


def _read(item: Any) -> Diagnostic:
    return Diagnostic(
        _path(item["path"]),
        item["message"],
        item["rule"],
        item["severity"],
        place=Place(item["file"], item["line"] or 0, item["column"] or 0),
        environments=tuple(item["environments"]),
        templates=tuple(
            InTemplate(**{**place, "path": _path(place["path"])}) for place in item["templates"]
        ),
        note=item["note"],
        accepted=item["accepted"] or "",
    )


def _path(parts: Any) -> KeyPath:
    return tuple(parts)
