"""Run tasks side by side, each in a process of its own that shares what was read before it began.

Links of a thousand pages are gigabytes, and handing them to the workers of a pool takes longer than to learn from
them. A forked process has them already.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import TypeVar

Result = TypeVar("Result")


def side_by_side(tasks: Sequence[Callable[[], Result]], jobs: int) -> list[Result]:
    """What the tasks return, in order; at most `jobs` run at a time, which needs a system that forks.

    Raises:
        RuntimeError: a task failed; what it raised stands on standard error.
    """
    if jobs == 1:
        return [task() for task in tasks]
    with ThreadPoolExecutor(jobs) as waiting:
        return list(waiting.map(_forked, tasks))


def _forked(task: Callable[[], Result]) -> Result:
    """What a task returns that runs in a process of its own."""
    forking = multiprocessing.get_context("fork")
    mine, its = forking.Pipe(duplex=False)
    process = forking.Process(target=_sent, args=(task, its))
    process.start()
    its.close()
    try:
        result: Result = mine.recv()
    except EOFError:
        raise RuntimeError("a task failed: what it raised stands above") from None
    finally:
        process.join()
    return result


def _sent(task: Callable[[], Result], to: Connection) -> None:
    to.send(task())
    to.close()
