"""Which leg of text goes on in which, and which leg each head stands over: one assignment for the whole page.

For each pair the place says how a compositor would have set them: right below in one column, or at the top of the next
column to the right; a head over the first of its legs, or beside it. The words say whether the sentence that one leg
leaves open goes on in the other, and whether a story begins. Both are odds in nats and add up; each leg follows one
leg or head at most, each leg or head is followed by one leg at most, and the best of all such choices is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.geometry.situation import OPEN_CLOSED, STORY_OPENS, Drawn, Node, Situation
from banmian.language import Statistics, join_odds

Floats = NDArray[np.float64]

IMPOSSIBLE = -1e6

CLOSED = 1.5  # a leg that ends with a paragraph may be the last
HALF_OPEN = 1.0  # a full line that ends with a stop may end its paragraph or not
JOIN = (-4.0, 5.0)  # what the characters across a break may say at most
ALONE = -4.0  # a leg that follows nothing, and has no head
# Each pair of legs is compared with all others. A page has 10 to 60 legs; a page of stock prices may have a thousand,
# and compares each with its nearest.
MOST_PAIRS, LEAST_NEAR = 2_000_000, 3
STRAY = 0.3  # the most that is right of legs that follow nothing: mostly their head or the leg before was not found
TEMPERATURE = 1.5  # by which differences of scores are divided to be probabilities


@dataclass(frozen=True, slots=True)
class Link:
    """What a leg follows: `leg` or `head`, or neither, and the probability that this is right."""

    leg: int | None
    head: int | None
    odds: float


def link(legs: Sequence[Node], heads: Sequence[Node], drawn: Drawn, known: Statistics) -> list[Link]:
    """What each leg follows."""
    if not legs:
        return []
    scores = score(legs, heads, drawn, known)
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  slow to import: only where lines have boxes

    rows, columns = linear_sum_assignment(-scores)
    chosen = np.zeros(len(legs), dtype=np.intp)
    chosen[rows] = columns
    chosen = _without_rings(chosen, scores, len(legs))
    found = []
    for v, u in enumerate(chosen.tolist()):
        odds = _probability(scores, chosen, v)
        if u < len(legs):
            found.append(Link(u, None, odds))
        elif u < len(legs) + len(heads):
            found.append(Link(None, u - len(legs), odds))
        else:
            found.append(Link(None, None, min(odds, STRAY)))
    return found


def _probability(scores: Floats, chosen: NDArray[np.intp], v: int) -> float:
    """How sure a choice is: its score beside those of the other choices that this leg had.

    What another leg has for certain is no choice: it counts with what that leg would lose.
    """
    own = scores[v, chosen[v]]
    others = []
    taken = {int(u): w for w, u in enumerate(chosen.tolist())}
    for u in np.flatnonzero(scores[v] > own - 12).tolist():
        if u == chosen[v]:
            continue
        value = scores[v, u]
        if u in taken:
            w = taken[u]
            swapped = scores[w, chosen[v]]
            alone = scores[w, -len(scores) + w]
            value += max(swapped, alone) - scores[w, u]
        others.append(value - own)
    if not others:
        return 0.999
    return float(1.0 / (1.0 + np.exp(np.clip(others, -30, 30) / TEMPERATURE).sum()))


def _without_rings(chosen: NDArray[np.intp], scores: Floats, count: int) -> NDArray[np.intp]:
    """The choice with rings of legs that follow each other opened where that costs least."""
    chosen = chosen.copy()
    for start in range(count):
        ring: list[int] = []
        at = start
        while at < count and at not in ring:
            ring.append(at)
            at = int(chosen[at])
        if at == start and ring:
            weakest = min(ring, key=lambda v: scores[v, chosen[v]])
            chosen[weakest] = scores.shape[1] - count + weakest
    return chosen


def score(legs: Sequence[Node], heads: Sequence[Node], drawn: Drawn, known: Statistics) -> Floats:
    """The score of each leg following each leg, each head, or nothing; shape (legs, legs + heads + legs)."""
    n, m = len(legs), len(heads)
    scores = np.full((n, n + m + n), IMPOSSIBLE)
    page = Situation(legs, heads, drawn)
    pairs = [(u, v) for v in range(n) for u in _near(legs, v) if page.possible(u, v)]
    lefts, rights = [legs[u].last for u, _ in pairs], [legs[v].first for _, v in pairs]
    joins = join_odds(known, lefts, rights).tolist() if pairs else []
    for (u, v), join in zip(pairs, joins, strict=True):
        scores[v, u] = page.follows(u, v) + (-STORY_OPENS if page.opens[v] else _goes_on(legs[u], legs[v], join))
    for v in range(n):
        for h in range(m):
            scores[v, n + h] = page.under(h, v)
        scores[v, n + m + v] = ALONE + (0.0 if legs[v].starts else -OPEN_CLOSED / 2)
    return scores


def _near(legs: Sequence[Node], v: int) -> list[int]:
    """The legs that a leg could follow: all others, or the nearest of them on a page that has very many (a table)."""
    others = [u for u in range(len(legs)) if u != v]
    count = max(LEAST_NEAR, MOST_PAIRS // max(1, len(legs)) ** 2)
    if len(others) <= count:
        return others
    place = legs[v].place
    others.sort(key=lambda u: max(0.0, -legs[u].place.beside(place)) + max(0.0, -legs[u].place.level(place)))
    return others[:count]


def _goes_on(one: Node, two: Node, join: float) -> float:
    """What the ends of two legs say about the one going on in the other, in which no story opens."""
    join = min(max(join, JOIN[0]), JOIN[1])
    if not one.full:
        # It ends with a paragraph, as every story does, and one leg in six that goes on.
        return -CLOSED if two.starts else -OPEN_CLOSED
    if one.ends:
        # The line is full and ends a sentence: an indent tells.
        return HALF_OPEN if two.starts else HALF_OPEN + min(join, 1.0)
    return -OPEN_CLOSED if two.starts else OPEN_CLOSED / 2 + join
