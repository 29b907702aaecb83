"""Readers: what kinds of files pages are read from, one module each.

A reader is a module with two functions:

- `sniff(data) -> bool` says whether a file, given by its first bytes (`HEAD` of them) or as a whole, is of its kind;
- `read(data, name) -> Issue` gives the pages that the file holds, not yet run through any stage. `name` is what the
  file is called, and goes into `Source.name`. It raises `Unreadable`, and nothing else, whatever the bytes are.

A reader may take options besides, by keyword; the table below says which (`Reader.options`). One whose files may have
many pages (`Reader.many`) has a third function, `count(data) -> int`; and where pages can be read one at a time, a
fourth, `pages(data, name, wanted, **options)`, whose pages are as those of `read`, but that what is wrong with one of
them is said in its place. So a page that is damaged costs no other, and no more than one is in memory.

What a file is, is told by what is in it and not by its name: the first reader of the table below that knows it, reads
it. The last one takes what no other takes for raw text. A reader imports its library when it reads, so that those who
read only text need none; and where the library is not there, it says which extra has it (`MissingExtra`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePath
from typing import Any, NamedTuple, Protocol, cast

from banmian.model import Issue, Page

# What `sniff` is given at the least, if the file has it: enough for the opening of an XML file with long comments.
HEAD = 4096


class Unreadable(ValueError):
    """A file that no pages can be read from: the message says what is wrong with it and what to do, in one line."""


class Unequipped(Unreadable):
    """A file that is sound, for all we know, and cannot be read here: what it needs is not installed, or failed."""


class MissingExtra(Unequipped):
    """A kind of file whose reader needs a library that is not installed."""

    def __init__(self, kind: str, extra: str) -> None:
        super().__init__(f"is {kind}, and reading it needs an extra: pip install 'banmian[{extra}]'")
        self.extra = extra


class Format(Protocol):
    """What a module of a reader has."""

    def sniff(self, data: bytes, /) -> bool:
        """Whether the file is of this kind."""
        ...

    def read(self, data: bytes, name: str, /, **options: Any) -> Issue:
        """The pages of the file; raises `Unreadable`. The table says which options it takes besides."""
        ...

    def count(self, data: bytes, /) -> int:
        """How many pages the file has; raises `Unreadable`. Only of kinds whose files may have many."""
        ...


class Reader(NamedTuple):
    """An entry of the table of readers.

    Args:
        name: what the format is called; also the name of the module.
        what: the format in words, with its article, for messages.
        suffixes: what files of this kind are mostly called; a folder is searched for them.
        max_bytes: what is larger is no file of pages.
        extra: the extra to install, and `needs`, the modules that it has. Empty where the core is enough.
        options: which options of `read_issue` it takes.
        many: whether one file may have many pages.
    """

    name: str
    what: str
    suffixes: tuple[str, ...]
    max_bytes: int
    extra: str = ""
    needs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    many: bool = False

    @property
    def module(self) -> Format:
        """The module of the reader."""
        return cast("Format", import_module(f"banmian.readers.{self.name}"))

    @property
    def missing(self) -> bool:
        """Whether a library that it needs is not installed."""
        return any(find_spec(name) is None for name in self.needs)


# In the order in which they are asked.
READERS: tuple[Reader, ...] = (
    # A scanned issue of a hundred pages at 300 dpi has some 300 MB.
    Reader("pdf", "a PDF", (".pdf",), 500_000_000, extra="pdf", needs=("pypdfium2",), options=("ocr",), many=True),
    # A page of 600 dpi in colour, not compressed, has 500 MB; TIFF of a whole issue is mostly compressed.
    Reader(
        "pictures",
        "a picture",
        (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".jp2"),
        1_000_000_000,
        extra="ocr",
        needs=("PIL",),
        options=("ocr",),
        many=True,
    ),
    # With a box for each character a page has some 5 MB.
    Reader("alto", "ALTO", (".xml",), 100_000_000, many=True),
    Reader("mets", "METS", (".xml",), 100_000_000, options=("beside",)),
    Reader("page_xml", "PAGE XML", (".xml",), 100_000_000),
    Reader("hocr", "hOCR", (".hocr", ".html"), 100_000_000, many=True),
    # Last before raw text: it knows what is markup of some other kind, and refuses that.
    Reader("markup", "markup", (), 100_000_000),
    # A page of raw text has some 30 kB, the fullest that we know 100 kB. What is a hundred times as large is something
    # else: a year of pages in one file, say, which would come out as one page whose order is nonsense.
    Reader("text", "raw text", (".txt",), 10_000_000, options=("encoding",)),
)

SUFFIXES = tuple(dict.fromkeys(suffix for reader in READERS for suffix in reader.suffixes))


def reader_of(data: bytes) -> Reader:
    """The reader for a file, given its first bytes or all of it."""
    return next(reader for reader in READERS if reader.module.sniff(data))


def read_issue(
    data: bytes,
    name: str,
    *,
    encoding: str | None = None,
    ocr: str | None = None,
    beside: Callable[[str], bytes] | None = None,
) -> Issue:
    """The pages that a file holds, not yet run through any stage.

    Args:
        data: the bytes of the file.
        name: what it is called.
        encoding: of raw text; detected if not told.
        ocr: the name of the OCR engine for pictures (`banmian.ocr`); the default one if not told.
        beside: gives the bytes of a file that this one refers to, by its path as seen from this one, or raises OSError.

    Raises:
        Unreadable: it holds none, or is damaged, or its reader needs an extra that is not installed.
    """
    reader = reader_of(data)
    if reader.missing:
        raise MissingExtra(reader.what, reader.extra)
    given: dict[str, Any] = {"encoding": encoding, "ocr": ocr, "beside": beside}
    return reader.module.read(data, name, **{option: given[option] for option in reader.options})


def reader_called(name: str) -> Reader:
    """The first reader for files of this name, before one has looked into them; for any other name, that of raw text.

    >>> reader_called("a/scan.TIFF").name, reader_called("p1.txt").name, reader_called("p1.ocr").name
    ('pictures', 'text', 'text')
    """
    suffix = PurePath(name).suffix.lower()
    return next((reader for reader in READERS if suffix in reader.suffixes), READERS[-1])


def largest(name: str) -> int:
    """How large a file of this name may be before one has looked into it."""
    return reader_called(name).max_bytes


def read_pages(
    data: bytes, name: str, wanted: Sequence[int], *, encoding: str | None = None, ocr: str | None = None
) -> Iterator[Page | Unreadable]:
    """Some pages of a file, one after the other, each read when it is asked for.

    In place of a page that cannot be read comes the reason; no other page suffers from it. A page on which there is
    nothing to read, the blank back of a sheet, is a page.

    Args:
        data: the bytes of the file.
        name: what it is called.
        wanted: the numbers of the pages, from 1, none greater than there are.
        encoding: of raw text; detected if not told.
        ocr: the name of the OCR engine for pictures; the default one if not told.

    Raises:
        Unreadable: no page can be read, because the file is damaged or its reader needs an extra.
    """
    reader = reader_of(data)
    if reader.missing:
        raise MissingExtra(reader.what, reader.extra)
    lazily = getattr(reader.module, "pages", None)
    if lazily is not None:
        yield from lazily(data, name, wanted, **({"ocr": ocr} if "ocr" in reader.options else {}))
        return
    found = read_issue(data, name, encoding=encoding, ocr=ocr).pages
    for number in wanted:
        yield found[number - 1] if number <= len(found) else Unreadable(f"has no page {number}.")


def page_name(name: str, number: int) -> str:
    """The name of a page of a file that has many.

    >>> page_name("day", 3)
    'day-003'
    """
    return f"{name}-{number:03d}"


def named(issue: Issue, page_id: str) -> Issue:
    """An issue whose pages have ids made of one name: of the only page the name, of many NAME-001 and so on."""
    if len(issue.pages) == 1:
        return replace(issue, id=page_id, pages=(replace(issue.pages[0], id=page_id),))
    pages = (replace(page, id=page_name(page_id, number)) for number, page in enumerate(issue.pages, 1))
    return replace(issue, id=page_id, pages=tuple(pages))
