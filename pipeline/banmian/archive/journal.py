"""The journal of a run on the disk: a line is added as soon as the results of a page are there.

While a run goes on the journal is only added to, so that a run that is killed leaves one that is true as far as it
goes. At the end it is written anew, one line a page in the order of the pages. A shard has a journal of its own; the
next run without `--shard` takes them all together.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from banmian.archive import records
from banmian.archive.records import PageRecord
from banmian.archive.store import JOURNAL, WORK

# Links are not followed where the system can be told so: a link in OUT must not lead the journal elsewhere.
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class JournalError(OSError):
    """The journal cannot be written: without it there is no account of what was done, so the run ends."""


class Journal(Protocol):
    """Where records go."""

    def lines(self) -> Iterator[bytes]:
        """The lines of this journal and of those of shards, the oldest first."""
        ...

    def append(self, new: Sequence[PageRecord]) -> None:
        """Add records; raises JournalError."""
        ...

    def finish(self, lines: Iterable[bytes]) -> None:
        """Write the journal anew; raises JournalError."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class FileJournal:
    """A journal in a folder.

    Args:
        root: OUT.
        shard: the name of the shard, "1-of-4", or "".
    """

    def __init__(self, root: Path, shard: str = "") -> None:
        self._path = root / WORK / f"journal-{shard}.jsonl" if shard else root / JOURNAL
        self._main = root / JOURNAL
        self._shards = root / WORK
        self._shard = shard
        try:
            self._file = os.open(self._path, _FLAGS, 0o666)
        except OSError as error:
            raise JournalError(error.errno, f"{self._path} cannot be opened: {error.strerror}") from error
        self._size = _mend(self._file)

    def lines(self) -> Iterator[bytes]:
        """The lines of this journal and of those of shards, the oldest first."""
        for path in (self._main, *self._of_shards()):
            if path.is_symlink():
                continue
            with suppress(FileNotFoundError), path.open("rb") as stream:
                yield from stream

    def append(self, new: Sequence[PageRecord]) -> None:
        """Add records; all of them, or none."""
        data = b"".join(map(records.dumps, new))
        written = 0
        try:
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file, self._size)
            raise JournalError(error.errno, f"{self._path} cannot be written: {error.strerror}") from error
        self._size += len(data)

    def finish(self, lines: Iterable[bytes]) -> None:
        """Write the journal anew under another name, and rename it; then take those of the shards away."""
        new = self._path.with_name(f".{self._path.name}.new")
        shards = self._of_shards() if not self._shard else ()
        try:
            with suppress(FileNotFoundError):
                new.unlink()
            with new.open("xb") as stream:
                stream.writelines(lines)
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(self._path)
            for path in shards:
                path.unlink(missing_ok=True)
        except OSError as error:
            with suppress(OSError):
                new.unlink()
            raise JournalError(error.errno, f"{self._path} cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Close it."""
        os.close(self._file)

    def _of_shards(self) -> tuple[Path, ...]:
        return tuple(sorted(self._shards.glob("journal-*.jsonl")))


def _mend(file: int) -> int:
    """Cut off the half line that a run left when it was killed; returns the size of the rest."""
    size = os.fstat(file).st_size
    end = size
    while end:
        start = max(0, end - 65536)
        chunk = os.pread(file, end - start, start) if hasattr(os, "pread") else _read_at(file, start, end - start)
        last = chunk.rfind(b"\n")
        if last >= 0:
            end = start + last + 1
            break
        end = start
    if end < size:
        os.ftruncate(file, end)
    return end


def _read_at(file: int, start: int, count: int) -> bytes:
    os.lseek(file, start, os.SEEK_SET)
    return os.read(file, count)
