"""What the tests of configuration share: the messages of a failure, as texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from gateway_infra.reading.diagnostics import ConfigError
from tests.support import MINIMAL, load_text

DATABASE = """\
database:
  host: db.example.com
  name: jobs
  user: jobs_app
  security_group: sg-0a1b2c3d
  password: {environment_variable: DB_PASSWORD}
"""
"""A section to add to `MINIMAL`."""


def faults_of(call: Callable[..., Any], *arguments: Any) -> list[str]:
    """Return the messages with which a call fails."""
    with pytest.raises(ConfigError) as caught:
        call(*arguments)
    return [str(problem) for problem in caught.value.problems]


def load_faults(text: str, name: str = "prod", overrides: Sequence[str] = ()) -> list[str]:
    """Return the messages with which an environment is refused."""
    return faults_of(load_text, text, name, overrides)


def changed(old: str, new: str, text: str = MINIMAL) -> str:
    """Return an environment with one piece of its text replaced."""
    assert old in text
    return text.replace(old, new)


def with_function(settings: str, text: str = MINIMAL) -> str:
    """Return an environment whose function has further settings."""
    return changed("jobs:1}", f"jobs:1, {settings}}}", text)


def with_routes(*routes: str) -> str:
    """Return an environment with these routes, each to the function ``web``."""
    entries = ", ".join(f'"{route}": web' for route in routes)
    return changed("{GET /jobs: web}", f"{{{entries}}}")
