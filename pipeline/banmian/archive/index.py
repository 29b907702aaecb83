"""The scratch index of a run: which pages there are, and what the journal says of each.

A run sorts its pages by issue, and looks up what became of each before. Both lists are as long as the archive, so they
are kept on the disk, in a SQLite file that is made anew each time: the memory of a run does not grow with its pages.
Names are stored as the bytes that they are on the disk, which need not be UTF-8.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from itertools import groupby
from pathlib import Path

from banmian.archive import records
from banmian.archive.issues import MAX_PAGES
from banmian.archive.records import Kind, PageRecord, Problem, State
from banmian.archive.sources import Found, NoPage
from banmian.archive.units import Entry, Unit
from banmian.naming import Place

_SCHEMA = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE page (
        id BLOB PRIMARY KEY, source BLOB, address BLOB, issue BLOB, number TEXT, ord TEXT, paper BLOB, date TEXT,
        part INTEGER, at INTEGER, packed INTEGER, listed BLOB
    ) WITHOUT ROWID;
    CREATE TABLE list (name BLOB PRIMARY KEY, address BLOB, packed INTEGER) WITHOUT ROWID;
    CREATE TABLE record (
        page BLOB, source BLOB, state TEXT, line BLOB, fresh INTEGER, PRIMARY KEY (page, source)
    ) WITHOUT ROWID;
"""
_CHUNK = 256


class Index:
    """Pages and records, on the disk. `path` is None for one that only a run without a folder of its own has."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            with suppress(OSError):  # SQLite says what is wrong
                path.unlink(missing_ok=True)
        self._path = path
        # Autocommit: without a journal there is nothing to roll back.
        self._db = sqlite3.connect("" if path is None else path, isolation_level=None)
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close it, and take it away."""
        self._db.close()
        if self._path is not None:
            with suppress(OSError):  # the next run takes it away
                self._path.unlink(missing_ok=True)

    # Pages

    def add(self, found: Found, place: Place, *, at: int = 0, listed: str = "") -> NoPage | None:
        """Put a page in. Of two with one name the file that comes first by its name is the page, the other no page.

        Args:
            found: the page.
            place: where it belongs.
            at: its place in what lists the pages of its issue, from 1; 0 if nothing does.
            listed: the name of that, if it is a file of its own.
        """
        kept: Found | None = None
        with closing(self._db.execute("SELECT source, part FROM page WHERE id = ?", (_raw(found.page),))) as rows:
            other = next(rows, None)
        if other is not None:
            before = Found(_text(other[0]), "", other[1])
            if before.name <= found.name:
                return _duplicate(found.said, before.said)
            kept = before
        self._db.execute(
            "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *map(_raw, (found.page, found.name, found.address, place.issue)),
                place.number,
                f"{place.order}{at:06}",
                _raw(place.paper),
                place.date,
                found.part,
                at,
                found.packed,
                _raw(listed),
            ),
        )
        return None if kept is None else _duplicate(kept.said, found.said)

    def set_aside(self, found: Found) -> None:
        """Put in a file that lists pages, which are to be found among the others (METS)."""
        self._db.execute(
            "INSERT OR REPLACE INTO list VALUES (?, ?, ?)", (_raw(found.name), _raw(found.address), found.packed)
        )

    def lists(self) -> Iterator[Found]:
        """The files that list pages, by their names."""
        rows = self._db.execute("SELECT name, address, packed FROM list ORDER BY name").fetchall()
        if rows:
            self._db.execute("CREATE INDEX source ON page (source)")
        yield from (Found(_text(name), _text(address), packed=bool(packed)) for name, address, packed in rows)

    def take(self, source: str) -> tuple[list[Found], str]:
        """Take out the pages of a file; and the name of what lists them already, which keeps them."""
        raw = (_raw(source),)
        rows = self._db.execute(
            "SELECT source, address, part, packed, listed FROM page WHERE source = ? ORDER BY at, id", raw
        ).fetchall()
        if rows and rows[0][4]:
            return [], _text(rows[0][4])
        self._db.execute("DELETE FROM page WHERE source = ?", raw)
        return [Found(_text(row[0]), _text(row[1]), row[2], packed=bool(row[3])) for row in rows], ""

    def keep(self, wanted: Callable[[str], bool]) -> None:
        """Take out the pages of all issues that are not wanted."""
        self._db.create_function("wanted", 1, lambda issue: wanted(_text(issue)), deterministic=True)
        self._db.execute("DELETE FROM page WHERE NOT wanted(issue)")

    def ready(self) -> int:
        """Say that all pages are in; returns how many there are."""
        self._db.execute("CREATE INDEX place ON page (issue, ord, id)")
        return self._one("SELECT count(*) FROM page")

    def overfull(self) -> list[tuple[str, int]]:
        """The issues that have more pages than an issue can have, and how many."""
        rows = self._db.execute(
            "SELECT issue, count(*) FROM page GROUP BY issue HAVING count(*) > ? ORDER BY issue", (MAX_PAGES,)
        )
        return [(_text(issue), count) for issue, count in rows]

    def split(self, issue: str) -> None:
        """Make each page of an issue an issue of its own."""
        self._db.execute("UPDATE page SET issue = id, number = '', ord = '' WHERE issue = ?", (_raw(issue),))

    def units(self) -> Iterator[Unit]:
        """The issues with their pages, in the order of their ids. What it yields may be worked on meanwhile."""
        after = b""
        while True:
            chunk = [
                row[0]
                for row in self._db.execute(
                    "SELECT DISTINCT issue FROM page WHERE issue > ? ORDER BY issue LIMIT ?", (after, _CHUNK)
                )
            ]
            if not chunk:
                return
            rows = self._db.execute(
                "SELECT issue, paper, date, id, source, address, number, part, at FROM page "
                "WHERE issue > ? AND issue <= ? ORDER BY issue, ord, id",
                (after, chunk[-1]),
            )
            for issue, pages in groupby(rows, key=lambda row: row[0]):
                listed = list(pages)
                yield Unit(
                    issue=_text(issue),
                    paper=_text(listed[0][1]),
                    date=listed[0][2],
                    pages=tuple(Entry(_text(row[3]), _text(row[4]), _text(row[5]), *row[6:]) for row in listed),
                )
            after = chunk[-1]

    # Records

    def put(self, record: PageRecord, *, fresh: bool = True) -> None:
        """Put a record in, in place of the one of the same page. `fresh` is one of this run."""
        self._db.execute(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)",
            (_raw(record.page), _raw(record.source), record.state.value, records.dumps(record), fresh),
        )

    def refresh(self, record: PageRecord) -> None:
        """Say that the record of a page still holds."""
        self._db.execute(
            "UPDATE record SET fresh = 1 WHERE page = ? AND source = ?", (_raw(record.page), _raw(record.source))
        )

    def get(self, page: str, source: str) -> PageRecord | None:
        """What became of a page when it was last done."""
        rows = self._db.execute("SELECT line FROM record WHERE page = ? AND source = ?", (_raw(page), _raw(source)))
        row = rows.fetchone()
        return None if row is None else records.loads(row[0])

    def skip_untried(self) -> int:
        """Put in a record for each page that the run has not come to; returns how many."""
        rows = self._db.execute(
            "SELECT p.id, p.source, p.issue FROM page p LEFT JOIN record r ON r.page = p.id AND r.source = p.source "
            "WHERE r.fresh IS NULL OR (r.fresh = 0 AND r.state != 'done')"
        )
        count = 0
        for page, source, issue in rows:
            problem = Problem(Kind.STOPPED, "was not tried: the run had been stopped; run it again.")
            self.put(PageRecord(_text(page), _text(source), State.SKIPPED, _text(issue), error=problem))
            count += 1
        return count

    def lines(self) -> Iterator[bytes]:
        """The lines of the journal in the order of the pages.

        What failed before and is not there any more is left out; what was done before keeps its record, for its result
        is still in OUT.
        """
        kept = "SELECT line FROM record WHERE fresh OR state = 'done' ORDER BY page, source"
        yield from (line for (line,) in self._db.execute(kept))

    def done(self) -> Iterator[tuple[PageRecord, Place | None]]:
        """The pages that have results, in the order of their issues and of the pages in them; where each belongs.

        What was done before and is not in SOURCE any more has no place but that which its id tells.
        """
        rows = self._db.execute(
            "SELECT r.line, p.issue, p.date, p.number, p.paper FROM record r "
            "LEFT JOIN page p ON p.id = r.page AND p.source = r.source "
            "WHERE r.state = 'done' ORDER BY p.issue, p.ord, r.page"
        )
        for line, issue, date, number, paper in rows:
            yield records.loads(line), None if issue is None else Place(_text(issue), date, number, _text(paper))

    def _one(self, query: str) -> int:
        return int(self._db.execute(query).fetchone()[0])


def load_journal(index: Index, lines: Iterable[bytes]) -> int:
    """Put the records of a journal into an index; returns how many of its lines are none.

    A run that was killed may have left half a line; the page of such a line is done again.
    """
    damaged = 0
    for line in lines:
        try:
            index.put(records.loads(line), fresh=False)
        except ValueError:
            damaged += 1
    return damaged


def _duplicate(name: str, other: str) -> NoPage:
    return NoPage(
        name, Problem(Kind.DUPLICATE, f"has the name of {other}, and one result would overwrite the other; rename it.")
    )


def _raw(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
