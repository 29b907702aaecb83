"""One run at a time on one OUT.

The lock is the system's own, on an open file, so that it is gone with the process that held it however that ended.
Shards share OUT: each holds a lock of its own, and all of them together keep out a run of the whole.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from banmian.archive.store import WORK

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)


class Locked(RuntimeError):
    """OUT cannot be had for a run alone: another is at work on it, or it cannot be written; the message says which."""


@contextmanager
def locked(root: Path, shard: str = "") -> Iterator[None]:
    """Hold the lock of a run, or of one shard of a run.

    Raises:
        Locked: another run holds it, or there cannot be one.
    """
    held = [_hold(root, "lock", shared=bool(shard))]
    try:
        if shard:
            held.append(_hold(root, f"lock-{shard}", shared=False))
        yield
    finally:
        for file in held:
            os.close(file)


def _hold(root: Path, name: str, *, shared: bool) -> int:
    path = root / WORK / name
    try:
        file = os.open(path, _FLAGS, 0o666)
    except OSError as error:
        raise Locked(f"{path} cannot be written: {error.strerror}; take another OUT, or see to it.") from error
    if not _lock(file, shared=shared):
        holder = os.read(file, 200).decode("utf-8", "replace").strip()
        os.close(file)
        raise Locked(f"{root}: another run is at work on it{f' ({holder})' if holder else ''}; wait for it, or end it.")
    os.ftruncate(file, 0)
    os.write(file, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
    return file


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, *, shared: bool) -> bool:
        if shared:  # Windows has no such locks through Python; the shard's own keeps out the same shard
            return True
        try:
            os.lseek(file, 1 << 30, os.SEEK_SET)  # beyond the text, which others are to read
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(file: int, *, shared: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
