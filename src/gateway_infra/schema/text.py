"""A JSON Schema as text that people can read, and that gives short differences."""

from __future__ import annotations

import json
from typing import Any

_WIDTH = 100


def schema_text(schema: Any) -> str:
    """Return JSON with what fits into a line on one line, and a line break at its end."""
    return f"{_text(schema, 0, 0)}\n"


def _text(value: Any, depth: int, before: int) -> str:
    """Return a value; `before` is what stands on its line already."""
    line = json.dumps(value, ensure_ascii=False)
    if before + len(line) < _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    pad, inner = "  " * depth, "  " * (depth + 1)
    if isinstance(value, dict):
        heads = [f"{inner}{json.dumps(key, ensure_ascii=False)}: " for key in value]
        parts = [
            head + _text(item, depth + 1, len(head))
            for head, item in zip(heads, value.values(), strict=True)
        ]
        return "{\n" + ",\n".join(parts) + f"\n{pad}}}"
    items = [inner + _text(item, depth + 1, len(inner)) for item in value]
    return "[\n" + ",\n".join(items) + f"\n{pad}]"
