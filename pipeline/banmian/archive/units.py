"""The work on one issue: its pages read, run through the pipeline, joined where stories jump, and written.

A pure function of the files and the settings; what it makes is bytes and records, and nothing is written here. So it
gives the same in this process, in another, and on another machine.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from banmian import __version__
from banmian.archive.records import Kind, PageRecord, Problem, State
from banmian.archive.sources import problem_of
from banmian.archive.store import RESERVED, WORK, digest, is_url
from banmian.archive.unpack import too_large
from banmian.decode import DecodeError
from banmian.formats import page_json
from banmian.formats.registry import WRITERS, Writer
from banmian.model import Issue, Page
from banmian.readers import HEAD, Unequipped, Unreadable, read_issue, read_pages, reader_of
from banmian.stage import Failed, Pipeline

_PIECE = 1 << 20  # bytes that are hashed at a time


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of an issue.

    Args:
        page: its id.
        source: the name of its file within SOURCE.
        address: the path or URL of the file.
        number: its number in the issue, if its name tells it.
        part: which page of the file it is, from 1; 0 if the file is one page.
        at: its place in what lists the pages of the issue, a file of many pages or METS, from 1; 0 if nothing does.
    """

    page: str
    source: str
    address: str
    number: str = ""
    part: int = 0
    at: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """What is done in one piece: an issue.

    Args:
        issue, paper, date: what its path says of it.
        pages: its pages in order.
        killed: those that worker processes died of, by their ids, or by the name of a file that they died of as a
            whole; and why. They are not touched again.
    """

    issue: str
    pages: tuple[Entry, ...]
    paper: str = ""
    date: str = ""
    killed: Mapping[str, Problem] | None = None

    def without(self, page: str, problem: Problem) -> Unit:
        """The same issue, one page or file given up."""
        return replace(self, killed={**(self.killed or {}), page: problem})


@dataclass(frozen=True, slots=True)
class Settings:
    """What results depend on besides their pages. `formats` always has json, which all else is made from."""

    pipeline: Pipeline
    formats: tuple[str, ...] = ("json",)
    encoding: str | None = None
    ocr: str | None = None
    max_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the pages of an issue, and the files to write: their names within OUT, and their bytes."""

    unit: Unit
    records: tuple[PageRecord, ...]
    files: Mapping[str, bytes]


def read(address: str, limit: int | None) -> bytes | Problem:
    """The bytes of a file, or why they cannot be read.

    Args:
        address: the path or URL.
        limit: how many there may be; None for what is usual for a file of its kind, which its first bytes tell.
    """
    try:
        with _opened(address) as stream:
            head = stream.read(HEAD)
            reader = reader_of(head)
            most = reader.max_bytes if limit is None else limit
            data = head + stream.read(max(0, most + 1 - len(head)))
    except OSError as error:
        return problem_of(error)
    return too_large(most, reader) if len(data) > most else data


def read_head(address: str) -> bytes | None:
    """The first bytes of a file; None if they cannot be read."""
    try:
        with _opened(address) as stream:
            return stream.read(HEAD)
    except OSError:
        return None


def fingerprint(address: str, limit: int | None) -> str:
    """The sha256 of what `read` gives, which is never in memory as a whole; "" where it gives none."""
    hashed, size = hashlib.sha256(), 0
    try:
        with _opened(address) as stream:
            piece = stream.read(HEAD)
            most = reader_of(piece).max_bytes if limit is None else limit
            while piece and size <= most:
                hashed.update(piece)
                size += len(piece)
                piece = stream.read(_PIECE)
    except OSError:
        return ""
    return hashed.hexdigest() if size <= most else ""


def fingerprints(unit: Unit, settings: Settings) -> dict[str, str]:
    """The sha256 of the files of the pages of an issue, by the ids of the pages."""
    known: dict[str, str] = {}
    for entry in unit.pages:
        if entry.address not in known:
            known[entry.address] = fingerprint(entry.address, settings.max_bytes)
    return {entry.page: known[entry.address] for entry in unit.pages}


def _opened(address: str) -> AbstractContextManager[BinaryIO]:
    if is_url(address):
        from banmian.archive.remote import open_url  # noqa: PLC0415  fsspec is an extra

        return open_url(address)
    return Path(address).open("rb")


def basis(unit: Unit, settings: Settings, shas: Mapping[str, str]) -> str:
    """The digest of all that the results of an issue are made from.

    Pages that cannot be read count with the hash of what was read of them, so that they are tried again when they
    change. Formats are left out: which there are says nothing of how each came out.

    Args:
        unit: the issue.
        settings: what it is done with.
        shas: the sha256 of its pages, "" for those that cannot be read.
    """
    pages = [[entry.page, entry.number, entry.part, entry.at, shas[entry.page]] for entry in unit.pages]
    made_with = [__version__, settings.pipeline.digest, settings.encoding, settings.ocr]
    all_of_it = [*made_with, unit.issue, unit.paper, unit.date, pages]
    return hashlib.sha256(json.dumps(all_of_it).encode()).hexdigest()


def process(unit: Unit, settings: Settings, started: Callable[[str], None] = lambda _: None) -> Outcome:
    """Do the work on an issue.

    Args:
        unit: the issue.
        settings: what to do it with.
        started: told the id of each page before it is touched, and the name of each file of many pages, so that who
            watches knows what a process died of.
    """
    pages: dict[str, Page] = {}
    records: dict[str, PageRecord] = {}
    for _, entries in groupby(unit.pages, key=lambda entry: entry.address):
        begun = time.perf_counter()
        for entry, sha, found in _pages_of(list(entries), settings, unit.killed or {}, started):
            record = PageRecord(
                entry.page,
                entry.source,
                State.DONE,
                unit.issue,
                sha256=sha,
                config=settings.pipeline.digest,
                version=__version__,
                formats=settings.formats,
            )
            record, page = (
                (record.failed(found), None) if isinstance(found, Problem) else _done(found, settings, record)
            )
            if page is not None:
                pages[entry.page] = page
            records[entry.page] = replace(record, seconds=time.perf_counter() - begun)
            begun = time.perf_counter()
    started("")
    files = _write(unit, settings, _numbered(unit, pages), records)
    told = basis(unit, settings, {page: record.sha256 for page, record in records.items()})
    return Outcome(unit, tuple(replace(record, basis=told) for record in records.values()), files)


def _pages_of(
    entries: Sequence[Entry], settings: Settings, killed: Mapping[str, Problem], started: Callable[[str], None]
) -> Iterator[tuple[Entry, str, Page | Problem]]:
    """The pages of a file with the sha256 of the file, not yet run through the pipeline; or why there is none."""
    file, many = entries[0], entries[0].part > 0
    wanted = [entry for entry in entries if not killed.keys() & {entry.page, file.source}]
    for entry in entries:
        if entry not in wanted:
            yield entry, "", killed.get(entry.page) or killed[file.source]
    if not wanted:
        return
    started(file.source if many else file.page)
    data = read(file.address, settings.max_bytes)
    if isinstance(data, Problem):
        yield from ((entry, "", data) for entry in wanted)
        return
    sha = digest(data)
    if not many:
        yield file, sha, _only_page(data, file, settings)
        return
    found = read_pages(
        data,
        PurePosixPath(file.source).name,
        [entry.part for entry in wanted],
        encoding=settings.encoding,
        ocr=settings.ocr,
    )
    problem: Problem | None = None
    for entry in wanted:
        started(entry.page)
        try:
            page = next(found) if problem is None else problem
        except Unreadable as error:  # the file as a whole
            page = problem = _problem(error)
        if isinstance(page, Unreadable):
            yield entry, sha, _problem(page)
        else:
            yield entry, sha, page if isinstance(page, Problem) else replace(page, id=entry.page)


def _only_page(data: bytes, entry: Entry, settings: Settings) -> Page | Problem:
    """The page of a file that is one page."""
    name = PurePosixPath(entry.source).name
    try:
        pages = read_issue(data, name, encoding=settings.encoding, ocr=settings.ocr).pages
    except Unreadable as error:
        return _problem(error)
    if len(pages) != 1:
        return Problem(Kind.UNREADABLE, f"has {len(pages)} pages, and had one when the run began; run it again.")
    return replace(pages[0], id=entry.page, number=entry.number)


def _problem(error: Unreadable) -> Problem:
    """Why a page cannot be read."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, DecodeError):
        cause = cause.__cause__
    if cause is not None:
        kind = Kind(cause.problem.value)
    else:
        kind = Kind.UNREADABLE if isinstance(error, Unequipped) else Kind.DAMAGED
    return Problem(kind, str(error))


def _done(page: Page, settings: Settings, record: PageRecord) -> tuple[PageRecord, Page | None]:
    """Run a page through the pipeline."""
    record = replace(record, chars=len(page.source.text))
    result = next(settings.pipeline.stream([page]))
    if isinstance(result, Failed):
        return record.failed(_bug(f"stage {result.stage!r}", result.error, Kind.STAGE)), None
    return record, result


def _numbered(unit: Unit, pages: dict[str, Page]) -> dict[str, Page]:
    """The pages of an issue that is one file, or METS, with their numbers.

    A page has the number that its folio prints. Where none of those contradicts it, the others have that of their place
    in the file; where one does, the file begins elsewhere than on the first page, or lacks one.
    """
    places = {entry.page: str(entry.at) for entry in unit.pages if entry.at}
    if len(places) < 2 or len(places) < len(unit.pages) or len(set(places.values())) < len(places):
        return pages
    from banmian.page_numbers import number_of  # noqa: PLC0415  a run that has nothing to do is spared it

    told = {page: number_of(pages[page]) for page in pages}
    agree = all(number in {"", places[page]} for page, number in told.items())
    return {page: replace(pages[page], number=places[page] if agree else told[page]) for page in pages}


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
