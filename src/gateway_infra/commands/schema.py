"""``gateway-infra schema``: the JSON Schema of environment files, for editors."""

from __future__ import annotations

import argparse
import sys

from gateway_infra.commands.options import Commands, new_command
from gateway_infra.schema.environment import environment_schema
from gateway_infra.schema.text import schema_text


def add(commands: Commands) -> None:
    """Add the command."""
    command = new_command(
        commands,
        "schema",
        _run,
        does="print the JSON Schema of environment files, for editors",
        more="Print the JSON Schema (2020-12) of environment files, by which editors complete, "
        "explain and check them (docs/editors.md).",
    )
    command.add_argument(
        "--whole",
        action="store_true",
        help="of a whole environment, its files merged, in place of one file of it",
    )


def _run(options: argparse.Namespace) -> int:
    sys.stdout.write(schema_text(environment_schema(whole=options.whole)))
    return 0
