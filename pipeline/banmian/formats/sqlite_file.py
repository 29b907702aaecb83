"""What makes a SQLite file an archive of banmian: its tables, how it is known, and what may be wrong with it.

`banmian.formats.sqlite` says what is in the tables, and fills them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from banmian import __version__
from banmian.search.words import Folding, folding

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


def create(database: sqlite3.Connection) -> Folding:
    """Make the tables of an archive, in a file that is empty; returns its folding."""
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
