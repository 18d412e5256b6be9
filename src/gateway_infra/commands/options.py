"""Options that several commands have: which environments, from where, changed how."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias, TypeVar

from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, Place

Asked = TypeVar("Asked")
Made = TypeVar("Made")
LAYOUTS = ("single", "split")
"""The layouts that have a name; `gateway_infra.layouts`, which has them, is large."""

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What argparse gives to add the parsers of commands to."""


def new_command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], *, does: str, more: str
) -> argparse.ArgumentParser:
    """Add a command that `run` runs; `does` is its line in the list, `more` its own description."""
    command = commands.add_parser(name, help=does, description=more, allow_abbrev=False)
    command.set_defaults(run=run, parser=command)
    return command


def add_which(command: argparse.ArgumentParser) -> None:
    """Add ``--env``, ``--all`` and ``--environments``."""
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--env", action="append", metavar="NAME", help="an environment; may be repeated"
    )
    which.add_argument("--all", action="store_true", help="every environment of the folder")
    add_folder(command)


def add_folder(command: argparse.ArgumentParser) -> None:
    """Add ``--environments``."""
    command.add_argument(
        "--environments",
        default="environments",
        metavar="DIR",
        help="where the environment files are (default: environments)",
    )


def add_changes(command: argparse.ArgumentParser) -> None:
    """Add ``--set``."""
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY.PATH=VALUE",
        help="override one value, as in functions.web.memory=2048; may be repeated",
    )


def add_layout(command: argparse.ArgumentParser) -> None:
    """Add ``--layout``."""
    command.add_argument("--layout", choices=LAYOUTS, help="stands above the layout of the file")


def add_selection(command: argparse.ArgumentParser) -> None:
    """Add the options that say which environments are generated, and changed how."""
    add_which(command)
    add_layout(command)
    add_changes(command)


def shown_folder(options: argparse.Namespace) -> str:
    """Return what messages call the folder of environments."""
    return str(options.environments).rstrip("/") or "/"


def each_of(asked: Iterable[Asked], make: Callable[[Asked], Made]) -> list[Made]:
    """Return what `make` returns for each; raise `ConfigError` with the problems of all."""
    made: list[Made] = []
    problems: list[Diagnostic] = []
    for one in asked:
        try:
            made.append(make(one))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return made


def chosen(options: argparse.Namespace) -> list[str]:
    """Return the environments asked for, each once; raise `ConfigError` where there is none."""
    shown = shown_folder(options)
    if not options.all:
        return list(dict.fromkeys(options.env))
    # A second run of `lint` asks for no names, and so needs none of what this imports.
    from gateway_infra.loading.load import environment_names

    names = environment_names(Path(options.environments), shown)
    if not names:
        message = "holds no environment; write one as NAME.yaml beside base.yaml"
        raise ConfigError([Diagnostic((), message, place=Place(shown))])
    return names
