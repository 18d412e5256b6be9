"""CloudFormation's functions in what the file adds to templates: their long form, and open values.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

from pydantic_core import PydanticCustomError

from gateway_infra.reading.diagnostics import KeyPath, kind_of, near_miss
from gateway_infra.reading.foreign import FUNCTIONS
from gateway_infra.reading.forms import FORMS, OPTIONS
from gateway_infra.values.values import DeployTimeValue, ValueType

_REFUSED: Mapping[str, str] = {
    "Fn::FindInMap": "is of no use: these templates have no mappings; write the value of each file",
    "Fn::If": "is of no use: these templates have no conditions; write the value of each file",
    "Fn::Transform": "calls a macro, and none is run; write what it would make",
}
_TEXT = ValueType(r"(?s).*", "text")


def is_name(key: str) -> bool:
    """Tell whether a key is a function's name."""
    return key == "Ref" or key.startswith("Fn::")


def is_function(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is a function such as ``{Ref: Api}``."""
    return isinstance(value, dict) and len(value) == 1 and is_name(next(iter(value)))


def is_open_value(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value has the shape of an open one, such as ``{parameter: Name}``."""
    if not isinstance(value, dict):
        return False
    forms = [key for key in value if key in FORMS or key == "secret"]
    if len(forms) != 1 or not isinstance(value[forms[0]], str):
        return False
    return all(key in OPTIONS.get(forms[0], ()) for key in value if key != forms[0])


def with_open_values(value: Any) -> Any:
    """Return template data with its open values read; what is wrong with one, `faults` tells."""
    if isinstance(value, list):
        return [with_open_values(item) for item in value]
    if not isinstance(value, dict):
        return value
    if is_open_value(value):
        read = _read(value)
        return read if isinstance(read, DeployTimeValue) else value
    return {key: with_open_values(item) for key, item in value.items()}


def faults(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield what CloudFormation would not take in template data, each with its place."""
    if value is None:
        yield path, "is null, which CloudFormation does not take; leave it out"
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from faults(item, (*path, position))
    elif isinstance(value, dict):
        yield from _mapping_faults(value, path)


def _mapping_faults(value: dict[str, Any], path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if is_open_value(value):
        read = _read(value)
        if isinstance(read, str):
            yield path, read
        return
    functions = [key for key in value if is_name(key)]
    if functions and len(value) > 1:
        message = f"has {functions[0]} and other keys beside it; a function stands alone"
        yield path, message
        return
    for key, content in value.items():
        if is_name(key):
            fault = _function_fault(key, content)
            if fault:
                yield (*path, key), fault
                continue
        yield from faults(content, (*path, key))


def _read(value: Mapping[str, Any]) -> DeployTimeValue | str:
    """Return an open value, or what is wrong with it."""
    try:
        read = _TEXT.accept(dict(value))
    except PydanticCustomError as error:
        return str(error)
    return read if isinstance(read, DeployTimeValue) else "is no open value"


def _function_fault(name: str, content: Any) -> str | None:
    """Say what is wrong with a function as it is written; ``None`` when it is sound."""
    if name not in FUNCTIONS:
        near = near_miss(name, FUNCTIONS) or f"; there are {', '.join(FUNCTIONS)}"
        return _REFUSED.get(name, f"is no function that can be used here{near}")
    check = _SHAPES.get(name)
    return check(content) if check else None


def _reference_fault(content: Any) -> str | None:
    if isinstance(content, str) and content:
        return None
    return f"must name a resource, not hold {kind_of(content)}; as in {{Ref: ApiStage}}"


def _attribute_fault(content: Any) -> str | None:
    if isinstance(content, str):
        target, dot, attribute = content.partition(".")
        sound = bool(target and dot and attribute)
    else:
        pair = isinstance(content, list) and len(content) == 2
        sound = pair and all(isinstance(item, str) and item for item in content)
    if sound:
        return None
    return "must be a resource and its attribute, as in {Fn::GetAtt: [FunctionWeb, Arn]}"


def _sub_fault(content: Any) -> str | None:
    if isinstance(content, str):
        return None
    if isinstance(content, list) and len(content) == 2:
        text, variables = content
        if isinstance(text, str) and isinstance(variables, dict):
            return None
    return "must be text, or a list of text and a mapping of what its ${Names} stand for"


_SHAPES: Mapping[str, Callable[[Any], str | None]] = {
    "Ref": _reference_fault,
    "Fn::GetAtt": _attribute_fault,
    "Fn::Sub": _sub_fault,
}
"""Functions whose shape references are read from; cfn-lint checks the others."""
