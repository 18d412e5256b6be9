"""One hash for all that is in a logical id: the same on any machine and in every release."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def short_hash(data: Any) -> str:
    """Return ten hex digits over the canonical JSON of plain data."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:10]
