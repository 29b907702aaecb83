"""The work on one issue: its pages read, run through the pipeline, joined where stories jump, and written.

A pure function of the files and the settings; what it makes is bytes and records, and nothing is written here. So it
gives the same in this process, in another, and on another machine.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import groupby

from banmian import __version__
from banmian.archive.reading import pages_of
from banmian.archive.records import Kind, PageRecord, Problem, State
from banmian.archive.store import RESERVED, WORK, digest
from banmian.archive.units import Outcome, Settings, Unit, basis
from banmian.formats import page_json
from banmian.formats.registry import WRITERS, Writer
from banmian.model import Issue, Page
from banmian.stage import Failed


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
        for entry, sha, found in pages_of(list(entries), settings, unit.killed or {}, started):
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
