"""Heads whose type was measured, not told: where a kicker ends and the headline begins, by sizes and words together.

An engine measures a line by its ink, which makes one of two lines of a head look a tenth larger than the other; and a
kicker may be set no more than a fifth smaller than its headline. So what is said is asked as well: a break between two
heads is of another kind than one inside of a head (`banmian.language.breaks`). The heads of a story are cut where both
together say it, at most in kicker, headline and deck.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from banmian.geometry.frame import Printed
from banmian.grammar.rubrics import stands_over_head
from banmian.language import Statistics, heads, tails

Floats = NDArray[np.float64]

# Nats. Measured sizes of one type differ by so much (the logarithm), those of two heads of a story mostly by `APART`,
# give or take `SPREAD`. On 240 printed pages, each size off by up to a twentieth, 0.035 to 0.07, a half to all of the
# words and -1 or -2 for a cut are as good as each other.
NOISE, APART, SPREAD = 0.06, 0.4, 0.2
MOST = 8.0  # what sizes may say at most
WORDS = 0.7  # times the odds of the words
CUT = -1.0  # most breaks are inside of a head
DASH, RUBRIC = 6.0, 6.0  # —— begins a deck; a rubric (栏目名) is a kicker
MOST_CUTS = 2  # kicker, headline and deck
MOST_LINES = 12  # more are no heads


def cut_heads(lines: Sequence[Printed], known: Statistics) -> list[list[Printed]]:
    """The lines of the heads of one story, from the top, head by head.

    Args:
        lines: at least one.
        known: the language.
    """
    if len(lines) == 1 or len(lines) > MOST_LINES:
        return [list(lines)]
    words = _words([line.text for line in lines], known)
    sizes = np.log([line.size for line in lines])
    places = range(1, len(lines))
    ways = [cuts for count in range(MOST_CUTS + 1) for cuts in combinations(places, count)]
    best = max(ways, key=lambda cuts: _score(cuts, words, sizes))
    return [list(lines[first:last]) for first, last in pairwise((0, *best, len(lines)))]


def _words(texts: Sequence[str], known: Statistics) -> Floats:
    """The odds that each line but the first begins a head of its own, by its words."""
    ends, begins = tails(known, texts[:-1]), heads(known, texts[1:])
    odds = known.breaks.odds(ends.vectors, begins.vectors)[:, 0].astype(np.float64)
    told = [DASH * text.startswith("——") + RUBRIC * stands_over_head(before) for before, text in pairwise(texts)]
    found: Floats = WORDS * odds + np.array(told)
    return found


def _score(cuts: Sequence[int], words: Floats, sizes: Floats) -> float:
    """What speaks for cutting the lines before each of these; 0 where they are all one head."""
    bounds = [0, *cuts, len(sizes)]
    means = [float(sizes[first:last].mean()) for first, last in pairwise(bounds)]
    if len(means) == MOST_CUTS + 1 and max(means) != means[1]:
        return -np.inf  # the headline is the largest
    counts = [last - first for first, last in pairwise(bounds)]
    told = [
        _sizes(abs(one - two), 1 / n + 1 / m)
        for (one, two), (n, m) in zip(pairwise(means), pairwise(counts), strict=True)
    ]
    return float(sum(words[at - 1] + CUT for at in cuts) + sum(told))


def _sizes(apart: float, spread: float) -> float:
    """What a difference of two sizes (logarithms) says for two heads, each the mean of some lines."""
    noise = NOISE * spread**0.5
    one = -((apart / noise) ** 2) / 2 - np.log(noise)
    two = -(((apart - APART) / SPREAD) ** 2) / 2 - np.log(SPREAD)
    return float(np.clip(two - one, -MOST, MOST))
