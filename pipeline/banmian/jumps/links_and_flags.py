"""What joining writes on pages: links from part to part, and flags on jumps that match nothing or are not sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from banmian.jumps.ends import End, Note
from banmian.jumps.matching import Match
from banmian.model import Article, Flag, Link, Page
from banmian.page_numbers import same_number

UNMATCHED, DOUBTFUL = "jump.unmatched", "jump.doubtful"
# Below this a join is flagged; it is what articles are looked at for, too.
SURE = 0.9


def unjoined(page: Page) -> Page:
    """A page as if no jumps had been joined."""
    articles = tuple(
        replace(article, continues=None, continued=None, flags=_other_flags(article.flags)) for article in page.articles
    )
    return replace(page, articles=articles, flags=_other_flags(page.flags))


def _other_flags(flags: tuple[Flag, ...]) -> tuple[Flag, ...]:
    return tuple(flag for flag in flags if flag.kind not in (UNMATCHED, DOUBTFUL))


def linked(
    pages: Sequence[Page], found: Sequence[End], matches: Sequence[Match], strays: Sequence[tuple[int, Note]]
) -> tuple[Page, ...]:
    """The pages with links and flags."""
    articles = [list(page.articles) for page in pages]

    def link(end: End, confidence: float) -> Link:
        return Link(pages[end.page].id, pages[end.page].articles[end.article].id, round(confidence, 4))

    goes = {pair.before: pair for pair in matches}
    comes = {pair.after: pair for pair in matches}
    for i, end in enumerate(found):
        article: Article = articles[end.page][end.article]
        flags = list(article.flags)
        if i in goes:
            pair = goes[i]
            other = found[pair.after]
            article = replace(article, continued=link(other, pair.confidence))
            if pair.confidence < SURE:
                where = pages[other.page].id
                note = f"that it goes on in {link(other, 0).article} on {where} is not certain ({pair.confidence:.2f})"
                flags.append(Flag(DOUBTFUL, note, end.to.spans if end.to else ()))
        elif end.to:
            flags.append(Flag(UNMATCHED, _unmatched(end.to, pages), end.to.spans))
        if i in comes:
            article = replace(article, continues=link(found[comes[i].before], comes[i].confidence))
        elif end.comes:
            flags.append(Flag(UNMATCHED, _unmatched(end.comes, pages), end.comes.spans))
        articles[end.page][end.article] = replace(article, flags=tuple(flags))
    aside: list[list[Flag]] = [[] for _ in pages]
    for number, stray in strays:
        aside[number].append(Flag(UNMATCHED, "this jump line stands by no story", stray.spans))
    return tuple(
        replace(page, articles=tuple(own), flags=(*page.flags, *more))
        for page, own, more in zip(pages, articles, aside, strict=True)
    )


def _unmatched(note: Note, pages: Sequence[Page]) -> str:
    """Why a jump has no other part, as far as that can be told."""
    number = note.jump.page
    there = any(not page.number or same_number(page.number, number) for page in pages)
    what, part = ("goes on on", "rest") if note.jump.direction == "to" else ("comes from", "beginning")
    if not there:
        return f"{what} page {number}, which is not in the issue"
    return f"{what} page {number}, but no {part} was found there"
