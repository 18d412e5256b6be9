"""Put files in place, all or none, and compare them with what is there."""

from __future__ import annotations

import difflib
import errno
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path, PurePosixPath

from gateway_infra.layouts import LAYOUTS
from gateway_infra.reading.redaction import HIDDEN, names_secret, shapes_covered
from gateway_infra.writers.atomic_swap import locked, put_in_place, recover, staging_prefix
from gateway_infra.writers.manifest import MANIFEST

_PAIR = re.compile(r'("([^"]{1,200})": )"(?:[^"\\]|\\.)*"')
DIFF_LINES = 40
"""How much of a difference is worth reading in a terminal."""


def write_environments(output: Path, environments: Mapping[str, Mapping[str, str]]) -> None:
    """Write each environment's files to its folder of `output`, for all environments or for none.

    Everything is written beside the folders first; then folders change places. Where that fails,
    those before are taken back; a process that is killed leaves each folder old or new, and the
    next run cleans up beside them. Of what a folder holds already, the files of an earlier run go,
    and all others stay. A second run waits for the first. Raise `OSError` with the path that is in
    the way.
    """
    new = [folder for folder in (output, *output.parents) if not folder.exists()]
    try:
        _make(output)
        targets = {name: _target(output, name) for name in environments}
        with ExitStack() as locks:
            for folder in sorted({output.resolve(), *(path.parent for path in targets.values())}):
                locks.enter_context(locked(folder))
            _write({targets[name]: files for name, files in environments.items()})
    except BaseException:
        for folder in new:
            with suppress(OSError):
                folder.rmdir()
        raise


def _target(output: Path, name: str) -> Path:
    """Return the folder of an environment; a link stays, and what it leads to is written.

    Raise `OSError` where a link leads to a folder that is plainly no environment's.
    """
    target = output.resolve() / name
    if not target.is_symlink():
        return target
    real = Path(os.path.realpath(target))
    if output.resolve().is_relative_to(real):
        message = "is a link to a folder that holds it; remove the link"
        raise FileExistsError(errno.EEXIST, message, str(output / name))
    if real.is_dir() and any(real.iterdir()) and _manifest_files(real) is None:
        message = f"is a link to {real}, which holds files and no {MANIFEST} of gateway-infra; "
        message += "remove the link, or empty that folder"
        raise FileExistsError(errno.EEXIST, message, str(output / name))
    return real


def _write(environments: Mapping[Path, Mapping[str, str]]) -> None:
    """Fill a folder beside each target, then put them in place; see `write_environments`."""
    staged: dict[Path, Path] = {}
    try:
        for target in environments:
            recover(target.parent, [target.name])
        for target, files in environments.items():
            _refuse_foreign(target, files)
            staged[target] = _beside(target)
            _fill(staged[target], target, files)
        put_in_place(staged)
    finally:
        for folder in staged.values():
            shutil.rmtree(folder, ignore_errors=True)


def _beside(target: Path) -> Path:
    """Make an empty folder beside a target, on the same file system."""
    try:
        made = tempfile.mkdtemp(prefix=staging_prefix(target.name), dir=target.parent)
    except OSError as error:
        raise _elsewhere(error, target.parent) from error
    return Path(made)


def stale_files(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """Return for each file that is missing, different or left over how it differs."""
    stale: dict[str, str] = {}
    for name, expected in files.items():
        path = folder / name
        if not path.is_file():
            stale[name] = "is missing\n"
            continue
        found = path.read_bytes()
        if found == expected.encode():
            continue
        if name == MANIFEST and stale:
            stale[name] = "differs with them\n"
        else:
            how = _difference(found.decode(errors="replace"), expected, name)
            stale[name] = f"differs\n{how}"
    for name in _written_before(folder) - set(files):
        stale[name] = "no longer belongs here\n"
    return dict(sorted(stale.items()))


def written_environments(output: Path) -> list[str]:
    """Return the folders of `output` that hold a manifest of ours, by name."""
    manifests = output.glob(f"*/{MANIFEST}")
    names = (path.parent.name for path in manifests if _manifest_files(path.parent) is not None)
    return sorted(name for name in names if not name.startswith("."))


def _make(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _elsewhere(error, output) from error


def _elsewhere(error: OSError, folder: Path) -> OSError:
    return OSError(error.errno, f"{error.strerror}; name another folder with --output", str(folder))


def _manifest_files(folder: Path) -> set[str] | None:
    """Return what a folder's manifest says was written; ``None`` without a manifest of ours.

    Raise `OSError` where it is there and cannot be read: what is ours is not known then.
    """
    try:
        text = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    try:
        manifest = json.loads(text.decode())
        names = [stack["template"] for stack in manifest["stacks"]] + manifest.get("files", [])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return set(names) if all(isinstance(name, str) for name in names) else None


def _written_before(folder: Path) -> set[str]:
    """Return the names in a folder that an earlier run wrote, or a run with another layout."""
    ours = {MANIFEST, *(f"{key}.json" for order in LAYOUTS.values() for key, _ in order)}
    ours |= _manifest_files(folder) or set()
    return {name for name in ours if (folder / name).is_file()}


def _refuse_foreign(folder: Path, files: Mapping[str, str]) -> None:
    """Refuse to overwrite someone else's work: files of our names that no run of ours wrote."""
    advice = "name another folder with --output"
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(errno.EEXIST, f"is a file; move it, or {advice}", str(folder))
    if _manifest_files(folder) is None:
        ours: set[str] = set()
        message = f"is there, without a {MANIFEST} of gateway-infra beside it; move it, or {advice}"
    else:
        ours = _written_before(folder)
        message = f"is there, and {MANIFEST} does not list it as written here; move it, or {advice}"
    folders = {str(above) for file in files for above in PurePosixPath(file).parents} - {"."}
    wanted = folders.union(files)
    for name in sorted(wanted - ours):
        path = folder / name
        if path.is_symlink() or (path.exists() and (name in files or not path.is_dir())):
            raise FileExistsError(errno.EEXIST, message, str(path))


def _fill(staged: Path, target: Path, files: Mapping[str, str]) -> None:
    """Write the new files, and bring along what else the target holds."""
    staged.chmod(0o755)
    if target.is_dir():
        _bring(target, staged, _written_before(target))
    for name, text in files.items():
        path = staged / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            if path.suffix == ".sh":
                path.chmod(0o755)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(target / name)) from error


def _bring(source: Path, target: Path, ours: set[str], above: str = "") -> None:
    """Copy what is not ours; a folder that holds nothing else than ours stays behind."""
    for path in source.iterdir():
        name = above + path.name
        if name in ours:
            continue
        if not path.is_dir() or path.is_symlink():
            shutil.copy2(path, target / path.name, follow_symlinks=False)
        elif not any(file.startswith(f"{name}/") for file in ours):
            shutil.copytree(path, target / path.name, symlinks=True)
        else:
            inner = target / path.name
            inner.mkdir()
            _bring(path, inner, ours, f"{name}/")
            if not any(inner.iterdir()):
                inner.rmdir()


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
        lines = [*lines[:DIFF_LINES], f"… and {rest} more lines"]
    return "".join(_fit_to_show(line if line.endswith("\n") else f"{line}\n") for line in lines)


def _fit_to_show(line: str) -> str:
    """Return a line of a template without values that are, or may be, secrets."""

    def hidden(pair: re.Match[str]) -> str:
        return f'{pair[1]}"{HIDDEN}"' if names_secret(pair[2]) else pair[0]

    return shapes_covered(_PAIR.sub(hidden, line))
