"""Fit the weights by which kicker, headline and deck are told apart: a softmax over all divisions of a head."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from banmian.reading.headings import BREAKS, DECK, KICKER, ROWS, SAME, divisions

Floats = NDArray[np.float64]


def division(roles: Sequence[str]) -> tuple[int, ...] | None:
    """What each break is between heads of known roles; None where kicker, headline and deck are out of order."""
    order = ["kicker", "headline", "deck"]
    places = [order.index(role) for role in roles]
    if places != sorted(places) or 1 not in places:
        return None
    return tuple(SAME if one == two else KICKER if two == 1 else DECK for one, two in pairwise(places))


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
                slope = share - (marks == truth)
                for i, mark in enumerate(marks):
                    np.add.at(gradient, (classes[i], mark), slope)
        return value, gradient.ravel() + 2 * penalty * theta

    result = minimize(loss, np.zeros(ROWS * BREAKS), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    weights: Floats = result.x.reshape(ROWS, BREAKS)
    return weights
