"""Searching an archive: which articles have the words, the best first, and where in them the words stand."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import quote

from banmian.formats.sqlite import folded_name
from banmian.formats.sqlite_file import ArchiveError, folding_of, told
from banmian.naming import page_number
from banmian.search.query import Query, parse_query
from banmian.search.stories import story
from banmian.search.words import Folding, Mark, finder, marks, storable

# How much more a word counts in the headline, the other heads, the byline and the text. A headline has a fiftieth of
# the characters of its story, and says what that is about.
WEIGHTS = (8.0, 4.0, 2.0, 1.0)

# Characters of a passage, and how many of an article are shown.
PASSAGE = 70
PASSAGES = 3

_HEADS = ("kicker", "headline", "deck", "byline")
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")

_WANTED = """
article_index MATCH :words
AND (:since IS NULL OR articles.day >= :since)
AND (:until IS NULL OR articles.day <= :until)
AND (:person IS NULL OR articles.key IN (
    SELECT coalesce(a.story, a.key) FROM people JOIN articles a ON a.key = people.article WHERE folded = :person))
AND (:number IS NULL OR pages.number = :number OR articles.key IN (
    SELECT a.story FROM articles a JOIN pages p ON p.key = a.page WHERE a.story IS NOT NULL AND p.number = :number))
"""
_TABLES = """
article_index CROSS JOIN articles ON articles.key = article_index.rowid CROSS JOIN pages ON pages.key = articles.page
"""
_COUNT = f"SELECT count(*) FROM {_TABLES} WHERE {_WANTED}"  # noqa: S608  made of the constants above
_COUNT_ALL = "SELECT count(*) FROM article_index WHERE article_index MATCH :words"
_FIND = f"""
SELECT articles.key, bm25(article_index, {", ".join(map(str, WEIGHTS))}) AS score, pages.issue, articles.day
FROM {_TABLES} WHERE {_WANTED} ORDER BY score, articles.day, pages.id, articles.position LIMIT :limit
"""  # noqa: S608
_PEOPLE = """
SELECT name, role FROM people JOIN articles ON articles.key = people.article
WHERE articles.key = :story OR articles.story = :story ORDER BY part, people.position
"""


class FilterError(ValueError):
    """A date that is none; the message says how to write one."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles to search at all; None is no restriction.

    Args:
        since: the first day, YYYY-MM-DD.
        until: the last day.
        person: somebody whom the byline names, in either script.
        number: the number of the page.
    """

    since: str | None = None
    until: str | None = None
    person: str | None = None
    number: str | None = None


class Passage(NamedTuple):
    """A part of an article with the words in it: a head, or some of a block; `marks` are places in `text`."""

    role: str
    text: str
    marks: tuple[Mark, ...]
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found. What is not known is empty.

    Args:
        score: that of BM25, the higher the better.
        page, number, article: where it is, and its id; of a story that jumps, where it begins.
        confidence: of a story that jumps, that of all parts and joints together.
        goes_on: of a story that jumps the later parts: their pages, the numbers of these, and the ids of the articles.
    """

    score: float
    page: str
    issue: str
    date: str
    number: str
    article: str
    headline: Passage
    people: tuple[tuple[str, str], ...]
    confidence: float
    passages: tuple[Passage, ...]
    goes_on: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """How many articles there are, and the best of them."""

    total: int
    hits: tuple[Hit, ...]


class Reader:
    """An archive that is searched. It is opened for reading only, and nothing that a query says can change it."""

    def __init__(self, database: sqlite3.Connection, fold: Folding, path: Path) -> None:
        self._database = database
        self._path = path
        self.fold = fold

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Reader:
        """The archive in a file.

        Raises:
            ArchiveError: there is none, or it is something else, or of a newer banmian, or damaged.
        """
        path = Path(path)
        if path.is_dir():
            raise ArchiveError(f"{path}: is a folder; say the file, which `banmian run --format sqlite` has put there")
        if not path.exists():
            raise ArchiveError(f"{path}: no such file")
        with told(path):
            database = sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=ro", uri=True, isolation_level=None)
            try:
                database.execute("PRAGMA trusted_schema = OFF")
                database.execute("PRAGMA query_only = ON")
                database.execute("PRAGMA cell_size_check = ON")
                return cls(database, folding_of(database, path), path)
            except BaseException:
                database.close()
                raise

    def search(self, query: Query | str, filters: Filters = Filters(), *, limit: int = 10) -> Found:
        """The articles that have all words of a query, the best first.

        Args:
            query: what to find, as people write it, or as `parse_query` made it with the folding of this archive.
            filters: which articles to search at all.
            limit: how many to give.

        Raises:
            QueryError: the query has no word in it.
            ArchiveError: the file is damaged.
        """
        if isinstance(query, str):
            query = parse_query(query, self.fold)
        values = {
            "words": query.expression,
            "since": filters.since,
            "until": filters.until,
            "person": None if filters.person is None else folded_name(storable(filters.person), self.fold),
            "number": None if filters.number is None else storable(page_number(filters.number)),
            "limit": limit,
        }
        finders = [finder(word.tokens) for word in query.words]
        with told(self._path):
            count = _COUNT_ALL if filters == Filters() else _COUNT
            ((total,),) = self._database.execute(count, values)
            rows = self._database.execute(_FIND, values).fetchall() if total and limit else []
            return Found(total, tuple(self._hit(row, finders) for row in rows))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hit(self, row: Sequence[object], finders: Sequence[re.Pattern[str]]) -> Hit:
        key, score, issue, day = row
        assert isinstance(key, int), "a key of a table"
        told = story(self._database, key)
        (page, number, article), *goes_on = told.parts
        people = self._database.execute(_PEOPLE, {"story": key})
        texts = [(role, head.text) for role in _HEADS if (head := getattr(told.article, role))]
        shown = [Passage(role, text, tuple(marks(text, finders, self.fold))) for role, text in texts]
        headline = next((head for head in shown if head.role == "headline"), Passage("headline", "", ()))
        others = tuple(head for head in shown if head.marks and head is not headline)
        have = {mark.word for head in (headline, *others) for mark in head.marks}
        body = passages(told.texts, finders, self.fold, have=have)
        return Hit(
            score=-float(str(score)),
            page=page,
            issue=str(issue),
            date=str(day or ""),
            number=number,
            article=article,
            headline=headline,
            people=tuple(dict.fromkeys((str(name), str(role)) for name, role in people)),
            confidence=told.article.confidence,
            passages=(*others, *body),
            goes_on=tuple(goes_on),
        )


def passages(
    blocks: Iterable[tuple[str, str]],
    words: Sequence[re.Pattern[str]],
    fold: Folding,
    *,
    have: Iterable[int] = (),
    width: int = PASSAGE,
) -> tuple[Passage, ...]:
    """The passages of a text that show most of the words, in its order; the fewest that show all, three at most.

    Args:
        blocks: role and text of each block.
        words: the patterns of the words (`finder`).
        fold: the folding of the archive.
        have: numbers of words that are shown already, in the heads.
        width: how many characters a passage has.
    """
    missing = set(range(len(words))) - set(have)
    windows = [
        (number, window)
        for number, (role, text) in enumerate(blocks)
        for window in _windows(role, text, marks(text, words, fold), width)
    ]
    chosen: list[tuple[int, Passage]] = []
    while windows and len(chosen) < PASSAGES and (missing or not chosen):
        at, best = max(windows, key=lambda one: (len({m.word for m in one[1].marks} & missing), len(one[1].marks)))
        new = {mark.word for mark in best.marks} & missing
        if chosen and not new:
            break
        chosen.append((at, best))
        missing -= new
        windows = [one for one in windows if one[0] != at]
    return tuple(passage for _, passage in sorted(chosen, key=lambda one: one[0]))


def _windows(role: str, text: str, found: Sequence[Mark], width: int) -> Iterable[Passage]:
    """For each mark the part of the text that begins shortly before it."""
    for mark in found:
        start = min(max(0, mark.start - width // 4), max(0, len(text) - width))
        end = min(len(text), max(start + width, mark.end))
        inside = tuple(
            Mark(max(one.start, start) - start, min(one.end, end) - start, one.word)
            for one in found
            if one.start < end and one.end > start
        )
        yield Passage(role, text[start:end], inside, start > 0, end < len(text))
        if end == len(text):
            return


def first_day(text: str) -> str:
    """The first day of a day, a month or a year.

    >>> first_day("2020-05"), first_day("2020")
    ('2020-05-01', '2020-01-01')

    Raises:
        FilterError: it is none of them.
    """
    return _day(text, "-01-01", "-01")


def last_day(text: str) -> str:
    """The last day of a day, a month or a year; of a month the 31st, which is after all its days.

    >>> last_day("2020-02"), last_day("2020")
    ('2020-02-31', '2020-12-31')

    Raises:
        FilterError: it is none of them.
    """
    return _day(text, "-12-31", "-31")


def _day(text: str, of_year: str, of_month: str) -> str:
    if not _DATE.fullmatch(text) or not "01" <= (text[5:7] or "01") <= "12" or not "01" <= (text[8:] or "01") <= "31":
        raise FilterError(f"{text!r} is no date; write a day, a month or a year: 2020-05-28, 2020-05, 2020")
    return text + {4: of_year, 7: of_month, 10: ""}[len(text)]
