"""All that a result depends on, as content hashes: what is remembered holds while they do.

Each function returns ``None`` where it cannot tell; then nothing is remembered.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

FORMAT = 1
"""A new one forgets all: of what is remembered, or of how cfn-lint is asked."""

_PACKAGES = ("aws_sam_translator", "cfn_lint")
_OUR_PACKAGES = ("awacs", "cfn_lint", "pydantic", "pydantic_core", "pyyaml", "troposphere")
_INSTALLED = re.compile(r"(?P<name>.+?)-(?P<version>[0-9].*)\.(?:dist|egg)-info", re.IGNORECASE)
"""https://packaging.python.org/en/latest/specifications/recording-installed-packages/"""

_OTHER_FILES = re.compile(
    rb"append_rules|custom_rules|deployment_files|override_spec|parameter_files|registry_schemas"
)
"""Settings of cfn-lint that name further files."""

_CODE = re.compile(rb"\bcustomize\b")
MAX_FILES = 2000
MAX_BYTES = 50_000_000
"""What a folder of environments may come to, to be read twice."""


def of_cfn_lint() -> str | None:
    """Return a hash of cfn-lint as it would run here: its version, schemas and settings.

    Its version is read from the names of the folders that pip writes, as importing it takes longer
    than all else of a run that remembers. ``cfn-lint --update-specs`` loads newer schemas into a
    folder of the user's. https://github.com/aws-cloudformation/cfn-lint
    """
    installed = _versions(_PACKAGES)
    settings = [_content(path) for path in settings_files()]
    if not any(name.startswith("cfn_lint=") for name in installed):
        return None
    if any(found and _OTHER_FILES.search(found) for found in settings):
        return None
    schemas = _content(_schemas() / "version.json")
    return _hash([str(FORMAT), sys.version, *installed, *settings, schemas])


def of_this() -> str | None:
    """Return a hash of this package and of the packages that it needs."""
    folder = Path(__file__).resolve().parent.parent
    content = _folder(folder, skipped="__pycache__")
    return None if content is None else _hash([content, *_versions(_OUR_PACKAGES)])


def of_environments(folder: Path) -> str | None:
    """Return a hash of all files below a folder of environments, which is all that they may name.

    Not so where `customize` names code, which may read anything.
    """
    whole = _folder(folder)  # None where a file is too large to read, or none.
    try:
        written = [path.read_bytes() for path in folder.glob("*.yaml")] if whole else []
    except OSError:
        return None
    return None if any(_CODE.search(text) for text in written) else whole


def settings_files() -> list[Path]:
    """Return where cfn-lint looks for its settings: the home folder, then the working folder."""
    try:
        folders = [Path.home(), Path.cwd()]
    except (OSError, RuntimeError):
        folders = []
    names = (".cfnlintrc", ".cfnlintrc.yaml", ".cfnlintrc.yml")
    return [folder / name for folder in folders for name in names]


def _versions(packages: Iterable[str]) -> list[str]:
    """Return ``name=version`` of packages, each as the first folder of the search path has it."""
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        here: dict[str, list[str]] = {}
        for match in filter(None, map(_INSTALLED.fullmatch, names)):
            name = match["name"].lower().replace("-", "_")
            if name in packages:
                here.setdefault(name, []).append(match["version"])
        for name, versions in here.items():
            found.setdefault(name, ",".join(sorted(versions)))
    return sorted(f"{name}={version}" for name, version in found.items())


def _schemas() -> Path:
    """Return where cfn-lint keeps schemas that it has loaded itself."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", os.path.expanduser("~\\AppData\\Local"))
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))
    return Path(base, "aws", "cfn-lint", "schemas")


def _folder(folder: Path, skipped: str = "") -> str | None:
    """Return a hash over the names and contents of all files below a folder."""
    parts: list[bytes | str] = []
    files = size = 0
    try:
        for place, folders, names in os.walk(folder, onerror=_raise):
            folders[:] = sorted(name for name in folders if name != skipped)
            if any(os.path.islink(os.path.join(place, name)) for name in folders):
                return None
            for name in sorted(names):
                path = Path(place, name)
                size += path.stat().st_size
                files += 1
                if files > MAX_FILES or size > MAX_BYTES or not path.is_file():
                    return None
                parts += [path.relative_to(folder).as_posix(), path.read_bytes()]
    except OSError:
        return None
    return _hash(parts)


def _raise(error: OSError) -> None:
    raise error


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _hash(parts: Iterable[bytes | str | None]) -> str:
    """Return a hash that tells apart where one part ends and the next begins."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        whole.update(b"-" if content is None else hashlib.sha256(content).digest())
    return whole.hexdigest()
