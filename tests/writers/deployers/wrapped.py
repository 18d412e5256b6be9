"""Runs a generated ``deploy.sh`` with programs in place of the AWS CLI, SAM and CDK.

They note what they are asked. The end-to-end tests run it with the programs themselves.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway_infra.pipeline import Generated

AWS = r"""#!/usr/bin/env bash
# Knows the stacks below $FAKE/stacks: their status, and an output a file.
printf 'aws %s\n' "$*" >>"$FAKE/calls"
while (($#)); do
  case $1 in
    describe-stacks | delete-stack | update-termination-protection) command=$1 ;;
    --stack-name) stack=$FAKE/stacks/$2 ;;
    --query) query=$2 ;;
  esac
  shift
done
[[ $command != update-termination-protection ]] || exit 0
[[ -d $stack ]] || { echo "Stack with id ${stack##*/} does not exist" >&2; exit 254; }
[[ $command != delete-stack ]] || { rm -r "$stack"; exit; }
if [[ $query == *OutputKey==\'*\'* ]]; then
  key=${query#*OutputKey==\'}
  cat "$stack/${key%%\'*}.output" 2>/dev/null || echo None
elif [[ $query == *EnableTerminationProtection ]]; then
  if [[ -f $stack/protected ]]; then echo True; else echo False; fi
else
  cat "$stack/status"
  [[ ! -f $stack/next ]] || mv "$stack/next" "$stack/status"
fi
"""

SAM = r"""#!/usr/bin/env bash
# Keeps the configuration that it is given.
printf 'sam %s\n' "$*" >>"$FAKE/calls"
[[ $1 == deploy && $2 == --config-file && $4 == --config-env ]] || exit 9
cp "$3" "$FAKE/$5.toml"
ls -l "$3" | cut -c 1-10 >"$FAKE/$5.mode"
[[ ! -f $FAKE/fail ]] || exit 1
"""

CDK = r"""#!/usr/bin/env bash
# Keeps each argument on a line.
printf 'cdk %s\n' "$*" >>"$FAKE/calls"
[[ $1 != deploy ]] || printf '%s\n' "$@" "NODE_OPTIONS=${NODE_OPTIONS-}" >"$FAKE/${2##*/}.arguments"
env >"$FAKE/environment"
"""


@dataclass
class Wrapped:
    """A generated environment on disk, a world of stacks, and whoever deploys."""

    generated: Generated
    program: str
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write the environment and the programs."""
        for name, text in self.generated.files.items():
            path = self.folder / "output" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (self.folder / "stacks").mkdir()
        (self.folder / "bin").mkdir()
        for name, text in {"aws": AWS, "sam": SAM, "cdk": CDK}.items():
            (self.folder / "bin" / name).write_text(text)
            (self.folder / "bin" / name).chmod(0o755)

    def stack(self, name: str, outputs: Mapping[str, str], status: str = "CREATE_COMPLETE") -> None:
        """Let a stack be there."""
        folder = self.folder / "stacks" / name
        folder.mkdir()
        (folder / "status").write_text(status + "\n")
        for key, value in outputs.items():
            (folder / f"{key}.output").write_text(value + "\n", encoding="utf-8")

    def all_outputs(self) -> None:
        """Let there be every stack that an output is wanted of, each output named after itself."""
        wanted: dict[str, dict[str, str]] = {}
        for stack in self.generated.stacks:
            for how in stack.parameters.values():
                if "from" in how:
                    name, key = how["from"]["stack"], how["from"]["output"]
                    wanted.setdefault(name, {})[key] = f"{name}!{key}"
        for name, outputs in wanted.items():
            self.stack(name, outputs)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run the script; give its exit code and what it printed."""
        done = subprocess.run(
            ["bash", f"output/{self.program}/deploy.sh", *arguments],
            cwd=self.folder,
            env={
                "FAKE": str(self.folder),
                "PATH": os.pathsep.join((str(self.folder / "bin"), "/usr/bin", "/bin")),
                "TMPDIR": str(self.folder),
                **self.variables,
            },
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def calls(self, program: str) -> list[str]:
        """Give the command lines of a program."""
        lines = (self.folder / "calls").read_text().splitlines()
        return [line for line in lines if line.startswith(f"{program} ")]
