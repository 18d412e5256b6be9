"""Work over many items in several processes, where that is faster and possible."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def processors() -> int:
    """Return how many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def in_parallel(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    processes: int,
    warm: Callable[[], None],
) -> list[Result]:
    """Return what `work` makes of each item, in the order of the items.

    `work` stands at the top of a module, as other processes import it from there. `warm` does what
    is done once for all items; where processes are copies of this one (``fork``), it is done before
    they are. Where no process can be started, or one dies, all is done here. What `work` raises is
    raised.
    """
    if processes < 2 or len(items) < 2:
        return [work(item) for item in items]
    # Both are large; few runs need them.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    method = start_method()
    if method == "fork":
        warm()
    try:
        with ProcessPoolExecutor(
            min(processes, len(items)), mp_context=get_context(method), initializer=_stop_silently
        ) as pool:
            waiting = [pool.submit(work, item) for item in items]
            try:
                return [future.result() for future in waiting]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    except (OSError, ImportError, BrokenProcessPool):
        # No process to be had, no semaphore (/dev/shm is missing in some containers), or one was
        # killed for want of memory.
        return [work(item) for item in items]


def start_method() -> str:
    """Return how processes are started: copied where that is safe, else started anew.

    A copy of a process with threads may wait forever for a lock that one of them held; on macOS its
    own libraries have threads.
    https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods
    """
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _stop_silently() -> None:
    """End at Ctrl-C at once, without the traceback that Python prints."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
