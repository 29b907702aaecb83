"""What a linear chain of states (a conditional random field) expects: the sums that weights are fitted with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.reading.blocks.states import allowed, at_begin

Floats = NDArray[np.float64]

CLOSED = -1e4  # log potential of a state that a line is known not to have


@dataclass(frozen=True, slots=True)
class Expected:
    """What chains expect.

    Args:
        log_sum: the logarithm of the sum over all sequences of states, of all chains together.
        states: (lines, chains, states) probability of each state of each line, zero beyond the end of a chain.
        pairs: (states, states) how often one state is expected after another.
    """

    log_sum: float
    states: Floats
    pairs: Floats


def expect(emission: Floats, transition: Floats, lengths: NDArray[np.intp], whole: NDArray[np.bool_]) -> Expected:
    """Sum over all sequences of states of several chains at once.

    Args:
        emission: (lines, chains, states) log potentials; what lies beyond the end of a chain is not read.
        transition: (states, states) log potentials, from row to column.
        lengths: (chains,) how many lines each has.
        whole: (chains,) whether each begins where a page does (else any state may come first).
    """
    most, chains, count = emission.shape
    alive = np.arange(most)[:, None] < lengths
    top = transition.max()
    step = np.exp(transition + allowed() - top)
    shift = emission.max(axis=2, keepdims=True)
    local = np.exp(emission - shift)
    begin = np.where(whole[:, None], np.exp(at_begin())[None, :], 1.0)
    forward, scale = np.zeros_like(local), np.ones((most, chains))
    now = local[0] * begin
    for t in range(most):
        if t:
            now = np.where(alive[t][:, None], local[t] * (forward[t - 1] @ step), forward[t - 1])
        scale[t] = now.sum(axis=1)
        forward[t] = now / scale[t][:, None]
    backward, pairs = np.ones_like(local), np.zeros((count, count))
    for t in range(most - 2, -1, -1):
        ahead = np.where(alive[t + 1][:, None], local[t + 1] * backward[t + 1] / scale[t + 1][:, None], 0.0)
        pairs += forward[t].T @ ahead
        backward[t] = np.where(alive[t + 1][:, None], ahead @ step.T, 1.0)
    log_sum = float(np.log(scale)[alive].sum() + shift[:, :, 0][alive].sum() + (lengths - 1).sum() * top)
    return Expected(log_sum, forward * backward * alive[:, :, None], pairs * step)


def closed(states: NDArray[np.intp], count: int) -> Floats:
    """Log potentials that close every state but the known one; open where it is not known (-1)."""
    out = np.zeros((*states.shape, count))
    known = states >= 0
    out[known] = CLOSED
    out[known, states[known]] = 0.0
    return out
