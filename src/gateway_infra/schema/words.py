"""Titles and descriptions: what an editor shows where the cursor stands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_SPELLED = {
    "api": "API",
    "cors": "CORS",
    "cpu": "CPU",
    "iam": "IAM",
    "id": "ID",
    "kms": "KMS",
    "openapi": "OpenAPI",
    "ssm": "SSM",
    "ttl": "TTL",
    "vpc": "VPC",
}
_SUFFIX = re.compile(r"(Config|Section)$")
_WORD = re.compile(r"[A-Z][a-z0-9]*|[a-z0-9]+")


def title(name: str) -> str:
    """Return the title of a key (``api_key``) or a section (``UsagePlanConfig``)."""
    words = [word.lower() for word in _WORD.findall(_SUFFIX.sub("", name))]
    first, *others = [_SPELLED.get(word, word) for word in words] or [name]
    return " ".join([first[:1].upper() + first[1:], *others])


def sentence(text: str) -> str:
    """Return a description as a sentence, on one line, with Markdown's quotes."""
    text = " ".join(text.split())
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "…")) else f"{text}."


def paragraphs(text: str) -> str:
    """Return a docstring as Markdown: its quotes, and a paragraph or a point on one line."""
    joined = re.sub(r"(?<!\n)\n(?!\n|- |https?:)", " ", text)
    return re.sub(r"``([^`]*)``", r"`\1`", joined)


def default_sentence(field: Mapping[str, Any], *, required: bool) -> str:
    """Return what holds where a key is not written, unless its description says so."""
    if required:
        return "Required."
    default = field.get("default")
    if "$ref" in field and default is not None:
        return ""  # a section, whose own keys have defaults
    if not default and default not in (False, 0):
        return "" if "unset" in str(field.get("description", "")).lower() else "Unset: none."
    return f"Default: {shown(default)}."


def shown(value: Any) -> str:
    """Return a default as the file would have it."""
    if isinstance(value, list):
        return ", ".join(shown(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value)
