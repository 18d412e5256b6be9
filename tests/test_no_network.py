"""No command opens a connection, asks for an address, or starts a program that might."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway_infra.layouts import LAYOUTS
from gateway_infra.sections.environment import DEPLOYERS
from tests.faults import changed
from tests.support import CASES, ROOT

SOUND = changed("jobs:1", f"jobs@sha256:{'a' * 64}, timeout: 29") + "alarms: {emails: [a@b.co]}\n"

WATCH = """
import os, sys

REFUSED = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system")
SEEN = os.open(os.environ["SEEN"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def watch(event, arguments):
    if event.startswith(REFUSED):
        # What raises here may be caught by whoever opened it; what is written stays written.
        os.write(SEEN, f"{event} {arguments}\\n".encode())
        raise ConnectionRefusedError(event)

sys.addaudithook(watch)
"""
"""Python runs a module of this name before anything else, and nothing takes a hook away again:
https://docs.python.org/3/library/site.html#module-sitecustomize and
https://docs.python.org/3/library/audit_events.html."""

Watched = Callable[..., tuple[int, str, str]]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """Run Python with a hook on all that could reach the network: exit code, output, what it saw.

    A process that it forks has the hook too.
    """
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    seen = tmp_path / "seen"

    def run(*arguments: str) -> tuple[int, str, str]:
        path = os.pathsep.join((str(tmp_path), str(ROOT / "src")))
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path, "SEEN": str(seen)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr, seen.read_text()

    return run


CAUGHT = {
    "a connection": "socket.create_connection(('127.0.0.1', 9), 1)",
    "a socket alone": "socket.socket()",
    "a packet": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "an address": "socket.getaddrinfo('localhost', 80)",
    "an address by its old name": "socket.gethostbyname('localhost')",
    "a page": "urllib.request.urlopen('http://127.0.0.1:9')",
    "a program": "subprocess.run(['true'])",
    "a shell": "os.system('true')",
    "in a process of its own": "os.waitpid(p, 0) if (p := os.fork()) else socket.socket()",
}


@pytest.mark.parametrize("what", CAUGHT)
def test_the_watch_sees(watched: Watched, what: str) -> None:
    """Or the tests below would show nothing, even where what is seen is caught and forgotten."""
    lines = ["import os, socket, subprocess, urllib.request", "try:", f"    {CAUGHT[what]}"]
    code, _, seen = watched("-c", "\n".join([*lines, "except OSError: pass"]))
    assert code == 0
    assert seen


def program(folder: Path) -> str:
    """Return a program that runs each command, and exits with what they return, if not 0.

    One environment is small, for cfn-lint, and is changed by a module of the user's own.
    """
    output, own = folder / "output", folder / "environments"
    own.mkdir()
    (own / "prod.yaml").write_text(f"{SOUND}customize: own_module:customize\n")
    (folder / "own_module.py").write_text("def customize(graph):\n    return graph\n")
    env = ("--env", "prod")
    small = ("--environments", str(own), *env)
    out = ("--output", str(output), "--quiet")
    cases = ("--environments", str(CASES))
    others = [name for name in DEPLOYERS if name != "stack-sets"]
    deployers = [option for name in others for option in ("--deployer", name)]
    stack_sets = (*cases, "--env", "deployer-stack-sets", "--deployer", "stack-sets")
    commands: list[tuple[str, ...]] = [
        *(("generate", "--all", f"--layout={layout}", *deployers, *out) for layout in LAYOUTS),
        ("generate", *stack_sets, "--layout=single", *out),
        ("generate", "--all", "--check", "--quiet"),
        ("generate", *env, "--import-ready", *out),
        ("generate", *small, "--lint", "--layout=single", *out),
        ("generate", *cases, "--env", "overrides", *out),
        ("generate", *cases, "--env", "openapi-input", *out),
        ("lint", *small, "--layout=single", "--no-cache", "--quiet"),
        ("config", *env, "--origin"),
        ("config", *env, "--diff", "dev"),
        ("schema",),
        ("rules",),
        ("explain", "GI201"),
    ]
    return (
        "from gateway_infra.cli import main\n"
        f"for command in {commands!r}:\n"
        "    code = main(list(command))\n"
        "    if code: raise SystemExit(f'{command}: {code}')\n"
        "import sys; print({'cfnlint', 'own_module'} & {*sys.modules})\n"
    )


@pytest.mark.slow
def test_no_command_reaches_out(watched: Watched, tmp_path: Path) -> None:
    """Every deployer, every layout, cfn-lint too, with the shipped files and a customize module."""
    code, told, seen = watched("-c", program(tmp_path))
    assert code == 0, told
    assert seen == ""
    assert "'cfnlint'" in told
    assert "'own_module'" in told


def test_the_script_of_the_readme_does_not_either(watched: Watched) -> None:
    assert watched("generate.py", "--all", "--check", "--quiet") == (0, "", "")
