"""Files as they are read: their bytes, never more than a limit, their hashes, and the pages that they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from banmian.archive.records import Kind, Problem
from banmian.archive.sources import problem_of
from banmian.archive.store import digest, is_url
from banmian.archive.units import Entry, Settings, Unit
from banmian.archive.unpack import too_large
from banmian.decode import DecodeError
from banmian.model import Page
from banmian.readers import HEAD, Unequipped, Unreadable, read_issue, read_pages, reader_of

_PIECE = 1 << 20  # bytes that are hashed at a time


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
    """The sha256 of what `read` gives, which is never in memory as a whole; "" where it gives none.

    The last file is remembered as long as its size and time stay: the pages of one of very many are asked for one after
    the other.
    """
    try:
        status = None if is_url(address) else Path(address).stat()
        if status is None:
            return _hashed(address, limit)
        return _last(address, limit, status.st_size, status.st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=1)
def _last(address: str, limit: int | None, size: int, time: int) -> str:
    del size, time  # they are there to be compared
    return _hashed(address, limit)


def _hashed(address: str, limit: int | None) -> str:
    hashed, size = hashlib.sha256(), 0
    with _opened(address) as stream:
        piece = stream.read(HEAD)
        most = reader_of(piece).max_bytes if limit is None else limit
        while piece and size <= most:
            hashed.update(piece)
            size += len(piece)
            piece = stream.read(_PIECE)
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


def pages_of(
    entries: Sequence[Entry], settings: Settings, killed: Mapping[str, Problem], started: Callable[[str], None]
) -> Iterator[tuple[Entry, str, Page | Problem]]:
    """The pages of a file with the sha256 of the file, not yet run through the pipeline; or why there is none.

    Args:
        entries: pages of one file.
        settings: how to read them.
        killed: what processes died of, see `Unit`.
        started: told the name of the file if it has many pages, and the id of each page, before it is touched.
    """
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
