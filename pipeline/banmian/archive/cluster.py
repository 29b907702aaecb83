"""Work spread over machines, by dask.distributed.

Workers read pages and write results themselves, through paths or URLs that all of them see; what comes back are the
records. Each task is the same pure function of an issue that a process of ours runs, so its results are the same bytes,
and it may be run twice: when a worker is lost, dask gives its issues to others.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import dask
from distributed import Client, LocalCluster, as_completed
from distributed.scheduler import KilledWorker

from banmian.archive.options import RunError
from banmian.archive.processing import process
from banmian.archive.records import Kind, PageRecord, Problem
from banmian.archive.results import write
from banmian.archive.units import Settings, Unit
from banmian.archive.work import TRIES, WorkersFailed

if TYPE_CHECKING:
    from banmian.archive.options import Options
    from banmian.archive.store import Store

_Before = dict[str, PageRecord | None]
# Issues that each thread of the cluster has, so that it need not wait for us; more than these are not under way.
_AHEAD = 2
# How many workers of a cluster of ours may be lost with an issue before it is a suspect: as many as `work` allows.
_LOSSES = TRIES - 1
_LOST = Problem(
    Kind.WORKER_DIED,
    "the workers of the cluster that read it died, one after another; if they ran out of memory, give them more.",
)


def do(unit: Unit, settings: Settings, store: Store, before: _Before) -> list[PageRecord]:
    """What a worker does: an issue, its results written."""
    return write(process(unit, settings), store, before)


def probe(unit: Unit, settings: Settings) -> bool:
    """Do a page to see whether the worker lives through it."""
    process(unit, settings)
    return True


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
        try:
            client = Client(options.scheduler, set_as_default=False)
        except (OSError, ValueError) as error:
            raise RunError(
                f"no dask scheduler answers at {options.scheduler}: {' '.join(str(error).split())}"
            ) from error
        with client:
            yield client
        return
    with (
        # Port 0: any that is free; dask's own choice is one that others have.
        LocalCluster(n_workers=options.jobs, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def _outcomes(
    client: Any, settings: Settings, store: Store, units: Iterable[tuple[Unit, _Before]]
) -> Generator[list[PageRecord], None, None]:
    """The records of each issue, in the order in which they are done."""
    waiting = iter(units)
    suspects: list[tuple[Unit, _Before]] = []
    under_way: dict[Any, tuple[Unit, _Before]] = {}
    done = as_completed(loop=client.loop)

    def fill() -> None:
        room = _AHEAD * max(1, sum(client.nthreads().values()))
        while len(under_way) < room and (item := next(waiting, None)):
            # Settings go with each task: data that is put on the workers once is lost when they are.
            # Not pure: each is a task of its own, though another run may have given the cluster the same.
            future = client.submit(do, item[0], settings, store, item[1], pure=False)
            under_way[future] = item
            done.add(future)

    try:
        fill()
        for future in done:
            item = under_way.pop(future)
            records = _result(future, item[0])
            if records is None:
                suspects.append(item)
            else:
                yield records
            fill()
    finally:
        client.cancel(list(under_way))
    # What a lost worker had waiting is blamed like what it was at. So suspects are done last, and one at a time.
    for unit, before in suspects:
        yield alone(client, unit, settings, store, before)


def alone(client: Any, unit: Unit, settings: Settings, store: Store, before: _Before) -> list[PageRecord]:
    """The records of an issue that workers may have been lost with, the pages that they are lost with given up."""

    def attempt(unit: Unit) -> list[PageRecord] | None:
        records: list[PageRecord] | None
        records = _result(client.submit(do, unit, settings, store, before, pure=False), unit)
        return records

    records = attempt(unit)
    if records is None and len(unit.pages) > 1:
        for entry in unit.pages:
            one = replace(unit, pages=(entry,))
            if _result(client.submit(probe, one, settings, pure=False), one) is None:
                unit = unit.without(entry.page, _LOST)
        records = attempt(unit)
    if records is None:  # not one page: joining or writing them together
        for entry in unit.pages:
            unit = unit.without(entry.page, _LOST)
        records = attempt(unit)
    if records is None:
        raise WorkersFailed(f"all workers of the cluster are lost with {unit.issue}, whatever they do with it")
    return records


def _result(future: Any, unit: Unit) -> Any:
    """What a task came to; None if workers were lost with it.

    Raises:
        WorkersFailed: it raised, which it never does where the workers have what we have.
    """
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, KilledWorker):
        return None
    told = " ".join(str(error).split())
    raise WorkersFailed(
        f"the cluster cannot do {unit.issue}: {type(error).__name__}: {told}; do its workers have the same banmian, "
        "the same plug-ins, and a way to SOURCE and OUT?"
    ) from error
