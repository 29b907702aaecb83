"""Read the bylines (署名) and datelines (电头) of the articles: who wrote it, where, when, and for which agency.

A byline stands on a line of its own, in brackets behind the dateline that opens the story, or in brackets at its end.
What was printed stays as it is: the dateline and the brackets remain in their paragraph and are read here as well; a
byline on a line of its own is no part of the body.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from banmian.grammar.bylines import Byline, parse_byline
from banmian.grammar.datelines import Opening, parse_opening
from banmian.model import Article, Page, Paragraph, Person, Role, Text
from banmian.stage import Layer
from banmian.trace import Span, Trace


@dataclass(frozen=True, slots=True)
class Credits:
    """Read the bylines and datelines of the articles: who wrote it, where, when, and for which agency."""

    name: ClassVar[str] = "credits"
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.ARTICLES})
    provides: ClassVar[frozenset[Layer]] = frozenset({Layer.CREDITS})

    def __call__(self, page: Page, /) -> Page:
        """The page with byline, people and dateline of its articles."""
        return replace(page, articles=tuple(credited(article, page.trace) for article in page.articles))


def credited(article: Article, trace: Trace) -> Article:
    """An article with its byline, people and dateline read."""
    opening = _opening(article)
    byline = parse_byline(article.byline.text) if article.byline is not None else None
    people = tuple(byline.people) if byline is not None else ()
    text = article.byline
    dateline = None
    if opening is not None:
        paragraph, found = opening
        dateline = found.dateline
        if found.byline is not None and found.titled:
            people = _merged(people, found.people)
            if text is None:
                text = Text(found.byline, _spans(paragraph, found, trace))
    return replace(article, byline=text, people=people, dateline=dateline)


def _opening(article: Article) -> tuple[Paragraph, Opening] | None:
    """The dateline that opens an article, and the paragraph that it opens."""
    for paragraph in [p for p in article.blocks if p.role in (Role.PARAGRAPH, Role.LEAD)][:2]:
        found = parse_opening(paragraph.text)
        if found is not None:
            return paragraph, found
    return None


def _merged(one: tuple[Person, ...], two: tuple[Person, ...]) -> tuple[Person, ...]:
    """All people, each once."""
    return tuple(dict.fromkeys((*one, *two)))


def _spans(paragraph: Paragraph, opening: Opening, trace: Trace) -> tuple[Span, ...]:
    """Where the byline of a dateline stands in the source."""
    return trace.locate(paragraph.spans, opening.byline_start, opening.byline_end)


__all__ = ["Byline", "Credits", "credited"]
