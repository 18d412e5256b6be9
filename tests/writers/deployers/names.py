"""Environment variables whose names a script or a pipeline may want for itself."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tests.support import MINIMAL

OF_SCRIPTS = (
    *("ARGUMENTS", "BUCKET", "CONSTRUCT", "DEFAULT", "DEFAULT_STACK", "DRY_RUN", "ENVIRONMENT"),
    *(
        "FACTS",
        "HERE",
        "ID",
        "KEY",
        "KEYS",
        "LINES_",
        "MODE",
        "NAME",
        "NAMES",
        "OPTIONS",
        "PROGRAM",
    ),
    *("PROTECT", "REGION", "SERVICE", "STACK", "TAGS", "TEMPLATES", "TEXT", "WORK"),
)
"""What a script calls its own variables, or did, in capitals."""


def environment(variables: Sequence[str], deployer: str) -> str:
    """Return an environment file whose parameters are filled from these variables."""
    values = {f"V{n}": {"environment_variable": name} for n, name in enumerate(variables)}
    text = MINIMAL.replace("jobs:1}", f"jobs:1, variables: {json.dumps(values)}}}")
    assert text != MINIMAL
    return f"{text}layout: single\ndeployers: [{deployer}]\n"
