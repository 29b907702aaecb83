"""Pages from files: which files of a folder are pages, what is no page and why, and the shortest way to read one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path, PurePath
from typing import BinaryIO, NamedTuple

from banmian.config import default_pipeline
from banmian.decode import DecodeError, decode
from banmian.model import Page, Source
from banmian.stage import Pipeline
from banmian.trace import Trace

# How the files are called that a folder is searched for. A file that is named itself may be called anything.
PAGE_SUFFIXES = (".txt",)

STDIN = Path("-")

# A page has some 30 kB, the fullest that we know 100 kB. What is a hundred times as large is something else: a year of
# pages in one file, say, which would come out as one page whose order is nonsense.
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
    for file in found:
        yield PageFile(file, file.relative_to(path).with_suffix(""))
    if not found:
        names = " or ".join(f"*{suffix}" for suffix in PAGE_SUFFIXES)
        yield Refused(str(path), f"has no pages in it, that is, no files {names}.")


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
    """The bytes of a stream, `start` of which have been read already; never more than a page can have.

    Raises:
        Refused: it is too large.
    """
    data = start + stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Refused(name, f"is larger than {MAX_BYTES // 10**6} MB, so it is not one page; give each page a file.")
    return data


def page_of(data: bytes, path: Path, page_id: str, encoding: str | None = None) -> Page:
    """The page that bytes hold, not yet run through any stage.

    Its source is named after the file, not the path: a result does not depend on where the files are.

    Raises:
        Refused: the bytes are no text in the encoding given, or in any that is known.
    """
    try:
        source = decode(data, name=path.name, encoding=encoding)
    except DecodeError as error:
        raise Refused(str(path), f"{error.what} {error.remedy}") from error
    return Page(id=page_id, source=source, trace=Trace(source.text))


def load(file: PageFile, stdin: BinaryIO, *, encoding: str | None = None) -> Page:
    """The page of a file that `find` found, not yet run through any stage.

    Raises:
        Refused: the file cannot be read, or is no page.
    """
    if file.path == STDIN:
        return page_of(read_stream(stdin, "stdin"), Path("stdin"), file.page_id, encoding)
    return page_of(read_bytes(file.path), file.path, file.page_id, encoding)


def raw_page(path: str | PathLike[str], *, encoding: str | None = None) -> Page:
    """A page from a file of raw text, not yet run through any stage.

    Raises:
        Refused: the file cannot be read, or is no page.
    """
    path = Path(path)
    return page_of(read_bytes(path), path, path.stem, encoding)


def read(path: str | PathLike[str], *, encoding: str | None = None, pipeline: Pipeline | None = None) -> Page:
    """A page with its articles, from a file of raw text.

    Args:
        path: the file.
        encoding: how the text is encoded; detected if not told.
        pipeline: what to run; the default pipeline if not told. For many pages, make it once and pass it.

    Raises:
        Refused: the file cannot be read, or is no page.
    """
    return (pipeline or default_pipeline())(raw_page(path, encoding=encoding))


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
