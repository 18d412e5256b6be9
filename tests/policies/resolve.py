"""Fills the intrinsic functions of a template's part in, from the values of names.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Lookup = Callable[[str], Any]
"""Gives a value: ``Ref`` by ``Id``, ``GetAtt`` by ``Id.Attribute``, an import by its name."""

PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "stack",
    "AWS::URLSuffix": "amazonaws.com",
}

_PLACE = re.compile(r"\$\{(!?)([^}]*)\}")
_NOTHING = object()


class UnresolvedError(LookupError):
    """A name has no value, or a function is not known here."""


def known(values: Mapping[str, Any]) -> Lookup:
    """Look names up in `values` and the pseudo-parameters; any other is an error."""

    def look(name: str) -> Any:
        if name in values:
            return values[name]
        if name in PSEUDO:
            return PSEUDO[name]
        raise UnresolvedError(f"{name} has no value")

    return look


def invented(name: str) -> Any:
    """Give a name without a value one that tells where it is from; for questions of form."""
    return PSEUDO.get(name, f"value-of-{name}")


def resolve(value: Any, look: Lookup) -> Any:
    """Return `value` as CloudFormation would hand it to a service."""
    found = _resolve(value, look)
    return None if found is _NOTHING else found


def _resolve(value: Any, look: Lookup) -> Any:
    if isinstance(value, list):
        items = (_resolve(item, look) for item in value)
        return [item for item in items if item is not _NOTHING]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(name, argument)] = value.items()
        if name == "Ref":
            return _NOTHING if argument == "AWS::NoValue" else look(argument)
        if name.startswith("Fn::"):
            if name not in _FUNCTIONS:
                raise UnresolvedError(f"{name} is not known here")
            return _FUNCTIONS[name](argument, look)
    pairs = ((key, _resolve(item, look)) for key, item in value.items())
    return {key: item for key, item in pairs if item is not _NOTHING}


def _get_att(argument: Any, look: Lookup) -> Any:
    return look(argument if isinstance(argument, str) else ".".join(argument))


def _sub(argument: Any, look: Lookup) -> str:
    text, own = (argument, {}) if isinstance(argument, str) else argument
    values = {name: _resolve(value, look) for name, value in own.items()}

    def fill(place: re.Match[str]) -> str:
        if place[1]:
            return f"${{{place[2]}}}"  # ${!Name} is the way to write ${Name} as it is
        name = place[2].strip()
        return str(values[name] if name in values else look(name))

    return _PLACE.sub(fill, text)


def _join(argument: Any, look: Lookup) -> str:
    separator, items = argument
    return str(separator).join(map(str, _resolve(items, look)))


def _select(argument: Any, look: Lookup) -> Any:
    index, items = (_resolve(part, look) for part in argument)
    return items[int(index)]


def _split(argument: Any, look: Lookup) -> list[str]:
    separator, text = (_resolve(part, look) for part in argument)
    return list(text.split(separator))


def _import_value(argument: Any, look: Lookup) -> Any:
    return look(_resolve(argument, look))


_FUNCTIONS: dict[str, Callable[[Any, Lookup], Any]] = {
    "Fn::GetAtt": _get_att,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
}
