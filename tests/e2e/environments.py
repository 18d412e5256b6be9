"""Virtual environments for the emulator's server and for the image, made by uv from lock files.

An environment is made under ``.cache/e2e`` of the repository, under a name that holds a hash of
everything it is made from, and used again by later runs.
"""

import hashlib
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "e2e"
BYTECODE = CACHE / "bytecode"  # of all environments: a deploy starts dozens of interpreters
PLUGINS = HERE / "emulator"

Release = tuple[int, int]


class RecipeError(RuntimeError):
    """An environment could not be made."""


@dataclass(frozen=True)
class Recipe:
    """What an environment is made from: a lock file, a range of Pythons, and one local project."""

    name: str
    lock: Path
    oldest: Release
    newest: Release
    project: Path | None = None

    @property
    def python(self) -> str:
        """Name the interpreter that runs this if it fits, else what uv shall look for."""
        if self.oldest <= sys.version_info[:2] <= self.newest:
            return sys.executable
        return f">={_dotted(self.oldest)},<{self.newest[0]}.{self.newest[1] + 1}"

    @property
    def key(self) -> str:
        """Name the environment after all that goes into it."""
        digest = hashlib.sha256()
        running = ".".join(map(str, sys.version_info[:3]))
        digest.update(running.encode() if self.python == sys.executable else self.python.encode())
        digest.update(self.lock.read_bytes())
        for path in _sources(self.project):
            digest.update(str(path).encode() + path.read_bytes())
        return f"{self.name}-{digest.hexdigest()[:16]}"


SERVER = Recipe("server", HERE / "locks" / "server.txt", (3, 11), (3, 13), PLUGINS)
IMAGE = Recipe("image", HERE / "locks" / "image.txt", (3, 11), (3, 13))
SCEPTRE = Recipe("sceptre", HERE / "locks" / "sceptre.txt", (3, 11), (3, 13))
SAM = Recipe("sam", HERE / "locks" / "sam.txt", (3, 11), (3, 13))
CDK = Recipe("cdk", HERE / "locks" / "cdk.txt", (3, 11), (3, 13))
AWS_CLI = Recipe("aws-cli", HERE / "locks" / "aws-cli.txt", (3, 11), (3, 13))
MOTO = Recipe("moto", HERE / "locks" / "moto.txt", (3, 11), (3, 13))
SCANNERS = Recipe("scanners", HERE / "locks" / "scanners.txt", (3, 11), (3, 13))
SCHEMAS = Recipe("schemas", HERE / "locks" / "schemas.txt", (3, 11), (3, 13))


def build(recipe: Recipe, cache: Path = CACHE) -> Path:
    """Return the Python of the environment, made now unless an earlier run made it."""
    target = cache / recipe.key
    if not target.exists():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = cache / f"unfinished-{uuid.uuid4().hex}"
        try:
            _fill(recipe, unfinished)
            _publish(unfinished, target)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return _interpreter(target)


def _fill(recipe: Recipe, folder: Path) -> None:
    """Make the environment; a relocatable one, since it is renamed when it is complete."""
    options = ("--relocatable", "--no-python-downloads", "--python", recipe.python)
    _uv(recipe, "venv", *options, str(folder))
    install = ("pip", "install", "--python", str(_interpreter(folder)))
    _uv(recipe, *install, "--require-hashes", "--requirement", str(recipe.lock))
    if recipe.project:
        # A copy, because a build writes beside the sources.
        copy = folder / "project"
        shutil.copytree(
            recipe.project, copy, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
        _uv(recipe, *install, "--no-deps", "--no-index", "--no-build-isolation", str(copy))


def _publish(unfinished: Path, target: Path) -> None:
    """Put a complete environment in place; another process may have been faster."""
    try:
        unfinished.rename(target)
    except OSError:
        if not target.exists():
            raise


def _uv(recipe: Recipe, *arguments: str) -> None:
    done = subprocess.run([find_uv_bin(), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RecipeError(
            f"The environment '{recipe.name}' could not be made: uv {' '.join(arguments[:2])} "
            f"failed.\nIt needs a Python from {_dotted(recipe.oldest)} to "
            f"{_dotted(recipe.newest)}; this one is {_dotted(sys.version_info[:2])}. If none is "
            f"installed, install one or run the tests with one.\n{done.stderr.strip()}"
        )


def _interpreter(folder: Path) -> Path:
    return folder / "bin" / "python"


def _dotted(release: tuple[int, ...]) -> str:
    return ".".join(map(str, release))


def _sources(project: Path | None) -> Iterable[Path]:
    if project is None:
        return []
    return sorted(path for suffix in ("py", "toml") for path in project.rglob(f"*.{suffix}"))
