"""A template for projects of Sceptre: one stack of an environment, compiled when Sceptre asks.

Sceptre takes a Python file below its ``templates/`` for a template and calls its function
``sceptre_handler``. This is the whole file, ``templates/gateway.py`` say::


    __all__ = ["sceptre_handler"]

The stack's configuration says what to compile::

    template:
      type: file
      path: gateway.py
    sceptre_user_data:
      environments: environments
      env: prod
      stack: role

https://docs.sceptre-project.org/latest/docs/templates.html#python
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from gateway_infra.layouts import LAYOUTS
from gateway_infra.pipeline import generate
from gateway_infra.reading.diagnostics import ConfigError, did_you_mean, kind_of, printable

_NEEDED = ("environments", "env", "stack")
_ALL = (*_NEEDED, "layout", "set")


class _Asked(NamedTuple):
    """User data that was checked."""

    environments: str
    env: str
    stack: str
    layout: str | None
    overrides: tuple[str, ...]


def sceptre_handler(sceptre_user_data: Any) -> str:
    """Return the template of one stack, the same bytes as in ``output/ENV/STACK.json``.

    ================  ============================================================================
    user data         what it holds
    ================  ============================================================================
    ``environments``  the folder of the environment files; below the folder where Sceptre runs
                      unless it begins with ``/``
    ``env``           the environment's name: ``prod``
    ``stack``         the stack's key: ``role``; in the layout ``single``: ``template``
    ``layout``        ``split`` or ``single``; stands above the layout of the file
    ``set``           a list of ``key.path=value``, as the command's ``--set``
    ================  ============================================================================

    Nothing is written, and nothing is kept between two calls: Sceptre asks for several stacks at
    the same time. What the command warns of is not told here.

    Raise Sceptre's ``TemplateSceptreHandlerError``, which Sceptre prints without a traceback, and
    `ValueError` where Sceptre is not installed: with everything that is wrong with the user data,
    or with the environment file, with file and line.
    """
    wrong = list(_wrong(sceptre_user_data))
    if wrong:
        raise _refusal([f"sceptre_user_data: {message}" for message in wrong])
    asked = _asked(sceptre_user_data)
    try:
        generated = generate(
            Path(asked.environments),
            asked.env,
            layout=asked.layout,
            deployers=(),
            overrides=asked.overrides,
            shown=asked.environments.rstrip("/") or "/",
        )
    except ConfigError as error:
        raise _refusal([str(problem) for problem in error.problems]) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refusal([f"{error.filename or asked.environments}: {reason}"]) from None
    keys = [stack.key for stack in generated.stacks]
    if asked.stack not in keys:
        message = f"stack: there is no stack '{asked.stack}' in the layout"
        raise _refusal([f"sceptre_user_data: {message}; there are {', '.join(keys)}"])
    return generated.stacks[keys.index(asked.stack)].text


def _wrong(data: Any) -> Iterator[str]:
    """Check the shape of the user data."""
    if not isinstance(data, dict):
        yield f"is {kind_of(data)}; must be a mapping with {', '.join(_NEEDED)}"
        return
    for key in data:
        if key not in _ALL:
            yield f"{key}: is not a key here{did_you_mean(str(key), _ALL)}"
    for key in _NEEDED:
        if key not in data:
            yield f"{key}: is missing"
    for key in (*_NEEDED, "layout"):
        if data.get(key) is not None or (key in data and key in _NEEDED):
            yield from _wrong_text(key, data[key])
    overrides = data.get("set")
    if overrides is not None and not (
        isinstance(overrides, list) and all(isinstance(item, str) for item in overrides)
    ):
        yield "set: must be a list of key.path=value texts"


def _wrong_text(key: str, value: Any) -> Iterator[str]:
    """Check one value that is text; YAML takes ``1`` and ``on`` for something else."""
    if not isinstance(value, str) or not value:
        yield f"{key}: is {kind_of(value)}; must be text" if value != "" else f"{key}: is empty"
    elif key == "layout" and value not in LAYOUTS:
        yield f"layout: is '{value}'{did_you_mean(value, LAYOUTS)}"


def _asked(data: dict[str, Any]) -> _Asked:
    return _Asked(
        data["environments"],
        data["env"],
        data["stack"],
        data.get("layout"),
        tuple(data.get("set") or ()),
    )


def _refusal(messages: list[str]) -> Exception:
    """Return an exception that Sceptre prints as a message, on one line."""
    text = printable("; ".join(messages))
    try:
        kinds = import_module("sceptre.exceptions")
    except ImportError:
        return ValueError(text)
    kind: type[Exception] = kinds.TemplateSceptreHandlerError
    return kind(text)
