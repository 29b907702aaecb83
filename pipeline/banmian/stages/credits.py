"""Read the bylines (署名) and datelines (电头) of the articles: who wrote it, where, when, and for which agency.

A byline stands on a line of its own, in brackets behind the dateline that opens the story, or in brackets at its end.
What was printed stays as it is: the dateline and the brackets remain in their paragraph and are read here as well; a
byline on a line of its own is no part of the body. Who is named at the end of a story that is signed above it is not
read: he may have helped, or taken the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from banmian.grammar.bylines import Byline, parse_byline, sign_off
from banmian.grammar.datelines import Opening, parse_opening
from banmian.model import Article, Page, Paragraph, Person, Role, Text
from banmian.stage import Layer
from banmian.trace import Trace


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
                text = _cited(paragraph, found.byline_start, found.byline_end, trace)
    if text is None and (closing := _closing(article)) is not None:
        paragraph, signed = closing
        text, people = _cited(paragraph, signed.start, signed.end, trace), signed.people
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


def _closing(article: Article) -> tuple[Paragraph, Byline] | None:
    """The names in brackets that an article ends with, and the paragraph that they stand in."""
    for paragraph in [p for p in article.blocks if p.role in (Role.PARAGRAPH, Role.LEAD)][-1:]:
        found = sign_off(paragraph.text)
        if found is not None:
            return paragraph, found
    return None


def _cited(paragraph: Paragraph, start: int, end: int, trace: Trace) -> Text:
    """A part of a paragraph, with its place in the source."""
    return Text(paragraph.text[start:end], trace.locate(paragraph.spans, start, end))


__all__ = ["Byline", "Credits", "credited"]
