"""Stories that jump (转版) in an archive: which articles are one story, and how that reads as a whole.

Each part stays an article of its page. `articles.story` of a later part is the key of the first, `articles.part` its
place; the story is found as its first part, with the words of all. Two articles are joined where both have the link,
whatever the order in which their pages come, so that adding pages one by one gives what adding them together gives.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from banmian.chains import Chain, Part, paragraphs, whole
from banmian.model import Article, Link, Page, Paragraph, Role, Text

_HEADS = ("kicker", "headline", "deck", "byline")

_AFTER = """
SELECT b.key FROM jumps j JOIN articles a ON a.key = j.article JOIN pages p ON p.key = a.page
JOIN pages q ON q.id = j.to_page JOIN articles b ON b.page = q.key AND b.id = j.to_article
JOIN jumps k ON k.article = b.key AND k.from_page = p.id AND k.from_article = a.id WHERE j.article = ?
"""
_BEFORE = """
SELECT a.key FROM jumps k JOIN articles b ON b.key = k.article JOIN pages q ON q.key = b.page
JOIN pages p ON p.id = k.from_page JOIN articles a ON a.page = p.key AND a.id = k.from_article
JOIN jumps j ON j.article = a.key AND j.to_page = q.id AND j.to_article = b.id WHERE k.article = ?
"""
_PARTS = """
SELECT articles.key, articles.id, kicker, headline, deck, byline, articles.confidence, pages.id, pages.number,
jumps.confidence FROM articles JOIN pages ON pages.key = articles.page LEFT JOIN jumps ON jumps.article = articles.key
WHERE articles.key = :story OR articles.story = :story ORDER BY part
"""
_BLOCKS = "SELECT role, text FROM article_text WHERE article = ? ORDER BY position"


@dataclass(frozen=True, slots=True)
class Story:
    """A story of an archive.

    Args:
        article: all of it, as `banmian.chains.whole` puts it together; without spans, dateline and people.
        parts: of each part the page, its number, and the id of the article.
    """

    article: Article
    parts: tuple[tuple[str, str, str], ...]

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Role and text of each paragraph; one that goes on over a jump is one."""
        return [(role.value, "".join(block.text for block in run)) for role, run in paragraphs(self.article)]


def story(database: sqlite3.Connection, key: int) -> Story:
    """The story whose first part has this key."""
    parts: list[Part] = []
    told: list[tuple[str, str, str]] = []
    for own, article, *heads, confidence, page, number, link in database.execute(_PARTS, {"story": key}).fetchall():
        texts: dict[str, Any] = {
            name: None if head is None else Text(head) for name, head in zip(_HEADS, heads, strict=True)
        }
        blocks = tuple(Paragraph(Role(role), text) for role, text in database.execute(_BLOCKS, (own,)))
        continues = Link(told[-1][0], told[-1][2], link) if told else None
        parts.append(
            Part(
                Page.of("", id=page),
                Article(article, **texts, blocks=blocks, confidence=confidence, continues=continues),
            )
        )
        told.append((page, number or "", article))
    return Story(whole(Chain(tuple(parts))), tuple(told))


def first_part(database: sqlite3.Connection, key: int) -> int:
    """The key of the first part of the story of an article."""
    return int(database.execute("SELECT coalesce(story, key) FROM articles WHERE key = ?", (key,)).fetchone()[0])


def parts_of(database: sqlite3.Connection, first: int) -> set[int]:
    """The keys of all parts of a story."""
    return {first, *(key for (key,) in database.execute("SELECT key FROM articles WHERE story = ?", (first,)))}


def neighbours(database: sqlite3.Connection, key: int) -> list[int]:
    """The articles that one goes on from and in, as far as they are in the archive and say so too."""
    return [near for query in (_BEFORE, _AFTER) for (near,) in database.execute(query, (key,))]


def join(database: sqlite3.Connection, keys: Iterable[int]) -> list[int]:
    """Write into the articles which story each is part of; returns the keys of the first parts.

    Args:
        database: the archive.
        keys: the articles, all parts of each story.
    """
    keys = sorted(keys)
    after = {key: near for key in keys for (near,) in database.execute(_AFTER, (key,))}
    firsts: list[int] = []
    seen: set[int] = set()
    # Those that nothing goes on in first; what is left then are rings, which `join_jumps` never makes.
    for key in (*(key for key in keys if key not in after.values()), *keys):
        at: int | None = key
        part = 0
        while at is not None and at not in seen:
            seen.add(at)
            part += 1
            story_key = None if at == key else key
            database.execute("UPDATE articles SET story = ?, part = ? WHERE key = ?", (story_key, part, at))
            at = after.get(at)
        firsts += [key] if part else []
    return firsts
