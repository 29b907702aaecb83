"""Logistic regression with a penalty, as several programs here fit it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

Floats = NDArray[np.float64]


def logistic(table: Floats, right: NDArray[np.bool_], penalty: Floats, counts: Floats | None = None) -> Floats:
    """The weights of evidence that make what is right the likeliest; shape (kinds,).

    Args:
        table: (examples, kinds) the evidence; a constant is a column of ones.
        right: (examples,) what it is evidence of.
        penalty: (kinds,) on the square of each weight; 0 for a constant.
        counts: (examples,) how often each counts; once without.
    """
    counted = np.ones(len(table)) if counts is None else counts
    truth = right.astype(float)

    def loss(theta: Floats) -> tuple[float, Floats]:
        z = table @ theta
        value = float(counted @ (np.logaddexp(0.0, z) - truth * z) + penalty @ theta**2)
        return value, table.T @ (counted * (expit(z) - truth)) + 2 * penalty * theta

    found: Floats = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B").x
    return found
