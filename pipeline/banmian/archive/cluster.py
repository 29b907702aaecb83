"""Work spread over machines, by dask.distributed.

Workers read pages and write results themselves, through paths or URLs that all of them see; what comes back are the
records. Each task is the same pure function of an issue that a process of ours runs, so its results are the same bytes,
and it may be run twice: when a worker is lost, dask gives its issues to others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import dask
from distributed import Client, LocalCluster, as_completed
from distributed.scheduler import KilledWorker

from banmian.archive.records import Kind, PageRecord, Problem
from banmian.archive.run import write
from banmian.archive.units import Settings, Unit, process

if TYPE_CHECKING:
    from banmian.archive.run import Options
    from banmian.archive.store import Store

_Before = dict[str, PageRecord | None]
# Issues that each thread of the cluster has, so that it need not wait for us; more than these are not under way.
_AHEAD = 2
# How many workers may be lost with an issue before it is taken apart to see which page they are lost with.
_LOSSES = 2


def do(unit: Unit, settings: Settings, store: Store, before: _Before) -> list[PageRecord]:
    """What a worker does: an issue, its results written."""
    return write(process(unit, settings), store, before)


def probe(unit: Unit, settings: Settings) -> None:
    """Do a page to see whether the worker lives through it."""
    process(unit, settings)


@contextmanager
def done_by(
    options: Options, store: Store, note: Callable[[str], None]
) -> Iterator[Callable[[Iterable[tuple[Unit, _Before]]], Generator[list[PageRecord], None, None]]]:
    """A cluster, as a function that does issues.

    Args:
        options: `scheduler` is the address of a cluster; without one there is a cluster of `jobs` processes here.
        store: where the workers write.
        note: told where the cluster is.
    """
    with dask.config.set({"distributed.scheduler.allowed-failures": _LOSSES}), _client(options) as client:
        note(f"working on {client.scheduler.address}, {sum(client.nthreads().values())} at a time")

        def outcomes(units: Iterable[tuple[Unit, _Before]]) -> Generator[list[PageRecord], None, None]:
            yield from _outcomes(client, options.settings, store, units)

        yield outcomes


@contextmanager
def _client(options: Options) -> Iterator[Any]:
    if options.scheduler is not None:
        with Client(options.scheduler, set_as_default=False) as client:
            yield client
        return
    with (
        LocalCluster(n_workers=options.jobs, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def _outcomes(
    client: Any, settings: Settings, store: Store, units: Iterable[tuple[Unit, _Before]]
) -> Generator[list[PageRecord], None, None]:
    """The records of each issue, in the order in which they are done."""
    waiting = iter(units)
    again: deque[tuple[Unit, _Before]] = deque()
    under_way: dict[Any, tuple[Unit, _Before]] = {}
    done = as_completed(loop=client.loop)

    def fill() -> None:
        room = _AHEAD * max(1, sum(client.nthreads().values()))
        while len(under_way) < room and (item := again.popleft() if again else next(waiting, None)):
            # Settings go with each task: data that is put on the workers once is lost when they are.
            # Not pure: each is a task of its own, though another run may have given the cluster the same.
            future = client.submit(do, item[0], settings, store, item[1], pure=False)
            under_way[future] = item
            done.add(future)

    try:
        fill()
        for future in done:
            unit, before = under_way.pop(future)
            if isinstance(future.exception(), KilledWorker):
                again.append((_without_killer(client, settings, unit), before))
            else:
                yield future.result()
            fill()
    finally:
        client.cancel(list(under_way))


def _without_killer(client: Any, settings: Settings, unit: Unit) -> Unit:
    """An issue without the pages that workers are lost with, found by doing each alone."""
    problem = Problem(
        Kind.WORKER_DIED,
        f"workers of the cluster that read it died, {_LOSSES + 1} of them; if they ran out of memory, give them more.",
    )
    entries = [entry for entry in unit.pages if entry.page not in (unit.killed or {})]
    lost = []
    for entry in entries:
        future = client.submit(probe, Unit(unit.issue, (entry,), unit.paper, unit.date), settings, pure=False)
        if isinstance(future.exception(), KilledWorker):
            lost.append(entry)
    for entry in lost or entries:  # no page alone: joining or writing them together
        unit = unit.without(entry.page, problem)
    return unit
