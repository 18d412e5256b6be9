"""Write ``reference.md`` from the models that validate: ``python docs/make_reference.py``.

A test fails where the committed file is not what this writes.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, PlainValidator
from pydantic.fields import FieldInfo

from gateway_infra.sections.environment import TIERS, Environment
from gateway_infra.sections.postures import HARDENED
from gateway_infra.sections.route import Authorization, RouteConfig
from gateway_infra.values.section import Section
from gateway_infra.values.values import ListOf, ValueType

REFERENCE = Path(__file__).parent / "reference.md"

HEAD = """\
# Reference: the environment file

Written by `python docs/make_reference.py` from the models that validate; do not edit.

An environment `NAME` is `environments/NAME.yaml`, laid over `base.yaml` beside it. Mappings merge, anything else replaces,
`null` removes, and a value such as `{ssm: …}` is replaced as one. `extends: other.yaml` names another file in place of
`base.yaml`; `extends: null` names none. `base.yaml` and files that begin with an underscore are no environments. `--set
key.path=value` stands above all files; its value is read as YAML, `null` included, and a key with other than letters is written
`'api.routes["GET /jobs"].api_key=true'`.

A **value** may be a literal, or one of `{parameter: Name}`, `{stack_output: stack/Key}`, `{ssm: /name}`, `{import: name}` and
`{environment_variable: NAME}`. The same value in several places is one template parameter. A key with nothing behind it is an
error: only a written `null` removes.
"""


def main() -> None:
    """Write the file."""
    REFERENCE.write_text(reference())


def reference() -> str:
    """Return the text of the reference."""
    parts = [HEAD, _tiers(), _postures(), *(_section(name, model) for name, model in _sections())]
    return "\n".join(parts)


def _sections() -> Iterator[tuple[str, type[BaseModel]]]:
    yield "the top level", Environment
    yield from _below("", Environment)


def _below(prefix: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        for inner, suffix in _models(field.annotation):
            path = f"{prefix}{name}{suffix}"
            if inner is Authorization and prefix != "api.":
                continue
            yield path, inner
            yield from _below(f"{path}.", inner)


def _models(annotation: Any, suffix: str = "") -> Iterator[tuple[type[BaseModel], str]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, suffix
    for option in get_args(annotation) if get_origin(annotation) is not Literal else ():
        if get_origin(annotation) is dict and option is not get_args(annotation)[1]:
            continue
        below = {dict: ".NAME", list: "[]"}.get(get_origin(annotation) or object, "")
        yield from _models(option, suffix + below)


def _section(name: str, model: type[BaseModel]) -> str:
    title = '`api.routes."METHOD /path"`' if model is RouteConfig else f"`{name}`"
    if model is Environment:
        title = name.capitalize()
    lines = [f"## {title}", "", inspect.cleandoc(model.__doc__ or ""), ""]
    lines += ["| key | takes | default | meaning |", "|---|---|---|---|"]
    for key, field in model.model_fields.items():
        cells = (f"`{field.alias or key}`", _takes(field), _default(field), field.description or "")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _takes(field: FieldInfo) -> str:
    text = _type(field.annotation, field.metadata)
    bounds = {
        type(item).__name__: next(iter(vars(item).values()), None)
        if hasattr(item, "__dict__")
        else next(
            (getattr(item, slot) for slot in ("ge", "gt", "le", "lt") if hasattr(item, slot)), None
        )
        for item in field.metadata
    }
    low, above = bounds.get("Ge"), bounds.get("Gt")
    high, below = bounds.get("Le"), bounds.get("Lt")
    limits = [
        f"from {low:g}" if low is not None else "",
        f"above {above:g}" if above is not None else "",
        f"to {high:,}" if high is not None else "",
        f"below {below:g}" if below is not None else "",
    ]
    said = " ".join(limit for limit in limits if limit)
    return f"{text}, {said}" if said else text


def _type(annotation: Any, metadata: list[Any]) -> str:
    """Say what an annotation takes, in words."""
    for item in metadata:
        if isinstance(item, ValueType):
            return f"value: {item.what}"
        if isinstance(item, ListOf):
            return f"{item.fewest} to {item.most} values, or one that holds all: {item.kind.what}"
        if isinstance(item, AfterValidator | PlainValidator):
            what = inspect.getclosurevars(item.func).nonlocals.get("what")
            if what:
                return str(what)
    origin, options = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(options[0], list(annotation.__metadata__))
    if origin is Literal:
        return ", ".join(f"`{option}`" for option in options)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(o, []) for o in options if o is not type(None))
    if origin in (list, tuple):
        return f"list of: {_type(options[0], [])}"
    if origin is dict:
        return f"mapping to: {_type(options[1], [])}"
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return "mapping, see below"
    if annotation is Any:
        return "template data"
    return {int: "whole number", float: "number", bool: "`true` or `false`", str: "text"}[
        annotation
    ]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    if field.default is None:
        return "unset"
    if isinstance(field.default, BaseModel):
        return "as below"
    if isinstance(field.default, list | dict):
        items = ", ".join(str(item) for item in field.default)
        return f"`{items}`" if items else "none"
    text = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
    return f"`{text}`"


def _tiers() -> str:
    lines = ["## Defaults by tier", ""]
    lines += [
        "`tier` is the environment's name where that is dev, staging or prod, and must be written "
        "otherwise.",
        "",
    ]
    lines += ["| key | dev | staging | prod |", "|---|---|---|---|"]
    for path in sorted(_paths(TIERS["prod"])):
        values = [_at(TIERS[tier], path) for tier in ("dev", "staging", "prod")]
        shown = (str(v).lower() if isinstance(v, bool) else str(v) for v in values)
        lines.append(f"| `{'.'.join(path)}` | " + " | ".join(f"`{v}`" for v in shown) + " |")
    return "\n".join(lines) + "\n"


def _postures() -> str:
    lines = ["## Defaults by posture", ""]
    lines += [
        "`posture: record`, the default, is what the tables below say. `posture: hardened` stands above those and the "
        "tier's, and below all that is written; a written `null` removes what it chose. The secret is chosen where the file has a database and says no other login. What each does: "
        "[security.md](security.md).",
        "",
    ]
    lines += ["| key | hardened |", "|---|---|"]
    for path in sorted(_paths(HARDENED)):
        value = _at(HARDENED, path)
        shown = str(value).lower() if isinstance(value, bool) else value
        lines.append(f"| `{'.'.join(path)}` | `{shown}` |")
    return "\n".join(lines) + "\n"


def _paths(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if not isinstance(data, dict) or not data:
        yield path
        return
    for key, value in data.items():
        yield from _paths(value, (*path, key))


def _at(data: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


if __name__ == "__main__":
    main()
