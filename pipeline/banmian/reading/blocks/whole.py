"""Heads and bylines that were broken in two, and what stood between the halves.

Of two heads side by side that run over several lines, an extractor reads a row at a time; and it writes the end of a
byline in one line with the head beside it. What a half lacks tells where the other is: a bracket what closes it, a
title its name, half a word its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from banmian.grammar.names import read_names
from banmian.language import Statistics, pair_odds, tails
from banmian.language import heads as starts
from banmian.model import Block, Line, Page, Role
from banmian.reading.blocks.pieces import CLOSED, OPENED, cut_line, inner_spaces
from banmian.reading.links.kinds import HEADS
from banmian.trace import Span

# A byline that says what somebody is and not who (本报记者 甘小禾 通讯员). Of 47 on the pages for fitting that a name
# follows, 45 go on with it.
_NO_NAME = re.compile(r"^[^（(]*(?:记者|記者|通[讯信]员|通[訊信]員)$")

# Blocks that may stand between the two halves of a head that was broken inside a bracket.
BETWEEN_HALVES = 2
LONGEST_RUBRIC = 20  # characters, its brackets included
# So many nats that a head goes on behind the next one, and more than in that, or than that in what is behind it.
# And so many, together with the odds that no head ends between the two (`banmian.language.breaks`).
AROUND, INSIDE = 4.0, 8.0
_CLOSES = dict(zip("（(《“「『【", "）)》”」』】", strict=True))
_ROUND, _ENDS_ROUND = ("（", "("), ("）", ")")


def whole_bylines(blocks: Sequence[Block], page: Page) -> list[Block]:
    """The blocks with bylines that lack a name put together with the name that the head behind them begins with.

    Some extractors write the second line of a byline in one line with the head of the story beside it.
    """
    found: list[Block] = []
    for block in blocks:
        name = rest = None
        if found and block.role in HEADS and _lacks_name(found[-1]):
            name, rest = _leading_name(block.lines[0], page)
        if name is None:
            found.append(block)
            continue
        found[-1] = replace(found[-1], lines=(*found[-1].lines, name))
        lines = block.lines[1:] if rest is None else (rest, *block.lines[1:])
        if lines:
            found.append(replace(block, lines=lines, starts=True, same_row=rest is not None))
    return found


def _lacks_name(block: Block) -> bool:
    return block.role is Role.BYLINE and _NO_NAME.search(block.lines[-1].text) is not None


def _leading_name(line: Line, page: Page) -> tuple[Line | None, Line | None]:
    """The name that a line begins with, up to its first space, and the rest; None and None if it begins with none."""
    if len(line.text) > 1 and read_names(line.text):
        return line, None
    space = next(inner_spaces(page.source.text[line.span.start : line.span.end]), None)
    if space is None:
        return None, None
    name, rest = cut_line(line, page, [Span(line.span.start + space.start(), line.span.start + space.end())])
    return (name, rest) if len(name.text) > 1 and read_names(name.text) else (None, None)


def whole_heads(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with heads that were broken inside a bracket, or a quotation, put together with what closes it.

    Heads side by side that run over several lines are read row by row, so that other heads may stand between:
    渡口新船首航（新春 / 柳湾小学今日开 / 走基层） / 学. What is marked as going on from the first half is a part of it.
    Where columns were mixed the rest of a rubric may be anywhere behind it, if there is but one on the page.
    """
    found = list(blocks)
    for i in range(len(found) - 1, -1, -1):
        if (closing := _closing(found, i)) is not None:
            _put_together(found, i, closing)
    opened = [i for i, block in enumerate(found) if _opened(block) in _ROUND]
    closing_alone = [i for i, block in enumerate(found) if block.role in HEADS and _ends_rubric(_joined(block))]
    if (
        len(opened) == len(closing_alone) == 1
        and opened < closing_alone
        and _one_rubric(found, *opened, *closing_alone)
    ):
        _put_together(found, *opened, *closing_alone)
    return found


def interrupted_heads(blocks: Sequence[Block], page: Page, statistics: Statistics) -> list[Block]:
    """The blocks with heads put together that go on behind a line of another head, which stood beside them.

    渡口新船今日首 / 柳湾小学开学 / 航. Of 30 such places on dev and on printed pages 21 are one head, and 2 are not; in
    the others more than two heads were mixed.
    """
    found = list(blocks)
    heads = [block.role in HEADS for block in found]
    places = [i for i in range(len(found) - 2) if all(heads[i : i + 3])]
    if not places:
        return found
    asked = sorted({at for i in places for at in range(i, i + 3)})
    texts = [_joined(found[i]) for i in asked]
    known = statistics.with_page([line.text for line in page.lines])
    ends, begins = tails(known, texts), starts(known, texts)
    at = np.searchsorted(asked, places)
    sides = ((0, 2), (0, 1), (1, 2))
    around, first, second = (pair_odds(known, ends.take(at + one), begins.take(at + two)) for one, two in sides)
    inside = -known.breaks.odds(ends.take(at).vectors, begins.take(at + 2).vectors)[:, 0]
    sure = (around >= AROUND) & (around - np.maximum(first, second) >= AROUND) & (around + inside >= INSIDE)
    for i in np.array(places)[sure].tolist()[::-1]:  # from the last on: what is before stays where it is
        found[i] = replace(found[i], lines=(*found[i].lines, *found.pop(i + 2).lines))
    return found


def _closing(blocks: Sequence[Block], i: int) -> int | None:
    """The block near by that closes the bracket which a head ends inside of; None if there is none, or no bracket."""
    mark = _opened(blocks[i])
    if mark is None:
        return None
    for at in range(i + 1, min(i + 2 + BETWEEN_HALVES, len(blocks))):
        if blocks[at].role not in HEADS:
            return None
        text = _joined(blocks[at])
        if (closed := CLOSED.search(text)) and closed[0].endswith(_CLOSES[mark]):
            return at if mark not in _ROUND or (_ends_rubric(text) and _one_rubric(blocks, i, at)) else None
        if mark in text or _CLOSES[mark] in text or (mark not in _ROUND and blocks[at].starts):
            return None
    return None


def _opened(block: Block) -> str | None:
    """The bracket, or the quotation mark, that a head ends inside of."""
    found = OPENED.search(_joined(block)) if block.role in HEADS else None
    return found[0][0] if found else None


def _ends_rubric(text: str) -> bool:
    """Whether a text is nothing but the end of what stands in round brackets."""
    closed = CLOSED.search(text)
    return closed is not None and closed.end() == len(text) and text.endswith(_ENDS_ROUND)


def _one_rubric(blocks: Sequence[Block], first: int, last: int) -> bool:
    """Whether a bracket that one head ends inside of, and the rest of it in another, are as long as rubrics are."""
    opened = OPENED.search(_joined(blocks[first]))
    return opened is not None and len(opened[0]) + len(_joined(blocks[last])) <= LONGEST_RUBRIC


def _put_together(blocks: list[Block], first: int, closing: int) -> None:
    """Put what closes the bracket of a head into it, and what goes on from the head before that."""
    last = first + 1
    while last < closing and blocks[last].role in HEADS and not blocks[last].starts:
        last += 1
    parts = [*blocks[first:last], blocks[closing]]
    whole = replace(blocks[first], lines=tuple(line for part in parts for line in part.lines))
    blocks[first : closing + 1] = [whole, *blocks[last:closing]]


def _joined(block: Block) -> str:
    return "".join(line.text for line in block.lines)
