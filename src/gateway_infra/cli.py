"""The command ``gateway-infra``: options in, messages and exit codes out, nothing else.

Exit codes: 0 done, 1 stale output or findings, 2 bad input or usage. Results go to stdout, warnings
and errors to stderr.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from gateway_infra import __version__
from gateway_infra.commands.messages import report, report_diagnostics
from gateway_infra.reading.diagnostics import ConfigError

COMMANDS = {
    "generate": "generate",
    "lint": "lint",
    "config": "config",
    "exceptions": "exceptions",
    "rules": "rules",
    "explain": "rules",
    "schema": "schema",
}
"""Each command with its module under `commands`, in the order in which they are listed. A run
imports the module of its own command alone: most of a run's time is what it imports."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; `arguments` default to those of the process."""
    try:
        options = _options(arguments)
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except ConfigError as error:
        report_diagnostics(error.problems)
    except BrokenPipeError:
        # Whoever read stdout, `head` say, has seen enough; nothing more can be printed there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        reason = error.strerror or str(error)
        report("error", f"{error.filename}: {reason}" if error.filename else reason)
    return 2


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the arguments; a wrong one ends the process with the usage of its command."""
    parser = argparse.ArgumentParser(
        prog="gateway-infra",
        description="Compile environment files into CloudFormation for an API Gateway service.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"gateway-infra {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    for module in _modules(sys.argv[1:] if arguments is None else arguments):
        module.add(commands)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        options.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    return options


def _modules(arguments: Sequence[str]) -> list[ModuleType]:
    """Return the module of the command that is named, or all where none is: to list them."""
    named = next((text for text in arguments if not text.startswith("-")), "")
    names = [COMMANDS[named]] if named in COMMANDS else dict.fromkeys(COMMANDS.values())
    return [import_module(f"gateway_infra.commands.{name}") for name in names]
