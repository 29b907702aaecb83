"""Tell the heads of one story apart, and put them in order: kicker (引题), headline (主题) and deck (副题).

Size of type would tell at once, and a raw text has none. What is left: a deck of a feature begins with a dash; a
kicker ends with one, or with a colon or the word that introduces what somebody said; a label in brackets stands
behind the headline; where heads run over two lines, the one with fewer characters a line is set larger; a kicker may
be nothing but the name of a place or an office; and the lines of one head read on. These signs are weighed for each
two heads, one after the other, and the best order and division of them all into kicker, headline and deck is taken:
some extractors write a deck before its headline, or two lines of heads that stand side by side in turn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, permutations

import numpy as np
from numpy.typing import NDArray

from banmian.grammar.kickers import introduces
from banmian.grammar.places import PlaceName, place_name
from banmian.grammar.rubrics import stands_over_head
from banmian.language import Statistics, pair_odds, tails
from banmian.language import heads as starts_of
from banmian.model import Block, Role
from banmian.reading.links.cuts import goes_on, type_class
from banmian.reading.links.heads import form
from banmian.reading.links.kinds import ODDS, bins, offsets, rows
from banmian.reading.links.survey import text_of
from banmian.reading.marks import CLASS_COUNT, edge

Ints = NDArray[np.intp]

SIZE, SIZES = 8, 4  # characters of one class of sizes, and how many classes there are
# Of one head after another, `kinds` of evidence; the last does not depend on which two they are. Eight classes of sizes
# instead of four, what the first ends with, and the odds of the edges of paragraphs made fewer readings right on pages
# of other papers and of dev than without them (2026-11-30): there are some 800 different stories with several heads to
# fit to.
KINDS: tuple[tuple[str, int], ...] = (
    ("forms", 64),
    ("gap", 4),
    ("sizes", SIZES**2),
    ("type", 12),
    ("goes on", 16),
    ("join", len(ODDS) + 1),
    ("order in the text", 6),  # right after, right before, a little after or before, far after or before
    ("start", CLASS_COUNT),
    ("lengths", 6),  # without labels in brackets; the lines of one headline are often of one length (对仗)
    ("names of places", 2 * len(PlaceName) ** 2),
    ("break", len(ODDS) + 1),  # odds that two heads meet there and not two lines of one (`banmian.language.breaks`)
    ("place", 9),
)
ROWS = rows(KINDS)
_OFFSETS = offsets(KINDS)
# What a break between two heads can be.
SAME, KICKER, DECK = 0, 1, 2  # inside one head, between kicker and headline, between headline and deck
BREAKS = 3
# Heads of one story whose order is put to the question; more stay in the order of the text.
MOST_ORDERED = 4
# Heads that a kicker or a deck consists of, at most: print has two or three, and the readings grow with the square.
MOST_IN_PART = 6
# So many characters between two heads are a little: other heads, or a part of a column. From 200 to 800 all tell the
# order as well; without this the true readings of the pages for fitting are 2 % less likely.
A_LITTLE = 300
# How much less a reading is worth in which what leads on to a head (某某强调), or stands over one (药师手记), is no
# kicker: beyond evidence.
NO_KICKER = 30.0
_LABEL = re.compile(r"[（(][^（()）]{1,16}[)）]$")
_UNCOUNTED = re.compile(r"[，、：；！？“”‘’《》·\s]")


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """All ways to read so many heads: orders, each with all its divisions.

    Args:
        order: (readings, heads) which head comes where.
        marks: (readings, heads - 1) what each break is.
        parts: (readings, heads) what stands at each place: 0 kicker, 1 headline, 2 deck.
    """

    order: Ints
    marks: Ints
    parts: Ints

    def scores(self, evidence: Ints, weights: NDArray[np.floating]) -> NDArray[np.floating]:
        """How good each reading is, shape (readings,)."""
        out: NDArray[np.floating] = weights[self.rows(evidence), self.marks[:, :, None]].sum(axis=(1, 2))
        return out

    def not_kickers(self, heads: Sequence[int]) -> Ints:
        """How many of some heads are no kickers, shape (readings,)."""
        out: Ints = (np.isin(self.order, heads) & (self.parts > 0)).sum(axis=1)
        return out

    def rows(self, evidence: Ints) -> Ints:
        """The rows of the weights of each break of each reading, shape (readings, heads - 1, kinds)."""
        count = self.order.shape[1]
        place = min(count - 2, 2) * 3 + np.minimum(np.arange(count - 1), 2) + _OFFSETS[-1]
        pairs = evidence[self.order[:, :-1], self.order[:, 1:]]
        return np.concatenate([pairs, np.broadcast_to(place[None, :, None], (*pairs.shape[:2], 1))], axis=2)


@cache
def readings(count: int) -> Readings:
    """All readings of two heads or more; that in the order of the text and of one piece is the first."""
    orders = list(permutations(range(count))) if count <= MOST_ORDERED else [tuple(range(count))]
    marks = divisions(count)
    parts = [_parts(division) for division in marks]
    return Readings(
        np.repeat(np.array(orders, dtype=np.intp), len(marks), axis=0),
        *(np.tile(np.array(each, dtype=np.intp), (len(orders), 1)) for each in (marks, parts)),
    )


def _parts(marks: Sequence[int]) -> list[int]:
    """What stands at each place; behind a break called KICKER it is the headline (1), behind DECK the deck (2)."""
    parts = [0 if KICKER in marks else 1]
    for mark in marks:
        parts.append(parts[-1] if mark == SAME else mark)
    return parts


def divisions(count: int) -> list[tuple[int, ...]]:
    """The ways to divide so many heads into kicker, headline and deck: what each break is.

    >>> divisions(2)
    [(0,), (1,), (2,)]
    """
    found = []
    for kicker in range(min(count, MOST_IN_PART + 1)):
        for headline in range(max(kicker + 1, count - MOST_IN_PART), count + 1):
            marks = [SAME] * (count - 1)
            if kicker:
                marks[kicker - 1] = KICKER
            if headline < count:
                marks[headline - 1] = DECK
            found.append(tuple(marks))
    return sorted(found)


def pairs(stories: Sequence[Sequence[Block]], statistics: Statistics) -> list[Ints]:
    """The evidence about each head coming after each other of its story, shape (heads, heads, kinds - 1)."""
    texts = [[text_of(block) for block in heads] for heads in stories]
    every = [text for part in texts for text in part]
    left, right = tails(statistics, every), starts_of(statistics, every)
    firsts = np.cumsum([0, *map(len, texts)]).tolist()
    both = [np.mgrid[first:last, first:last].reshape(2, -1) for first, last in pairwise(firsts)]
    lefts, rights = np.concatenate([np.zeros((2, 0), np.intp), *both], axis=1)
    joins = bins(pair_odds(statistics, left.take(lefts), right.take(rights)), ODDS)
    breaks = bins(statistics.breaks.odds(left.vectors[lefts], right.vectors[rights])[:, 0], ODDS)
    found, at = [], 0
    for heads, part in zip(stories, texts, strict=True):
        count = len(heads)
        here = slice(at, at + count * count)
        found.append(_pairs(heads, part, joins[here].reshape(count, count), breaks[here].reshape(count, count)))
        at = here.stop
    return found


def _pairs(heads: Sequence[Block], texts: Sequence[str], joins: Ints, breaks: Ints) -> Ints:
    """The evidence about the heads of one story."""
    count = len(heads)
    forms = [form(text) for text in texts]
    sizes = [min(SIZES - 1, len(text) // SIZE) for text in texts]
    starts = [edge(text[:1]) for text in texts]
    going = [goes_on(block) for block in heads]
    lengths = [_length(text) for text in texts]
    places = [place_name(text) for text in texts]
    found = np.zeros((count, count, len(KINDS) - 1), dtype=np.intp)
    for i, first in enumerate(heads):
        for j, second in enumerate(heads):
            order = _order(first, second)
            beside = 3 if order else 2 if second.same_row else int(second.lines[0].gap)
            found[i, j] = (
                forms[i] * 8 + forms[j],
                beside,
                sizes[i] * SIZES + sizes[j],
                type_class(first, second),
                going[j] + (8 if order else 0),
                joins[i, j],
                order,
                starts[j],
                _compared(lengths[j] - lengths[i]),
                (places[i] * len(PlaceName) + places[j]) * 2 + (order != 0),
                breaks[i, j],
            )
    return found + _OFFSETS[:-1]


def _order(first: Block, second: Block) -> int:
    """Where the second of two heads stands: right after the first (0), right before it (1), a little away, or far."""
    after = second.lines[0].span.start - first.lines[-1].tail_end
    before = first.lines[0].span.start - second.lines[-1].tail_end
    if not after or not before:
        return int(not before)
    return 2 + (after < before) + 2 * (max(after, before) > A_LITTLE)


def _length(text: str) -> int:
    """How many characters a head has without marks, and without the label in brackets behind it."""
    return len(_UNCOUNTED.sub("", _LABEL.sub("", text)))


def _compared(longer: int) -> int:
    """What it says that the second of two heads is so many characters longer."""
    if abs(longer) < 2:
        return abs(longer)
    return 2 + (longer < 0) + 2 * (abs(longer) > 4)


def parts_of_heads(
    stories: Sequence[Sequence[Block]], statistics: Statistics, weights: NDArray[np.float32]
) -> list[list[tuple[Role, list[Block]]]]:
    """The heads of each story by their roles, in reading order.

    Args:
        stories: the heads of each, in the order of the text.
        statistics: those of the language.
        weights: shape (ROWS, BREAKS).
    """
    several = [heads for heads in stories if len(heads) > 1]
    found = iter(pairs(several, statistics))
    return [_divided(heads, next(found), weights) if len(heads) > 1 else _single(heads) for heads in stories]


def _single(heads: Sequence[Block]) -> list[tuple[Role, list[Block]]]:
    return [(Role.HEADLINE, list(heads))] if heads else []


def _divided(heads: Sequence[Block], evidence: Ints, weights: NDArray[np.float32]) -> list[tuple[Role, list[Block]]]:
    leading = [i for i, block in enumerate(heads) if introduces(text_of(block)) or stands_over_head(text_of(block))]
    if len(heads) > MOST_ORDERED and leading:  # these are first, in whatever order the others are
        order = sorted(range(len(heads)), key=lambda i: i not in leading)
        heads, evidence, leading = [heads[i] for i in order], evidence[np.ix_(order, order)], list(range(len(leading)))
    ways = readings(len(heads))
    scores = ways.scores(evidence, weights)
    if leading:
        scores = scores - NO_KICKER * ways.not_kickers(leading)
    best = int(scores.argmax())
    parts: list[list[Block]] = [[], [], []]
    for number, part in zip(ways.order[best].tolist(), ways.parts[best].tolist(), strict=True):
        parts[part].append(heads[number])
    return [(name, part) for name, part in zip((Role.KICKER, Role.HEADLINE, Role.DECK), parts, strict=True) if part]
