"""Pages from files: which files of a folder are pages, what is no page and why, and the shortest way to read one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from banmian.config import default_pipeline
from banmian.model import Issue, Page, Source
from banmian.readers import HEAD, SUFFIXES, Unreadable, named, page_name, read_issue, reader_of
from banmian.readers import read_pages as read_pages_of
from banmian.stage import Pipeline
from banmian.trace import Trace

if TYPE_CHECKING:
    from banmian.readers.halves import Shown

# How the files are called that a folder is searched for. A file that is named itself may be called anything.
PAGE_SUFFIXES = SUFFIXES

STDIN = Path("-")

# What is larger is no raw text of a page; other kinds of files have limits of their own (`banmian.readers`).
MAX_BYTES = 10_000_000


class Refused(ValueError):
    """A file that is not read. `name` is the file, and the message says what is wrong and what to do."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class PageFile(NamedTuple):
    """A file to read, and the name of its page: its path within the folder that was named, without the suffix."""

    path: Path
    stem: PurePath

    @property
    def page_id(self) -> str:
        """The id of the page: the same in every run over the same folder."""
        return self.stem.as_posix()


def find(paths: Iterable[str | PathLike[str]]) -> Iterator[PageFile | Refused]:
    """The pages that files and folders hold, in the order given, those of a folder in the order of their paths.

    Instead of a page comes the reason where a path is not there, a folder has no page, or two pages have one name.
    """
    seen: dict[PurePath, Path] = {}
    for path in map(Path, paths):
        for found in _pages_in(path):
            if isinstance(found, PageFile) and found.stem in seen:
                other = seen[found.stem]
                yield Refused(str(found.path), f"has the name of {other}, and one result would overwrite the other.")
                continue
            if isinstance(found, PageFile):
                seen[found.stem] = found.path
            yield found


def _pages_in(path: Path) -> Iterator[PageFile | Refused]:
    if path == STDIN:
        yield PageFile(path, PurePath("stdin"))
        return
    if not path.is_dir():
        yield PageFile(path, PurePath(path.stem))
        return
    try:
        found = sorted(file for file in path.rglob("*") if file.suffix.lower() in PAGE_SUFFIXES and file.is_file())
    except OSError as error:
        yield Refused(str(path), f"cannot be searched: {error.strerror}.")
        return
    parts = _parts_of_issues(found)
    for file in found:
        if file not in parts:
            yield PageFile(file, file.relative_to(path).with_suffix(""))
    if not found:
        names = ", ".join(f"*{suffix}" for suffix in PAGE_SUFFIXES)
        yield Refused(str(path), f"has no pages in it, that is, no files like these: {names}.")


def _parts_of_issues(files: Iterable[Path]) -> set[Path]:
    """The files that are pages of an issue among the files (METS): they are read with it, not by themselves."""
    found: set[Path] = set()
    for file in files:
        try:
            with file.open("rb") as stream:
                head = stream.read(HEAD)
        except OSError:  # said when the file itself is to be read
            continue
        if b"mets" not in head.lower():
            continue
        reader = reader_of(head)
        if reader.name == "mets":
            from banmian.readers.mets import pages_named  # noqa: PLC0415  few folders have METS

            found.update(file.parent / name for name in pages_named(file))
    return found


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        Refused: there is no such file, or it cannot be read, or it is too large to be a page.
    """
    try:
        with path.open("rb") as stream:
            return read_stream(stream, str(path))
    except FileNotFoundError as error:
        raise Refused(str(path), "no such file or folder.") from error
    except OSError as error:
        raise Refused(str(path), f"cannot be read: {error.strerror}.") from error


def read_stream(stream: BinaryIO, name: str, *, start: bytes = b"") -> bytes:
    """The bytes of a stream, `start` of which have been read already; never more than a file of its kind can have.

    Raises:
        Refused: it is too large.
    """
    head = start + stream.read(max(0, HEAD - len(start)))
    reader = reader_of(head)
    data = head + stream.read(reader.max_bytes + 1 - len(head))
    if len(data) > reader.max_bytes:
        what, one = ("one page", "each page") if reader.name == "text" else ("one issue", "each issue")
        raise Refused(name, f"is larger than {reader.max_bytes // 10**6} MB, so it is not {what}; give {one} a file.")
    return data


def issue_of(data: bytes, path: Path, page_id: str, encoding: str | None = None, *, ocr: str | None = None) -> Issue:
    """The pages that bytes hold, not yet run through any stage: one, or as many as a PDF has.

    Their source is named after the file, not the path: a result does not depend on where the files are. The only page
    of a file has the id given, many have it with their numbers (NAME-001).

    Args:
        data: the bytes.
        path: where they are from.
        page_id: the id of the page.
        encoding: how raw text is encoded; detected if not told. Files of other kinds say it themselves.
        ocr: the OCR engine for pictures and for PDFs without text (`banmian.ocr`); the default one if not told.

    Raises:
        Refused: the bytes are no text in the encoding given, or in any that is known; or a damaged file of another
            kind, or one whose reader needs an extra that is not installed.
    """

    def beside(name: str) -> bytes:
        return (path.parent / name).read_bytes()

    try:
        return named(read_issue(data, path.name, encoding=encoding, ocr=ocr, beside=beside), page_id)
    except Unreadable as error:
        raise Refused(str(path), str(error)) from error


def page_of(data: bytes, path: Path, page_id: str, encoding: str | None = None) -> Page:
    """The one page that bytes hold, not yet run through any stage.

    Raises:
        Refused: as `issue_of`; or they hold more than one page.
    """
    return _only(issue_of(data, path, page_id, encoding), path)


def _only(issue: Issue, path: Path) -> Page:
    if len(issue.pages) != 1:
        raise Refused(str(path), f"has {len(issue.pages)} pages; read_pages reads them all.")
    return issue.pages[0]


def load(
    file: PageFile, stdin: BinaryIO, *, encoding: str | None = None, ocr: str | None = None
) -> Iterator[Page | Refused]:
    """The pages of a file that `find` found, not yet run through any stage, each read when it is asked for.

    In place of a page of a file of many that cannot be read comes the reason.

    Raises:
        Refused: the file cannot be read, or holds no page.
    """
    if file.path == STDIN:
        data, path = read_stream(stdin, "stdin"), Path("stdin")
    else:
        data, path = read_bytes(file.path), file.path
    reader = reader_of(data)
    try:
        many = reader.module.count(data) if reader.many and not reader.missing else 1
        if many > 1:
            pages = read_pages_of(data, path.name, range(1, many + 1), encoding=encoding, ocr=ocr)
            for number, page in enumerate(pages, 1):
                name = page_name(file.page_id, number)
                yield Refused(f"{path} ({name})", str(page)) if isinstance(page, Unreadable) else replace(page, id=name)
            return
    except Unreadable as error:
        raise Refused(str(path), str(error)) from error
    yield from issue_of(data, path, file.page_id, encoding, ocr=ocr).pages


def load_file(path: Path, *, encoding: str | None = None, ocr: str | None = None) -> tuple[bytes, Issue]:
    """The bytes of a file, and the pages that they hold, not yet run through any stage.

    Raises:
        Refused: the file cannot be read, or holds no page.
    """
    data = read_bytes(path)
    return data, issue_of(data, path, path.stem, encoding, ocr=ocr)


def raw_page(path: str | PathLike[str], *, encoding: str | None = None) -> Page:
    """A page from a file, not yet run through any stage.

    Raises:
        Refused: the file cannot be read, or is no page.
    """
    path = Path(path)
    return page_of(read_bytes(path), path, path.stem, encoding)


class Half(NamedTuple):
    """A half of a page: the bytes of its file, which of the pages of that it is, from 0, and what was read."""

    data: bytes
    number: int
    page: Page


class Halves(NamedTuple):
    """A page that was put together from halves: it, where each lies on it, and each with the file that it is from."""

    page: Page
    shown: tuple[Shown, Shown]
    halves: tuple[Half, Half]


def load_halves(paths: Sequence[str | PathLike[str]], *, ocr: str | None = None) -> Halves:
    """A page that was scanned in two halves, not yet run through any stage, and its halves.

    Args:
        paths: two files, or one of two pages.
        ocr: the OCR engine for pictures and for PDFs without text; the default one if not told.

    Raises:
        Refused: as `raw_halves`.
    """
    files = [Path(path) for path in paths]
    found = []
    for path in files:
        data, issue = load_file(path, ocr=ocr)
        found += [Half(data, number, page) for number, page in enumerate(issue.pages)]
    name = " and ".join(map(str, files))
    if len(found) != 2:
        raise Refused(name, f"a page has two halves, and {len(found)} were given; name two files, or one of two pages.")
    from banmian.readers.halves import together  # noqa: PLC0415  few pages come in halves

    one, two = found
    try:
        page, shown = together(one.page, two.page)
    except Unreadable as error:
        raise Refused(name, str(error)) from error
    return Halves(replace(page, id=files[0].stem), shown, (one, two))


def raw_halves(*paths: str | PathLike[str], ocr: str | None = None) -> Page:
    """A page that was scanned in two halves, from two files or from one of two pages, not yet run through any stage.

    Args:
        paths: the files; the left or the upper half first, which counts only where nothing is on both.
        ocr: the OCR engine for pictures and for PDFs without text; the default one if not told.

    Raises:
        Refused: a file cannot be read, they do not hold two pages, or a page does not know where its lines stand.
    """
    return load_halves(paths, ocr=ocr).page


def read(path: str | PathLike[str], *, encoding: str | None = None, pipeline: Pipeline | None = None) -> Page:
    """A page with its articles, from a file of raw text, or a PDF of one page.

    Args:
        path: the file.
        encoding: how the text is encoded; detected if not told.
        pipeline: what to run; the default pipeline if not told. For many pages, make it once and pass it.

    Raises:
        Refused: the file cannot be read, or is no page.
    """
    return (pipeline or default_pipeline())(raw_page(path, encoding=encoding))


def read_pages(
    path: str | PathLike[str],
    *,
    encoding: str | None = None,
    ocr: str | None = None,
    pipeline: Pipeline | None = None,
) -> Issue:
    """All pages of a file with their articles: of a PDF of many pages, say.

    Args:
        path: the file.
        encoding: how raw text is encoded; detected if not told.
        ocr: the OCR engine for pictures and for PDFs without text; the default one if not told.
        pipeline: what to run; the default pipeline if not told.

    Raises:
        Refused: the file cannot be read, or holds no page.
    """
    path = Path(path)
    issue = issue_of(read_bytes(path), path, path.stem, encoding, ocr=ocr)
    run = pipeline or default_pipeline()
    return replace(issue, pages=tuple(run(page) for page in issue.pages))


def read_text(text: str, *, page_id: str = "page", pipeline: Pipeline | None = None) -> Page:
    """A page with its articles, from a raw text that is decoded already.

    Args:
        text: the raw text of one page.
        page_id: the name that the result carries.
        pipeline: what to run; the default pipeline if not told.
    """
    try:
        encoding, data = "utf-8", text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that stands for no byte: only UTF-16 can hold it
        encoding, data = "utf-16-le", text.encode("utf-16-le", "surrogatepass")
    source = Source(name=page_id, text=text, encoding=encoding, sha256=hashlib.sha256(data).hexdigest())
    return (pipeline or default_pipeline())(Page(id=page_id, source=source, trace=Trace(text)))
