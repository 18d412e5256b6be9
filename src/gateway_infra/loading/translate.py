"""Turn what pydantic says into messages that name file, line, key and what to do."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from gateway_infra.loading.migration_hints import (
    choice_hint,
    form_message,
    key_hint,
    list_hint,
    mapping_hint,
    number_hint,
    region_hint,
    same_key,
    section_hint,
    section_switch_hint,
    switch_hint,
    text_hint,
    unit_of,
)
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, did_you_mean, kind_of, near_miss
from gateway_infra.reading.redaction import HIDDEN, covered, is_hidden, is_secret_place
from gateway_infra.reading.rule import Rule
from gateway_infra.reading.source import Node


def problems_of(error: ValidationError, model: type[BaseModel], source: Node) -> list[Diagnostic]:
    """Return one problem for each of pydantic's errors, at the place of its key.

    A required key that is there under a misspelled name is told once, as that.
    """
    found = [_problem(detail, model, source) for detail in error.errors(include_url=False)]
    meant = {
        (problem.path[:-1], match[1])
        for problem in found
        if problem.rule == "GI002" and (match := _MEANT.search(problem.message))
    }
    return [
        problem
        for problem in found
        if problem.rule != "GI003" or (problem.path[:-1], problem.path[-1]) not in meant
    ]


def _problem(detail: ErrorDetails, model: type[BaseModel], source: Node) -> Diagnostic:
    path: KeyPath = detail["loc"]
    if path[-1] == "[key]" and detail["type"] != "extra_forbidden":
        # So pydantic marks what is wrong with a key, rather than with its value.
        path = path[:-1]
    path = (*path, *detail.get("ctx", {}).get("at", ()))
    place = source.find(path).place
    if detail["type"] == "extra_forbidden":
        if _may_be_a_secret(path, model):
            known = ", ".join(_keys_at(model, path[:-1]))
            message = f"takes only {known}; remove what else is there"
            return Diagnostic(path[:-1], message, "GI002", place=place)
        return Diagnostic(
            path, f"is not a key here{_key_advice(path, model)}", "GI002", place=place
        )
    if detail["type"] == "missing":
        field = field_at(model, path)
        description = field.description if field and field.description else "see the reference"
        return Diagnostic(path, f"is required and missing: {description}", "GI003", place=place)
    rule = str(detail.get("ctx", {}).get("rule", "")) or "GI004"
    return Diagnostic(path, _message(detail, path, model), rule, place=place)


def _may_be_a_secret(path: KeyPath, model: type[BaseModel]) -> bool:
    """Tell whether an unknown key stands where people write a secret, and is no misspelled key."""
    if path[:-1] != ("database", "secret"):
        return False
    return not near_miss(str(path[-1]), _keys_at(model, path[:-1]))


_MEANT = re.compile(r"did you mean '(\w+)'\?")
_Write = Callable[[dict[str, Any], str, str], str]

_MESSAGES: dict[str, _Write] = {
    "greater_than_equal": lambda c, v, u: f"is {v}; it must be at least {c['ge']:g}{u}",
    "greater_than": lambda c, v, u: f"is {v}; it must be more than {c['gt']:g}{u}",
    "less_than_equal": lambda c, v, u: f"is {v}; it must be at most {c['le']:g}{u}",
    "less_than": lambda c, v, u: f"is {v}; it must be less than {c['lt']:g}{u}",
    "int_type": lambda _, v, __: f"must be a whole number, not {v}",
    "float_type": lambda _, v, __: f"must be a number, not {v}",
    "bool_type": lambda _, v, __: f"must be true or false, not {v}",
    "string_type": lambda _, v, __: f"must be text, not {v}",
    "dict_type": lambda _, v, __: f"must be a mapping, not {v}",
    "list_type": lambda _, v, __: f"must be a list, not {v}",
    "string_too_short": lambda c, _, __: (
        f"is too short; write at least {c['min_length']} character{'s' * (c['min_length'] > 1)}"
    ),
    "too_short": lambda c, _, __: (
        f"holds {c['actual_length'] or 'nothing'}; it must hold at least {c['min_length']}"
    ),
    "too_long": lambda c, _, __: f"holds too many; it must hold at most {c['max_length']}",
    "value": lambda c, _, __: str(c["text"]),
}


def _message(detail: ErrorDetails, path: KeyPath, model: type[BaseModel]) -> str:
    """Say what is wrong with a value, without showing what may be a secret."""
    context = detail.get("ctx", {})
    value = detail["input"]
    kind = detail["type"]
    # Where templates are written, CloudFormation's functions are read.
    if kind == "value" and path[0] not in ("overrides", "resources") and not is_secret_place(path):
        said = form_message(value)
        if said:
            return said
    is_group = isinstance(value, dict | list)
    hidden = is_secret_place(path) if is_group else is_hidden(path, value)
    shown = kind_of(value) if hidden else _shown(value)
    if kind == "int_type" and isinstance(value, float) and not hidden:
        shown = str(value)  # 30.0 is not the 30 that it would be shown as
    field = field_at(model, path)
    unit = unit_of(field.description or "") if field else ""
    advice = "" if hidden else _advice(kind, path, value, unit, model)
    if kind == "model_type":
        keys = _keys_at(model, path)
        named = ", ".join(keys[:4]) + (", …" if len(keys) > 4 else "")
        return f"must be a mapping with keys such as {named}, not {shown}{advice}"
    if kind == "literal_error":
        return _not_a_choice(context, value, shown)
    if kind == "string_too_long":
        return f"has {len(value)} characters; at most {context['max_length']}"
    write = _MESSAGES.get(kind)
    in_unit = f" ({unit})" if unit else ""
    message = detail["msg"] if write is None else write(context, shown, in_unit)
    return _without(message, value, hidden=hidden) + ("" if advice in message else advice)


def _not_a_choice(context: dict[str, Any], value: object, shown: str) -> str:
    known = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    if isinstance(value, str) and value in known:
        return f"must be a number, not {shown}{number_hint(value, '')}"
    if isinstance(value, str):
        figure = number_hint(value, "days") if known[0].isdecimal() else ""
        if figure:
            return f"must be a number, not {shown}{figure}"
    near = choice_hint(value, known) if isinstance(value, str) else ""
    return f"is {shown}{near or f'; it must be one of {chr(44).join(known)}'.replace(',', ', ')}"


def _advice(kind: str, path: KeyPath, value: Any, unit: str, model: type[BaseModel]) -> str:
    """Return what to write in place of a value of the wrong kind; nothing where that is open."""
    last = str(path[-1])
    if kind in ("int_type", "float_type"):
        return number_hint(value, unit)
    if kind == "bool_type":
        return switch_hint(value)
    if kind == "list_type":
        return list_hint(value)
    if kind == "dict_type":
        return mapping_hint(last, value)
    if kind == "model_type" and isinstance(value, bool):
        empty, nullable = _taken_at(model, path)
        return section_switch_hint(last, value, empty=empty, nullable=nullable)
    if kind == "model_type":
        return section_hint(last, value, _keys_at(model, path))
    if kind == "string_type" and isinstance(value, int | float):
        return "; write it in quotes"
    if kind == "value" and isinstance(value, str):
        zone = region_hint(value) if last == "region" else ""
        return number_hint(value, unit) if unit else zone or text_hint(value)
    return ""


def _key_advice(path: KeyPath, model: type[BaseModel]) -> str:
    """Say what to do about a key that is none here: what it is called, or where it belongs."""
    word = str(path[-1])
    keys = _keys_at(model, path[:-1])
    if len(path) == 1:
        keys = [*keys, "extends"]
    if same := same_key(word, keys):
        return f"; did you mean '{same}'?"
    section = str(path[0]) if len(path) > 1 else ""
    if foreign := key_hint(section, word):
        return foreign
    homes = {home for key, home in _homes(model) if key == word and home}
    if len(homes) > 3:
        homes = {home for home in homes if "." not in home}
    if homes and len(homes) < 4 and word not in _EVERYWHERE:
        ordered = sorted(homes, key=lambda home: (home.count("."), home))
        return f"; it belongs under {' or '.join(f'`{home}`' for home in ordered)}"
    near = near_miss(word, keys)
    return near + text_hint(word) if near else text_hint(word) or did_you_mean(word, keys)


_EVERYWHERE = ("description", "file", "function", "key", "name", "reason", "size", "type", "user")
"""Keys that say too little to know what is meant by them elsewhere."""


def _homes(annotation: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield each key of the file with the section that it belongs to: ``api.routes.ROUTE``."""
    if depth > 6:
        return
    for model in _models_in(annotation):
        for name, field in model.model_fields.items():
            key = field.alias or name
            yield key, path
            yield from _homes(field.annotation, f"{path}.{key}".lstrip("."), depth + 1)
        return
    if get_origin(annotation) is Annotated:
        yield from _homes(get_args(annotation)[0], path, depth)
    elif get_origin(annotation) is dict:
        named = {"functions": "NAME", "api.routes": "ROUTE"}.get(path)
        if named:
            yield from _homes(get_args(annotation)[-1], f"{path}.{named}", depth + 1)


def _without(message: str, value: object, *, hidden: bool) -> str:
    """Return a message that a section wrote without the parts of a value that may be secret."""
    for text in _texts(value):
        # Messages cut long text.
        for part in {text, text[:57]}:
            instead = HIDDEN if hidden and len(part) > 2 else covered(part)
            message = message.replace(part, instead) if instead != part else message
            if hidden:
                message = message.replace(f"'{part}'", HIDDEN)
    return message


def _texts(value: object) -> Iterator[str]:
    """Yield the scalars of a value as text."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


def _shown(value: object) -> str:
    if isinstance(value, str):
        text = covered(value)
        return f"'{text if len(text) <= 60 else text[:57] + '…'}'"
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


def _taken_at(model: type[BaseModel], path: KeyPath) -> tuple[bool, bool]:
    """Tell whether the section at `path` may be empty, and whether it may be null."""
    annotation: Any = model
    for part in path:
        annotation = _step(annotation, part)
    sections = list(_models_in(annotation))
    extra = [section.model_config.get("json_schema_extra") for section in sections]
    empty = not any(
        field.is_required() for each in sections for field in each.model_fields.values()
    )
    filled = any(isinstance(each, dict) and "minProperties" in each for each in extra)
    return bool(sections) and empty and not filled, type(None) in get_args(annotation)


def field_at(model: type[BaseModel], path: KeyPath) -> FieldInfo | None:
    """Return the model's field at `path`; ``None`` for names that people choose, and for items."""
    annotation: Any = model
    for part in path[:-1]:
        annotation = _step(annotation, part)
    for found in _models_in(annotation) if path else ():
        for name, field in found.model_fields.items():
            if path[-1] in (name, field.alias):
                return field
    return None


_REFERENCE = "docs/reference.md"

RULES = (
    Rule.error(
        "GI002",
        "A key that is not known here",
        "A misspelled key would otherwise be dropped, and the default would be deployed silently.",
        "Correct its spelling or its indentation; the message names the nearest known key.",
        _REFERENCE,
    ),
    Rule.error(
        "GI003",
        "A key that must be written and is missing",
        "It has no default, because no value would be right for every service.",
        "Write it.",
        _REFERENCE,
    ),
    Rule.error(
        "GI004",
        "A value of the wrong kind, or outside of its range",
        "AWS refuses such a value, or would read it as something else.",
        "Write a value of the kind that the message names.",
        _REFERENCE,
    ),
)
