"""Put folders in the place of others at once, one run at a time, whatever stops the process."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = ".gateway-infra-"
"""How the names of folders begin that hold what is to be put in place."""

_END = "="
"""What no environment's name holds: prod's folders are not those of prod-eu."""
_OLD = ".old"
_AT_WORKING_DIRECTORY = -100
_EXCHANGE = 2
"""``AT_FDCWD`` and ``RENAME_EXCHANGE``: https://man7.org/linux/man-pages/man2/renameat2.2.html"""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one run at a time write below a folder; others wait.

    The folder itself is locked, so that no lock stays behind. Where it cannot be locked, as on
    Windows and some network file systems, nothing waits.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def put_in_place(staged: Mapping[Path, Path]) -> None:
    """Put each staged folder in the place of its target; on failure put back what stood there.

    What stood there is afterwards where the staged folder was, or nowhere if there was nothing.
    """
    done: list[tuple[Path, Path, bool]] = []
    try:
        for target, folder in staged.items():
            existed = target.exists()
            _place(folder, target, existed=existed)
            done.append((target, folder, existed))
    except BaseException:
        for target, folder, existed in reversed(done):
            with suppress(OSError):
                if existed:
                    _exchange(folder, target)
                else:
                    os.rename(target, folder)
        raise


def recover(folder: Path, names: Iterable[str]) -> None:
    """Clean up after runs that were killed, and put back what one of them had moved away."""
    for name in names:
        target = folder / name
        for left in sorted(folder.glob(f"{staging_prefix(name)}*")):
            if left.name.endswith(_OLD) and not target.exists():
                os.rename(left, target)
            else:
                shutil.rmtree(left, ignore_errors=True)


def staging_prefix(name: str) -> str:
    """Return how the name of the folder begins that is staged for an environment."""
    return f"{PREFIX}{name}{_END}"


def _place(folder: Path, target: Path, *, existed: bool) -> None:
    if existed:
        _exchange(folder, target)
    else:
        os.rename(folder, target)


def _exchange(folder: Path, target: Path) -> None:
    """Let two folders change places, at once where the system can."""
    if _exchanged_at_once(folder, target):
        return
    backup = folder.with_name(f"{folder.name}{_OLD}")
    os.rename(target, backup)
    try:
        os.rename(folder, target)
        os.rename(backup, folder)
    except BaseException:
        if target.exists():
            os.rename(target, folder)
        os.rename(backup, target)
        raise


def _exchanged_at_once(folder: Path, target: Path) -> bool:
    """Exchange two folders in one step; ``False`` where the system or file system has none."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    try:
        exchange = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:  # The C library is older than the call.
        return False
    here = _AT_WORKING_DIRECTORY
    if exchange(here, os.fsencode(folder), here, os.fsencode(target), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EXDEV):
        return False
    raise OSError(number, os.strerror(number), str(target))
