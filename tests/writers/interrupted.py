"""What stops a run at each touch of a file, and the kills, as a program of its own.

A process that has imported little is copied in a tenth of the time of one that runs tests.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gateway_infra.writers import atomic_swap
from gateway_infra.writers.files import write_environments

MANIFEST = '{"schema": 1, "stacks": [{"template": "NAME.json"}], "files": ["tool/NAME.sh"]}\n'
OLD, NEW = (
    {f"{name}.json": f'"{name}"\n', f"tool/{name}.sh": name, "manifest.json": manifest}
    for name, manifest in ((name, MANIFEST.replace("NAME", name)) for name in ("old", "new"))
)
NAMES = ("dev", "prod", "staging")
EVENTS = ("open", "os.")
"""What Python says before it touches a file: https://docs.python.org/3/library/audit_events.html"""
EXCHANGE = "ctypes.dlsym"
"""What it says before folders are exchanged, which it does not know as such."""


def contents(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(files)}


class Nth:
    """An audit hook that acts before the nth thing is done below a folder; it cannot be removed."""

    def __init__(self, nth: int, folder: Path, act: Callable[[], None]) -> None:
        self.left, self.folder, self.act, self.kills = nth, str(folder), act, act is kill

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        # Python tells of much else, all the time.
        touches = event.startswith(EVENTS) and any(self.folder in str(it) for it in arguments)
        if touches or (event == EXCHANGE and self.kills):
            self.left -= 1
            if self.left == 0:
                self.act()


def in_a_copy(act: Callable[[], None]) -> int:
    """Do something in a copy of this process; return its exit code, 0 unless it failed."""
    child = os.fork()
    if child == 0:  # pragma: no cover - the copy is killed, or ends at once
        try:
            act()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def write_new(output: Path) -> None:
    write_environments(output, dict.fromkeys(NAMES, NEW))


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def is_whole(output: Path, name: str) -> bool:
    mine = {"mine.txt": "mine"} if name == "prod" else {}
    generations = [NEW, {}] if name == "staging" else [NEW, OLD]
    return contents(output / name) in [{**files, **mine} for files in generations]


def killed_everywhere(output: Path, how: str) -> None:
    """Kill a run at its first touch of a file, at its second, and so on; the next run cleans up."""

    def killed() -> None:
        sys.addaudithook(Nth(nth, output, kill))
        write_new(output)

    for nth in range(1, 1000):
        write_environments(output, {"dev": OLD, "prod": OLD})
        code = in_a_copy(killed)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        if how == "in steps":
            atomic_swap.recover(output, NAMES)
        assert [name for name in NAMES if not is_whole(output, name)] == [], nth
        write_new(output)
        assert sorted(os.listdir(output)) == list(NAMES), nth
        assert all(contents(output / name)["new.json"] == '"new"\n' for name in NAMES)
        shutil.rmtree(output / "staging")
    assert nth > 50
    assert contents(output)["prod/mine.txt"] == "mine"


if __name__ == "__main__":
    _, folder, chosen = sys.argv
    if chosen == "in steps":
        atomic_swap._exchanged_at_once = lambda *_: False
    killed_everywhere(Path(folder), chosen)
    print("done")
