"""What the process that starts the server tells the plugins, through environment variables."""

import os
from dataclasses import dataclass
from pathlib import Path

PYTHON = "EMULATOR_IMAGE_PYTHON"
ROOT = "EMULATOR_IMAGE_ROOT"
HANDLER = "EMULATOR_IMAGE_HANDLER"
EXIT_WITH_PARENT = "EMULATOR_EXIT_WITH_PARENT"
REPOSITORY = "EMULATOR_REPOSITORY"


@dataclass(frozen=True)
class ImageRuntime:
    """The interpreter, the working directory and the handler that stand for every image."""

    python: str
    root: Path
    handler: str

    @classmethod
    def from_environment(cls) -> "ImageRuntime":
        """Read the settings; a missing one is an error of whoever started the server."""
        return cls(os.environ[PYTHON], Path(os.environ[ROOT]), os.environ[HANDLER])
