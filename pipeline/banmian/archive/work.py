"""Worker processes: issues in, outcomes out, and a process that dies costs the page that it died of.

The standard library's pools do not say which task a dead process had, and a dead process breaks them; so each worker
here has a pipe of its own, through which it says what page it touches next. A worker has one issue at a time, so that
what is under way is as much as there are workers, however many issues wait.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import TYPE_CHECKING

from banmian.archive.records import Kind, Problem
from banmian.spurious import ignore_spurious

if TYPE_CHECKING:
    from banmian.archive.units import Outcome, Settings, Unit

# How often a page is tried whose worker dies. Once more than once: the process may have been killed for no fault of the
# page, because others took the memory.
TRIES = 2
# The linear algebra underneath numpy starts a thread for each core, and so would each of our workers.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class WorkersFailed(RuntimeError):
    """No worker process can be started."""


def serve(pipe: Connection) -> None:
    """What a worker process does: settings first, then issues, until the pipe is closed."""
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; who started us ends us
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    ignore_spurious()
    from banmian.archive.processing import process  # noqa: PLC0415  it imports numpy, which reads the variables

    with suppress(EOFError, ConnectionError):  # who started us is gone
        settings = pipe.recv()
        pipe.send("ready")
        while True:
            pipe.send(process(pipe.recv(), settings, started=pipe.send))


@dataclass(slots=True)
class _Worker:
    """A process, the issue that it is at, and the page of it."""

    process: SpawnProcess
    pipe: Connection
    unit: Unit | None = None
    page: str = ""
    ready: bool = False


@dataclass(slots=True)
class Workers:
    """A number of worker processes that do issues.

    Args:
        count: how many.
        settings: what they do the issues with.
    """

    count: int
    settings: Settings
    _workers: list[_Worker] = field(default_factory=list)
    _context: SpawnContext = field(default_factory=lambda: multiprocessing.get_context("spawn"))

    def outcomes(self, units: Iterable[Unit]) -> Generator[Outcome, None, None]:
        """What becomes of each issue, in the order in which they are done.

        Raises:
            WorkersFailed: workers die before they have begun.
        """
        waiting = iter(units)
        again: list[Unit] = []
        deaths: dict[tuple[str, str], int] = {}
        try:
            while True:
                while len(self._busy()) < self.count and (unit := again.pop() if again else next(waiting, None)):
                    self._give(unit)
                if not self._busy():
                    return
                for worker in self._heard():
                    outcome = self._hear(worker, again, deaths)
                    if outcome is None:
                        continue
                    # Before the outcome is stored, so that the worker need not wait for that.
                    if unit := again.pop() if again else next(waiting, None):
                        self._give(unit)
                    yield outcome
        finally:
            self.stop()

    def stop(self) -> None:
        """End all workers, whatever they are at."""
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.unit is not None]

    def _heard(self) -> list[_Worker]:
        heard = wait([worker.pipe for worker in self._busy()])
        return [worker for worker in self._workers if worker.pipe in heard]

    def _give(self, unit: Unit) -> None:
        """Give an issue to a worker that has none; start one if there is none."""
        free = next((worker for worker in self._workers if worker.unit is None), None) or self._start()
        free.unit, free.page = unit, ""
        with suppress(ConnectionError):  # it has died; that will be heard
            free.pipe.send(unit)

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs,), daemon=True, name="banmian")
        with _no_interrupts():
            process.start()
        theirs.close()  # so that the pipe ends when the process does
        worker = _Worker(process, ours)
        self._workers.append(worker)
        with suppress(ConnectionError):
            ours.send(self.settings)
        return worker

    def _hear(self, worker: _Worker, again: list[Unit], deaths: dict[tuple[str, str], int]) -> Outcome | None:
        """Take one message of a worker: where it is, an outcome, or that it is dead."""
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker, again, deaths)
            return None
        if not worker.ready:
            worker.ready = True
        elif isinstance(message, str):
            worker.page = message
        else:
            worker.unit = None
            outcome: Outcome = message
            return outcome
        return None

    def _bury(self, worker: _Worker, again: list[Unit], deaths: dict[tuple[str, str], int]) -> None:
        """Clear away a dead worker; its issue is done again, without the page that it died of twice."""
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)
        unit = worker.unit
        assert unit is not None, "only workers that have an issue are listened to"
        how = _how_it_died(worker.process.exitcode)
        if not worker.ready:
            deaths["", ""] = deaths.get(("", ""), 0) + 1
            if deaths["", ""] > self.count + TRIES:
                raise WorkersFailed(f"worker processes cannot be started: the process {how}")
            again.append(unit)
            return
        at = (unit.issue, worker.page)
        deaths[at] = deaths.get(at, 0) + 1
        if deaths[at] < TRIES:
            again.append(unit)
            return
        problem = Problem(
            Kind.WORKER_DIED,
            f"the process that read it {how}, {TRIES} times; if it ran out of memory, try fewer --jobs.",
        )
        # Between pages (all are read, and being joined and written) nobody knows which page it was: all are given up.
        for page in [worker.page] if worker.page else [entry.page for entry in unit.pages]:
            unit = unit.without(page, problem)
        again.append(unit)


def _how_it_died(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            name = signal.Signals(-code).name
            return f"was killed by {name}" + (", as by a system short of memory" if name == "SIGKILL" else "")
    return f"ended with code {code}"


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Start a process that Ctrl-C does not reach before it has said that it does not want to hear of it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker  # noqa: PLC0415  POSIX only

    resource_tracker.ensure_running()  # its start would let interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
