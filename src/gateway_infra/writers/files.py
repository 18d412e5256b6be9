"""Put files in place, all or none, and compare them with what is there."""

from __future__ import annotations

import difflib
import errno
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from gateway_infra.writers.manifest import MANIFEST

DIFF_LINES = 40
"""How much of a difference is worth reading in a terminal."""


def write_environments(output: Path, environments: Mapping[str, Mapping[str, str]]) -> None:
    """Write each environment's files to its folder of `output`, for all environments or for none.

    Everything is written beside the folders first; then folders are renamed. Where a rename fails,
    those before it are taken back. Of what a folder holds already, earlier templates and the
    manifest go, and files of other kinds stay. Raise `OSError` with the path that is in the way.
    """
    staged: dict[str, Path] = {}
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, files in environments.items():
            _refuse_foreign(output / name)
            staged[name] = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=output))
            _fill(staged[name], output / name, files)
        _swap(output, staged)
    finally:
        for folder in staged.values():
            shutil.rmtree(folder, ignore_errors=True)


def stale_files(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """Return for each file that is missing, different or left over how it differs."""
    stale: dict[str, str] = {}
    for name, expected in files.items():
        path = folder / name
        if not path.is_file():
            stale[name] = "is missing\n"
            continue
        found = path.read_bytes()
        if found != expected.encode():
            stale[name] = _difference(found.decode(errors="replace"), expected, name)
    for name in _ours(folder) - set(files):
        stale[name] = "no longer belongs here\n"
    return dict(sorted(stale.items()))


def _ours(folder: Path) -> set[str]:
    """Return the names in a folder that an earlier run wrote: its JSON files."""
    return {path.name for path in folder.glob("*.json")} if folder.is_dir() else set()


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder with JSON files and no manifest of ours: someone else's work."""
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(
            errno.EEXIST, "is a file; move it, or name another folder with --output", str(folder)
        )
    if not _ours(folder):
        return
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        ours = isinstance(manifest, dict) and "stacks" in manifest
    except (OSError, ValueError):
        ours = False
    if not ours:
        advice = "empty it, or name another folder with --output"
        message = f"holds JSON files and no {MANIFEST} of gateway-infra; {advice}"
        raise FileExistsError(errno.EEXIST, message, str(folder))


def _fill(staged: Path, target: Path, files: Mapping[str, str]) -> None:
    """Write the new files, and bring along what else the target holds."""
    staged.chmod(0o755)
    if target.is_dir():
        ours = _ours(target)
        for path in target.iterdir():
            if path.name in ours:
                continue
            if path.is_dir():
                shutil.copytree(path, staged / path.name, symlinks=True)
            else:
                shutil.copy2(path, staged / path.name, follow_symlinks=False)
    for name, text in files.items():
        (staged / name).write_bytes(text.encode())


def _swap(output: Path, staged: Mapping[str, Path]) -> None:
    """Rename the staged folders into place; on failure put back what stood there."""
    done: list[tuple[Path, Path]] = []
    try:
        for name, folder in staged.items():
            target = output / name
            backup = folder.with_name(f"{folder.name}.old")
            if target.exists():
                os.rename(target, backup)
                done.append((target, backup))
            os.rename(folder, target)
            if not backup.exists():
                done.append((target, backup))
    except OSError:
        for target, backup in reversed(done):
            with suppress(OSError):
                if target.exists():
                    shutil.rmtree(target)
                if backup.exists():
                    os.rename(backup, target)
        raise
    for _, backup in done:
        shutil.rmtree(backup, ignore_errors=True)


def _difference(found: str, expected: str, name: str) -> str:
    lines = list(
        difflib.unified_diff(
            found.splitlines(keepends=True),
            expected.splitlines(keepends=True),
            f"{name} (written)",
            f"{name} (generated)",
            n=2,
        )
    )
    rest = len(lines) - DIFF_LINES
    if rest > 0:
        lines = [*lines[:DIFF_LINES], f"… and {rest} more lines\n"]
    return "".join(lines)
