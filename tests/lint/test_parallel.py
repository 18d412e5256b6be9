"""Work in several processes: in order, and here where there can be none."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import sys
import threading
from functools import partial

import pytest

from gateway_infra.lint import parallel
from gateway_infra.lint.parallel import in_parallel, processors, start_method


def square(number: int) -> tuple[int, int]:
    """Return the square, and which process made it."""
    return number * number, os.getpid()


def refuse(number: int) -> int:
    """Raise as work does."""
    raise ValueError(f"cannot do {number}")


def die_elsewhere(number: int) -> int:
    """End the process at once, unless it is that of the tests."""
    if multiprocessing.parent_process() is not None:
        os._exit(9)
    return number


def nothing() -> None:
    """Do nothing before."""


def test_results_are_in_order_and_of_other_processes() -> None:
    done = in_parallel(square, [3, 1, 2], processes=2, warm=nothing)
    assert [result for result, _ in done] == [9, 1, 4]
    assert os.getpid() not in {process for _, process in done}


@pytest.mark.parametrize(("items", "processes"), [([3, 1], 1), ([3], 8), ([], 8)])
def test_little_work_is_done_here(items: list[int], processes: int) -> None:
    done = in_parallel(square, items, processes=processes, warm=nothing)
    assert done == [(number * number, os.getpid()) for number in items]


@pytest.mark.parametrize("processes", [1, 2])
def test_what_work_raises_is_raised(processes: int) -> None:
    with pytest.raises(ValueError, match="cannot do 1"):
        in_parallel(refuse, [1, 2], processes=processes, warm=nothing)


def test_where_a_process_dies_all_is_done_here() -> None:
    assert in_parallel(die_elsewhere, [1, 2], processes=2, warm=nothing) == [1, 2]


@pytest.mark.parametrize(
    "error", [OSError(38, "Function not implemented"), ImportError("sem_open")]
)
def test_where_no_process_can_be_had_all_is_done_here(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", unavailable)
    done = in_parallel(square, [3, 1], processes=2, warm=nothing)
    assert done == [(9, os.getpid()), (1, os.getpid())]


def test_what_is_done_once_is_done_before_copies_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    for method in ("spawn", "fork"):
        warm = partial(done.append, method)
        monkeypatch.setattr(parallel, "start_method", lambda method=method: method)
        monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", _refused)
        in_parallel(square, [1, 2], processes=2, warm=warm)
    assert done == ["fork"]


def _refused(*_: object, **__: object) -> None:
    raise OSError


def test_a_process_with_threads_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert start_method() == "fork"
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert start_method() == "spawn"
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert start_method() == "spawn"
    assert processors() >= 1
