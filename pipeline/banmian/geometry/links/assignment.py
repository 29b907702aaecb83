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

from banmian.arrays import MOST
from banmian.geometry.links.beginning import OPEN_CLOSED, STORY_OPENS, begins
from banmian.geometry.links.covering import Covering
from banmian.geometry.links.following import follows, possible
from banmian.geometry.links.nodes import Bools, Drawn, Floats, Ints, Node
from banmian.geometry.links.words import Words
from banmian.grammar.datelines import opens_story
from banmian.language import Statistics, Topics
from banmian.matching import best_pairs

IMPOSSIBLE = -1e6

CLOSED = 1.5  # a leg that ends with a paragraph may be the last
HALF_OPEN = 1.0  # a full line that ends with a stop may end its paragraph or not
JOIN = (-4.0, 5.0)  # what the characters across a break may say at most
# Times the odds of two legs, or of a head and a leg, being about the same; on printed pages as good from .3 to 1.
SAME_SUBJECT, HEAD_SUBJECT = 0.6, 0.4
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


def link(legs: Sequence[Node], heads: Sequence[Node], drawn: Drawn, known: Statistics, topics: Topics) -> list[Link]:
    """What each leg follows."""
    if not legs:
        return []
    scores = score(legs, heads, drawn, known, topics)
    rows, columns = best_pairs(scores)
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


def _probability(scores: Floats, chosen: Ints, v: int) -> float:
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


def _without_rings(chosen: Ints, scores: Floats, count: int) -> Ints:
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


def score(legs: Sequence[Node], heads: Sequence[Node], drawn: Drawn, known: Statistics, topics: Topics) -> Floats:
    """The score of each leg following each leg, each head, or nothing; shape (legs, legs + heads + legs)."""
    n, m = len(legs), len(heads)
    scores = np.full((n, n + m + n), IMPOSSIBLE)
    page = Covering(legs, heads, drawn)
    opens = np.array([opens_story(leg.first) for leg in legs], dtype=np.bool_)
    u, v = np.nonzero(possible(page) & _near(legs))
    said = Words(legs, heads, known, topics)
    # Each pair is looked at beside all legs and heads.
    step = max(1, MOST // max(1, n + m))
    for one, two in ((u[at : at + step], v[at : at + step]) for at in range(0, len(u), step)):
        goes_on = np.where(opens[two], -STORY_OPENS, _goes_on(legs, one, two, said.joins(one, two)))
        scores[two, one] = follows(page, one, two) + goes_on + SAME_SUBJECT * said.alike(one, two)
    if m:
        scores[:, n : n + m] = begins(page, opens) + HEAD_SUBJECT * said.headed()
    every = np.arange(n)
    scores[every, n + m + every] = ALONE + np.where(page.starts, 0.0, -OPEN_CLOSED / 2)
    return scores


def _near(legs: Sequence[Node]) -> Bools:
    """Which legs (rows) each (a column) could follow: all others, or the nearest on a page of very many (a table)."""
    near = ~np.eye(len(legs), dtype=np.bool_)
    count = max(LEAST_NEAR, MOST_PAIRS // max(1, len(legs)) ** 2)
    if len(legs) - 1 <= count:
        return near
    for v, leg in enumerate(legs):
        away = [max(0.0, -leg.place.beside(one.place)) + max(0.0, -leg.place.level(one.place)) for one in legs]
        away[v] = np.inf
        near[np.argsort(away, kind="stable")[count:], v] = False
    return near


def _goes_on(legs: Sequence[Node], u: Ints, v: Ints, odds: Floats) -> Floats:
    """What the ends of legs say about each of `u` going on in the same one of `v`, in which no story opens."""
    join = odds.clip(*JOIN)
    starts = np.array([leg.starts for leg in legs])[v]
    ends, full = np.array([(leg.ends, leg.full) for leg in legs])[u].T
    # It ends with a paragraph, as every story does, and one leg in six that goes on.
    last = np.where(starts, -CLOSED, -OPEN_CLOSED)
    # The line is full and ends a sentence: an indent tells.
    whole = np.where(starts, HALF_OPEN, HALF_OPEN + np.minimum(join, 1.0))
    inside = np.where(starts, -OPEN_CLOSED, OPEN_CLOSED / 2 + join)
    return np.where(full, np.where(ends, whole, inside), last)
