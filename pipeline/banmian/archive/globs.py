"""Globs over paths: which files of an archive are pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Wanted:
    """Files that one of `include` matches and none of `exclude`; case does not matter.

    A glob without a slash is about the name alone, wherever the file lies; one with a slash is about the whole path.
    `**` stands for any number of folders. A folder that is excluded is excluded with all that is in it.

    >>> wanted = Wanted(("*.txt",), ("old", "2020/**/ads-*"))
    >>> [wanted.file(name) for name in ("p1.TXT", "2021/p1.txt", "2020/05/ads-1.txt", "p1.json")]
    [True, True, False, False]
    >>> wanted.folder("2021/old"), wanted.folder("2021")
    (False, True)
    """

    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()

    def file(self, path: str) -> bool:
        """Whether a file is wanted; that its folders are has been asked."""
        return _matches(self.include, path) and not _matches(self.exclude, path)

    def folder(self, path: str) -> bool:
        """Whether files of a folder may be wanted."""
        return not _matches(self.exclude, path)

    def path(self, path: str) -> bool:
        """Whether a file is wanted, and all folders that it lies in are."""
        folders = path.split("/")[:-1]
        return self.file(path) and all(self.folder("/".join(folders[: i + 1])) for i in range(len(folders)))


def _matches(globs: Iterable[str], path: str) -> bool:
    parts = path.lower().split("/")
    for glob in globs:
        wanted = glob.lower().strip("/").split("/")
        if _fits(wanted, parts if len(wanted) > 1 else parts[-1:]):
            return True
    return False


def _fits(globs: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether the parts of a path are what the parts of a glob say, from left to right."""
    if not globs:
        return not parts
    if globs[0] == "**":
        return any(_fits(globs[1:], parts[i:]) for i in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], globs[0]) and _fits(globs[1:], parts[1:])
