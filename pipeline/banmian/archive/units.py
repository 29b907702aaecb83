"""What is done in one piece: an issue, its pages, what to do with them, and what became of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from banmian import __version__
from banmian.archive.records import PageRecord, Problem
from banmian.stage import Pipeline


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of an issue.

    Args:
        page: its id.
        source: the name of its file within SOURCE.
        address: the path or URL of the file.
        number: its number in the issue, if its name tells it.
        part: which page of the file it is, from 1; 0 if the file is one page.
        at: its place in what lists the pages of the issue, a file of many pages or METS, from 1; 0 if nothing does.
    """

    page: str
    source: str
    address: str
    number: str = ""
    part: int = 0
    at: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """What is done in one piece: an issue.

    Args:
        issue, paper, date: what its path says of it.
        pages: its pages in order.
        killed: those that worker processes died of, by their ids, or by the name of a file that they died of as a
            whole; and why. They are not touched again.
    """

    issue: str
    pages: tuple[Entry, ...]
    paper: str = ""
    date: str = ""
    killed: Mapping[str, Problem] | None = None

    def without(self, page: str, problem: Problem) -> Unit:
        """The same issue, one page or file given up."""
        return replace(self, killed={**(self.killed or {}), page: problem})


@dataclass(frozen=True, slots=True)
class Settings:
    """What results depend on besides their pages. `formats` always has json, which all else is made from."""

    pipeline: Pipeline
    formats: tuple[str, ...] = ("json",)
    encoding: str | None = None
    ocr: str | None = None
    max_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the pages of an issue, and the files to write: their names within OUT, and their bytes."""

    unit: Unit
    records: tuple[PageRecord, ...]
    files: Mapping[str, bytes]


def basis(unit: Unit, settings: Settings, shas: Mapping[str, str]) -> str:
    """The digest of all that the results of an issue are made from.

    Pages that cannot be read count with the hash of what was read of them, so that they are tried again when they
    change. Formats are left out: which there are says nothing of how each came out.

    Args:
        unit: the issue.
        settings: what it is done with.
        shas: the sha256 of its pages, "" for those that cannot be read.
    """
    pages = [[entry.page, entry.number, entry.part, entry.at, shas[entry.page]] for entry in unit.pages]
    made_with = [__version__, settings.pipeline.digest, settings.encoding, settings.ocr]
    all_of_it = [*made_with, unit.issue, unit.paper, unit.date, pages]
    return hashlib.sha256(json.dumps(all_of_it).encode()).hexdigest()
