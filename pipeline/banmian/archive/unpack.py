"""Pages out of zip and tar archives, never more than a limit.

The names in an archive are text that anybody may have written. They are only ever names of pages: the files that are
unpacked have names of ours, so that no `../` and no link in the archive leads anywhere.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from banmian.archive.globs import Wanted
from banmian.archive.records import Kind, Problem
from banmian.archive.sources import Found, NoPage
from banmian.archive.store import Store
from banmian.archive.store import problem_of as write_problem
from banmian.readers import Reader, largest, reader_called

# What the libraries raise on archives that are cut off, changed, or none at all.
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
# A header of a tar archive that claims to be larger is an attack: nobody has file names of a megabyte.
_LONGEST_READ = 1 << 20
_UTF_8_NAME = 0x800
_ENCRYPTED = 0x1
_DRIVE = re.compile("[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Limits:
    """How large one file of an archive may be, None for what is usual for one of its name, and all of it together."""

    file: int | None
    whole: int

    def of(self, name: str) -> int:
        """How large a file of this name may be, in bytes."""
        return largest(name) if self.file is None else self.file


class _Beyond(Exception):
    """The archive unpacks to more than its limit."""


def unpack(
    path: Path, wanted: Wanted, limits: Limits, *, store: Store, into: str, keep: Callable[[str], bool]
) -> Iterator[Found | NoPage]:
    """Unpack the pages of an archive into a store, one at a time.

    Args:
        path: the archive.
        wanted: which of its files are wanted.
        limits: what is larger is not unpacked.
        store: where to.
        into: the folder in the store.
        keep: whether a page of this name is wanted at all (those of other shards are not).
    """
    opened = _zip_members if path.name.lower().endswith(".zip") else _tar_members
    seen: dict[str, int] = {}
    try:
        for number, (name, size, read) in enumerate(opened(path, limits)):
            inside = _inside(name)
            if inside is None:
                yield NoPage(name, Problem(Kind.OUTSIDE, "its name leads out of the archive; not unpacked."))
                continue
            if not wanted.path(inside) or not keep(inside):
                continue
            seen[inside] = seen.get(inside, 0) + 1
            if seen[inside] > 1:
                yield NoPage(f"{inside}#{seen[inside]}", Problem(Kind.DUPLICATE, "is in the archive more than once."))
            elif isinstance(size, Problem):
                yield NoPage(inside, size)
            elif size > limits.of(inside):
                yield NoPage(inside, too_large(limits.of(inside), reader_called(inside)))
            else:
                yield from _one(inside, read, store, f"{into}/{number:08}")
    except _Beyond:
        yield NoPage(
            path.name,
            Problem(
                Kind.UNPACK_LIMIT,
                f"unpacks to more than {limits.whole // 10**6} MB; what comes after that was left out. If the archive "
                "is sound, raise --unpack-limit.",
            ),
        )
    except _DAMAGED as error:
        yield NoPage(path.name, Problem(Kind.DAMAGED_ARCHIVE, f"is damaged or cut off: {_reason(error)}."))


def too_large(limit: int, reader: Reader) -> Problem:
    """A file is larger than one of its kind may be."""
    told = f"is larger than {limit / 10**6:g} MB, "
    if reader.name == "text":
        told += "so it is not one page; give each page a file, or raise --max-size."
    else:
        told += f"as large as {reader.what} may be; cut it up, or raise --max-size."
    return Problem(Kind.TOO_LARGE, told)


def _one(name: str, read: Callable[[], bytes], store: Store, spool: str) -> Iterator[Found | NoPage]:
    try:
        data = read()
    except (*_DAMAGED, NotImplementedError, RuntimeError) as error:  # RuntimeError: a password is wanted
        yield NoPage(name, Problem(Kind.DAMAGED_ARCHIVE, f"cannot be unpacked: {_reason(error)}."))
        return
    try:
        store.write(spool, data)
    except OSError as error:
        yield NoPage(name, write_problem(error, name))
    else:
        yield Found(name, store.address(spool), packed=True)


_Members = Iterator[tuple[str, "int | Problem", Callable[[], bytes]]]


def _zip_members(path: Path, limits: Limits) -> _Members:
    """The files of a zip archive: name, size, and how to get the bytes. zipfile never gives more than the size says."""
    total = 0
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            size: int | Problem = info.file_size
            if info.flag_bits & _ENCRYPTED:
                size = Problem(Kind.DAMAGED_ARCHIVE, "is encrypted; unpack the archive yourself.")
            elif info.file_size <= limits.of(info.filename):
                total += info.file_size
            if total > limits.whole:
                raise _Beyond
            yield _zip_name(info), size, lambda info=info: archive.read(info)  # type: ignore[misc]


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name of a file in a zip. Those that are not marked as UTF-8 are, in Chinese archives, mostly GB18030."""
    name = info.filename
    if not info.flag_bits & _UTF_8_NAME:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _tar_members(path: Path, limits: Limits) -> _Members:
    with _decompressed(path) as stream:
        bounded = _Bounded(stream, limits.whole)
        with tarfile.open(fileobj=cast("IO[bytes]", bounded), mode="r:") as archive:
            while (member := archive.next()) is not None:
                vars(archive)["members"] = []  # else it keeps all of them
                if member.isdir():
                    continue
                size: int | Problem = member.size
                if not member.isreg():
                    size = Problem(Kind.NOT_A_FILE, "is a link or a device in the archive; pack the file itself.")
                yield member.name, size, lambda member=member: _tar_read(archive, member)  # type: ignore[misc]


def _tar_read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    assert stream is not None, "only regular files are read"
    parts = []
    while part := stream.read(_LONGEST_READ):
        parts.append(part)
    data = b"".join(parts)
    if len(data) != member.size:
        raise EOFError("unexpected end of data")
    return data


@contextmanager
def _decompressed(path: Path) -> Iterator[BinaryIO]:
    name = path.name.lower()
    openers: dict[tuple[str, ...], Callable[[Path], object]] = {
        (".tar.gz", ".tgz"): gzip.open,
        (".tar.bz2", ".tbz2", ".tbz"): bz2.open,
        (".tar.xz", ".txz"): lzma.open,
    }
    opener = next((opener for suffixes, opener in openers.items() if name.endswith(suffixes)), None)
    with path.open("rb") if opener is None else cast("BinaryIO", opener(path)) as stream:
        yield stream


class _Bounded:
    """A stream that ends the reading of an archive once it has given out more than a limit."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = stream
        self._limit = limit

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        # To seek forward in a compressed stream is to decompress what lies between.
        if whence == 0 and offset > self._limit:
            raise _Beyond
        return self._stream.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _LONGEST_READ + tarfile.RECORDSIZE:
            raise tarfile.ReadError("a header of it claims to be larger than a megabyte")
        if self._stream.tell() + size > self._limit + tarfile.RECORDSIZE:
            raise _Beyond
        return self._stream.read(size)


def _inside(name: str) -> str | None:
    """The name of a file within an archive, cleaned; None if it leads out of it."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or "\0" in name or not parts or _DRIVE.match(parts[0]):
        return None
    return "/".join(parts)


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
