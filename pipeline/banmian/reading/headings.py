"""Tell the heads of one story apart: kicker (引题), headline (主题) and deck (副题).

Size of type would tell at once, and a raw text has none. What is left: a deck of a feature begins with a dash; a
kicker ends with one, or with a colon or the word that introduces what somebody said; a label in brackets stands
behind the headline; where heads run over two lines, the one with fewer characters a line is set larger; and a break
inside a head reads on. These signs are weighed for each break between the lines of a head, and the best division of
them all into kicker, headline and deck is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from banmian.language import Statistics, join_odds
from banmian.model import Block, Role
from banmian.reading.evidence import CLASS_COUNT, ODDS, edge
from banmian.reading.links import text_of
from banmian.reading.links_cuts import goes_on, type_class
from banmian.reading.links_heads import form
from banmian.reading.links_kinds import offsets, rows

KINDS: tuple[tuple[str, int], ...] = (
    ("forms", 64),
    ("gap", 3),
    ("sizes", 64),
    ("type", 12),
    ("goes on", 8),
    ("join", len(ODDS) + 1),
    ("place", 9),
    ("end", CLASS_COUNT),
    ("start", CLASS_COUNT),
)
ROWS = rows(KINDS)
# What a break between two lines of a head can be.
SAME, KICKER, DECK = 0, 1, 2  # inside one head, between kicker and headline, between headline and deck
BREAKS = 3


def breaks(stories: Sequence[Sequence[Block]], statistics: Statistics) -> list[NDArray[np.intp]]:
    """The evidence about each break between the heads of each story, shape (heads - 1, kinds)."""
    texts = [[text_of(block) for block in heads] for heads in stories]
    lefts, rights = [t for part in texts for t in part[:-1]], [t for part in texts for t in part[1:]]
    joins = iter(np.digitize(join_odds(statistics, lefts, rights), ODDS).tolist() if lefts else ())
    return [_breaks(heads, part, joins) for heads, part in zip(stories, texts, strict=True)]


def _breaks(heads: Sequence[Block], texts: Sequence[str], joins: Iterator[int]) -> NDArray[np.intp]:
    found = []
    for place, ((one, two), (first, second)) in enumerate(zip(pairwise(texts), pairwise(heads), strict=True)):
        found.append(
            (
                form(one) * 8 + form(two),
                2 if second.same_row else int(second.lines[0].gap),
                min(7, len(one) // 4) * 8 + min(7, len(two) // 4),
                type_class(first, second),
                goes_on(second),
                next(joins),
                min(len(heads) - 2, 2) * 3 + min(place, 2),
                edge(one[-1:]),
                edge(two[:1]),
            )
        )
    if not found:
        return np.zeros((0, len(KINDS)), dtype=np.intp)
    return np.array(found, dtype=np.intp) + offsets(KINDS)


def divisions(count: int) -> list[tuple[int, ...]]:
    """All ways to divide so many heads into kicker, headline and deck: what each break is.

    >>> divisions(2)
    [(0,), (1,), (2,)]
    """
    found = []
    for kicker in range(count):
        for headline in range(kicker + 1, count + 1):
            marks = [SAME] * (count - 1)
            if kicker:
                marks[kicker - 1] = KICKER
            if headline < count:
                marks[headline - 1] = DECK
            found.append(tuple(marks))
    return sorted(found)


def parts_of_heads(
    stories: Sequence[Sequence[Block]], statistics: Statistics, weights: NDArray[np.float32]
) -> list[list[tuple[Role, list[Block]]]]:
    """The heads of each story by their roles, in reading order; `weights` has the shape (ROWS, BREAKS)."""
    found = breaks(stories, statistics)
    return [_divided(heads, weights[part].sum(axis=1)) for heads, part in zip(stories, found, strict=True)]


def _divided(heads: Sequence[Block], scores: NDArray[np.float32]) -> list[tuple[Role, list[Block]]]:
    if not heads:
        return []
    best = max(divisions(len(heads)), key=lambda marks: sum(float(scores[i, mark]) for i, mark in enumerate(marks)))
    parts: list[list[Block]] = [[], [], []]
    role = 0 if KICKER in best else 1
    for block, mark in zip(heads, (SAME, *best), strict=True):
        role = {SAME: role, KICKER: 1, DECK: 2}[mark]
        parts[role].append(block)
    return [(name, part) for name, part in zip((Role.KICKER, Role.HEADLINE, Role.DECK), parts, strict=True) if part]
