"""How far a run is, and who is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from banmian.archive.records import PageRecord


@dataclass(slots=True)
class Tally:
    """How far a run is.

    Args:
        pages: how many there are.
        done: have been done.
        kept: had been done before, and nothing has changed.
        failed: have no result, whatever it is that was found in their place.
        unread: of those, the ones that could not be read.
        untried: were not come to, because the run was stopped.
        seconds: since the first page was begun.
    """

    pages: int = 0
    done: int = 0
    kept: int = 0
    failed: int = 0
    unread: int = 0
    untried: int = 0
    seconds: float = 0.0


class Watcher(Protocol):
    """Who is told how a run goes: the progress bar, or a test."""

    def begin(self, tally: Tally) -> None:
        """All pages have been found."""
        ...

    def page(self, record: PageRecord, tally: Tally) -> None:
        """Something became of a page."""
        ...

    def note(self, message: str) -> None:
        """Something that the user should know."""
        ...


class Quiet:
    """Nobody watches."""

    def begin(self, tally: Tally) -> None:
        """Nothing."""

    def page(self, record: PageRecord, tally: Tally) -> None:
        """Nothing."""

    def note(self, message: str) -> None:
        """Nothing."""
