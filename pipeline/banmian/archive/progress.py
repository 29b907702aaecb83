"""How a run goes, on standard error: a line for each page without a result, and a bar where there is a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from banmian.archive.records import PageRecord, State
from banmian.archive.sources import page_id
from banmian.archive.store import shown
from banmian.archive.watching import Tally

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Lines:
    """Says what goes wrong, one line each.

    Args:
        say: what prints a line.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def begin(self, tally: Tally) -> None:
        """Nothing to say yet."""

    def page(self, record: PageRecord, tally: Tally) -> None:  # noqa: ARG002  the bar below needs it
        """Say that a page has no result, and why."""
        if record.state is State.FAILED and record.error is not None:
            self._say(failed(record))

    def note(self, message: str) -> None:
        """Say something about the run."""
        self._say(message)

    def close(self) -> None:
        """Nothing is left on the screen."""


class Bar(Lines):
    """A bar as well: pages, pages a second, the time left, failures."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(say)
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def begin(self, tally: Tally) -> None:
        """Draw the bar."""
        from rich.console import Console  # noqa: PLC0415  slow to import, and only a terminal needs it
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415  likewise

        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
        )
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("", total=tally.pages, figures=_figures(tally))
        self._progress.start()

    def page(self, record: PageRecord, tally: Tally) -> None:
        """Move the bar on."""
        if self._progress is None or self._task is None:
            super().page(record, tally)
            return
        if record.state is State.FAILED and record.error is not None:
            # Above the bar, which rich draws anew below it.
            self._progress.console.print(f"banmian: {failed(record)}", markup=False, highlight=False, soft_wrap=True)
        self._progress.update(self._task, completed=tally.done + tally.kept + tally.failed, figures=_figures(tally))

    def close(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()


def failed(record: PageRecord) -> str:
    """Which page has no result, and why: the name of its file, and its id where that has many pages."""
    one = record.page in {record.source, page_id(record.source)}
    name = shown(record.source) if one else f"{shown(record.source)} ({shown(record.page)})"
    return f"{name}: {record.error.message if record.error else record.state}"


def _figures(tally: Tally) -> str:
    rest = tally.pages - tally.done - tally.kept - tally.failed
    pace = rate(tally)
    parts = ["pages", *([f"{pace:.1f}/s", f"{_clock(rest / pace)} left"] if pace else [])]
    return "  ".join([*parts, *([f"{tally.failed} failed"] if tally.failed else [])])


def rate(tally: Tally) -> float:
    """Pages a second, those aside that were done before; 0 when there is nothing to tell yet."""
    return tally.done / tally.seconds if tally.done and tally.seconds else 0.0


def summary(tally: Tally, see: str) -> str:
    """A run in one line, and which file says more."""
    parts = [f"{_pages(tally.done)} done"]
    parts += [f"{tally.kept} as they were"] if tally.kept else []
    parts += [f"{tally.failed} failed"] if tally.failed else []
    parts += [f"{tally.untried} not tried, because the run was stopped"] if tally.untried else []
    pace = f", {rate(tally):.1f} pages/s" if tally.done else ""
    return f"{', '.join(parts)}, in {_clock(tally.seconds)}{pace}; see {see}"


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _clock(seconds: float) -> str:
    """A time as people read it.

    >>> _clock(7.4), _clock(75), _clock(7200)
    ('7 s', '1:15', '2:00:00')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
