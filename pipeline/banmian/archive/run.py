"""A whole run: pages found, those that are not done yet done, each accounted for in the journal.

The order is what makes a run that is killed at any moment as good as one that is not: first the results of an issue are
written, each under another name and then renamed, then their records. What has a record has its results; what has none
is done again, and gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from re import Pattern
from typing import Protocol

from banmian import __version__
from banmian.archive import remote, sources
from banmian.archive.globs import Wanted
from banmian.archive.index import Index, load_journal
from banmian.archive.issues import MAX_PAGES, place
from banmian.archive.journal import FileJournal, Journal, JournalError
from banmian.archive.lock import locked
from banmian.archive.records import REFUSALS, PageRecord, Problem, State, failure
from banmian.archive.shards import Shard
from banmian.archive.sources import Found, NoPage
from banmian.archive.store import ARCHIVE, WORK, Folder, Store, digest, is_url, problem_of
from banmian.archive.units import Outcome, Settings, Unit, basis, read
from banmian.archive.unpack import Limits, unpack
from banmian.archive.work import Workers
from banmian.files import MAX_BYTES, PAGE_SUFFIXES
from banmian.formats.registry import WRITERS, MissingExtraError
from banmian.stage import Pipeline

# Whether a page of a name is wanted.
Keep = Callable[[str], bool]

STDIN = "-"
_PAGES = tuple(f"*{suffix}" for suffix in PAGE_SUFFIXES)
UNPACK_LIMIT = 10_000_000_000  # a hundred thousand pages, each the fullest that we know


class RunError(ValueError):
    """A run that cannot begin; the message says what to do. `missing` tells that there is nothing to read."""

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


class Engine(StrEnum):
    """Who does the work."""

    PROCESSES = "processes"
    DASK = "dask"


@dataclass(frozen=True, slots=True)
class Options:
    """What a run does, and how.

    Args:
        pipeline: what each page is run through.
        formats: the formats to write; json is always among them.
        include, exclude: globs over the names in SOURCE. Without any, of folders and archives the *.txt are pages, and
            of a list all that it names.
        patterns: how issues are recognised instead of by what we know of names; see `banmian.archive.issues`.
        encoding: of all pages; detected if not told.
        jobs: how many worker processes.
        force: whether to do again what is done.
        max_bytes: how large a page may be.
        unpack_limit: how much an archive may unpack to, in bytes.
        max_failures: how many pages may fail before the run is stopped; None for any number.
        shard: the part of the archive to do; None for all.
        engine: who does the work: processes of this machine, or a dask cluster.
        scheduler: the address of the cluster; None for one on this machine, of `jobs` processes.
    """

    pipeline: Pipeline
    formats: tuple[str, ...] = ("json",)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    patterns: tuple[Pattern[str], ...] = ()
    encoding: str | None = None
    jobs: int = 1
    force: bool = False
    max_bytes: int = MAX_BYTES
    unpack_limit: int = UNPACK_LIMIT
    max_failures: int | None = None
    shard: Shard | None = None
    engine: Engine = Engine.PROCESSES
    scheduler: str | None = None

    @property
    def settings(self) -> Settings:
        """What of it results depend on."""
        formats = tuple(
            name for name in WRITERS if name in {"json", *self.formats} and WRITERS[name].scope != "archive"
        )
        return Settings(self.pipeline, formats, self.encoding, self.max_bytes)


@dataclass(slots=True)
class Tally:
    """How far a run is.

    Args:
        pages: how many there are.
        done: have been done.
        kept: had been done before, and nothing has changed.
        failed: have no result, whatever it is that was found in their place.
        untried: were not come to, because the run was stopped.
        seconds: since the first page was begun.
    """

    pages: int = 0
    done: int = 0
    kept: int = 0
    failed: int = 0
    untried: int = 0
    seconds: float = 0.0


class Watcher(Protocol):
    """Who is told how a run goes: the progress bar, or a test."""

    def begin(self, tally: Tally) -> None:
        """All pages have been found."""
        ...

    def page(self, record: PageRecord, tally: Tally) -> None:
        """Something became of a page."""
        ...

    def note(self, message: str) -> None:
        """Something that the user should know."""
        ...


class Quiet:
    """Nobody watches."""

    def begin(self, tally: Tally) -> None:
        """Nothing."""

    def page(self, record: PageRecord, tally: Tally) -> None:
        """Nothing."""

    def note(self, message: str) -> None:
        """Nothing."""


def run(source: str, out: str, options: Options, *, watch: Watcher | None = None, stdin: Iterable[bytes] = ()) -> Tally:
    """Do an archive.

    Args:
        source: a folder, a file, a zip or tar archive, or - for a list of files.
        out: the folder of the results.
        options: what to do.
        watch: told how it goes.
        stdin: the list of files, one a line.

    Raises:
        RunError: SOURCE or OUT cannot be what they are, or a format cannot be written here.
        Locked: another run is at work on OUT.
        JournalError: the journal cannot be written. What is in it is true.
        WorkersFailed: no worker process can be started.
    """
    shard = "" if options.shard is None else str(options.shard)
    of_shard = f"-{shard}" if shard else ""
    spool = f"{WORK}/spool{of_shard}"
    with ExitStack() as stack:
        _formats_are_there(options.formats)
        _source_is_there(source)
        root: Path | None = None
        if is_url(out):
            store, journal, index = _behind_url(out, shard)
        else:
            root = _prepare(source, out)
            stack.enter_context(locked(root, shard))
            stack.enter_context(_emptied(root / spool))
            store, journal = Folder(root), FileJournal(root, shard)
            index = Index(root / WORK / f"index{of_shard}.db")
        stack.callback(journal.close)
        stack.callback(index.close)
        stack.enter_context(_full_disks_told(out))
        job = Job(options, store, journal, index, watch or Quiet())
        job.find(source, lambda keep: _found(source, out, options, stdin, spool=spool, store=store, keep=keep))
        with closing(_work(job)) as batches:
            for records in batches:
                job.account(records)
                if job.stopped:
                    break
        job.finish()
        if not shard:
            if root is not None:
                _report(root)
            job.fill_archives(root)
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


@dataclass(slots=True)
class Job:
    """The part of a run that does not depend on who does the work: what is to be done, and what became of it."""

    options: Options
    store: Store
    journal: Journal
    index: Index
    watch: Watcher
    tally: Tally
    _begun: float

    def __init__(self, options: Options, store: Store, journal: Journal, index: Index, watch: Watcher) -> None:
        self.options, self.store, self.journal, self.index, self.watch = options, store, journal, index, watch
        self.tally = Tally()
        self._begun = 0.0

    @property
    def stopped(self) -> bool:
        """Whether more pages have failed than may."""
        limit = self.options.max_failures
        return limit is not None and self.tally.failed > limit

    def find(self, source: str, found: Callable[[Keep], Iterator[Found | NoPage]]) -> None:
        """Find all pages, and say what can be none.

        Args:
            source: what SOURCE is called.
            found: what finds them, given which names are wanted.

        Raises:
            RunError: there are none.
        """
        options, any_found = self.options, False
        damaged = load_journal(self.index, self.journal.lines())
        if damaged:
            self.watch.note(f"{damaged} lines of the journal are damaged; their pages are done again")

        def keep(name: str) -> bool:
            nonlocal any_found
            any_found = True
            return options.shard is None or options.shard.has(place(sources.page_id(name), options.patterns).issue)

        problems: list[NoPage] = []
        for item in found(keep):
            any_found = True
            if not keep(item.name):
                continue
            if isinstance(item, Found):
                duplicate = self.index.add(item, place(item.page, options.patterns))
                problems += [] if duplicate is None else [duplicate]
            else:
                problems.append(item)
            self._fail(problems)
        if not any_found:
            names = " or ".join(options.include or _PAGES)
            raise RunError(
                f"{source}: there are no pages in it, that is, no files {names}; --include says which are",
                missing=True,
            )
        self.tally.pages = self.index.ready() + self.tally.failed
        for issue, count in self.index.overfull():
            self.watch.note(
                f"{issue or 'one issue'} would have {count} pages, and an issue has at most {MAX_PAGES}; its pages are "
                "taken one by one. --issue-pattern says which pages are of one issue"
            )
            self.index.split(issue)
        self._begun = time.monotonic()
        self.watch.begin(self.tally)

    def units(self) -> Iterator[Unit]:
        """The issues that are to be done, lazily; those that are done already are passed over here."""
        for unit in self.index.units():
            if self.stopped:
                return
            kept = None if self.options.force else settled(unit, self.options.settings, self.store, self.index)
            if kept is None:
                yield unit
                continue
            for record in kept:
                self.index.refresh(record)
                self._count(record, kept=True)

    def before(self, unit: Unit) -> dict[str, PageRecord | None]:
        """What became of each page of an issue when it was last done."""
        return {entry.page: self.index.get(entry.page, entry.source) for entry in unit.pages}

    def account(self, records: Iterable[PageRecord]) -> None:
        """Put the records of an issue, whose results are written, into the journal."""
        records = list(records)
        self.journal.append(records)
        for record in records:
            self.index.put(record)
            self._count(record)

    def finish(self) -> None:
        """Write the journal anew, in order; what was not come to is in it too."""
        if self.stopped:
            self.tally.untried = self.index.skip_untried()
        self.journal.finish(self.index.lines())
        self.tally.seconds = time.monotonic() - self._begun

    def fill_archives(self, root: Path | None) -> None:
        """Put all that is in OUT into a SQLite archive, made anew if it is not what it would be made of.

        One that is there is kept true also where it is not asked for.

        Args:
            root: OUT, which must be a folder: None if it is behind a URL.

        Raises:
            JournalError: it cannot be written.
        """
        from banmian.formats import sqlite  # noqa: PLC0415  a run without it need not load it

        wanted = "sqlite" in self.options.formats
        if root is None:
            if wanted:
                self.watch.note("format sqlite needs a folder, and OUT is a URL; it is left out")
            return
        path, new = root / ARCHIVE, root / WORK / ARCHIVE
        if not wanted and not path.is_file():
            return
        made_of = hashlib.sha256(__version__.encode())
        for record in self.index.done():
            made_of.update(repr((record.page, record.issue, record.outputs.get(_json_of(record)))).encode())
        if sqlite.noted(path, "made_of") == made_of.hexdigest():
            return
        try:
            new.unlink(missing_ok=True)
            with sqlite.Archive.open(new, throwaway=True) as archive:
                archive.note("made_of", made_of.hexdigest())
                for record in self.index.done():
                    data = self.store.read(_json_of(record))
                    if data is not None:
                        where = place(record.page, self.options.patterns)
                        archive.add(json.loads(data), where._replace(issue=record.issue))
            new.replace(path)
        except (OSError, ValueError) as error:  # ValueError: of the archive, and of a result that is no page JSON
            told = str(error).replace(str(new), ARCHIVE)
            raise JournalError(None, f"{path} cannot be made: {told}") from error
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)

    def _fail(self, problems: list[NoPage]) -> None:
        if problems:
            self.account(failure(item.name, item.name, item.problem) for item in problems)
            problems.clear()

    def _count(self, record: PageRecord, *, kept: bool = False) -> None:
        if record.state is State.FAILED:
            self.tally.failed += 1
        elif kept:
            self.tally.kept += 1
        else:
            self.tally.done += 1
        if self._begun:
            self.tally.seconds = time.monotonic() - self._begun
        self.watch.page(record, self.tally)


def settled(unit: Unit, settings: Settings, store: Store, index: Index) -> list[PageRecord] | None:
    """The records of an issue that need not be done again, or None.

    Each of its pages has the bytes, and was done with the configuration and version, that its results were made from,
    and the results are still there; or it was refused for what is in its bytes, and they are the same.
    """
    kept: list[PageRecord] = []
    for entry in unit.pages:
        record = index.get(entry.page, entry.source)
        if record is None:
            return None
        done = record.state is State.DONE and set(settings.formats) <= set(record.formats)
        if not done and not (record.state is State.FAILED and record.error and record.error.kind in REFUSALS):
            return None
        kept.append(record)
    shas: dict[str, str] = {}
    for entry in unit.pages:
        data = read(entry, settings.max_bytes)
        shas[entry.page] = "" if isinstance(data, Problem) else digest(data)
    told = basis(unit, settings, shas)
    if any(record.basis != told for record in kept):
        return None
    files = {name: sha for record in kept for name, sha in (*record.outputs.items(), *record.issue_outputs.items())}
    return kept if all(_is_there(store, name, sha) for name, sha in files.items()) else None


def write(outcome: Outcome, store: Store, before: dict[str, PageRecord | None]) -> list[PageRecord]:
    """Write the files of an issue; returns the records, with what could not be written in them.

    A file of an earlier run that no longer holds is taken away: one of a format that is not asked for any more, made
    from other bytes or with another configuration. One that still holds stays, and stays in the record.

    Args:
        outcome: what to write.
        store: where to.
        before: the record that each page had.
    """
    wrong: dict[str, Problem] = {}
    for record in outcome.records:
        for name in (*record.outputs, *record.issue_outputs):
            if name in wrong or (name in record.issue_outputs and record.page != _first(outcome)):
                continue
            try:
                store.write(name, outcome.files[name])
            except OSError as error:
                wrong[name] = problem_of(error, name)
    records: list[PageRecord] = []
    for record in outcome.records:
        problem = next((wrong[name] for name in (*record.outputs, *record.issue_outputs) if name in wrong), None)
        records.append(_with_earlier(record if problem is None else record.failed(problem), before[record.page], store))
    return records


def _json_of(record: PageRecord) -> str:
    """The page JSON of a page."""
    return f"{record.page}{WRITERS['json'].suffix}"


def _first(outcome: Outcome) -> str:
    """The page that the files of the whole issue are written with."""
    return next((record.page for record in outcome.records if record.issue_outputs), "")


def _with_earlier(record: PageRecord, before: PageRecord | None, store: Store) -> PageRecord:
    """A record with the files of an earlier one that still hold; those that do not are taken away."""
    if before is None or before.state is not State.DONE or not record.sha256:
        return record
    holds = record.state is State.DONE and record.basis == before.basis
    outputs, issue_outputs = dict(record.outputs), dict(record.issue_outputs)
    for now, then in ((outputs, before.outputs), (issue_outputs, before.issue_outputs)):
        for name, sha in then.items():
            if name in now:
                continue
            if holds and _is_there(store, name, sha):
                now[name] = sha
            elif not holds:
                store.remove(name)
    formats = tuple(name for name in WRITERS if name in {*record.formats, *(before.formats if holds else ())})
    return replace(record, outputs=outputs, issue_outputs=issue_outputs, formats=formats)


def _is_there(store: Store, name: str, sha: str) -> bool:
    try:
        data = store.read(name)
    except OSError:
        return False
    return data is not None and digest(data) == sha


def _formats_are_there(names: Iterable[str]) -> None:
    """Raises RunError if a format cannot be written here."""
    for name in names:
        if name not in WRITERS:
            raise RunError(f"there is no format {name!r}; there are {', '.join(WRITERS)}")
        try:
            WRITERS[name].load()
        except MissingExtraError as error:
            raise RunError(str(error)) from error


def _source_is_there(source: str) -> None:
    """Raises RunError if it is not."""
    if source == STDIN:
        return
    try:
        there = remote.exists(source) if is_url(source) else os.path.lexists(source)
    except ModuleNotFoundError as error:
        raise RunError(needs_extra(error)) from error
    except OSError as error:
        raise RunError(f"{source}: cannot be read: {error.strerror}", missing=True) from error
    if not there:
        raise RunError(f"{source}: no such file or folder.", missing=True)


def needs_extra(error: ModuleNotFoundError) -> str:
    """What to install for URLs and clusters."""
    if error.name in ("fsspec", "dask", "distributed"):
        return f"this needs {error.name}, which is not installed: pip install 'banmian[dask]'"
    return f"{error.msg}; URLs of this kind need a library of their own, as s3:// needs s3fs: pip install s3fs"


def _prepare(source: str, out: str) -> Path:
    """The folder of the results, made; neither it nor SOURCE may lie in the way of the other.

    Raises:
        RunError: they do, or OUT cannot be made.
    """
    root = Path(out).resolve()
    if source != STDIN and not is_url(source) and Path(source).resolve().is_relative_to(root):
        raise RunError(f"{source} is or lies in {out}, where results would overwrite it; choose another OUT.")
    work = root / WORK
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"{out}: cannot be made a folder for results: {error.strerror}.") from error
    if work.is_symlink():
        raise RunError(f"{work} is a link, and results are only written inside of OUT; take the link away.")
    return root


def _behind_url(out: str, shard: str) -> tuple[Store, Journal, Index]:
    """Where results and journal go behind a URL; the index is a temporary file of the system's.

    Raises:
        RunError: the libraries for it are not installed.
    """
    store = remote.UrlStore(out)
    try:
        return store, remote.UrlJournal(store, shard), Index(None)
    except ModuleNotFoundError as error:
        raise RunError(needs_extra(error)) from error


def _found(
    source: str, out: str, options: Options, stdin: Iterable[bytes], *, spool: str, store: Store, keep: Keep
) -> Iterator[Found | NoPage]:
    """What SOURCE has."""
    here = None if is_url(out) else Path(out).resolve()
    if source == STDIN:
        return sources.listed(stdin, Wanted(options.include or ("*",), options.exclude), out=here)
    wanted = Wanted(options.include or _PAGES, options.exclude)
    if is_url(source):
        return remote.walk_url(source, wanted, out=out if is_url(out) else None)
    path = Path(source).resolve()
    if path.is_dir():
        return sources.walk(path, wanted, out=here)
    if sources.is_archive(path):
        limits = Limits(options.max_bytes, options.unpack_limit)
        return unpack(path, wanted, limits, store=store, into=spool, keep=keep)
    return sources.single(path)


@contextmanager
def _emptied(folder: Path) -> Iterator[None]:
    """A folder that is gone before and after."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _full_disks_told(out: str) -> Iterator[None]:
    """An index that cannot be written is a run that cannot go on, as one whose journal cannot is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise JournalError(None, f"{out}: the index of the run cannot be written: {error}") from error


def _report(root: Path) -> None:
    """Write the report of all that is in OUT.

    Raises:
        JournalError: it cannot be written.
    """
    from banmian.archive import report  # noqa: PLC0415  only the end of a run needs it

    try:
        report.write(root)
    except (OSError, report.ReportError) as error:
        raise JournalError(None, f"{root}: the report cannot be written: {error}") from error
