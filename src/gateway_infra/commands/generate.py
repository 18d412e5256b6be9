"""``gateway-infra generate``: write the templates and manifests of environments."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from gateway_infra.changes import changes
from gateway_infra.commands.lint import add_memory, cfn_lint_report, lint_generated
from gateway_infra.commands.messages import report, report_diagnostics
from gateway_infra.commands.options import (
    Commands,
    add_changes,
    add_layout,
    add_which,
    chosen,
    each_of,
    new_command,
    shown_folder,
)
from gateway_infra.lint.cfn_lint import CfnLintError
from gateway_infra.pipeline import Adopt, Generated, generate
from gateway_infra.sections.environment import DEPLOYERS
from gateway_infra.writers.deployers.choice import PIPELINES
from gateway_infra.writers.files import stale_files, write_environments, written_environments
from gateway_infra.writers.previous_output import read_written
from gateway_infra.writers.templates import INLINE_BYTES, MAX_BYTES


def add(commands: Commands) -> None:
    """Add the command."""
    command = new_command(
        commands,
        "generate",
        _run,
        does="write the templates of environments",
        more="Write the templates and the manifest of environments to OUTPUT/NAME/.",
    )
    _add_what(command)
    _add_how(command)


def _run(options: argparse.Namespace) -> int:
    if options.leave_out and not options.import_ready:
        options.parser.error("--leave-out goes with --import-ready")
    if options.lint and find_spec("cfnlint") is None:
        report("error", "--lint needs cfn-lint: pip install 'gateway-infra[lint]'")
        return 2
    generated = _generate_all(options)
    _warn_of_folders(options, generated)
    _warn_of_changes(options, generated)
    try:
        found = lint_generated(options, generated) if options.lint else None
    except CfnLintError as error:
        report("error", str(error))
        return 2
    if found is not None and found.has_errors and not options.check:
        sys.stdout.write(cfn_lint_report(options, found))
        report("error", "nothing is written; mend the errors that cfn-lint found first")
        return 1
    if options.check:
        code = _check(options, generated)
    else:
        code = 0
        write_environments(Path(options.output), {item.name: item.files for item in generated})
        if not options.quiet:
            for item in generated:
                _summary(options, item)
    if found is not None:
        sys.stdout.write(cfn_lint_report(options, found))
        code = code or found.exit_code
    return code


def _add_what(command: argparse.ArgumentParser) -> None:
    """Add the options that say what is generated."""
    add_which(command)
    add_layout(command)
    command.add_argument(
        "--deployer",
        action="append",
        default=[],
        choices=DEPLOYERS,
        metavar="NAME",
        help="write the files of a program that deploys (" + ", ".join(DEPLOYERS) + "); may be "
        "repeated; stands above the deployers of the file",
    )
    add_changes(command)


def _add_how(command: argparse.ArgumentParser) -> None:
    """Add the options that say where to, and what else is done."""
    command.add_argument(
        "--output", default="output", metavar="DIR", help="where to write (default: output)"
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where the output is stale"
    )
    command.add_argument(
        "--lint",
        action="store_true",
        help="run cfn-lint over the templates; exit 1 on findings, and write nothing where one is "
        "an error",
    )
    add_memory(command)
    command.add_argument(
        "--import-ready",
        action="store_true",
        help="keep every resource from deletion, and write what CloudFormation needs to adopt "
        "existing ones (docs/adopting.md)",
    )
    command.add_argument(
        "--leave-out",
        action="append",
        default=[],
        metavar="LOGICAL_ID",
        help="a resource that is not to be adopted; may be repeated; with --import-ready",
    )
    how_much = command.add_mutually_exclusive_group()
    how_much.add_argument("--quiet", action="store_true", help="print warnings and errors only")
    how_much.add_argument(
        "--verbose",
        action="store_true",
        help="print advice too, and what the file accepts, with its reasons",
    )


def _generate_all(options: argparse.Namespace) -> list[Generated]:
    """Generate every environment asked for, or raise with the problems of all of them."""
    making = partial(
        generate,
        Path(options.environments),
        layout=options.layout,
        deployers=list(dict.fromkeys(options.deployer)) or None,
        overrides=options.set,
        shown=shown_folder(options),
        adopt=Adopt(tuple(options.leave_out)) if options.import_ready else None,
    )
    done = each_of(chosen(options), making)
    _tell_findings(options, done)
    return done


def _tell_findings(options: argparse.Namespace, done: Sequence[Generated]) -> None:
    """Print warnings, once each; and on request advice and what is accepted."""
    told = [
        problem
        for item in done
        for problem in (item.findings if options.verbose else item.warnings)
    ]
    report_diagnostics(dict.fromkeys(told))
    for item in done if options.verbose else ():
        for problem in item.accepted:
            print(f"accepted: {problem}: {item.reasons[problem.rule]}", file=sys.stderr)


def _warn_of_folders(options: argparse.Namespace, generated: Sequence[Generated]) -> None:
    """Say of pipelines that they know the default folders alone."""
    folders = (options.environments.rstrip("/"), options.output.rstrip("/"))
    with_pipelines = any(
        path.startswith(f"{name}/")
        for item in generated
        for path in item.files
        for name in PIPELINES
    )
    if with_pipelines and folders != ("environments", "output"):
        report(
            "warning",
            "pipelines name the folders environments/ and output/ at the top of the "
            f"repository, not {folders[0]}/ and {folders[1]}/: change that in their copies",
        )


def _warn_of_changes(options: argparse.Namespace, generated: Sequence[Generated]) -> None:
    """Compare with what was written before, and warn of what one deploy cannot do."""
    for item in generated:
        folder = Path(options.output) / item.name
        for message in changes(read_written(folder), item.plan):
            report("warning", f"{folder}: {message}")


def _check(options: argparse.Namespace, generated: Sequence[Generated]) -> int:
    """Compare what would be written with what is there."""
    code = 0
    for item in generated:
        folder = Path(options.output) / item.name
        for name, how in stale_files(folder, item.files).items():
            code = 1
            print(f"stale: {folder / name}: {how}", end="")
    if options.all:
        known = {item.name for item in generated}
        for name in written_environments(Path(options.output)):
            if name not in known:
                code = 1
                print(f"stale: {Path(options.output) / name}: has no environment; remove it")
    if code:
        print("Run the same command without --check and commit what it writes.")
    elif not options.quiet:
        print("up to date: " + ", ".join(str(Path(options.output) / i.name) for i in generated))
    return code


def _summary(options: argparse.Namespace, item: Generated) -> None:
    """Print a line for each stack, then what is not made and might be expected."""
    folder = Path(options.output) / item.name
    most = item.loaded.environment.account.quotas.stack_resources
    for stack in item.stacks:
        limit = MAX_BYTES if stack.needs_bucket else INLINE_BYTES
        note = " (upload it to S3 to deploy it)" if stack.needs_bucket else ""
        count = len(stack.template["Resources"])
        path = str(folder / stack.file)
        print(
            f"{path:<32} {count:>3} of {most} resources  {stack.size:>7,} of {limit:,} bytes{note}"
        )
    for deployer in sorted({path.split("/")[0] for path in item.files if "/" in path}):
        count = sum(path.startswith(f"{deployer}/") for path in item.files)
        print(f"{str(folder / deployer) + os.sep:<32} {count:>3} files")
    for note in item.notes:
        # What comes from a rule has been told as its advice.
        if not (options.verbose and note.endswith("]")):
            print(f"note: {item.name}: {note}")
