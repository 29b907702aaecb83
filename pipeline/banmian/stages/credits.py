"""Read the bylines (署名) and datelines (电头) of the articles: who wrote it, where, when, and for which agency.

A byline stands on a line of its own, in brackets behind the dateline that opens the story, or in brackets at its end.
What was printed stays as it is: the dateline and the brackets remain in their paragraph and are read here as well; a
byline on a line of its own is no part of the body. Who is named at the end of a story that is signed above it is not
read: he may have helped, or taken the picture. Of briefs under a common title each may be signed, and all who sign are
read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from banmian.grammar.broken_bylines import is_broken
from banmian.grammar.bylines import Byline, sign_off
from banmian.grammar.datelines import Opening, parse_opening
from banmian.grammar.placed_bylines import is_lone_name, people_named
from banmian.model import Article, Page, Paragraph, Person, Role, Text
from banmian.stage import Layer
from banmian.trace import Trace

# A name alone in brackets signs a paragraph within an article on pages where so many paragraphs are signed at their
# ends; it might be a word that looks like a name. At the end of an article it always does.
LEAST_SIGNED = 2
# So many names alone on lines of their own are those of authors; a single one may be a piece of something else, where
# other bylines of the page were broken.
LEAST_LONE = 2


@dataclass(frozen=True, slots=True)
class Credits:
    """Read the bylines and datelines of the articles: who wrote it, where, when, and for which agency."""

    name: ClassVar[str] = "credits"
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.ARTICLES})
    provides: ClassVar[frozenset[Layer]] = frozenset({Layer.CREDITS})

    def __call__(self, page: Page, /) -> Page:
        """The page with byline, people and dateline of its articles."""
        endings = [sign_off(p.text, single=True) for article in page.articles for p in _texts(article)]
        single = sum(found is not None for found in endings) >= LEAST_SIGNED
        bylines = [article.byline.text for article in page.articles if article.byline is not None]
        lone = sum(map(is_lone_name, bylines)) >= LEAST_LONE or not any(map(is_broken, bylines))
        read = partial(credited, trace=page.trace, single=single, lone=lone)
        return replace(page, articles=tuple(map(read, page.articles)))


def credited(article: Article, trace: Trace, *, single: bool = False, lone: bool = True) -> Article:
    """An article with its byline, people and dateline read.

    Args:
        article: as it was put together.
        trace: of its page.
        single: whether a name alone in brackets behind any paragraph (甘小禾) signs it, as on pages with several.
        lone: whether a name alone on a line of its own does.
    """
    opening = _opening(article)
    named = article.byline is not None and (
        not is_lone_name(article.byline.text) or (lone and _whole(article.byline, trace))
    )
    people = people_named(article.byline.text) if article.byline is not None and named else ()
    text = article.byline
    dateline = None
    if opening is not None:
        paragraph, found = opening
        dateline = found.dateline
        if found.byline is not None and found.titled:
            people = _merged(people, found.people)
            if text is None:
                text = _cited(paragraph, found.byline_start, found.byline_end, trace)
    closing = _closing(article, single=single) if text is None else []
    if closing:
        paragraph, signed = closing[-1]
        people = tuple(dict.fromkeys(person for _, found in closing for person in found.people))
        text = _cited(paragraph, signed.start, signed.end, trace)
    return replace(article, byline=text, people=people, dateline=dateline)


def _opening(article: Article) -> tuple[Paragraph, Opening] | None:
    """The dateline that opens an article, and the paragraph that it opens."""
    for paragraph in _texts(article)[:2]:
        found = parse_opening(paragraph.text)
        if found is not None:
            return paragraph, found
    return None


def _merged(one: tuple[Person, ...], two: tuple[Person, ...]) -> tuple[Person, ...]:
    """All people, each once."""
    return tuple(dict.fromkeys((*one, *two)))


def _closing(article: Article, *, single: bool) -> list[tuple[Paragraph, Byline]]:
    """The names in brackets that an article ends with, or each of several paragraphs, and where they stand."""
    texts = _texts(article)
    found = [(p, sign_off(p.text, single=single or at == len(texts) - 1)) for at, p in enumerate(texts)]
    told = [(p, signed) for p, signed in found if signed is not None]
    return told if len(told) > 1 else [(p, signed) for p, signed in told if p in texts[-1:]]


def _texts(article: Article) -> list[Paragraph]:
    return [p for p in article.blocks if p.role in (Role.PARAGRAPH, Role.LEAD)]


def _whole(text: Text, trace: Trace) -> bool:
    """Whether a text stands on one line of the source."""
    return all("\n" not in trace.source[span.start : span.end] for span in text.spans) and len(text.spans) < 2


def _cited(paragraph: Paragraph, start: int, end: int, trace: Trace) -> Text:
    """A part of a paragraph, with its place in the source."""
    return Text(paragraph.text[start:end], trace.locate(paragraph.spans, start, end))


__all__ = ["Byline", "Credits", "credited"]
