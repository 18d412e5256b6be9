"""What the tests of the pipelines share: plans, and a folder with programs in it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from gateway_infra.writers.plan import Plan, PlannedStack


def _function(name: str, image: object = "x") -> dict[str, object]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {"FunctionName": f"jobs-prod-{name}", "Code": {"ImageUri": image}},
    }


_TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alarms"}}

PLAIN = Plan(
    environment="prod",
    service="jobs",
    region="eu-west-1",
    layout="split",
    protect=False,
    stacks=(
        PlannedStack(
            key="function",
            name="jobs-prod-function",
            file="function.json",
            template={"Resources": {"FunctionWeb": _function("web"), "Other": _TOPIC}},
            text="{}\n",
            parameters={},
            depends_on=(),
            capabilities=(),
            outputs=(),
            tags={},
        ),
    ),
)
"""One function, of which everything is known."""

PLAN = PLAIN._replace(
    protect=True,
    stacks=(
        PLAIN.stacks[0]._replace(
            template={
                "Resources": {
                    "A": _function("web"),
                    "B": _function("read-more"),
                    "C": _function("open", {"Ref": "Image"}),
                },
            },
            text="x" * 51_201,
            parameters={
                "Image": {"required": True},
                "Other": {"value": "x"},
                "Password": {"environment_variable": "DB_PASSWORD"},
                "Role": {"from": {"stack": "role", "output": "Arn"}},
                "Size": {"required": False},
            },
        ),
    ),
)
"""Three functions, one of an open image, values known later, and a template over 51,200 bytes."""


class Folder:
    """A checkout, with programs in it that note their arguments."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def program(self, name: str, script: str) -> None:
        """Make a program that notes its call, and then does what the script says."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        note = f"printf '%s\\x1f' \"${{0##*/}}\" \"$@\" >>'{self.path}/calls'"
        path.write_text(f"#!/bin/bash\n{note}\nprintf '\\x1e' >>'{self.path}/calls'\n{script}\n")
        path.chmod(0o755)

    def calls(self) -> list[list[str]]:
        """Return what was called, each call as its name and arguments."""
        file = self.path / "calls"
        noted = file.read_text().split("\x1e")[:-1] if file.exists() else []
        return [call.split("\x1f")[:-1] for call in noted]

    def run(self, command: Sequence[str], **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command here, with these variables and no others."""
        return subprocess.run(
            command,
            cwd=self.path,
            env={"PATH": f"{self.path}/bin:/usr/bin:/bin", **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
