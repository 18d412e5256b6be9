"""`customize`: a function of the user's own, imported and called with the graph.

Its module is looked for in the folder where the command runs first, as by ``python -m``.
https://docs.python.org/3/using/cmdline.html#cmdoption-m
"""

from __future__ import annotations

import copy
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module, invalidate_caches
from inspect import iscoroutine
from pathlib import Path
from threading import Lock
from typing import Any, cast

from troposphere import encode_to_dict

from gateway_infra.graph import Graph, Output, Resource, depends_on, references
from gateway_infra.reading.diagnostics import did_you_mean, near_miss, show_path
from gateway_infra.sections.layout import ADDED, FAMILIES

_HERE = Path(__file__).parent.parent
_SEARCHING = Lock()
"""The list of folders that Python searches is one for all threads, and Sceptre asks in several."""


class CustomizeError(Exception):
    """A function that cannot be called, or that raises: what and where."""


class ReturnedError(Exception):
    """A function that returned what is no graph: what is wrong with it."""


def call(target: str, graph: Graph) -> Graph:
    """Return what the function ``package.module:name`` makes of a copy of the graph.

    Raise `CustomizeError` or `ReturnedError`.
    """
    module, _, name = target.partition(":")
    with _searched_first(Path.cwd()):
        function = _function(module, name)
        try:
            # Standard output may be a report, or templates for somebody's pipe.
            with redirect_stdout(sys.stderr):
                returned = function(copy.deepcopy(graph))
        except (Exception, SystemExit) as error:
            raise CustomizeError(f"raised {_told(error)}") from error
    if iscoroutine(returned):
        returned.close()  # Else Python warns that nobody awaited it.
    try:
        return _checked(returned, graph)
    except RecursionError as error:
        message = "returned a resource that holds itself, or is too deep for a template"
        raise ReturnedError(message) from error


@contextmanager
def _searched_first(folder: Path) -> Iterator[None]:
    """Let Python search a folder before all others, for a while."""
    with _SEARCHING:
        before = list(sys.path)
        sys.path.insert(0, str(folder))
        invalidate_caches()
        try:
            yield
        finally:
            sys.path[:] = before


def _function(module: str, name: str) -> Callable[[Graph], Any]:
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{module}.".startswith(f"{error.name}."):
            message = (
                f"names the module {module}, and there is no {error.name} in the folder where "
            )
            raise CustomizeError(f"{message}the command runs, nor among installed ones") from error
        raise CustomizeError(f"cannot import {module}: {_told(error)}") from error
    except (Exception, SystemExit) as error:
        raise CustomizeError(f"cannot import {module}: {_told(error)}") from error
    function = getattr(found, name, None)
    if not callable(function):
        known = [key for key, item in vars(found).items() if callable(item) and key[0] != "_"]
        raise CustomizeError(
            f"names {name}, and {module} has no such function{near_miss(name, known)}"
        )
    return cast("Callable[[Graph], Any]", function)


def _told(error: BaseException) -> str:
    """Return an exception's type and text, and the last line of the user's own that led to it."""
    said = " ".join(str(error).split())
    text = f"{type(error).__name__}: {said}" if said else type(error).__name__
    if isinstance(error, SyntaxError) and error.filename:
        return f"SyntaxError: {error.msg} ({_shown(error.filename)}:{error.lineno})"
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not Path(frame.filename).is_relative_to(_HERE)
        and Path(frame.filename).is_file()
        and not _is_installed(frame.filename)
    ]
    return f"{text} ({_shown(own[-1].filename)}:{own[-1].lineno})" if own else text


def _is_installed(file: str) -> bool:
    """Tell whether a file belongs to Python or to an installed package."""
    parts = Path(file).parts
    return "site-packages" in parts or Path(file).is_relative_to(Path(os.__file__).parent)


def _shown(file: str) -> str:
    """Return a file as seen from the folder where the command runs."""
    path, here = Path(file), Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def _checked(returned: Any, given: Graph) -> Graph:
    """Return the graph as plain data, or say what is wrong with it."""
    if not isinstance(returned, Graph):
        what = "nothing" if returned is None else f"a value of the type {type(returned).__name__}"
        raise ReturnedError(f"returned {what}; it must return the graph")
    if dict(returned.parameters) != dict(given.parameters):
        raise ReturnedError(
            "changed the parameters; leave values open in the file, as in {parameter: Name}"
        )
    families = {ADDED, *FAMILIES, *(item.family for item in given.resources.values())}
    resources = {}
    for key, item in returned.resources.items():
        _check_resource(key, item, families)
        resources[key] = item._replace(
            body=_plain(key, item.body), source=item.source or ("customize",)
        )
    graph = Graph(resources, given.parameters, dict(returned.outputs))
    return graph._replace(outputs={key: _output(key, graph) for key in graph.outputs})


def _check_resource(key: str, item: Any, families: set[str]) -> None:
    if not isinstance(item, Resource):
        raise ReturnedError(f"put under {key} what is no Resource")
    if item.logical_id != key or not (key.isascii() and key.isalnum() and len(key) <= 255):
        raise ReturnedError(
            f"put the resource '{item.logical_id}' under '{key}'; both must be its logical id, of "
            "up to 255 letters and digits"
        )
    if item.family not in families:
        hint = did_you_mean(str(item.family), families)
        raise ReturnedError(f"gave {key} the family '{item.family}'{hint}")
    if not isinstance(item.body, dict) or not isinstance(item.body.get("Type"), str):
        raise ReturnedError(f"gave {key} a body without a Type")
    if not isinstance(item.body.get("Properties", {}), dict):
        raise ReturnedError(f"gave {key} Properties that are no mapping")


def _plain(key: str, body: Any) -> Any:
    """Return data with troposphere's objects in it as a template holds them."""
    try:
        return json.loads(json.dumps(encode_to_dict(body), allow_nan=False))
    except (TypeError, ValueError) as error:
        # The text of such an error names a type or a number, never a key's value.
        raise ReturnedError(f"gave {key} what a template cannot hold: {error}") from error


def _output(key: str, graph: Graph) -> Output:
    output = graph.outputs[key]
    if not isinstance(output, Output) or output.name != key:
        raise ReturnedError(f"put under the output {key} what is no Output of that name")
    value = _plain(key, output.value)
    targets = [reference.target for reference in references(value)]
    if not any(target in graph.resources for target in targets):
        raise ReturnedError(f"made the output {key} of no resource; it must refer to one")
    for target in targets:
        _require(target, graph, f"the output {key}")
    return output._replace(value=value)


def require_all(graph: Graph) -> None:
    """Raise `ReturnedError` where a resource refers to what is nowhere."""
    for item in graph.resources.values():
        named = [reference.target for reference in references(item.body)]
        for target in [*named, *depends_on(item.body)]:
            _require(target, graph, show_path((item.logical_id,)))


def _require(target: str, graph: Graph, owner: str) -> None:
    known = [*graph.resources, *graph.parameters]
    if target not in known and not target.startswith("AWS::"):
        hint = near_miss(target, known)
        raise ReturnedError(
            f"made {owner} refer to '{target}', which is nowhere in these templates{hint}"
        )
