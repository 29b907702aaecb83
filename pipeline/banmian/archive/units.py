"""The work on one issue: its pages read, run through the pipeline, joined where stories jump, and written.

A pure function of the files and the settings; what it makes is bytes and records, and nothing is written here. So it
gives the same in this process, in another, and on another machine.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from banmian import __version__
from banmian.archive.records import Kind, PageRecord, Problem, State
from banmian.archive.sources import problem_of
from banmian.archive.store import RESERVED, WORK, digest, is_url
from banmian.archive.unpack import too_large
from banmian.decode import DecodeError
from banmian.files import Refused, issue_of
from banmian.formats import page_json
from banmian.formats.registry import WRITERS, Writer
from banmian.model import Issue, Page
from banmian.stage import Failed, Pipeline


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of an issue: its id, its name within SOURCE, the path or URL to read, its number in the issue."""

    page: str
    source: str
    address: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is done in one piece: an issue.

    Args:
        issue, paper, date: what its path says of it.
        pages: its pages in order.
        killed: those that worker processes died of, and why; they are not touched again.
    """

    issue: str
    pages: tuple[Entry, ...]
    paper: str = ""
    date: str = ""
    killed: Mapping[str, Problem] | None = None

    def without(self, page: str, problem: Problem) -> Unit:
        """The same issue, one page given up."""
        return replace(self, killed={**(self.killed or {}), page: problem})


@dataclass(frozen=True, slots=True)
class Settings:
    """What results depend on besides their pages. `formats` always has json, which all else is made from."""

    pipeline: Pipeline
    formats: tuple[str, ...] = ("json",)
    encoding: str | None = None
    max_bytes: int = 10_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the pages of an issue, and the files to write: their names within OUT, and their bytes."""

    unit: Unit
    records: tuple[PageRecord, ...]
    files: Mapping[str, bytes]


def read(entry: Entry, limit: int) -> bytes | Problem:
    """The bytes of a page, or why they cannot be read."""
    try:
        if is_url(entry.address):
            from banmian.archive.remote import read_url  # noqa: PLC0415  fsspec is an extra

            data = read_url(entry.address, limit + 1)
        else:
            with Path(entry.address).open("rb") as stream:
                data = stream.read(limit + 1)
    except OSError as error:
        return problem_of(error)
    return too_large(limit) if len(data) > limit else data


def basis(unit: Unit, settings: Settings, shas: Mapping[str, str]) -> str:
    """The digest of all that the results of an issue are made from.

    Pages that cannot be read count with the hash of what was read of them, so that they are tried again when they
    change. Formats are left out: which there are says nothing of how each came out.

    Args:
        unit: the issue.
        settings: what it is done with.
        shas: the sha256 of its pages, "" for those that cannot be read.
    """
    pages = [[entry.page, entry.number, shas[entry.page]] for entry in unit.pages]
    all_of_it = [__version__, settings.pipeline.digest, settings.encoding, unit.issue, unit.paper, unit.date, pages]
    return hashlib.sha256(json.dumps(all_of_it).encode()).hexdigest()


def process(unit: Unit, settings: Settings, started: Callable[[str], None] = lambda _: None) -> Outcome:
    """Do the work on an issue.

    Args:
        unit: the issue.
        settings: what to do it with.
        started: told the id of each page before it is touched, so that who watches knows which page a process died of.
    """
    pages: dict[str, Page] = {}
    records: dict[str, PageRecord] = {}
    for entry in unit.pages:
        begun = time.perf_counter()
        record = PageRecord(
            entry.page,
            entry.source,
            State.DONE,
            unit.issue,
            config=settings.pipeline.digest,
            version=__version__,
            formats=settings.formats,
        )
        killed = (unit.killed or {}).get(entry.page)
        if killed is None:
            started(entry.page)
            records[entry.page], page = _page(entry, settings, record)
            if page is not None:
                pages[entry.page] = page
        else:
            records[entry.page] = record.failed(killed)
        records[entry.page] = replace(records[entry.page], seconds=time.perf_counter() - begun)
    started("")
    files = _write(unit, settings, pages, records)
    told = basis(unit, settings, {page: record.sha256 for page, record in records.items()})
    return Outcome(unit, tuple(replace(record, basis=told) for record in records.values()), files)


def _page(entry: Entry, settings: Settings, record: PageRecord) -> tuple[PageRecord, Page | None]:
    """Read a page and run it through the pipeline."""
    data = read(entry, settings.max_bytes)
    if isinstance(data, Problem):
        return record.failed(data), None
    record = replace(record, sha256=digest(data))
    try:
        pages = issue_of(data, Path(PurePosixPath(entry.source)), entry.page, settings.encoding).pages
    except Refused as refused:
        cause: BaseException | None = refused
        while cause is not None and not isinstance(cause, DecodeError):
            cause = cause.__cause__
        kind = Kind.UNREADABLE if cause is None else Kind(cause.problem.value)
        return record.failed(Problem(kind, refused.reason)), None
    if len(pages) != 1:
        told = f"has {len(pages)} pages, and a run takes one page a file; cut it up, or read it with `banmian read`."
        return record.failed(Problem(Kind.UNREADABLE, told)), None
    (page,) = pages
    record = replace(record, chars=len(page.source.text))
    result = next(settings.pipeline.stream([replace(page, number=entry.number)]))
    if isinstance(result, Failed):
        return record.failed(_bug(f"stage {result.stage!r}", result.error, Kind.STAGE)), None
    return record, result


def _bug(what: str, error: Exception, kind: Kind) -> Problem:
    told = " ".join(str(error).split())
    reason = f"{type(error).__name__}: {told}" if told else type(error).__name__
    return Problem(kind, f"{what} failed with {reason}; this is a fault of the program, please report it.")


def _write(unit: Unit, settings: Settings, pages: dict[str, Page], records: dict[str, PageRecord]) -> dict[str, bytes]:
    """The files of an issue; their names and hashes are put into the records, and what goes wrong too."""
    writers = [WRITERS[name] for name in settings.formats]
    files: dict[str, bytes] = {}
    try:
        issue = _joined(Issue(unit.issue, tuple(pages.values()), unit.paper, unit.date)) if pages else Issue(unit.issue)
    except Exception as error:  # noqa: BLE001  one issue must not cost the others; the error is in the records
        problem = _bug("joining the pages of its issue", error, Kind.STAGE)
        records.update({page: records[page].failed(problem) for page in pages})
        return files
    done: list[Page] = []
    for page in issue.pages:
        made = _page_files(page, [writer for writer in writers if writer.scope == "page"], settings)
        if isinstance(made, Problem):
            records[page.id] = records[page.id].failed(made)
            continue
        files.update(made)
        done.append(page)
        records[page.id] = replace(_with_figures(records[page.id], page), outputs=_hashes(made))
    if done:
        made = _issue_files(
            replace(issue, pages=tuple(done)), [writer for writer in writers if writer.scope == "issue"]
        )
        for page in done:
            if isinstance(made, Problem):
                records[page.id] = records[page.id].failed(made)
            else:
                records[page.id] = replace(records[page.id], issue_outputs=_hashes(made))
        files = {} if isinstance(made, Problem) else {**files, **made}
    return files


def _joined(issue: Issue) -> Issue:
    """The issue with the stories that jump from page to page joined."""
    from banmian.jumps import join_jumps  # noqa: PLC0415  it loads statistics, which a run that has nothing to do is spared

    return join_jumps(issue)


def _page_files(page: Page, writers: Iterable[Writer], settings: Settings) -> dict[str, bytes] | Problem:
    files: dict[str, bytes] = {}
    for writer in writers:
        try:
            # The record of a page says what it was made with, so that it can be checked without the journal.
            if writer.name == "json":
                text = page_json.dumps(page, config=settings.pipeline.digest)
            else:
                text = writer.load()(page)
            files[page.id + writer.suffix] = _bytes(text)
        except Exception as error:  # noqa: BLE001  as above
            return _bug(f"format {writer.name!r}", error, Kind.WRITER)
    for name in files:
        if name in RESERVED or name.startswith(f"{WORK}/"):
            return Problem(
                Kind.RESERVED, f"its result would be called {name}, as a file of the run is; rename the page."
            )
    return files


def _issue_files(issue: Issue, writers: Iterable[Writer]) -> dict[str, bytes] | Problem:
    files: dict[str, bytes] = {}
    for writer in writers:
        try:
            files[issue.id + writer.suffix] = _bytes(writer.load()(issue))
        except Exception as error:  # noqa: BLE001  as above
            return _bug(f"format {writer.name!r}, of its whole issue,", error, Kind.WRITER)
    for name in files:
        if name in RESERVED or name.startswith(f"{WORK}/"):
            return Problem(Kind.RESERVED, f"its issue would be called {name}, as a file of the run is; rename it.")
    return files


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8")


def _hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: digest(data) for name, data in files.items()}


def _with_figures(record: PageRecord, page: Page) -> PageRecord:
    flags = Counter(flag.kind for flag in (*page.flags, *(flag for article in page.articles for flag in article.flags)))
    return replace(
        record,
        articles=len(page.articles),
        confidence=min((round(article.confidence, 4) for article in page.articles), default=None),
        flags=dict(sorted(flags.items())),
    )
