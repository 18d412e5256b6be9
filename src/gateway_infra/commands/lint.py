"""``gateway-infra lint``: preflight, then cfn-lint, in one report."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from gateway_infra.commands.messages import printed, report
from gateway_infra.commands.options import (
    Commands,
    add_selection,
    chosen,
    new_command,
    shown_folder,
)
from gateway_infra.commands.terminal import takes_color
from gateway_infra.lint.cache import Cache, default_folder, key_of
from gateway_infra.lint.cfn_lint import CfnLintError
from gateway_infra.lint.document import plain, read
from gateway_infra.lint.document import render as json_of
from gateway_infra.lint.report import Report
from gateway_infra.lint.state import of_cfn_lint, of_environments, of_this
from gateway_infra.lint.text import looked_at
from gateway_infra.lint.text import render as text_of
from gateway_infra.reading.diagnostics import ConfigError, Diagnostic

if TYPE_CHECKING:
    from gateway_infra.lint.provenance_of_findings import Made
    from gateway_infra.pipeline import Generated

# What a run needs that remembers nothing (the models, the builders, cfn-lint) is imported there: a
# second run over the same files takes less time than those imports.

INTERRUPTED = 130
"""The exit code of a process that Ctrl-C ends, as shells have it."""


def add(commands: Commands) -> None:
    """Add the command."""
    command = new_command(
        commands,
        "lint",
        _run,
        does="check environments: preflight, then cfn-lint",
        more="Check environments and the templates that would be made of them; write nothing. "
        "Exit 0 without errors and warnings, 1 with some, 2 where an environment cannot be "
        "generated (docs/linting.md).",
    )
    add_selection(command)
    _add_report(command)
    add_memory(command)
    command.add_argument(
        "--no-cfn-lint", action="store_true", help="leave cfn-lint out, which is then not needed"
    )


def _add_report(command: argparse.ArgumentParser) -> None:
    """Add the options that say what is told, and how."""
    command.add_argument(
        "--format",
        choices=("text", "json", "sarif", "junit"),
        default="text",
        help="how the report is written (default: text)",
    )
    command.add_argument(
        "--output-file",
        metavar="FILE",
        help="where to; standard output then gets the text (default: standard output)",
    )
    how_much = command.add_mutually_exclusive_group()
    how_much.add_argument("--quiet", action="store_true", help="print errors and warnings only")
    how_much.add_argument(
        "--verbose", action="store_true", help="report what the files accept too, with the reasons"
    )


def add_memory(command: argparse.ArgumentParser) -> None:
    """Add the options that say how cfn-lint is run."""
    command.add_argument(
        "--jobs",
        type=_count,
        metavar="N",
        help="processes that run cfn-lint (default: as many as are faster here)",
    )
    command.add_argument(
        "--no-cache", action="store_true", help="neither use nor keep what was found before"
    )
    command.add_argument(
        "--cache-dir",
        metavar="DIR",
        help="where what was found is kept (default: gateway-infra/lint in the user's cache)",
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number of at least 1")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    if not options.no_cfn_lint and find_spec("cfnlint") is None:
        install = "pip install 'gateway-infra[lint]', or leave it out with --no-cfn-lint"
        report("error", f"cfn-lint is not installed: {install}")
        return 2
    try:
        found = _report(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except CfnLintError as error:
        report("error", str(error))
        return 2
    _write(options, found)
    return found.exit_code


def cache_of(options: argparse.Namespace) -> Cache:
    """Return where results are remembered, as the options have it."""
    if options.no_cache:
        return Cache(None)
    return Cache(Path(options.cache_dir) if options.cache_dir else default_folder())


def _report(options: argparse.Namespace) -> Report:
    """Return the report: the last one, where nothing has changed since."""
    cache = cache_of(options)
    key = _key(options, cache)
    known = None if key is None else read(cache.get(key))
    if known is not None:
        return known._replace(remembered=known.templates)
    report = _look(options, cache)
    if key is not None:
        cache.put(key, plain(report))
    cache.prune()
    return report


def _key(options: argparse.Namespace, cache: Cache) -> str | None:
    """Return the name of all that a report depends on; ``None`` where that cannot be told."""
    if cache.folder is None or options.no_cfn_lint or any("customize" in s for s in options.set):
        return None
    parts = (of_environments(Path(options.environments)), of_cfn_lint(), of_this())
    if None in parts:
        return None
    which = None if options.all else chosen(options)
    return key_of("report", *parts, which, shown_folder(options), options.layout, options.set)


def _look(options: argparse.Namespace, cache: Cache) -> Report:
    """Generate the environments asked for, and let cfn-lint look at what is made."""
    from gateway_infra.lint.findings import merged
    from gateway_infra.lint.provenance_of_findings import of_problem
    from gateway_infra.lint.report import Looked
    from gateway_infra.lint.run import lint_made
    from gateway_infra.pipeline import generate

    shown = shown_folder(options)
    looked, found, made = [], [], []
    for name in chosen(options):
        file = own_file(shown, name)
        try:
            item = generate(
                Path(options.environments),
                name,
                layout=options.layout,
                overrides=options.set,
                shown=shown,
            )
        except ConfigError as error:
            looked.append(Looked(name, file, None))
            found += [of_problem(problem, name, file, None) for problem in error.problems]
            continue
        looked.append(Looked(name, file, tuple(stack.file for stack in item.stacks)))
        source = item.loaded.source
        found += [of_problem(problem, name, file, source) for problem in item.findings]
        found += [
            of_problem(problem, name, file, source)._replace(accepted=item.reasons[problem.rule])
            for problem in item.accepted
        ]
        made.append(made_of(item, shown))
    if options.no_cfn_lint:
        return Report(tuple(looked), merged(found), {}, cfn_lint=False)
    linted = lint_made(made, cache, options.jobs)
    everything = merged([*found, *linted.findings])
    return Report(tuple(looked), everything, linted.rules, remembered=linted.remembered)


def own_file(shown: str, name: str) -> str:
    """Return what messages call an environment's own file."""
    return f"{shown}/{name}.yaml"


def made_of(item: Generated, shown: str) -> Made:
    """Return what cfn-lint is to look at of a generated environment."""
    from gateway_infra.lint.provenance_of_findings import Made, Template

    templates = tuple(Template(s.name, s.file, s.template, s.text) for s in item.stacks)
    return Made(own_file(shown, item.name), item.loaded, item.graph, templates)


def lint_generated(options: argparse.Namespace, generated: Sequence[Generated]) -> Report:
    """Return what cfn-lint alone finds in generated environments; raise as `lint_made` does."""
    from gateway_infra.lint.findings import merged
    from gateway_infra.lint.report import Looked
    from gateway_infra.lint.run import lint_made

    shown = shown_folder(options)
    made = [made_of(item, shown) for item in generated]
    cache = cache_of(options)
    linted = lint_made(made, cache, options.jobs)
    cache.prune()
    looked = tuple(
        Looked(item.loaded.name, item.file, tuple(template.file for template in item.templates))
        for item in made
    )
    return Report(looked, merged(linted.findings), linted.rules, remembered=linted.remembered)


def cfn_lint_report(options: argparse.Namespace, report: Report) -> str:
    """Return what ``generate --lint`` tells: what cfn-lint found, or that it found nothing."""
    if report.findings:
        return _text(report, quiet=True, verbose=False, color=takes_color(sys.stdout))
    return "" if options.quiet else f"cfn-lint: no findings in {looked_at(report)}\n"


def _replace(file: Path, content: bytes) -> None:
    """Write a file whole or not at all; what is no regular file, as /dev/stdout, as it is."""
    if file.exists() and not file.is_file():
        file.write_bytes(content)
        return
    beside = file.with_name(f".{file.name}.new")
    try:
        beside.write_bytes(content)
        os.replace(beside, file)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise OSError(error.errno, error.strerror, str(file)) from error


def _write(options: argparse.Namespace, report: Report) -> None:
    """Write the report, to a file or standard output; beside a file, the text goes there too."""
    file = options.output_file
    if file is not None:
        _replace(Path(file), _rendered(options, report).encode())
    elif options.format != "text":
        sys.stdout.write(_rendered(options, report))
    if file is None and options.format != "text":
        return
    sys.stdout.write(
        _text(report, quiet=options.quiet, verbose=options.verbose, color=takes_color(sys.stdout))
    )


def _rendered(options: argparse.Namespace, report: Report) -> str:
    """Return the report in the format that is asked for."""
    if options.format == "text":
        return _text(report, quiet=options.quiet, verbose=options.verbose, color=False)
    if options.format == "json":
        return json_of(report)
    if options.format == "junit":
        from gateway_infra.lint.junit import render as junit_of

        return junit_of(report, verbose=options.verbose)
    from gateway_infra.lint.sarif import render as sarif_of

    return sarif_of(report, verbose=options.verbose)


def _text(report: Report, *, quiet: bool, verbose: bool, color: bool) -> str:
    def say(problem: Diagnostic) -> str:
        return printed([problem], color=color)

    return text_of(report, quiet=quiet, verbose=verbose, say=say)
