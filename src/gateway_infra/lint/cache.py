"""What earlier runs found, by content hash: small files in a folder of the user's.

A file holds findings and their rules, never a template or a value. A folder that cannot be read or
written, and a file that is none of ours, is as if nothing were remembered.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

MAX_ENTRIES = 4000
"""Entries are about 100 bytes without findings; those not used for longest go."""

MAX_ENTRY = 1_000_000
"""Bytes; what is larger is not remembered."""


class Cache(NamedTuple):
    """The folder of one's own; ``None`` remembers nothing."""

    folder: Path | None

    def get(self, key: str) -> Any:
        """Return what was put under `key`, or ``None``."""
        if self.folder is None:
            return None
        path = self.folder / f"{key}.json"
        try:
            entry = json.loads(path.read_bytes())
            os.utime(path)
            # What is not as it was written, or is not of this key, was not found by us.
            sound = entry["sum"] == key_of(key, entry["data"])
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return None
        return entry["data"] if sound else None

    def put(self, key: str, data: Any) -> None:
        """Remember plain data under `key`, whole or not at all."""
        if self.folder is None:
            return
        entry = {"sum": key_of(key, data), "data": data}
        content = json.dumps(entry, separators=(",", ":")).encode()
        if len(content) > MAX_ENTRY:
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(prefix=".", suffix=".new", dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(content)
                os.replace(name, self.folder / f"{key}.json")
            except OSError:
                os.unlink(name)

    def prune(self, most: int = MAX_ENTRIES) -> None:
        """Remove the entries that were not used for longest, down to `most` of them."""
        if self.folder is None:
            return
        with suppress(OSError):
            entries = sorted(_entries(self.folder), reverse=True)
            for _, path in entries[most:]:
                with suppress(OSError):
                    os.unlink(path)


def key_of(*parts: object) -> str:
    """Return the name of what is remembered of these parts; each is plain data or a hash."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def default_folder() -> Path | None:
    """Return where programs of this system keep such things; ``None`` for a user without a home.

    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        elif sys.platform == "darwin":
            base = Path.home() / "Library" / "Caches"
        else:
            given = os.environ.get("XDG_CACHE_HOME", "")
            # A relative path there is to be ignored.
            base = Path(given) if given.startswith("/") else Path.home() / ".cache"
    except RuntimeError:
        return None
    return base / "gateway-infra" / "lint"


def _entries(folder: Path) -> Iterator[tuple[float, str]]:
    """Yield when each of our files was last used, and where it is; those half written too."""
    with os.scandir(folder) as found:
        for item in found:
            if item.name.endswith((".json", ".new")):
                yield item.stat().st_mtime, item.path
