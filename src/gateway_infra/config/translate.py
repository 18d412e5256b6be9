"""Turn what pydantic says into messages that name file, line, key and what to do."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateway_infra.config.problems import KeyPath, Problem, did_you_mean, kind_of
from gateway_infra.config.source import Node


def problems_of(error: ValidationError, model: type[BaseModel], source: Node) -> list[Problem]:
    """Return one problem for each of pydantic's errors, at the place of its key."""
    return [_problem(detail, model, source) for detail in error.errors(include_url=False)]


def _problem(detail: ErrorDetails, model: type[BaseModel], source: Node) -> Problem:
    path: KeyPath = detail["loc"]
    if path[-1] == "[key]" and detail["type"] != "extra_forbidden":
        # So pydantic marks what is wrong with a key, rather than with its value.
        path = path[:-1]
    place = source.find(path).place
    if detail["type"] == "extra_forbidden":
        keys = _keys_at(model, path[:-1])
        if len(path) == 1:
            keys = [*keys, "extends"]
        message = f"is not a key here{did_you_mean(str(path[-1]), keys)}"
        return Problem(place, path, message, "GI002")
    if detail["type"] == "missing":
        description = _description(model, path)
        return Problem(place, path, f"is required and missing: {description}", "GI003")
    if detail["type"] == "model_type":
        keys = _keys_at(model, path)
        named = ", ".join(keys[:4]) + (", …" if len(keys) > 4 else "")
        message = f"must be a mapping with keys such as {named}, not {_shown(detail['input'])}"
        return Problem(place, path, message, "GI004")
    rule = str(detail.get("ctx", {}).get("rule", "")) or "GI004"
    return Problem(place, path, _message(detail), rule)


_MESSAGES: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "greater_than_equal": lambda c, v: f"is {_shown(v)}; it must be at least {c['ge']:g}",
    "greater_than": lambda c, v: f"is {_shown(v)}; it must be more than {c['gt']:g}",
    "less_than_equal": lambda c, v: f"is {_shown(v)}; it must be at most {c['le']:g}",
    "less_than": lambda c, v: f"is {_shown(v)}; it must be less than {c['lt']:g}",
    "int_type": lambda _, v: f"must be a whole number, not {_shown(v)}{_unquote(v)}",
    "float_type": lambda _, v: f"must be a number, not {_shown(v)}{_unquote(v)}",
    "bool_type": lambda _, v: f"must be true or false, not {_shown(v)}",
    "string_type": lambda _, v: f"must be text, not {_shown(v)}{_quote(v)}",
    "dict_type": lambda _, v: f"must be a mapping, not {_shown(v)}",
    "list_type": lambda _, v: f"must be a list, not {_shown(v)}",
    "string_too_short": lambda c, _: f"is too short; write at least {c['min_length']} characters",
    "string_too_long": lambda c, v: f"has {len(v)} characters; at most {c['max_length']}",
    "too_short": lambda c, _: (
        f"holds {c['actual_length'] or 'nothing'}; it must hold at least {c['min_length']}"
    ),
    "too_long": lambda c, _: f"holds too many; it must hold at most {c['max_length']}",
    "value": lambda c, _: str(c["text"]),
}


def _message(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    value = detail["input"]
    if detail["type"] == "literal_error":
        known = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        if isinstance(value, str) and value in known:
            return f"must be a number, not {_shown(value)}{_unquote(value)}"
        near = did_you_mean(value, known) if isinstance(value, str) else ""
        hint = near if "did you mean" in near else f"; it must be one of {', '.join(known)}"
        return f"is {_shown(value)}{hint}"
    write = _MESSAGES.get(detail["type"])
    return detail["msg"] if write is None else write(context, value)


def _unquote(value: object) -> str:
    """Advise on a number that is text for its quotes alone."""
    is_number = isinstance(value, str) and value.replace(".", "", 1).isdecimal()
    return "; write it without quotes" if is_number else ""


def _quote(value: object) -> str:
    """Advise on text that is a number or a switch for want of quotes."""
    return "; write it in quotes" if isinstance(value, int | float) else ""


def _shown(value: object) -> str:
    if isinstance(value, str):
        text = value if len(value) <= 60 else value[:57] + "…"
        return f"'{text}'"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return str(value).lower() if isinstance(value, bool) else kind_of(value)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation such as ``Annotated[X, …] | None`` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _models_in(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for option in get_args(annotation):
            yield from _models_in(option)


def _step(annotation: Any, part: str | int) -> Any:
    """Return the annotation one key or position further down, or ``None``."""
    for model in _models_in(annotation):
        field = model.model_fields.get(str(part))
        return field.annotation if field else None
    if get_origin(annotation) is Annotated:
        return _step(get_args(annotation)[0], part)
    if get_origin(annotation) in (dict, list):
        return get_args(annotation)[-1]
    return None


def _keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """Return the keys of the section at `path`, those that it must have first."""
    annotation: Any = model
    for part in path:
        annotation = _step(annotation, part)
    fields = [item for found in _models_in(annotation) for item in found.model_fields.items()]
    ordered = sorted(fields, key=lambda item: not item[1].is_required())
    return [field.alias or name for name, field in ordered]


def _description(model: type[BaseModel], path: KeyPath) -> str:
    annotation: Any = model
    for part in path[:-1]:
        annotation = _step(annotation, part)
    for found in _models_in(annotation):
        field = found.model_fields.get(str(path[-1]))
        if field and field.description:
            return field.description
    return "see the reference"
