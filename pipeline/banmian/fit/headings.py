"""Fit the weights by which kicker, headline and deck are told apart: a softmax over all readings of some heads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from banmian.fit.labels import Place
from banmian.reading.stories.headings import BREAKS, DECK, KICKER, MOST_ORDERED, ROWS, SAME, readings

Floats = NDArray[np.float64]
_ORDER = ("kicker", "headline", "deck")


def reading(places: Sequence[Place]) -> int | None:
    """The number of the true one among the `readings` of heads that stand in these places.

    None where no head is the headline, or where there are too many: not in order, or in a kicker or a deck.
    """
    order = sorted(range(len(places)), key=lambda i: (places[i].block, places[i].start))
    if "headline" not in {place.role for place in places}:
        return None
    roles = [_ORDER.index(places[i].role) for i in order]
    marks = [SAME if one == two else KICKER if two == 1 else DECK for one, two in pairwise(roles)]
    if len(places) > MOST_ORDERED and order != list(range(len(places))):
        return None
    ways = readings(len(places))
    found = np.flatnonzero((ways.order == order).all(axis=1) & (ways.marks == marks).all(axis=1))
    return int(found[0]) if len(found) else None


def fit(
    groups: Sequence[NDArray[np.intp]], truths: Sequence[int], counts: Sequence[float], *, penalty: float, steps: int
) -> Floats:
    """The weights under which the true readings are most likely, shape (ROWS, BREAKS).

    Args:
        groups: the evidence about the heads of each story (`banmian.reading.stories.headings.pairs`), two or more.
        truths: the true reading of each.
        counts: how much each story counts.
        penalty: half the inverse variance of the prior on each weight.
        steps: most L-BFGS iterations.
    """
    data = [_told(groups, truths, counts, size) for size in sorted({len(group) for group in groups})]

    def loss(theta: Floats) -> tuple[float, Floats]:
        gradient = 2 * penalty * theta
        value = penalty * float((theta**2).sum())
        for cells, right, often in data:
            scores = theta[cells].sum(axis=2)
            total = np.logaddexp.reduce(scores, axis=1)
            stories = np.arange(len(right))
            value += float((often * (total - scores[stories, right])).sum())
            odds = np.exp(scores - total[:, None])
            odds[stories, right] -= 1.0
            odds *= often[:, None]
            spread = np.broadcast_to(odds[:, :, None], cells.shape)
            gradient += np.bincount(cells.ravel(), weights=spread.ravel(), minlength=len(theta))
        return value, gradient

    result = minimize(loss, np.zeros(ROWS * BREAKS), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    weights: Floats = result.x.reshape(ROWS, BREAKS)
    return weights


def _told(
    groups: Sequence[NDArray[np.intp]], truths: Sequence[int], counts: Sequence[float], size: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Of the stories with so many heads: the cells of the weights that each reading has, the true one, what it counts.

    Returns:
        Shapes (stories, readings, cells of a reading), (stories,) and (stories,).
    """
    ways = readings(size)
    rows = [row for row, group in enumerate(groups) if len(group) == size]
    cells = np.stack([ways.rows(groups[row]) * BREAKS + ways.marks[:, :, None] for row in rows])
    flat = cells.reshape(len(rows), len(ways.order), -1)
    return flat, np.array([truths[row] for row in rows]), np.array([counts[row] for row in rows], dtype=np.float64)
