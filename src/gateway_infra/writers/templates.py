"""Templates as text: sorted, indented, newline-terminated, the same bytes on any machine."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any

_FIRST = (
    "AWSTemplateFormatVersion",
    "Description",
    "Transform",
    "Parameters",
    "Resources",
    "Outputs",
)


def to_json(data: Any) -> str:
    """Return plain data as the JSON text that is written: keys sorted, two spaces, a newline."""
    return _indented(data, "\n") + "\n"


def _indented(value: Any, line: str, step: str = "  ") -> str:
    """Return what `json.dumps` makes of plain data with an indent of `step`, in half the time.

    `line` is a line break with the indent of the value: https://docs.python.org/3/library/json.html
    """
    if isinstance(value, str):
        return encode_basestring(value)
    below = f"{line}{step}"
    if isinstance(value, dict) and value:
        items = [
            f"{encode_basestring(key)}: {_indented(item, below, step)}"
            for key, item in sorted(value.items())
        ]
        return f"{{{below}{f',{below}'.join(items)}{line}}}"
    if isinstance(value, list | tuple) and value:
        return (
            f"[{below}{f',{below}'.join([_indented(item, below, step) for item in value])}{line}]"
        )
    return json.dumps(value)


INLINE_BYTES = 51_200
"""The largest template that a request to CloudFormation may hold; a larger one goes through S3.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

MAX_BYTES = 1_000_000
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


def template_text(template: dict[str, Any]) -> str:
    """Return a template's JSON text: its sections in the order that people read, else sorted.

    One that CloudFormation takes in a request only with less indentation (`INLINE_BYTES`) has less:
    with line breaks it still reads as a diff, and needs no bucket. One that is too large for
    CloudFormation with line breaks is written without them.
    """
    for step in ("  ", " ", ""):
        text = _readable(template, step)
        if len(text.encode()) <= INLINE_BYTES:
            return text
    text = _readable(template, "  ")
    if len(text.encode()) <= MAX_BYTES:
        return text
    packed = json.dumps(template, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{packed}\n"


def _readable(template: dict[str, Any], step: str) -> str:
    start = f"\n{step}"
    sections = [name for name in _FIRST if name in template]
    lines = [f'{step}"{name}": {_indented(template[name], start, step)}' for name in sections]
    return "{\n" + ",\n".join(lines) + "\n}\n"
