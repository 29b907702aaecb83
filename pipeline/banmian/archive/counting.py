"""How many pages a file has: counted before the work begins, where need be by a process of its own.

A PDF is opened by a library in C, and one that is damaged on purpose may take the process with it. That must not be the
process that the run depends on.
"""

from __future__ import annotations

import multiprocessing
import signal
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from banmian.archive.reading import read
from banmian.archive.records import Problem
from banmian.archive.store import is_url
from banmian.readers import Reader, Unreadable


class Counter:
    """Counts the pages of files; starts a process when it needs one, and another when that has died."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def pages(self, reader: Reader, address: str, max_bytes: int | None) -> int:
        """How many pages a file has; 1 where that cannot be told, and why is told when the file is read.

        Args:
            reader: its reader.
            address: the path or URL.
            max_bytes: how large it may be; None for what is usual for its kind.
        """
        if not reader.many or reader.missing:
            return 1
        # What a process of ours cannot see, as memory://, is sent to it; what it can, it opens itself.
        by_path = reader.needs and not is_url(address)
        data = Path(address) if by_path else read(address, max_bytes)
        if isinstance(data, Problem):
            return 1
        if not reader.needs:  # our own code, which dies of nothing
            return count(reader.name, data)
        pipe = self._pipe or self._start()
        try:
            pipe.send((reader.name, data))
            return int(pipe.recv())
        except (EOFError, OSError):
            self.stop()
            return 1

    def stop(self) -> None:
        """End the process."""
        if self._process is not None and self._pipe is not None:
            self._pipe.close()
            self._process.terminate()
            self._process.join()
        self._process = self._pipe = None

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True, name="banmian-count")
        self._process.start()
        theirs.close()  # so that the pipe ends when the process does
        return self._pipe


def serve(pipe: Connection) -> None:
    """What the process does: files in, counts out, until the pipe is closed, be it that who started it was killed."""
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; who started us ends us
    with suppress(EOFError, ConnectionError):
        while True:
            pipe.send(count(*pipe.recv()))


def count(kind: str, data: bytes | Path) -> int:
    """How many pages a file has, 1 where that cannot be told; `kind` is the name of its reader."""
    try:
        return max(1, int(import_module(f"banmian.readers.{kind}").count(data)))
    except (Unreadable, OSError):
        return 1
