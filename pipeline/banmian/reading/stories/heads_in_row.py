"""Heads of two stories that an extractor wrote in one line, where nothing but the stories tells them apart.

庆祝活动昨日举行 柳湾小学开学 may be two clauses of one head, or two heads side by side. `banmian.reading.blocks.pieces`
cuts where the line itself tells. Here every other place is tried both sides of which have the most in common with
different paragraphs: the page is put together once more with the head cut there, and what begins stories of its own
stays cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from banmian.grammar.datelines import opens_story
from banmian.model import Block, Line, Page, Role
from banmian.reading.blocks.pieces import CLOSED, WORDS, cut_line, in_rubric, inner_spaces, parallel, spaced_out
from banmian.reading.links.heads import label_of
from banmian.reading.links.looks import Look
from banmian.reading.links.survey import text_of
from banmian.trace import Span

LEAST = 2  # characters of a head
MOST_PLACES = 12  # of a page: what has more is a table or a list
# What the stories must be better for a cut, in nats. Of 46 cuts on the typeset pages for fitting, and on their stories
# printed in other make-ups, that made them better, 44 are of two heads, and both others gain less than this.
GAIN = 1.0


def heads_apart(found: Look, page: Page, look: Callable[[Sequence[Block]], Look]) -> Look:
    """The look at the blocks of a page with those heads cut that stood in one row; the same one where none did.

    Args:
        found: the look at the blocks as they are.
        page: whose source has the white space of the lines.
        look: makes a look at other blocks.
    """
    bodies = [text_of(found.blocks[i]) for i in found.links.bodies]
    places = [place.span for place in _places(found.blocks, page) if _of_two(place, bodies)]
    if not 0 < len(places) <= MOST_PLACES:
        return found
    cut = look(_cut_at(found.blocks, page, places))
    begin = _begin_apart(cut)
    apart = [place for place in places if place.end in begin]
    if not apart:
        return found
    if len(apart) < len(places):
        cut = look(_cut_at(found.blocks, page, apart))
    return cut if cut.total > found.total + GAIN else found


class _Place(NamedTuple):
    """White space in the source that may part two heads, what stands on both sides, and whether that is parallel.

    Clauses of one head are as long as each other (秋粮归仓 新渠通水), but none is the title of briefs (财经短波) or the
    name of a column.
    """

    span: Span
    sides: tuple[str, str]
    parallel: bool


def _places(blocks: Sequence[Block], page: Page) -> Iterator[_Place]:
    """The places in heads where two of them could be parted."""
    for line in (line for block in blocks if block.role is Role.HEADLINE for line in block.lines):
        start = line.span.start
        text = page.source.text[start : line.span.end]
        words = list(WORDS.finditer(text))
        for space in inner_spaces(text):
            before, after = ("".join(side.split()) for side in (text[: space.start()], text[space.end() :]))
            asunder = not (before[-1].isascii() or after[0].isascii() or spaced_out(words, space))
            if (
                asunder
                and min(len(before), len(after)) >= LEAST
                and not CLOSED.search(after)
                and not in_rubric(text, space)
                and not opens_story(after)
            ):
                span = Span(start + space.start(), start + space.end())
                labelled = label_of(before) or label_of(after)
                yield _Place(span, (before, after), not labelled and parallel(text, space))


def _of_two(place: _Place, bodies: Sequence[str]) -> bool:
    """Whether no body has the most of the pairs of characters of both sides.

    A side may share none with any body; then nothing is known of it but whether it is parallel to the other.
    """
    pairs = ({one + two for one, two in pairwise(side)} for side in place.sides)
    shared = np.array([[sum(pair in body for pair in some) for body in bodies] for some in pairs])
    most = shared.max(axis=1, keepdims=True, initial=0)
    if not most.all():
        return not place.parallel
    return not (shared == most).all(axis=0).any()


def _begin_apart(cut: Look) -> frozenset[int]:
    """Where in the source those heads begin whose story is another than that of the head right before them."""
    begun = cut.begun()
    return frozenset(cut.blocks[h].lines[0].span.start for h, body in begun.items() if begun.get(h - 1, body) != body)


def _cut_at(blocks: Sequence[Block], page: Page, places: Sequence[Span]) -> tuple[Block, ...]:
    """The blocks, with the heads cut at some places; what is behind one stands in the row of what is before it."""
    found: list[Block] = []
    for block in blocks:
        own = [place for place in places if block.role is Role.HEADLINE and _inside(place, block.lines)]
        found += _cut(block, page, own) if own else [block]
    return tuple(found)


def _inside(place: Span, lines: Sequence[Line]) -> bool:
    return any(line.span.start < place.start < line.span.end for line in lines)


def _cut(block: Block, page: Page, places: Sequence[Span]) -> list[Block]:
    found: list[list[Line]] = [[]]
    for line in block.lines:
        first, *others = cut_line(line, page, [place for place in places if _inside(place, [line])])
        found[-1].append(first)
        found += [[other] for other in others]
    first_lines, *rest = map(tuple, found)
    return [
        replace(block, lines=first_lines),
        *(replace(block, lines=lines, starts=True, same_row=True) for lines in rest),
    ]
