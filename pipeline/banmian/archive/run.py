"""A whole run: pages found, those that are not done yet done, each accounted for in the journal.

The order is what makes a run that is killed at any moment as good as one that is not: first the results of an issue are
written, each under another name and then renamed, then their records. What has a record has its results; what has none
is done again, and gives the same bytes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager

from banmian.archive import opening
from banmian.archive.closing import fill_archive, write_report
from banmian.archive.index import Index
from banmian.archive.job import Job
from banmian.archive.journal import FileJournal, Journal, JournalError
from banmian.archive.lock import locked
from banmian.archive.options import Engine, Options
from banmian.archive.records import PageRecord
from banmian.archive.remote import UrlStore
from banmian.archive.results import write
from banmian.archive.store import WORK, Folder, is_url
from banmian.archive.watching import Quiet, Tally, Watcher
from banmian.archive.work import Workers


def run(source: str, out: str, options: Options, *, watch: Watcher | None = None, stdin: Iterable[bytes] = ()) -> Tally:
    """Do an archive.

    Args:
        source: a folder, a file, a zip or tar archive, a URL, or - for a list of files.
        out: the folder of the results, or a URL.
        options: what to do.
        watch: told how it goes.
        stdin: the list of files, one a line.

    Raises:
        RunError: SOURCE or OUT cannot be what they are, or a format cannot be written here.
        Locked: another run is at work on OUT, or nothing can be written there.
        JournalError: the journal cannot be written. What is in it is true.
        WorkersFailed: no worker process can be started.
    """
    shard = "" if options.shard is None else str(options.shard)
    of_shard = f"-{shard}" if shard else ""
    spool = f"{WORK}/spool{of_shard}"
    store: Folder | UrlStore
    journal: Journal
    with ExitStack() as stack:
        opening.formats_are_there(options.formats)
        opening.source_is_there(source)
        stack.enter_context(_full_disks_told(out))
        if is_url(out):
            store, journal, index = opening.behind_url(out, shard)
        else:
            root = opening.prepare(source, out)
            stack.enter_context(locked(root, shard))
            stack.enter_context(opening.emptied(root / spool))
            store, journal = Folder(root), FileJournal(root, shard)
            index = Index(root / WORK / f"index{of_shard}.db")
        stack.callback(journal.close)
        stack.callback(index.close)
        job = Job(options, store, journal, index, watch or Quiet())
        job.find(source, lambda keep: opening.find(source, out, options, stdin, spool=spool, store=store, keep=keep))
        with closing(_work(job)) as batches:
            for records in batches:
                job.account(records)
                if job.stopped:
                    break
        job.finish()
        if not shard:
            write_report(store, out)
            fill_archive(store, index, options)
    return job.tally


def _work(job: Job) -> Generator[list[PageRecord], None, None]:
    """The records of one issue after another, whose results are written."""
    options = job.options
    if options.engine is Engine.DASK:
        from banmian.archive.cluster import done_by  # noqa: PLC0415  an extra

        with done_by(options, job.store, job.watch.note) as do:
            yield from do((unit, job.before(unit)) for unit in job.units())
        return
    with closing(Workers(options.jobs, options.settings).outcomes(job.units())) as outcomes:
        for outcome in outcomes:
            yield write(outcome, job.store, job.before(outcome.unit))


@contextmanager
def _full_disks_told(out: str) -> Iterator[None]:
    """An index that cannot be written is a run that cannot go on, as one whose journal cannot is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise JournalError(None, f"{out}: the index of the run cannot be written: {error}") from error
