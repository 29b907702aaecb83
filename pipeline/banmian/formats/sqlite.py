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
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import quote

from banmian import __version__
from banmian.formats import page_json
from banmian.formats.page_json import Record
from banmian.model import Article, Flag, Issue, Page
from banmian.naming import Place, dateline_day, page_number, place
from banmian.search.stories import first_part, join, neighbours, parts_of, story
from banmian.search.words import Folding, folding, indexed, storable, word_tokens

SCHEMA_VERSION = 1
APPLICATION_ID = 0x626E6D6E

_SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE pages (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, issue TEXT NOT NULL, date TEXT, number TEXT,
    source TEXT NOT NULL, sha256 TEXT NOT NULL, encoding TEXT NOT NULL, chars INTEGER NOT NULL,
    version TEXT NOT NULL, config TEXT NOT NULL
);
CREATE TABLE articles (
    key INTEGER PRIMARY KEY, page INTEGER NOT NULL REFERENCES pages, position INTEGER NOT NULL, id TEXT NOT NULL,
    kicker TEXT, headline TEXT, deck TEXT, byline TEXT,
    dateline TEXT, agency TEXT, place TEXT, dated TEXT, day TEXT, confidence REAL NOT NULL,
    story INTEGER REFERENCES articles, part INTEGER NOT NULL DEFAULT 1, UNIQUE (page, position)
);
CREATE INDEX articles_by_story ON articles (story) WHERE story IS NOT NULL;
CREATE TABLE jumps (
    article INTEGER PRIMARY KEY REFERENCES articles, from_page TEXT, from_article TEXT, confidence REAL,
    to_page TEXT, to_article TEXT
);
CREATE INDEX articles_by_day ON articles (day);
CREATE TABLE people (
    article INTEGER NOT NULL REFERENCES articles, position INTEGER NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
    folded TEXT NOT NULL, PRIMARY KEY (article, position)
) WITHOUT ROWID;
CREATE INDEX people_by_name ON people (folded);
CREATE TABLE article_text (
    article INTEGER NOT NULL REFERENCES articles, position INTEGER NOT NULL, role TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (article, position)
);
CREATE TABLE flags (
    page INTEGER NOT NULL REFERENCES pages, article INTEGER REFERENCES articles, kind TEXT NOT NULL, note TEXT NOT NULL
);
CREATE INDEX flags_by_page ON flags (page);
CREATE INDEX flags_by_kind ON flags (kind);
CREATE VIRTUAL TABLE article_index USING fts5(
    headline, heads, byline, text, content='', tokenize="ascii tokenchars '|'"
)
"""
_STATEMENTS = tuple(statement.strip() for statement in _SCHEMA.split(";"))

# Pages between two commits: what a run that is killed has to add again.
_COMMIT_EVERY = 200

_ANEW = "make it anew with `banmian run --format sqlite`"
_DAMAGED = f"is damaged; {_ANEW}"

# What SQLite calls it, how it begins, and what it means to the user.
_TROUBLES = (
    ("SQLITE_NOTADB", "is not a SQLite database"),
    ("SQLITE_CORRUPT", _DAMAGED),
    ("SQLITE_FULL", "cannot be written: the disk is full"),
    ("SQLITE_READONLY", "cannot be written: it, or its folder, is read-only"),
    ("SQLITE_BUSY", "is being written by another program; try again when that is done"),
    ("SQLITE_LOCKED", "is being written by another program; try again when that is done"),
    ("SQLITE_CANTOPEN", "cannot be opened: there is no such file or folder, or no permission"),
)


class ArchiveError(ValueError):
    """A file that cannot be used as an archive; the message says why and what to do."""


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
                fold = _create(database) if new else folding_of(database, path)
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


def noted(path: Path, key: str) -> str | None:
    """What an archive has noted about itself; None if this version cannot use it, or it has no such note."""
    if not path.is_file():
        return None
    try:
        with told(path), closing(sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=ro", uri=True)) as database:
            folding_of(database, path)
            row = database.execute("SELECT value FROM about WHERE key = ?", (key,)).fetchone()
    except ArchiveError:
        return None
    return None if row is None else str(row[0])


def folded_name(name: str, fold: Folding) -> str:
    """A person's name as names are compared: folded, without spaces and dots.

    >>> folded_name("卡尔·马克思", Folding({}))
    '卡尔马克思'
    """
    return "".join(word_tokens(name, fold)) or fold(name)


def folding_of(database: sqlite3.Connection, path: Path) -> Folding:
    """The folding of an archive; and whether it is one that this version can use.

    Raises:
        ArchiveError: it is no archive of banmian, or of a newer one, or not what it was.
    """
    ((application,),) = database.execute("PRAGMA application_id")
    ((version,),) = database.execute("PRAGMA user_version")
    if application != APPLICATION_ID:
        raise ArchiveError(f"{path}: is a SQLite database, but no archive of banmian")
    if version != SCHEMA_VERSION:
        age, remedy = ("a newer", "update: pip install -U banmian") if version > SCHEMA_VERSION else ("an older", _ANEW)
        raise ArchiveError(
            f"{path}: was made by {age} banmian (archive schema {version}, this one reads {SCHEMA_VERSION}); {remedy}"
        )
    # A file that somebody made up may have a view by the name of a table, and a view can do anything.
    there = {sql for (sql,) in database.execute("SELECT sql FROM sqlite_schema")}
    about = dict(database.execute("SELECT key, value FROM about")) if set(_STATEMENTS) <= there else {}
    chars, folded = about.get("folding.chars"), about.get("folding.folded")
    if not (isinstance(chars, str) and isinstance(folded, str) and len(chars) == len(folded)):
        raise ArchiveError(f"{path}: is not as banmian made it, tables are missing or changed; {_ANEW}")
    return Folding(dict(zip(chars, folded, strict=True)))


def _create(database: sqlite3.Connection) -> Folding:
    fold = folding()
    database.execute("BEGIN IMMEDIATE")
    for statement in _STATEMENTS:
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    about = {
        "version": __version__,
        "folding.chars": "".join(fold.table),
        "folding.folded": "".join(fold.table.values()),
    }
    database.executemany("INSERT INTO about (key, value) VALUES (?, ?)", about.items())
    database.execute("COMMIT")
    return fold


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say what SQLite or the system cannot do with a file as an `ArchiveError`."""
    try:
        yield
    except UnicodeDecodeError as error:  # in a message of SQLite's that cites what is damaged
        raise ArchiveError(f"{path}: {_DAMAGED}") from error
    except sqlite3.Error as error:
        raise ArchiveError(f"{path}: {_trouble(error)}") from error
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be written: {error.strerror}") from error


def _trouble(error: sqlite3.Error) -> str:
    name, message = getattr(error, "sqlite_errorname", None) or "", " ".join(str(error).split())
    if message.startswith(("Could not decode", "invalid fts5")):
        return _DAMAGED
    return next((told for code, told in _TROUBLES if name.startswith(code)), f"cannot be used: {message[:200]}")


def _row(*values: object) -> tuple[object, ...]:
    return tuple(storable(value) if isinstance(value, str) else value for value in values)
