"""Folders of npm packages with the programs that use them, installed from lock files.

See `environments.py` for those of Python.
"""

import hashlib
import shutil
import subprocess
import uuid
from pathlib import Path

from .environments import CACHE, HERE, RecipeError

PACKAGES = HERE / "npm"


def install(name: str, cache: Path = CACHE) -> Path:
    """Return the ``node_modules`` of ``npm/NAME``, made now unless an earlier run made it.

    Raise `RecipeError` where Node.js or npm is missing, or a package cannot be had.
    """
    source = PACKAGES / name
    files = sorted(path for path in source.iterdir() if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
    target = cache / f"npm-{name}-{digest}"
    if not target.exists():
        unfinished = cache / f"unfinished-{uuid.uuid4().hex}"
        try:
            shutil.copytree(source, unfinished)
            _npm(unfinished, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            unfinished.rename(target)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return target / "node_modules"


def _npm(folder: Path, *arguments: str) -> None:
    try:
        done = subprocess.run(
            ["npm", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise RecipeError("The tests marked npm need Node.js and npm on the PATH.") from error
    if done.returncode:
        raise RecipeError(f"npm {arguments[0]} failed in {folder}:\n{done.stderr.strip()}")
