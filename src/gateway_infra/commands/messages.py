"""What a person is told of problems, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from gateway_infra.config.problems import Problem, printable


def tell_problems(problems: Iterable[Problem]) -> None:
    """Print errors, warnings and advice, each with its place."""
    for problem in problems:
        print(f"{problem.severity}: {problem}", file=sys.stderr)


def tell(severity: str, text: str) -> None:
    """Print a message that has no place in a file."""
    print(f"{severity}: {printable(text)}", file=sys.stderr)
