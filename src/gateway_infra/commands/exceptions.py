"""``gateway-infra exceptions``: the rules of scanners that an environment breaks, and why."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

from gateway_infra.commands.messages import report_diagnostics
from gateway_infra.commands.options import (
    Commands,
    add_selection,
    chosen,
    each_of,
    new_command,
    shown_folder,
)
from gateway_infra.commands.terminal import BOLD, paint, takes_color, wrapped
from gateway_infra.pipeline import Generated, generate
from gateway_infra.reading.diagnostics import printable
from gateway_infra.suppressions.catalog import SCANNERS, TABLE
from gateway_infra.suppressions.metadata import graph_suppressions
from gateway_infra.suppressions.suppression import ActiveSuppression

_INDENT = "    "
_SHOWN = 4


def add(commands: Commands) -> None:
    """Add the command."""
    more = (
        "Print which rules of public scanners the resources of an environment break on purpose, "
        "and why; the same stands in their Metadata, where scanners read it."
    )
    command = new_command(
        commands, "exceptions", _run, does="list the exceptions to scanners' rules", more=more
    )
    add_selection(command)
    command.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="for people (default), or all of each exception as JSON",
    )
    command.add_argument("--quiet", action="store_true", help="print the exceptions, no warnings")


def _run(options: argparse.Namespace) -> int:
    making = partial(
        generate,
        Path(options.environments),
        layout=options.layout,
        overrides=options.set,
        shown=shown_folder(options),
    )
    environments = each_of(chosen(options), making)
    if not options.quiet:
        report_diagnostics(warning for item in environments for warning in item.warnings)
    if options.format == "json":
        sys.stdout.write(_json(environments))
    else:
        color = takes_color(sys.stdout)
        sys.stdout.write("\n".join(_text(item, color=color) for item in environments))
    return 0


def _found(item: Generated) -> list[ActiveSuppression]:
    return graph_suppressions(item.graph, item.loaded.environment)


def grouped(found: Iterable[ActiveSuppression]) -> Iterator[tuple[ActiveSuppression, list[str]]]:
    """Yield each exception once for a reason, with the resources that it is on.

    Where resources break different rules of it, those of the first are told.
    """
    ordered = sorted(found, key=lambda item: (TABLE.index(item.row), item.reason))
    for _, same in groupby(ordered, key=lambda item: (item.row.key, item.reason)):
        together = list(same)
        most = max(together, key=lambda item: len(item.rules))
        yield most, [item.logical_id for item in together]


def _text(item: Generated, *, color: bool) -> str:
    entries = list(grouped(_found(item)))
    resources = {name for _, names in entries for name in names}
    lines = [
        paint(
            f"{item.name}: {_count(len(entries), 'exception')} on "
            f"{_count(len(resources), 'resource')}",
            BOLD,
            color,
        )
    ]
    for one, names in entries:
        lines += ["", f"  {paint(one.row.key, BOLD, color)}  {one.row.title}"]
        lines.append(wrapped(printable(one.reason), _INDENT))
        rules = ", ".join(f"{SCANNERS[rule.scanner]} {rule.id}" for rule in one.rules)
        lines.append(wrapped(f"{_count(len(names), 'resource')}: {_shown(names)}", _INDENT))
        lines.append(wrapped(rules, _INDENT))
    return "\n".join(lines) + "\n"


def _shown(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _json(environments: list[Generated]) -> str:
    # Few runs need it.
    import json

    data = [
        {
            "environment": item.name,
            "key": one.row.key,
            "title": one.row.title,
            "resource": one.logical_id,
            "type": one.type,
            "rules": [{"scanner": rule.scanner, "id": rule.id} for rule in one.rules],
            "reason": one.reason,
            "ends": one.row.ends,
        }
        for item in environments
        for one in _found(item)
    ]
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
