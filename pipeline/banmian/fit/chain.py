"""Fit the weights of a linear chain (a conditional random field) to pages with known states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from banmian.reading.states import State, allowed, at_begin

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ChainWeights:
    """Weights of the classes, shape (rows, states), and of one state after another, shape (states, states)."""

    classes: Floats
    transition: Floats


def fit(
    pages: Sequence[Ints],
    states: Sequence[Ints],
    *,
    rows: int,
    penalty: Floats,
    steps: int,
) -> ChainWeights:
    """The weights under which the known states are most likely, with a quadratic penalty.

    Args:
        pages: the classes of each page's lines, shape (lines, kinds), entries below `rows`.
        states: the state of each line; -1 where it is not known (the line is then summed out).
        rows: number of classes in all.
        penalty: half the inverse variance of the prior on the weights of each class, shape (rows,).
        steps: most L-BFGS iterations.
    """
    count = len(State)
    order = sorted(range(len(pages)), key=lambda p: -len(pages[p]))
    lengths = np.array([len(pages[p]) for p in order])
    longest = int(lengths[0])
    flat = np.concatenate([pages[p] for p in order])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    known = np.concatenate([states[p] for p in order])
    alive = [int((lengths > t).sum()) for t in range(longest)]
    index = [starts[: alive[t]] + t for t in range(longest)]
    forbid, first = allowed().astype(np.float64), at_begin().astype(np.float64)
    clamp = np.zeros((len(flat), count))
    clamp[known >= 0] = -1e4
    clamp[np.flatnonzero(known >= 0), known[known >= 0]] = 0.0
    prior = np.concatenate([np.repeat(penalty, count), np.full(count * count, penalty.mean())])

    def sums(emission: Floats, transition: Floats) -> tuple[float, Floats, Floats]:
        """Log partition function, expected states (lines, states) and expected transitions."""
        trans = transition + forbid
        top_t = trans.max()
        step = np.exp(trans - top_t)
        shift = emission.max(axis=1, keepdims=True)
        local = np.exp(emission - shift)
        forward, scale = np.empty_like(local), np.empty(len(local))
        for t in range(longest):
            at = index[t]
            now = local[at] * (np.exp(first) if t == 0 else forward[index[t - 1][: len(at)]] @ step)
            scale[at] = now.sum(axis=1)
            forward[at] = now / scale[at][:, None]
        backward = np.empty_like(local)
        pair = np.zeros((count, count))
        for t in range(longest - 1, -1, -1):
            at = index[t]
            backward[at] = 1.0
            if t + 1 < longest:
                after = index[t + 1]
                front = local[after] * backward[after] / scale[after][:, None]
                pair += forward[at[: len(after)]].T @ front
                backward[at[: len(after)]] = front @ step.T
        total = float((np.log(scale) + shift[:, 0]).sum() + (lengths - 1).sum() * top_t)
        return total, forward * backward, pair * step

    def loss(theta: Floats) -> tuple[float, Floats]:
        classes, transition = theta[: rows * count].reshape(rows, count), theta[rows * count :].reshape(count, count)
        emission = classes[flat].sum(axis=1)
        free, free_states, free_pairs = sums(emission, transition)
        held, held_states, held_pairs = sums(emission + clamp, transition)
        difference = free_states - held_states
        gradient = np.zeros((rows, count))
        for kind in range(flat.shape[1]):
            for s in range(count):
                gradient[:, s] += np.bincount(flat[:, kind], weights=difference[:, s], minlength=rows)
        value = free - held + float((prior * theta**2).sum())
        slope = np.concatenate([gradient.ravel(), (free_pairs - held_pairs).ravel()]) + 2 * prior * theta
        return value, slope

    result = minimize(
        loss,
        np.zeros(rows * count + count * count),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": steps, "maxcor": 12},
    )
    theta = result.x
    return ChainWeights(theta[: rows * count].reshape(rows, count), theta[rows * count :].reshape(count, count))
