"""Whatever stops a run, and wherever: each environment's folder is one whole generation."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.writers import atomic_swap
from gateway_infra.writers.files import write_environments
from tests.support import ROOT
from tests.writers.interrupted import NAMES, NEW, OLD, Nth, contents, in_a_copy, is_whole, write_new

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")


@pytest.fixture(params=["at once", "in steps"])
def how(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Exchange folders as this system does, and as one does that cannot at once."""
    if request.param == "in steps":
        monkeypatch.setattr(atomic_swap, "_exchanged_at_once", lambda *_: False)
    return str(request.param)


@pytest.fixture
def output() -> Iterator[Path]:
    """Return a folder with an old generation of two environments, and what others put there.

    It is in memory where it can be, as a disk is waited for at each of a thousand touches.
    """
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        write_environments(Path(folder, "output"), {"dev": OLD, "prod": OLD})
        Path(folder, "output/prod/mine.txt").write_text("mine")
        yield Path(folder, "output")


@pytest.mark.slow
def test_a_killed_run_leaves_each_folder_old_or_new(output: Path, how: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.writers.interrupted", str(output), how],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


FAULTS = {
    "disk full": OSError(errno.ENOSPC, "No space left on device"),
    "no permission": PermissionError(errno.EACCES, "Permission denied"),
    "read-only": OSError(errno.EROFS, "Read-only file system"),
}


def test_a_failed_run_leaves_all_as_it_was(output: Path, how: str) -> None:
    assert_taken_back(output, how, "disk full")


@pytest.mark.slow
def test_whatever_a_run_fails_of(output: Path, how: str) -> None:
    for fault in FAULTS:
        assert_taken_back(output, how, fault)


def assert_taken_back(output: Path, how: str, fault: str) -> None:
    """All that fails, at each touch of a file, does so in one copy of this process."""

    def fail() -> None:
        raise FAULTS[fault]

    def failing() -> None:
        hook = Nth(0, output, fail)
        sys.addaudithook(hook)
        for nth in range(1, 1000):
            write_environments(output, {"dev": OLD, "prod": OLD})
            shutil.rmtree(output / "staging", ignore_errors=True)
            before = contents(output)
            hook.left = nth
            failed = fails(lambda: write_new(output))
            acted, hook.left = hook.left <= 0, 0
            atomic_swap.recover(output, NAMES)  # what could not be removed for the fault itself
            if failed:
                assert contents(output) == before, (nth, how)
            else:
                assert contents(output / "staging") == NEW, (nth, how)
            assert [name for name in NAMES if not is_whole(output, name)] == [], nth
            if not acted:
                break
        assert nth > 20

    assert in_a_copy(failing) == 0


def fails(act: Callable[[], None]) -> bool:
    try:
        act()
    except OSError:
        return True
    return False


@pytest.mark.parametrize("nth", range(1, 4))
def test_a_failing_exchange_takes_back_those_before_it(
    output: Path, how: str, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(output)
    calls: list[Any] = []
    place = atomic_swap._place

    def failing(*arguments: Any, existed: bool) -> None:
        calls.append(arguments)
        if len(calls) == nth:
            raise OSError(5, "Input/output error")
        place(*arguments, existed=existed)

    monkeypatch.setattr(atomic_swap, "_place", failing)
    with pytest.raises(OSError, match="Input/output error"):
        write_new(output)
    assert contents(output) == before, how
    assert sorted(os.listdir(output)) == ["dev", "prod"]


def test_folders_change_places_at_once_here(output: Path) -> None:
    """Where this fails, the file system has no exchange, and the tests above show less."""
    (output / "other").mkdir()
    assert atomic_swap._exchanged_at_once(output / "other", output / "prod")
    assert contents(output / "prod") == {}
    assert "old.json" in contents(output / "other")
    with pytest.raises(FileNotFoundError):
        atomic_swap._exchanged_at_once(output / "nowhere", output / "prod")


def test_what_was_moved_away_is_put_back(output: Path) -> None:
    os.rename(output / "prod", output / f"{atomic_swap.staging_prefix('prod')}x.old")
    before = contents(output / "dev")
    atomic_swap.recover(output, ["prod"])
    assert is_whole(output, "prod")
    assert contents(output / "dev") == before


def test_only_leftovers_of_the_same_environment_go(output: Path) -> None:
    others = [".gateway-infra-prod-eu=x", ".gateway-infra-prod-eu=x.old", ".prod-x", "prod-x"]
    for name in (*others, f"{atomic_swap.staging_prefix('prod')}x"):
        (output / name).mkdir()
    atomic_swap.recover(output, ["prod"])
    assert sorted(os.listdir(output)) == sorted([*others, "dev", "prod"])


def test_environments_whose_names_begin_alike_are_written_together(tmp_path: Path) -> None:
    for names in (("prod-eu", "prod"), ("prod", "prod-eu")):
        write_environments(tmp_path, dict.fromkeys(names, NEW))
        assert sorted(os.listdir(tmp_path)) == ["prod", "prod-eu"]


def test_a_link_to_what_is_no_environment_is_refused(output: Path, tmp_path: Path) -> None:
    """Else the whole folder would be copied, and the original removed."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "work.txt").write_text("mine")
    for target in ("..", str(elsewhere), str(tmp_path), "."):
        (output / "staging").symlink_to(target)
        with pytest.raises(FileExistsError, match="is a link to"):
            write_new(output)
        (output / "staging").unlink()
    assert contents(elsewhere) == {"work.txt": "mine"}
    assert contents(output / "dev") == OLD


WRITER = """
import sys
from pathlib import Path
from gateway_infra.writers.files import write_environments
name, output = sys.argv[1:]
manifest = '{"schema": 1, "stacks": [{"template": "a.json"}, {"template": "b.json"}]}'
for number in range(40):
    text = f"{name}{number}"
    files = {"a.json": text, "b.json": text, "manifest.json": manifest}
    write_environments(Path(output), {"dev": files, "prod": files})
"""


def test_runs_at_once_write_one_after_the_other(tmp_path: Path) -> None:
    """Two processes write again and again; whoever looks sees files of one of the two alone."""
    output = tmp_path / "output"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name, str(output)]) for name in ("x", "y")
    ]
    while any(writer.poll() is None for writer in writers):
        time.sleep(0.01)
    assert [writer.returncode for writer in writers] == [0, 0]
    found = contents(output)
    assert found["prod/a.json"] == found["prod/b.json"] == found["dev/a.json"]
    assert sorted(os.listdir(output)) == ["dev", "prod"]


def test_a_folder_that_cannot_be_locked_is_written_all_the_same(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def refused(*_: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refused)
    write_new(output)
    assert is_whole(output, "dev")
    monkeypatch.setitem(sys.modules, "fcntl", None)
    write_environments(output, {"dev": OLD})
    assert is_whole(output, "dev")
