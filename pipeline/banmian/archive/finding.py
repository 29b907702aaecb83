"""The pages of SOURCE, put into the index: how many a file has, and which files METS says are an issue.

Each page of a file of many (PDF, TIFF, ALTO, hOCR) is a page like others, NAME-001 and so on, all of one issue, NAME.
So are the files that METS names; those are read with their issue and not by themselves as well.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import Pattern
from types import TracebackType
from typing import Self

from banmian.archive.counting import Counter
from banmian.archive.index import Index
from banmian.archive.issues import place
from banmian.archive.reading import read, read_head
from banmian.archive.records import Kind, Problem
from banmian.archive.shards import Shard
from banmian.archive.sources import Found, NoPage, page_id
from banmian.archive.store import is_url
from banmian.naming import Place
from banmian.readers import Reader, Unreadable, page_name, reader_of

_TEXT = ".txt"
# What the files are called that METS may name.
_LISTED = (".xml", ".html", ".hocr")


class Finder:
    """Puts what is found into an index. A context manager: it may start a process.

    Args:
        index: where pages go.
        patterns: how issues are recognised, see `banmian.archive.issues`.
        shard: the part of the archive that is wanted; None for all.
        max_bytes: how large a file may be.
    """

    def __init__(
        self, index: Index, patterns: tuple[Pattern[str], ...], shard: Shard | None, max_bytes: int | None
    ) -> None:
        self._index, self._patterns, self._shard, self._max_bytes = index, patterns, shard, max_bytes
        self._counter = Counter()
        self.any = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._counter.stop()

    def wanted(self, name: str) -> bool:
        """Whether a file may have pages that are wanted; asked of each file of SOURCE."""
        self.any = True
        # What METS names is of the shard of the METS, and which that is one knows only when all has been found.
        return self._of_shard(self._place(name).issue) or name.lower().endswith(_LISTED)

    def put(self, found: Iterable[Found | NoPage]) -> Iterator[NoPage]:
        """Put what is found into the index; what can be no page comes back."""
        for item in found:
            self.any = True
            if isinstance(item, NoPage):
                if self._of_shard(self._place(item.name).issue):
                    yield item
            elif self.wanted(item.name):
                yield from self._put(item)
        for mets in self._index.lists():
            problems = list(self._put_issue(mets))
            # Also where the issue is of another shard: its pages are then no pages by themselves in this one either.
            yield from problems if self._of_shard(page_id(mets.name)) else ()
        if self._shard is not None:
            self._index.keep(self._shard.has)

    def _place(self, name: str) -> Place:
        return place(page_id(name), self._patterns)

    def _of_shard(self, issue: str) -> bool:
        return self._shard is None or self._shard.has(issue)

    def _put(self, found: Found) -> Iterator[NoPage]:
        """A file: a page, several pages, or METS."""
        reader = _reader(found)
        if reader is not None and reader.name == "mets":
            self._index.set_aside(found)
            return
        where = self._place(found.name)
        pages = self._parts(found, reader)
        yield from filter(None, [self._index.add(page, where, at=page.part) for page in pages])

    def _put_issue(self, mets: Found) -> Iterator[NoPage]:
        """The pages that METS names, in its order: those that have been found, else those that lie beside it."""
        from banmian.readers.mets import issue_info  # noqa: PLC0415  few archives have METS

        name = page_id(mets.name)
        data = read(mets.address, self._max_bytes)
        if isinstance(data, Problem):
            yield NoPage(mets.name, data)
            return
        try:
            info = issue_info(data)
        except Unreadable as error:
            yield NoPage(mets.name, Problem(Kind.DAMAGED, str(error)))
            return
        known = self._place(mets.name)
        where = Place(name, info.date or known.date, "", info.paper or known.paper)
        pages: list[Found | None] = []  # None where a page is missing: the others keep their places
        for path in info.paths:
            named = posixpath.normpath(posixpath.join(posixpath.dirname(mets.name), path))
            found, other = self._index.take(named)
            if other:
                problem = Problem(Kind.DUPLICATE, f"is a page of {other} already, and {mets.name} names it too.")
                yield NoPage(f"{mets.name}#{path}", problem)
                pages.append(None)
            elif found:
                pages += found
            elif mets.packed:
                told = f"names {path}, which is not in the archive, or left out by --include or --exclude."
                yield NoPage(f"{mets.name}#{path}", Problem(Kind.MISSING, told))
                pages.append(None)
            else:
                beside = Found(named, _beside(mets.address, path))
                pages += self._parts(beside, _reader(beside))
        for at, page in enumerate(pages, 1):
            if page is None:
                continue
            called = page_name(name, at) if len(pages) > 1 else name
            one = Found(page.name, page.address, page.part, called, page.packed)
            duplicate = self._index.add(one, where, at=at, listed=mets.name)
            if duplicate is not None:
                yield duplicate

    def _parts(self, found: Found, reader: Reader | None) -> list[Found]:
        """The pages of a file, each by itself; the file, if it is one page."""
        count = 1 if reader is None else self._counter.pages(reader, found.address, self._max_bytes)
        if count == 1:
            return [found]
        return [Found(found.name, found.address, part, packed=found.packed) for part in range(1, count + 1)]


def _reader(found: Found) -> Reader | None:
    """The reader for a file, told by its first bytes; None where they cannot be read.

    Behind a URL each look into a file takes its time, so what is called .txt there is taken for raw text.
    """
    if is_url(found.address) and found.name.lower().endswith(_TEXT):
        return None
    head = read_head(found.address)
    return None if head is None else reader_of(head)


def _beside(address: str, path: str) -> str:
    """The path or URL of a file beside another."""
    if is_url(address):
        return f"{address.rpartition('/')[0]}/{path}"
    return str(Path(address).parent / path)
