"""The command ``gateway-infra``: options in, messages and exit codes out, nothing else.

Exit codes: 0 done, 1 stale output or lint findings, 2 bad input or usage. Results go to stdout,
warnings and errors to stderr.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from gateway_infra import __version__
from gateway_infra.changes import changes
from gateway_infra.config.environment import DEPLOYERS
from gateway_infra.config.load import environment_names
from gateway_infra.config.problems import ConfigError, Place, Problem, printable
from gateway_infra.layouts import LAYOUTS
from gateway_infra.lint import lint_templates
from gateway_infra.pipeline import MAX_RESOURCES, Adopt, Generated, generate
from gateway_infra.writers.deployers.choice import PIPELINES
from gateway_infra.writers.files import stale_files, write_environments, written_environments
from gateway_infra.writers.plan import INLINE_BYTES
from gateway_infra.writers.templates import MAX_BYTES
from gateway_infra.writers.written import read_written


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; `arguments` default to those of the process."""
    try:
        code = _run(_options(arguments))
        sys.stdout.flush()
        return code
    except ConfigError as error:
        for problem in error.problems:
            print(f"error: {problem}", file=sys.stderr)
    except BrokenPipeError:
        # Whoever read stdout, `head` say, has seen enough; nothing more can be printed there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        reason = error.strerror or str(error)
        text = f"{error.filename}: {reason}" if error.filename else reason
        print(f"error: {printable(text)}", file=sys.stderr)
    return 2


def _run(options: argparse.Namespace) -> int:
    if options.lint and find_spec("cfnlint") is None:
        print("error: --lint needs cfn-lint: pip install 'gateway-infra[lint]'", file=sys.stderr)
        return 2
    generated = _generate_all(options)
    _warn_of_folders(options, generated)
    _warn_of_changes(options, generated)
    if options.check:
        code = _check(options, generated)
    else:
        code = 0
        write_environments(Path(options.output), {item.name: item.files for item in generated})
        if not options.quiet:
            for item in generated:
                _summary(options, item)
    if options.lint and code == 0:
        code = _lint(options, generated)
    return code


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the arguments; a wrong one ends the process with the usage of its command."""
    parser = argparse.ArgumentParser(
        prog="gateway-infra",
        description="Compile environment files into CloudFormation for an API Gateway service.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"gateway-infra {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser(
        "generate",
        help="write the templates of environments",
        description="Write the templates and the manifest of environments to OUTPUT/NAME/.",
        allow_abbrev=False,
    )
    _add_what(command)
    _add_how(command)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        command.error(f"unrecognized arguments: {' '.join(unknown)}")
    if options.leave_out and not options.import_ready:
        command.error("--leave-out goes with --import-ready")
    return options


def _add_what(command: argparse.ArgumentParser) -> None:
    """Add the options that say what is generated."""
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--env", action="append", metavar="NAME", help="an environment; may be repeated"
    )
    which.add_argument("--all", action="store_true", help="every environment of the folder")
    command.add_argument(
        "--layout", choices=sorted(LAYOUTS), help="stands above the layout of the file"
    )
    command.add_argument(
        "--deployer",
        action="append",
        default=[],
        choices=DEPLOYERS,
        metavar="NAME",
        help="write the files of a program that deploys (" + ", ".join(DEPLOYERS) + "); may be "
        "repeated; stands above the deployers of the file",
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY.PATH=VALUE",
        help="override one value, as in functions.web.memory=2048; may be repeated",
    )


def _add_how(command: argparse.ArgumentParser) -> None:
    """Add the options that say where from and where to, and what else is done."""
    command.add_argument(
        "--output", default="output", metavar="DIR", help="where to write (default: output)"
    )
    command.add_argument(
        "--environments",
        default="environments",
        metavar="DIR",
        help="where the environment files are (default: environments)",
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where the output is stale"
    )
    command.add_argument(
        "--lint", action="store_true", help="run cfn-lint over the templates; exit 1 on findings"
    )
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
    command.add_argument("--quiet", action="store_true", help="print warnings and errors only")


def _generate_all(options: argparse.Namespace) -> list[Generated]:
    """Generate every environment asked for, or raise with the problems of all of them."""
    folder = Path(options.environments)
    shown = options.environments.rstrip("/") or "/"
    names = environment_names(folder, shown) if options.all else list(dict.fromkeys(options.env))
    if not names:
        message = "holds no environment; write one as NAME.yaml beside base.yaml"
        raise ConfigError([Problem(Place(shown), (), message)])
    done: list[Generated] = []
    problems: list[Problem] = []
    for name in names:
        try:
            item = generate(
                folder,
                name,
                layout=options.layout,
                deployers=list(dict.fromkeys(options.deployer)) or None,
                overrides=options.set,
                shown=shown,
                adopt=Adopt(tuple(options.leave_out)) if options.import_ready else None,
            )
            done.append(item)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    for warning in dict.fromkeys(str(w) for item in done for w in item.warnings):
        print(f"warning: {warning}", file=sys.stderr)
    return done


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
        print(
            "warning: pipelines name the folders environments/ and output/ at the top of the "
            f"repository, not {folders[0]}/ and {folders[1]}/: change that in their copies",
            file=sys.stderr,
        )


def _warn_of_changes(options: argparse.Namespace, generated: Sequence[Generated]) -> None:
    """Compare with what was written before, and warn of what one deploy cannot do."""
    for item in generated:
        folder = Path(options.output) / item.name
        for message in changes(read_written(folder), item.plan):
            print(f"warning: {printable(f'{folder}: {message}')}", file=sys.stderr)


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
    for stack in item.stacks:
        limit = MAX_BYTES if stack.needs_bucket else INLINE_BYTES
        note = " (upload it to S3 to deploy it)" if stack.needs_bucket else ""
        count = len(stack.template["Resources"])
        path = str(folder / stack.file)
        print(
            f"{path:<32} {count:>3} of {MAX_RESOURCES} resources"
            f"  {stack.size:>7,} of {limit:,} bytes{note}"
        )
    for deployer in sorted({path.split("/")[0] for path in item.files if "/" in path}):
        count = sum(path.startswith(f"{deployer}/") for path in item.files)
        print(f"{str(folder / deployer) + os.sep:<32} {count:>3} files")
    for note in item.notes:
        print(f"note: {item.name}: {note}")


def _lint(options: argparse.Namespace, generated: Sequence[Generated]) -> int:
    """Run cfn-lint over the templates in the output folder."""
    findings: list[str] = []
    count = 0
    for item in generated:
        folder = Path(options.output) / item.name
        files = [folder / stack.file for stack in item.stacks]
        try:
            findings += lint_templates(files, item.plan.region)
        except ValueError as error:
            print(f"error: {item.name}: {error}", file=sys.stderr)
            return 2
        count += len(files)
    for finding in findings:
        print(finding)
    if not findings and not options.quiet:
        print(f"cfn-lint: no findings in {count} templates")
    return 1 if findings else 0
