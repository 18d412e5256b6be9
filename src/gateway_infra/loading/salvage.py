"""The sound part of a wrong file, so that checks across sections can run beside its other faults.

What is wrong is left out where it has a default, and else replaced: a value that may be known
later by one that is, which checks have nothing to say of. What checks find because of that is no
fault of the file, and is not told.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateway_infra.loading.translate import field_at
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.sections.environment import Environment
from gateway_infra.values.values import ListOf, ValueType

_MARK = "Unknownvalue"
_ROUNDS = 4
_INSTEAD: dict[KeyPath, Any] = {
    ("api", "authorization"): "iam",
    ("region",): f"xx-{_MARK.lower()}-1",
    ("service",): _MARK.lower(),
    ("tier",): "dev",
    ("network",): {"vpc": {"parameter": f"{_MARK}Vpc"}, "subnets": {"parameter": f"{_MARK}All"}},
}
"""What stands in for what has no default."""


class PartialEnvironment(NamedTuple):
    """An environment without what is wrong with it, and the paths that were changed."""

    environment: Environment
    changed: frozenset[KeyPath]

    def told(self, problems: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return the problems but for those that follow from what was changed."""
        return [problem for problem in problems if not _follows(problem, self.changed)]


def sound_part(data: Any, error: ValidationError | None) -> PartialEnvironment | None:
    """Return a wrong file without its wrong values, or ``None`` if too little is left."""
    rest = copy.deepcopy(data)
    changed: set[KeyPath] = set()
    for _ in range(_ROUNDS):
        for detail in error.errors(include_url=False) if error else ():
            path = _repair(rest, detail, len(changed))
            if path is None:
                return None
            changed.add(path)
        changed.update(_led_elsewhere(rest))
        try:
            return PartialEnvironment(Environment.model_validate(rest), frozenset(changed))
        except ValidationError as again:
            error = again
    return None


def _repair(rest: Any, detail: ErrorDetails, number: int) -> KeyPath | None:
    """Leave out or replace what one error is about; return what, or ``None`` where that fails."""
    path: KeyPath = detail["loc"]
    if path[-1] == "[key]":
        return _remove(rest, path[:-1])
    while path:
        instead = _instead(path, number)
        if instead is not None:
            return path if _put(rest, path, instead) else None
        if _may_be_left_out(path):
            return _remove(rest, path)
        path = path[:-1]
    return None


def _instead(path: KeyPath, number: int) -> Any:
    """Return what can stand in for the value at `path`; ``None`` for what nothing can."""
    if path in _INSTEAD:
        return copy.deepcopy(_INSTEAD[path])
    field = field_at(Environment, path)
    item = field_at(Environment, path[:-1]) if isinstance(path[-1], int) else None
    given = [*(field.metadata if field else ()), *(item.metadata if item else ())]
    kind = next((each for each in given if isinstance(each, ValueType | ListOf)), None)
    if kind is None or (field is not None and not field.is_required()):
        return None
    if isinstance(kind, ValueType) and kind.secret:
        return {"environment_variable": f"{_MARK.upper()}_{number}"}
    return {"parameter": f"{_MARK}{number}"}


def _may_be_left_out(path: KeyPath) -> bool:
    """Tell whether something has a default, or is an entry among others of its kind."""
    field = field_at(Environment, path)
    return isinstance(path[-1], str) if field is None else not field.is_required()


def _container(rest: Any, path: KeyPath) -> Any:
    for part in path[:-1]:
        if isinstance(rest, dict):
            rest = rest.get(part)
        elif isinstance(rest, list) and isinstance(part, int) and part < len(rest):
            rest = rest[part]
        else:
            return None
    return rest


def _remove(rest: Any, path: KeyPath) -> KeyPath | None:
    container = _container(rest, path)
    if not isinstance(container, dict):
        return None
    container.pop(path[-1], None)
    return path


def _put(rest: Any, path: KeyPath, value: Any) -> bool:
    container = _container(rest, path)
    last = path[-1]
    within = isinstance(container, list) and isinstance(last, int) and last < len(container)
    if isinstance(container, dict) or within:
        container[last] = value
        return True
    return False


def _led_elsewhere(rest: Any) -> list[KeyPath]:
    """Let routes to unknown functions lead to the first function; return what was changed."""
    functions = rest.get("functions")
    routes = _container(rest, ("api", "routes", ""))
    changed: list[KeyPath] = []
    if not isinstance(functions, dict) or not functions or not isinstance(routes, dict):
        return changed
    first = next(iter(functions))
    for key in routes:
        route = routes[key]
        name = route.get("function") if isinstance(route, dict) else route
        if isinstance(name, str) and name not in functions:
            routes[key] = {**route, "function": first} if isinstance(route, dict) else first
            changed.append(("api", "routes", key, "function"))
    return changed


def _follows(problem: Diagnostic, changed: frozenset[KeyPath]) -> bool:
    """Tell whether a check may have found something only because of what was changed."""
    if _MARK.lower() in problem.message.lower():
        return True
    path = problem.path
    for other in changed:
        if other[:1] == ("accept",) and (len(other) == 1 or problem.rule == other[1]):
            return True
        if other[:1] == ("account",) and "quota" in problem.message:
            return True
        of_route = other[:2] == ("api", "routes") and path[:3] == other[:3]
        if of_route and (other[3:] != ("function",) or "functions." in problem.message):
            return True
        if any(other[: len(head)] == head and last in path for head, last in _NEEDED_BY):
            return True
    return False


_NEEDED_BY: tuple[tuple[KeyPath, str], ...] = (
    (("api", "access"), "endpoint"),
    (("api", "authorizers"), "authorization"),
    (("api", "endpoint"), "access"),
    (("api", "endpoint"), "vpc_endpoints"),
    (("api", "models"), "request_models"),
    (("api", "routes"), "route_stacks"),
    (("api", "stage"), "cache"),
    (("api", "usage_plan"), "api_key"),
    (("api", "vpc_endpoints"), "endpoint"),
    (("bucket",), "backup"),
    (("bucket",), "uses"),
    (("database",), "backup"),
    (("database",), "uses"),
)
"""Sections, and the key that asks for something in them."""
