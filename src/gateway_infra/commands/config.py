"""``gateway-infra config``: what holds in an environment, where it comes from, what differs."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gateway_infra.commands.messages import report
from gateway_infra.commands.options import (
    Commands,
    add_changes,
    add_folder,
    each_of,
    new_command,
    shown_folder,
)
from gateway_infra.loading.load import load
from gateway_infra.loading.provenance import (
    Missing,
    Resolved,
    differences,
    find,
    key_path,
    origin,
    resolve,
    standing_alone,
)
from gateway_infra.loading.yaml_text import Line, block, entry, joined
from gateway_infra.reading.diagnostics import printable, show_path

_HIDDEN = "looks like a secret; not shown"


def add(commands: Commands) -> None:
    """Add the command."""
    command = new_command(
        commands,
        "config",
        _run,
        does="print what holds in an environment, and where each value comes from",
        more="Print an environment with all that holds in it, as YAML: files, --set and defaults.",
    )
    command.add_argument(
        "--env", action="append", required=True, metavar="NAME", help="the environment"
    )
    add_folder(command)
    add_changes(command)
    command.add_argument(
        "--origin",
        action="store_true",
        help="say behind each value where it comes from: FILE:LINE, --set or a default",
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--diff",
        metavar="NAME",
        help="show only what differs from another environment, which --set leaves as it is",
    )
    which.add_argument(
        "--get",
        metavar="KEY.PATH",
        help="print one value, as in functions.web.memory; text as it is, for scripts",
    )
    command.add_argument(
        "--format",
        choices=("yaml", "json"),
        default="yaml",
        help="how it is printed (default: yaml)",
    )


def _run(options: argparse.Namespace) -> int:
    if len(set(options.env)) > 1:
        options.parser.error("--env names one environment here; compare it with --diff")
    if options.format == "json" and (options.origin or options.diff):
        options.parser.error("--format json cannot stand beside --origin or --diff")
    note = _noted(origins=options.origin)
    if options.diff is not None:
        return _diff(options, note)
    (tree,) = _trees(options, [(options.env[0], options.set)])
    if options.get is not None:
        return _get(options, tree, note)
    tree = standing_alone(tree)
    _print(_json(tree) if options.format == "json" else joined(block(tree, note)))
    return 0


def _diff(options: argparse.Namespace, note: Callable[[Resolved], str]) -> int:
    name, other = options.env[0], options.diff
    first, second = _trees(options, [(name, options.set), (other, [])])
    labels = (name if name != other else f"{name} with --set", other)
    found = list(differences(first, second))
    if found:
        width = max(len(label) for label in labels) + 1
        lines: list[Line] = []
        for path, *values in found:
            lines.append(Line(printable(f"{show_path(path)}:")))
            for label, value in zip(labels, values, strict=True):
                lines += _side(f"{f'{label}:':<{width}}", value, note)
        _print(joined(lines))
    else:
        _print(f"{labels[0]} and {other} do not differ\n")
    return 0


def _side(head: str, value: Resolved | None, note: Callable[[Resolved], str]) -> Iterator[Line]:
    """Yield what one environment has."""
    if value is None:
        yield Line(f"  {head} (not set)")
    else:
        yield from entry(head, value, note, 2, lists=True)


def _get(options: argparse.Namespace, tree: Resolved, note: Callable[[Resolved], str]) -> int:
    path = key_path(options.get)
    if not path:
        example = "functions.web.memory or 'api.routes[\"GET /jobs\"].function'"
        report("error", f"--get takes the path of a key, as in {example}")
        return 2
    found = find(tree, path)
    if isinstance(found, Missing):
        report("error", f"--get {show_path(found.path)}: {found.message}")
        return 2
    if found.value is None and found.default:
        report("error", f"--get {show_path(path)}: is not set")
        return 1
    if found.secret:
        report("error", f"{origin(found.place)}: {show_path(path)}: {_HIDDEN}")
        return 2
    if options.format == "json":
        _print(_json(found))
    elif isinstance(found.value, str) and not options.origin:
        _print(f"{found.value}\n")
    else:
        _print(joined(block(found, note)))
    return 0


def _trees(
    options: argparse.Namespace, asked: Sequence[tuple[str, Sequence[str]]]
) -> list[Resolved]:
    """Resolve environments, each with its own ``--set``, or raise with the problems of all."""
    folder, shown = Path(options.environments), shown_folder(options)
    return each_of(asked, lambda one: resolve(load(folder, *one, shown)))


def _noted(*, origins: bool) -> Callable[[Resolved], str]:
    """Return what writes the comment behind a value."""

    def note(node: Resolved) -> str:
        parts = [origin(node.place)] if origins else []
        return ", ".join([*parts, _HIDDEN] if node.secret else parts)

    return note


def _json(tree: Resolved) -> str:
    return json.dumps(tree.plain(), indent=2, ensure_ascii=False) + "\n"


def _print(text: str) -> None:
    """Print as UTF-8, which is what files of an environment are read as."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)
