"""Templates as text: sorted, indented, newline-terminated, the same bytes on any machine."""

from __future__ import annotations

import json
from typing import Any

_FIRST = ("AWSTemplateFormatVersion", "Description", "Parameters", "Resources", "Outputs")


def to_json(data: Any) -> str:
    """Return plain data as the JSON text that is written: keys sorted, two spaces, a newline."""
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def template_text(template: dict[str, Any]) -> str:
    """Return a template's JSON text: its sections in the order that people read, else sorted."""
    sections = [name for name in _FIRST if name in template]
    lines = []
    for name in sections:
        body = to_json(template[name]).rstrip("\n").replace("\n", "\n  ")
        lines.append(f'  "{name}": {body}')
    return "{\n" + ",\n".join(lines) + "\n}\n"
