"""Where results go: a folder, or an fsspec URL. Nothing outside of it is ever written."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from banmian.archive.records import Kind, Problem

# The run's own files: its working folder, and what it says about itself.
WORK = ".banmian"
JOURNAL = "journal.jsonl"
REPORT, REPORT_JSON = "report.html", "report.json"
ARCHIVE = "archive.db"
RESERVED = frozenset({JOURNAL, REPORT, REPORT_JSON, ARCHIVE})

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


class Escapes(OSError):
    """A name that leads out of the store, through a link in it."""


class Store(Protocol):
    """Files by their names, which are relative and have no `..`."""

    def write(self, name: str, data: bytes) -> None:
        """Put a file there whole or not at all; raises OSError."""
        ...

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, or None if there is none; raises OSError."""
        ...

    def remove(self, name: str) -> None:
        """Take a file away, if it is there; raises OSError."""
        ...

    def address(self, name: str) -> str:
        """The path or URL of a file, which processes and machines that see the store can read."""
        ...


def is_url(place: str) -> bool:
    """Whether a place is a URL that fsspec opens, s3://bucket/out, and not a path.

    >>> is_url("s3://bucket/out"), is_url("memory://out"), is_url("out"), is_url("C:/out")
    (True, True, False, False)
    """
    return _URL.match(place) is not None


def digest(data: bytes) -> str:
    """The sha256 of bytes, as the journal has it."""
    return hashlib.sha256(data).hexdigest()


def problem_of(error: OSError, name: str) -> Problem:
    """Why a result could not be written."""
    if isinstance(error, Escapes):
        return Problem(Kind.UNWRITABLE, f"{error.strerror}.")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem(
            Kind.DISK_FULL, f"{shown(name)} cannot be written: {error.strerror}; free some space and run again."
        )
    reason = error.strerror or str(error)
    return Problem(Kind.UNWRITABLE, f"{shown(name)} cannot be written: {reason}.")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as a store. `root` is absolute and has no links in it."""

    root: Path

    def write(self, name: str, data: bytes) -> None:
        """Put a file there whole or not at all.

        It is written to another name in the same folder and then renamed, which no program can see halfway. The other
        name is the same each time, so that a run that was killed leaves none behind once it is run again. It is not
        synced to the disk: should the machine lose power, `run` finds that the file is not what the journal says, and
        makes it again.
        """
        path = self._path(name, make=True)
        new = path.with_name(f".banmian-{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}.new")
        with suppress(FileNotFoundError):
            new.unlink()  # of a run that was killed; "x" would not write through a link either
        try:
            with new.open("xb") as stream:
                stream.write(data)
            new.replace(path)
        except OSError:
            with suppress(OSError):
                new.unlink()
            raise

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None if there is none, or a link stands for it, which is never a result of ours."""
        try:
            path = self._path(name)
            return None if path.is_symlink() else path.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, Escapes):
            return None

    def remove(self, name: str) -> None:
        """Take a file away, if it is there."""
        with suppress(FileNotFoundError, NotADirectoryError, Escapes):
            self._path(name).unlink()

    def address(self, name: str) -> str:
        """The path of a file."""
        return str(self.root / name)

    def _path(self, name: str, *, make: bool = False) -> Path:
        """The path of a name, none of whose folders is a link.

        Raises:
            Escapes: one is.
        """
        *folders, last = name.split("/")
        path = self.root
        for folder in folders:
            path = path / folder
            if make:
                with suppress(FileExistsError):
                    path.mkdir()
            if path.is_symlink():
                raise Escapes(
                    errno.ELOOP,
                    f"{shown(str(path))} is a link, and results are only written inside of OUT; take the link away",
                )
        return path / last


def shown(name: str) -> str:
    r"""A name as it can be printed in one line.

    >>> print(shown("p\udcff\n1"))
    p\xff\n1
    """
    readable = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in readable)
