"""The part of a run that does not depend on who does the work: what is to be done, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from banmian.archive.finding import Finder
from banmian.archive.index import Index, load_journal
from banmian.archive.issues import MAX_PAGES
from banmian.archive.journal import Journal
from banmian.archive.opening import PAGES, Keep
from banmian.archive.options import Options, RunError
from banmian.archive.records import PageRecord, State, failure
from banmian.archive.results import settled
from banmian.archive.sources import Found, NoPage
from banmian.archive.store import Store
from banmian.archive.units import Unit
from banmian.archive.watching import Tally, Watcher


class Job:
    """A run: its pages, and what became of each.

    Args:
        options: what to do.
        store: where results go.
        journal: where records go.
        index: where pages and records are kept meanwhile.
        watch: told how it goes.
    """

    def __init__(self, options: Options, store: Store, journal: Journal, index: Index, watch: Watcher) -> None:
        self.options, self.store, self.journal, self.index, self.watch = options, store, journal, index, watch
        self.tally = Tally()
        self._begun = 0.0

    @property
    def stopped(self) -> bool:
        """Whether more pages have failed than may."""
        limit = self.options.max_failures
        return limit is not None and self.tally.failed > limit

    def find(self, source: str, found: Callable[[Keep], Iterator[Found | NoPage]]) -> None:
        """Find all pages, and say what can be none.

        Args:
            source: what SOURCE is called.
            found: what finds the files, given which names are wanted.

        Raises:
            RunError: there are none.
        """
        options = self.options
        damaged = load_journal(self.index, self.journal.lines())
        if damaged:
            self.watch.note(f"{damaged} lines of the journal are damaged; their pages are done again")
        with Finder(self.index, options.patterns, options.shard, options.max_bytes) as finder:
            for item in finder.put(found(finder.wanted)):
                self.account([failure(item.name, item.name, item.problem)])
        if not finder.any:
            names = " or ".join(options.include or PAGES)
            raise RunError(
                f"{source}: there are no pages in it, that is, no files {names}; --include says which are",
                missing=True,
            )
        self.tally.pages = self.index.ready() + self.tally.failed
        for issue, count in self.index.overfull():
            self.watch.note(
                f"{issue or 'one issue'} would have {count} pages, and an issue has at most {MAX_PAGES}; its pages are "
                "taken one by one. --issue-pattern says which pages are of one issue"
            )
            self.index.split(issue)
        self._begun = time.monotonic()
        self.watch.begin(self.tally)

    def units(self) -> Iterator[Unit]:
        """The issues that are to be done, lazily; those that are done already are passed over here."""
        for unit in self.index.units():
            if self.stopped:
                return
            kept = None if self.options.force else settled(unit, self.options.settings, self.store, self.index)
            if kept is None:
                yield unit
                continue
            for record in kept:
                self.index.refresh(record)
                self._count(record, kept=True)

    def before(self, unit: Unit) -> dict[str, PageRecord | None]:
        """What became of each page of an issue when it was last done."""
        return {entry.page: self.index.get(entry.page, entry.source) for entry in unit.pages}

    def account(self, records: Iterable[PageRecord]) -> None:
        """Put the records of an issue, whose results are written, into the journal."""
        records = list(records)
        self.journal.append(records)
        for record in records:
            self.index.put(record)
            self._count(record)

    def finish(self) -> None:
        """Write the journal anew, in order; what was not come to is in it too."""
        if self.stopped:
            self.tally.untried = self.index.skip_untried()
        self.journal.finish(self.index.lines())
        self.tally.seconds = time.monotonic() - self._begun

    def _count(self, record: PageRecord, *, kept: bool = False) -> None:
        if record.state is State.FAILED:
            self.tally.failed += 1
            self.tally.unread += record.unread
        elif kept:
            self.tally.kept += 1
        else:
            self.tally.done += 1
        if self._begun:
            self.tally.seconds = time.monotonic() - self._begun
        self.watch.page(record, self.tally)
