"""Globs over paths: which files of an archive are pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


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
    name = path.rpartition("/")[2]
    return any(_regex(glob).fullmatch(path if "/" in glob.strip("/") else name) for glob in globs)


def _regex(glob: str) -> re.Pattern[str]:
    """A glob as a regular expression; `re` keeps those that it has compiled."""
    parts: list[str] = []
    for piece in re.findall(r"\*\*/|\*\*|\[!?\]?[^\]]*\]|.", glob.strip("/"), re.DOTALL):
        if piece == "**/":
            parts.append("(?:.*/)?")
        elif piece == "**":
            parts.append(".*")
        elif piece == "*":
            parts.append("[^/]*")
        elif piece == "?":
            parts.append("[^/]")
        elif len(piece) > 1:
            inside = piece[1:-1].replace("\\", r"\\")
            parts.append(f"[{'^' + inside[1:] if inside.startswith('!') else inside}]")
        else:
            parts.append(re.escape(piece))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
