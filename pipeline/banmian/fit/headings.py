"""Fit the weights by which kicker, headline and deck are told apart: a softmax over all readings of some heads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from banmian.fit.labels import Place
from banmian.reading.headings import BREAKS, DECK, KICKER, MOST_ORDERED, ROWS, SAME, readings

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


def fit(groups: Sequence[NDArray[np.intp]], truths: Sequence[int], *, penalty: float, steps: int) -> Floats:
    """The weights under which the true readings are most likely, shape (ROWS, BREAKS).

    Args:
        groups: the evidence about the heads of each story (`banmian.reading.headings.pairs`), two heads or more.
        truths: the true reading of each.
        penalty: half the inverse variance of the prior on each weight.
        steps: most L-BFGS iterations.
    """
    data = []
    for group, truth in zip(groups, truths, strict=True):
        ways = readings(len(group))
        cells = ways.rows(group) * BREAKS + ways.marks[:, :, None]
        data.append((cells.reshape(len(cells), -1), truth))

    def loss(theta: Floats) -> tuple[float, Floats]:
        gradient = 2 * penalty * theta
        value = penalty * float((theta**2).sum())
        for cells, truth in data:
            scores = theta[cells].sum(axis=1)
            odds = np.exp(scores - np.logaddexp.reduce(scores))
            value -= float(np.log(max(odds[truth], 1e-300)))
            odds[truth] -= 1.0
            np.add.at(gradient, cells, odds[:, None])
        return value, gradient

    result = minimize(loss, np.zeros(ROWS * BREAKS), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    weights: Floats = result.x.reshape(ROWS, BREAKS)
    return weights
