"""What SOURCE is and which pages it has: a folder, a file, a list of files on standard input, an archive, a URL.

Each thing found is a page, or the reason why it is none; nothing is passed over in silence but what globs leave out.
The order is that of the folder on the disk: whoever needs one sorts.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from banmian.archive.globs import Wanted
from banmian.archive.records import Kind, Problem
from banmian.readers import page_name

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")


@dataclass(frozen=True, slots=True)
class Found:
    """A page, or a file of which one has not yet seen how many it has.

    Args:
        name: of the file within SOURCE.
        address: the path or URL that it is read from.
        part: which page of the file it is, from 1; 0 if the file is one page.
        called: the id of the page, where the name of the file does not tell it.
        packed: whether the file is out of an archive, so that at its address there is nothing else of SOURCE.
    """

    name: str
    address: str
    part: int = 0
    called: str = ""
    packed: bool = False

    @property
    def page(self) -> str:
        """The id of the page: the name of the file without the suffix, and with a number if it has many."""
        name = self.called or page_id(self.name)
        return page_name(name, self.part) if self.part and not self.called else name

    @property
    def said(self) -> str:
        """What a message calls it: the name of the file, and the number of the page if it has many."""
        return f"{self.name}#{self.part}" if self.part else self.name


@dataclass(frozen=True, slots=True)
class NoPage:
    """Something in SOURCE that may have pages but cannot be read: its name within SOURCE, and why."""

    name: str
    problem: Problem


def page_id(name: str) -> str:
    """The id of a page: its name within SOURCE without the suffix.

    >>> page_id("2020-05-28/02.txt"), page_id(".txt"), page_id("loop/")
    ('2020-05-28/02', '.txt', 'loop')
    """
    path = PurePosixPath(name)
    return path.with_suffix("").as_posix() if path.name else name


def is_archive(path: Path) -> bool:
    """Whether a file is unpacked, by its name: one that is damaged is to be called a damaged archive."""
    return path.name.lower().endswith(ARCHIVES)


def single(path: Path) -> Iterator[Found | NoPage]:
    """The page of a file that was named itself, whatever it is called."""
    yield from _file(path, path.name)


def listed(lines: Iterable[bytes], wanted: Wanted, *, out: Path | None) -> Iterator[Found | NoPage]:
    """The pages of a list of paths.

    The name of a page is its path below the working folder, or, where it lies elsewhere, below the root.

    Args:
        lines: one path a line, or, as `find -print0` writes them, a zero byte after each.
        wanted: which of them are wanted.
        out: the folder of the results, in which no page may lie.
    """
    here = Path.cwd()
    for line in _paths(lines):
        path = Path(os.path.abspath(line))  # noqa: PTH100  Path.resolve would follow links
        name = (path.relative_to(here) if path.is_relative_to(here) else path.relative_to(path.anchor)).as_posix()
        if not wanted.path(name):
            continue
        if out is not None and path.is_relative_to(out):
            yield NoPage(name, Problem(Kind.RESERVED, "lies in OUT, where results go; take it elsewhere."))
        else:
            yield from _file(path, name)


def _paths(lines: Iterable[bytes]) -> Iterator[str]:
    for line in lines:
        for path in line.rstrip(b"\r\n").split(b"\0"):
            if path:
                yield os.fsdecode(path)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to look into: its path, its name with a slash, and who it is and all folders that it lies in."""

    path: Path
    name: str
    above: frozenset[tuple[int, int]]


def walk(root: Path, wanted: Wanted, *, out: Path | None) -> Iterator[Found | NoPage]:
    """The pages of a folder and of the folders in it.

    Links to folders are followed, but never back to where we came from, and no two to the same folder: links that lead
    to folders with links could else make any number of pages of a few.

    Args:
        root: the folder.
        wanted: which files and folders are wanted.
        out: a folder that is left out, for it holds results.
    """
    skip = None if out is None or not out.exists() else _identity(out.stat())
    linked: set[tuple[int, int]] = set()
    stack = [_Folder(root, "", frozenset({_identity(root.stat())}))]
    while stack:
        folder = stack.pop()
        inside: list[str] = []
        try:
            yield from _files(folder, wanted, inside)
        except OSError as error:
            yield NoPage(folder.name or f"{root.name}/", problem_of(error))
            continue
        # Sorted, so that which of two links to one folder is followed does not depend on the disk.
        below = [_below(folder, base, linked) for base in sorted(inside)]
        yield from (item for item in below if isinstance(item, NoPage))
        stack += [item for item in reversed(below) if isinstance(item, _Folder) and skip not in item.above]


def _files(folder: _Folder, wanted: Wanted, inside: list[str]) -> Iterator[Found | NoPage]:
    """The pages of a folder; the names of the folders in it are added to `inside`."""
    with os.scandir(folder.path) as entries:
        for entry in entries:
            name = folder.name + entry.name
            try:
                is_folder = entry.is_dir()
            except OSError as error:  # a link that leads to itself
                if wanted.file(name):
                    yield NoPage(name, problem_of(error))
                continue
            if not is_folder:
                if wanted.file(name):
                    yield from _file(Path(entry.path), name)
            elif wanted.folder(name):
                inside.append(entry.name)


def _below(folder: _Folder, base: str, linked: set[tuple[int, int]]) -> _Folder | NoPage:
    """A folder within a folder, unless it is a link that is not followed."""
    path, name = folder.path / base, f"{folder.name}{base}/"
    try:
        here = _identity(path.stat())
    except OSError as error:
        return NoPage(name, problem_of(error))
    if here in folder.above:
        what = "leads back to a folder that it lies in"
    elif here in linked and path.is_symlink():
        what = "leads where another link leads"
    else:
        if path.is_symlink():
            linked.add(here)
        return _Folder(path, name, folder.above | {here})
    return NoPage(name, Problem(Kind.LINK_LOOP, f"is a link that {what}; not followed."))


def _file(path: Path, name: str) -> Iterator[Found | NoPage]:
    """A file, if it is one: to open a pipe would wait for ever."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield NoPage(name, problem_of(error))
        return
    if stat.S_ISREG(mode):
        yield Found(name, str(path))
    else:
        what = "a folder: a list names files" if stat.S_ISDIR(mode) else "no regular file but a pipe, a device or such"
        yield NoPage(name, Problem(Kind.NOT_A_FILE, f"is {what}."))


def problem_of(error: OSError) -> Problem:
    """Why something could not be read."""
    if error.errno == errno.ELOOP:
        return Problem(Kind.LINK_LOOP, "is a link that leads to itself; take it away.")
    if isinstance(error, FileNotFoundError):
        return Problem(Kind.MISSING, "is not there; if it is a link, what it leads to is gone.")
    if isinstance(error, PermissionError):
        return Problem(Kind.NO_PERMISSION, "cannot be read: permission denied; give yourself the right to read it.")
    return Problem(Kind.UNREADABLE, f"cannot be read: {error.strerror or error}.")


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
