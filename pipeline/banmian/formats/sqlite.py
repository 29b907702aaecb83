"""SQLite: the articles of an archive in one file that can be searched and that any program can read.

| table | what is in it |
| --- | --- |
| `about` | `version` made the file, a run `made_of` that; `folding.chars` read as `folding.folded` (`search.words`) |
| `pages` | one row a page: its id, issue, day and number, its source and digest, what it was made by |
| `articles` | one row an article: heads, byline, dateline and its parts, confidence; `id` as in the page JSON |
| `jumps` | of an article that jumps from page to page: where it goes on and where it comes from |
| `people` | who made the article, in the order of the byline; `folded` is the name as it is compared |
| `article_text` | one row a block: lead, paragraphs, subheads, captions, in reading order |
| `flags` | what a person should look at; `article` is null for what belongs to no one article |
| `article_index` | FTS5 over headline, other heads, byline and text; has no text of its own; rowid is `articles.key` |

A story that jumps is an article on each of its pages. Where both parts are in the archive, `story` of the later is the
`key` of the first and `part` its place; `story` is null for all others. The index has a story once, as its first part,
with the words of all parts.

`articles.day` is the day of the issue, as its name says it, or else that of the dateline. `PRAGMA application_id` is
0x626e6d6e ("bnmn"), `PRAGMA user_version` the number of this schema. The index takes in single characters (why:
`banmian.search.words`); it is kept up to date by this module, so change the other tables through it, or not at all.

The same pages in the same order make the same rows, and `build` the same file, byte for byte, with one version of
SQLite.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol, Self

from banmian import __version__
from banmian.formats import page_json
from banmian.formats.page_json import Record
from banmian.formats.sqlite_file import ArchiveError, create, folding_of, told
from banmian.model import Article, Flag, Issue, Page
from banmian.naming import Place, dateline_day, page_number, place
from banmian.search.stories import first_part, join, neighbours, parts_of, story
from banmian.search.words import Folding, indexed, storable, word_tokens

# Pages between two commits: what a run that is killed has to add again.
_COMMIT_EVERY = 200


class Where(Protocol):
    """Where a page belongs: the id of its issue, its day (YYYY-MM-DD) and its number; "" where nobody knows."""

    @property
    def issue(self) -> str:
        """The id of the issue."""

    @property
    def date(self) -> str:
        """The day."""

    @property
    def number(self) -> str:
        """The number of the page."""


class Archive:
    """An archive that pages are added to.

    Adding a page that is there already replaces it, so that a run that goes on after a stop may add a page twice. What
    was added is in the file after `close`; if the program is killed before, some of it is, and the file is whole.
    """

    def __init__(self, database: sqlite3.Connection, fold: Folding, path: Path, *, throwaway: bool = False) -> None:
        self._database = database
        self._fold = fold
        self._path = path
        self._throwaway = throwaway
        self._added = 0

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, throwaway: bool = False) -> Archive:
        """The archive in a file, made if there is none.

        Args:
            path: the file.
            throwaway: faster, and the file is good for nothing if the machine stops before `close`. For a file that is
                made in one go; `close` puts the index in order (see `optimize`).

        Raises:
            ArchiveError: the file is something else, or of a newer banmian, or cannot be written.
        """
        path = Path(path)
        with told(path):
            database = sqlite3.connect(path, isolation_level=None)
            try:
                database.execute("PRAGMA trusted_schema = OFF")
                if throwaway:
                    database.execute("PRAGMA synchronous = OFF")
                new = database.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
                fold = create(database) if new else folding_of(database, path)
                return cls(database, fold, path, throwaway=throwaway)
            except BaseException:
                database.close()
                raise

    def add(self, what: Page | Issue | Mapping[str, object], where: Where | None = None) -> None:
        """Add a page, or all pages of an issue, or replace them.

        Args:
            what: a page, an issue, or a page JSON as `json.load` gives it.
            where: which issue the page is of, its day and number; what it leaves open is read off the page's id (see
                `banmian.naming`). A page of which nobody knows the issue is one of its own.

        Raises:
            FormatError: it is no page JSON.
            ArchiveError: the file cannot be written: a full disk, say.
        """
        if isinstance(what, Issue):
            for page in what.pages:
                self.add(page, Place(what.id, what.date, page.number, what.paper))
            return
        record = page_json.parse(page_json.to_dict(what) if isinstance(what, Page) else what, edits=False)
        found = place(record.id)
        known = where or found
        found = Place(
            known.issue or found.issue or record.id,
            known.date or found.date,
            page_number(known.number or record.number) or found.number,
        )
        with told(self._path):
            if not self._database.in_transaction:
                self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("SAVEPOINT page")
            try:
                loose = self._remove(storable(record.id))
                self._join(loose | self._insert(record, found))
            except BaseException:
                if self._database.in_transaction:  # a full disk has undone all of it already
                    self._database.execute("ROLLBACK TO page")
                raise
            self._database.execute("RELEASE page")
            self._added += 1
            if self._added % _COMMIT_EVERY == 0:
                self._database.execute("COMMIT")

    def __contains__(self, page_id: str) -> bool:
        """Whether a page is there."""
        with told(self._path):
            row = self._database.execute("SELECT 1 FROM pages WHERE id = ?", (storable(page_id),)).fetchone()
        return row is not None

    def __len__(self) -> int:
        """How many pages there are."""
        with told(self._path):
            return int(self._database.execute("SELECT count(*) FROM pages").fetchone()[0])

    def has(self, page_id: str, *, sha256: str, config: str, version: str = __version__) -> bool:
        """Whether a page is there, made of this source by this configuration and version."""
        row = (storable(page_id), sha256, config, version)
        query = "SELECT 1 FROM pages WHERE id = ? AND sha256 = ? AND config = ? AND version = ?"
        with told(self._path):
            return self._database.execute(query, row).fetchone() is not None

    def note(self, key: str, value: str) -> None:
        """Write something about the archive into the table `about`.

        Raises:
            ArchiveError: the file cannot be written.
        """
        with told(self._path):
            self._database.execute("INSERT OR REPLACE INTO about (key, value) VALUES (?, ?)", (key, value))

    def optimize(self) -> None:
        """Put the index in order, which makes it smaller and searching faster. Takes a second for 2,000 pages.

        Raises:
            ArchiveError: the file cannot be written.
        """
        with told(self._path):
            self._database.execute("INSERT INTO article_index (article_index) VALUES ('optimize')")

    def close(self) -> None:
        """Write what was added, and close the file.

        Raises:
            ArchiveError: the file cannot be written.
        """
        with told(self._path):
            try:
                if self._throwaway and self._added:
                    self.optimize()
                if self._database.in_transaction:
                    self._database.execute("COMMIT")
            finally:
                self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _remove(self, page_id: str) -> set[int]:
        """Take a page away; returns the articles of other pages that have lost their story by that."""
        run = self._database.execute
        row = run("SELECT key FROM pages WHERE id = ?", (page_id,)).fetchone()
        if row is None:
            return set()
        own = {key for (key,) in run("SELECT key FROM articles WHERE page = ?", row)}
        loose = self._forget({first_part(self._database, key) for key in own}) - own
        for key in own:
            for table in ("people", "article_text", "jumps"):
                run(f"DELETE FROM {table} WHERE article = ?", (key,))  # noqa: S608  one of three names
        run("DELETE FROM flags WHERE page = ?", row)
        run("DELETE FROM articles WHERE page = ?", row)
        run("DELETE FROM pages WHERE key = ?", row)
        return loose

    def _forget(self, firsts: Iterable[int]) -> set[int]:
        """Take stories out of the index; returns the keys of all their parts."""
        parts: set[int] = set()
        for first in firsts:
            # The index has no text of its own: what it is to forget must be told again, token by token.
            self._database.execute(
                "INSERT INTO article_index (article_index, rowid, headline, heads, byline, text) "
                "VALUES ('delete', ?, ?, ?, ?, ?)",
                (first, *self._tokens(first)),
            )
            parts |= parts_of(self._database, first)
        return parts

    def _join(self, keys: set[int]) -> None:
        """Put articles that no story in the index has into the index, with the stories that they are parts of."""
        jumping = [
            key for key in keys if self._database.execute("SELECT 1 FROM jumps WHERE article = ?", (key,)).fetchone()
        ]
        near = {other for key in jumping for other in neighbours(self._database, key)} - keys
        parts = self._forget({first_part(self._database, key) for key in near})
        for first in (*(keys - set(jumping)), *join(self._database, {*jumping, *parts})):
            self._database.execute(
                "INSERT INTO article_index (rowid, headline, heads, byline, text) VALUES (?, ?, ?, ?, ?)",
                (first, *self._tokens(first)),
            )

    def _insert(self, record: Record, where: Where) -> set[int]:
        """Put a page into the tables; returns the keys of its articles."""
        page = self._database.execute(
            "INSERT INTO pages (id, issue, date, number, source, sha256, encoding, chars, version, config) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _row(
                record.id,
                where.issue,
                where.date or None,
                where.number or None,
                record.name,
                record.sha256,
                record.encoding,
                record.chars,
                record.version,
                record.config,
            ),
        ).lastrowid
        assert page is not None
        self._insert_flags(page, None, record.flags)
        articles = enumerate(record.articles)
        return {self._insert_article(page, position, article, where.date) for position, article in articles}

    def _insert_article(self, page: int, position: int, article: Article, day: str) -> int:
        line = article.dateline
        dated = dateline_day(line.date, day) if line and line.date else ""
        heads = (article.kicker, article.headline, article.deck, article.byline)
        key = self._database.execute(
            "INSERT INTO articles (page, position, id, kicker, headline, deck, byline, dateline, agency, place, dated, "
            "day, confidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _row(
                page,
                position,
                article.id,
                *(head.text if head else None for head in heads),
                *((line.text, line.agency, line.place) if line else (None, None, None)),
                dated or None,
                day or dated or None,
                article.confidence,
            ),
        ).lastrowid
        assert key is not None
        self._database.executemany(
            "INSERT INTO people (article, position, name, role, folded) VALUES (?, ?, ?, ?, ?)",
            [
                _row(key, at, person.name, person.role.value, folded_name(person.name, self._fold))
                for at, person in enumerate(article.people)
            ],
        )
        self._database.executemany(
            "INSERT INTO article_text (article, position, role, text) VALUES (?, ?, ?, ?)",
            [_row(key, at, block.role.value, block.text) for at, block in enumerate(article.blocks)],
        )
        self._insert_flags(page, key, article.flags)
        back, on = article.continues, article.continued
        if back or on:
            self._database.execute(
                "INSERT INTO jumps VALUES (?, ?, ?, ?, ?, ?)",
                _row(
                    key,
                    *((back.page, back.article, back.confidence) if back else (None, None, None)),
                    *((on.page, on.article) if on else (None, None)),
                ),
            )
        return key

    def _insert_flags(self, page: int, article: int | None, flags: Iterable[Flag]) -> None:
        self._database.executemany(
            "INSERT INTO flags (page, article, kind, note) VALUES (?, ?, ?, ?)",
            [_row(page, article, flag.kind, flag.note) for flag in flags],
        )

    def _tokens(self, key: int) -> tuple[str, ...]:
        """What the index has of a story: made of what the tables have, so that it can be told once more."""
        told = story(self._database, key)
        heads = ((told.article.headline,), (told.article.kicker, told.article.deck), (told.article.byline,))
        columns = [[head.text for head in some if head] for some in heads] + [[text for _, text in told.texts]]
        return tuple(indexed(column, self._fold) for column in columns)


def build(
    pages: Iterable[Page | Mapping[str, object]],
    path: str | os.PathLike[str],
    *,
    where: Callable[[str], Where] = place,
) -> int:
    """Make an archive of pages, whole or not at all, in place of what was there; how many pages it has.

    Args:
        pages: pages, or page JSONs as `json.load` gives them; taken one at a time.
        path: the file. Until all is done, a hidden file beside it is written.
        where: which issue a page is of, its day and number, by its id.

    Raises:
        FormatError: one of them is no page JSON.
        ArchiveError: two pages have one id, or the file cannot be written.
    """
    path = Path(path)
    new = path.with_name(f".{path.name}.new")
    count = 0
    with told(path):
        try:
            new.unlink(missing_ok=True)
            with Archive.open(new, throwaway=True) as archive:
                for page in pages:
                    page_id = page.id if isinstance(page, Page) else str(page.get("id"))
                    if page_id in archive:
                        raise ArchiveError(f"{path}: two pages have the id {page_id!r}; one would replace the other")
                    archive.add(page, where(page_id))
                    count += 1
            with new.open("rb+") as stream:
                os.fsync(stream.fileno())
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    return count


def folded_name(name: str, fold: Folding) -> str:
    """A person's name as names are compared: folded, without spaces and dots.

    >>> folded_name("卡尔·马克思", Folding({}))
    '卡尔马克思'
    """
    return "".join(word_tokens(name, fold)) or fold(name)


def _row(*values: object) -> tuple[object, ...]:
    return tuple(storable(value) if isinstance(value, str) else value for value in values)
