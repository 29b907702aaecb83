"""Fit the weights by which kicker, headline and deck are told apart: a softmax over all divisions of a story's heads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from banmian.reading.headings import BREAKS, DECK, KICKER, ROWS, SAME, divisions

Floats = NDArray[np.float64]


def division(roles: Sequence[str]) -> tuple[int, ...] | None:
    """What each break is between heads of known roles ("kicker", "headline", "deck"); None where they are out of order."""
    order = ["kicker", "headline", "deck"]
    places = [order.index(role) for role in roles]
    if places != sorted(places) or 1 not in places:
        return None
    marks = []
    for one, two in zip(places, places[1:], strict=False):
        marks.append(SAME if one == two else KICKER if two == 1 else DECK)
    return tuple(marks)


def fit(groups: Sequence[NDArray[np.intp]], truths: Sequence[tuple[int, ...]], *, penalty: float, steps: int) -> Floats:
    """The weights under which the true divisions are most likely, shape (ROWS, BREAKS).

    Args:
        groups: the evidence about the breaks of each head (`banmian.reading.headings.breaks`).
        truths: what each break is.
        penalty: half the inverse variance of the prior on each weight.
        steps: most L-BFGS iterations.
    """
    data = [(group, divisions(len(group) + 1), truth) for group, truth in zip(groups, truths, strict=True)]

    def loss(theta: Floats) -> tuple[float, Floats]:
        weights = theta.reshape(ROWS, BREAKS)
        gradient = np.zeros_like(weights)
        value = penalty * float((theta**2).sum())
        for classes, options, truth in data:
            scores = weights[classes].sum(axis=1)
            totals = np.array([sum(scores[i, mark] for i, mark in enumerate(marks)) for marks in options])
            odds = np.exp(totals - np.logaddexp.reduce(totals))
            value -= float(np.log(max(odds[options.index(truth)], 1e-300)))
            for marks, share in zip(options, odds, strict=True):
                share = share - (marks == truth)
                for i, mark in enumerate(marks):
                    np.add.at(gradient, (classes[i], mark), share)
        return value, gradient.ravel() + 2 * penalty * theta

    result = minimize(loss, np.zeros(ROWS * BREAKS), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    weights: Floats = result.x.reshape(ROWS, BREAKS)
    return weights
