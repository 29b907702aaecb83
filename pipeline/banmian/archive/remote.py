"""Files behind URLs, through fsspec: s3://, gs://, memory:// and all others that it knows.

Nothing here is imported for paths. fsspec raises what the library below it raises, which may be anything; here all of
it is an OSError, so that a page that the network lost is a failure like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from banmian.archive import records
from banmian.archive.globs import Wanted
from banmian.archive.journal import JournalError
from banmian.archive.records import PageRecord
from banmian.archive.sources import Found, NoPage, problem_of
from banmian.archive.store import JOURNAL, WORK

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

# Records that wait for one more part of the journal. A store of objects has no files to add to, only files to put
# there; a run that is killed does again what was waiting, the same bytes once more.
_BATCH = 50


@contextmanager
def _as_os_errors() -> Iterator[None]:
    try:
        yield
    except (OSError, ModuleNotFoundError):
        raise
    except Exception as error:
        raise OSError(None, f"{type(error).__name__}: {' '.join(str(error).split())}") from error


def _opened(url: str) -> tuple[AbstractFileSystem, str]:
    """The file system of a URL, and the path in it.

    Raises:
        ModuleNotFoundError: fsspec, or the library for this kind of URL, is not installed.
    """
    import fsspec  # noqa: PLC0415  an extra

    with _as_os_errors():
        try:
            files, path = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise ModuleNotFoundError(f"{url}: {error}", name=url.partition(":")[0]) from error
    return files, str(path).rstrip("/")


def exists(url: str) -> bool:
    """Whether there is anything at a URL; raises OSError and ModuleNotFoundError."""
    files, path = _opened(url)
    with _as_os_errors():
        return bool(files.exists(path))


@contextmanager
def open_url(url: str) -> Iterator[BinaryIO]:
    """A file, to be read; raises OSError, then and while it is read."""
    try:
        files, path = _opened(url)
    except ModuleNotFoundError as error:  # on a machine of a cluster: here it would have been said before the run
        raise OSError(None, str(error)) from error
    with _as_os_errors(), files.open(path, "rb") as stream:
        yield stream


def walk_url(url: str, wanted: Wanted, *, out: str | None = None) -> Iterator[Found | NoPage]:
    """The pages behind a URL: of a folder, or the one that it is itself.

    Args:
        url: where.
        wanted: which files and folders are wanted.
        out: a URL that is left out, for it holds results.
    """
    files, root = _opened(url)
    skip = None if out is None else _opened(out)[1]
    try:
        with _as_os_errors():
            if files.isfile(root):
                yield Found(root.rpartition("/")[2], url)
                return
            for folder, inside, names in files.walk(root, on_error="raise"):
                at = str(folder).rstrip("/")
                prefix = f"{at[len(root) + 1 :]}/" if len(at) > len(root) else ""
                for name in [name for name in inside if not wanted.folder(prefix + name) or f"{at}/{name}" == skip]:
                    inside.remove(name) if isinstance(inside, list) else inside.pop(name)
                for name in names:
                    if name and wanted.file(prefix + name):
                        yield Found(prefix + name, files.unstrip_protocol(f"{at}/{name}"))
    except OSError as error:
        yield NoPage(f"{root.rpartition('/')[2]}/", problem_of(error))


@dataclass(frozen=True, slots=True)
class UrlStore:
    """What lies behind a URL as a store: stores of objects put each file there whole or not at all."""

    url: str

    def write(self, name: str, data: bytes) -> None:
        """Put a file there. On a file system with folders it has another name first."""
        files, root = _opened(self.url)
        path = f"{root}/{name}"
        with _as_os_errors():
            files.makedirs(path.rpartition("/")[0], exist_ok=True)
            if _has_renames(files):
                new = f"{path.rpartition('/')[0]}/.{path.rpartition('/')[2]}.new"
                files.pipe_file(new, data)
                files.mv(new, path)
            else:
                files.pipe_file(path, data)

    def upload(self, path: Path, name: str) -> None:
        """Put a file of this machine there, which is never in memory as a whole."""
        files, root = _opened(self.url)
        with _as_os_errors():
            files.makedirs(root, exist_ok=True)
            files.put_file(str(path), f"{root}/{name}")

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, or None if there is none."""
        files, root = _opened(self.url)
        with _as_os_errors():
            try:
                data: bytes = files.cat_file(f"{root}/{name}")
            except FileNotFoundError:
                return None
            return data

    def remove(self, name: str) -> None:
        """Take a file away, if it is there."""
        files, root = _opened(self.url)
        with _as_os_errors():
            if files.exists(f"{root}/{name}"):
                files.rm(f"{root}/{name}", recursive=True)

    def address(self, name: str) -> str:
        """The URL of a file."""
        return f"{self.url.rstrip('/')}/{name}"

    def names(self, folder: str) -> list[str]:
        """The files of a folder, sorted."""
        files, root = _opened(self.url)
        with _as_os_errors():
            try:
                found: list[str] = files.ls(f"{root}/{folder}", detail=False)
            except FileNotFoundError:
                return []
            return sorted(f"{folder}/{str(path).rpartition('/')[2]}" for path in found)


def _has_renames(files: Any) -> bool:
    """Whether a file can be seen before it is whole, as on a disk; an object appears when it is."""
    protocols = {files.protocol} if isinstance(files.protocol, str) else set(files.protocol)
    return bool(protocols & {"file", "local", "sftp", "ssh", "ftp", "smb", "hdfs"})


class UrlJournal:
    """A journal in parts, each a file: objects cannot be added to. `finish` makes one journal of them.

    Args:
        store: OUT.
        shard: the name of the shard, "1-of-4", or "".
    """

    def __init__(self, store: UrlStore, shard: str = "") -> None:
        self._store = store
        self._shard = shard
        self._parts = f"{WORK}/journal{f'-{shard}' if shard else ''}"
        self._waiting: list[PageRecord] = []
        with self._told():
            numbers = [int(match[1]) for name in self._part_names() if (match := re.search(r"(\d+)\.jsonl$", name))]
        self._next = max(numbers, default=-1) + 1

    def lines(self) -> Iterator[bytes]:
        """The lines of the journal, then those of the parts."""
        with self._told():
            for name in (JOURNAL, *self._part_names()):
                yield from (self._store.read(name) or b"").splitlines()

    def append(self, new: Sequence[PageRecord]) -> None:
        """Add records; they are written when there are enough of them."""
        self._waiting += new
        if len(self._waiting) >= _BATCH:
            self._flush()

    def finish(self, lines: Iterable[bytes]) -> None:
        """Write the journal anew, and take the parts away; a shard leaves one part."""
        self._flush()
        with self._told():
            before = self._part_names() if not self._shard else []
            if self._shard:
                return
            self._store.write(JOURNAL, b"".join(lines))
            for name in before:
                self._store.remove(name)

    def close(self) -> None:
        """Write what waits."""
        self._flush()

    def _flush(self) -> None:
        if self._waiting:
            with self._told():
                self._store.write(f"{self._parts}/{self._next:08}.jsonl", b"".join(map(records.dumps, self._waiting)))
            self._next += 1
            self._waiting.clear()

    def _part_names(self) -> list[str]:
        """The parts of this journal, or, if it is that of the whole, of the shards as well."""
        folders = [name for name in self._store.names(WORK) if name.rpartition("/")[2].startswith("journal")]
        mine = [self._parts] if self._shard else folders
        return [name for folder in mine for name in self._store.names(folder)]

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise JournalError(error.errno, f"{self._store.url}: the journal: {error.strerror or error}") from error
