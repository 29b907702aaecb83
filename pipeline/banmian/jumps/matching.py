"""Which rest belongs to which beginning: one choice for the whole issue, and how sure each pair of it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from banmian.jumps.ends import End
from banmian.jumps.evidence import Floats, evidence, fitted
from banmian.language import Statistics, Topics
from banmian.matching import best_pairs
from banmian.page_numbers import same_number

_NEVER = -1e6


@dataclass(frozen=True, slots=True)
class Match:
    """Two ends that are one story, as indices, and the probability of it."""

    before: int
    after: int
    confidence: float


def match(found: Sequence[End], known: Statistics, about: Topics, weights: Floats | None = None) -> list[Match]:
    """The best set of pairs for a whole issue, with how probable each is among all that its ends could be."""
    before, after = candidates(found)
    if not before:
        return []
    sides = [found[i] for i in before], [found[j] for j in after]
    scores = odds(*sides, known, about, weights)
    # Each beginning may go on nowhere, and each rest come from nowhere, at odds of one to one.
    m = len(before)
    rows, columns = best_pairs(np.hstack([scores, np.where(np.eye(m) > 0, 0.0, _NEVER)]))
    by_row = scores - np.logaddexp(0.0, np.logaddexp.reduce(scores, axis=1))[:, None]
    by_column = scores - np.logaddexp(0.0, np.logaddexp.reduce(scores, axis=0))[None, :]
    sure = np.exp(0.5 * (by_row + by_column))
    pairs = [
        Match(before[i], after[j], float(sure[i, j]))
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
        if j < len(after) and scores[i, j] > 0
    ]
    return _without_rings(pairs)


def candidates(found: Sequence[End]) -> tuple[list[int], list[int]]:
    """The ends that may be beginnings, and those that may be rests: all that a jump line may speak of."""
    if not any(end.to or end.comes for end in found):
        return [], []
    there = possible(found, found)
    return np.flatnonzero(there.any(axis=1)).tolist(), np.flatnonzero(there.any(axis=0)).tolist()


def possible(before: Sequence[End], after: Sequence[End]) -> NDArray[np.bool_]:
    """Which ends may go on in which, shape (len(before), len(after)).

    One of both has to have a jump line, they have to stand on two pages, and on those that their jump lines give.
    """
    fits = cache(same_number)
    table = [
        [
            one.page != two.page
            and not (one.to and two.number and not fits(one.to.jump.page, two.number))
            and not (two.comes and one.number and not fits(two.comes.jump.page, one.number))
            for two in after
        ]
        for one in before
    ]
    noted = np.logical_or(
        np.array([one.to is not None for one in before], dtype=bool)[:, None],
        np.array([two.comes is not None for two in after], dtype=bool),
    )
    out: NDArray[np.bool_] = np.array(table, dtype=bool).reshape(len(before), len(after)) & noted
    return out


def odds(
    before: Sequence[End], after: Sequence[End], known: Statistics, about: Topics, weights: Floats | None = None
) -> Floats:
    """The log odds of each pair, shape (len(before), len(after)); far below zero where it cannot be."""
    scores: Floats = evidence(before, after, known, about) @ (fitted() if weights is None else weights)
    return np.where(possible(before, after), scores, _NEVER)


def _without_rings(pairs: list[Match]) -> list[Match]:
    """The pairs without the least sure one of each ring: no story goes on in its own beginning."""
    kept: dict[int, Match] = {}
    for pair in sorted(pairs, key=lambda pair: (-pair.confidence, pair.before)):
        at, ring = pair.after, False
        while at in kept and not ring:
            at = kept[at].after
            ring = at == pair.before
        if not ring:
            kept[pair.before] = pair
    return sorted(kept.values(), key=lambda pair: pair.before)
