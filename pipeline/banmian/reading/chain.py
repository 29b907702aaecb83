"""Linear chains: the best sequence of states, and how sure each state is.

Scores are log potentials. `emission` has shape (n, states), `transition` (states, states) from row to column, `begin`
(states,).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]


def best_path(emission: Floats, transition: Floats, begin: Floats) -> Ints:
    """The sequence of states with the highest score (Viterbi), shape (n,)."""
    n, states = emission.shape
    if n == 0:
        return np.zeros(0, dtype=np.intp)
    back = np.empty((n, states), dtype=np.intp)
    column = transition.T.copy()  # row = state arrived at
    rows = np.arange(states)
    score = emission[0] + begin
    for i in range(1, n):
        through = column + score
        choice = through.argmax(axis=1)
        back[i] = choice
        score = through[rows, choice] + emission[i]
    path = np.empty(n, dtype=np.intp)
    path[-1] = int(score.argmax())
    for i in range(n - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return path


def marginals(emission: Floats, transition: Floats, begin: Floats) -> Floats:
    """The probability of each state at each place (forward-backward), shape (n, states)."""
    n, states = emission.shape
    if n == 0:
        return np.zeros((0, states), dtype=np.float32)
    step = np.exp(transition)
    local = np.exp(emission - emission.max(axis=1, keepdims=True))
    forward = np.empty((n, states), dtype=np.float32)
    now = local[0] * np.exp(begin)
    forward[0] = now / now.sum()
    for i in range(1, n):
        now = (forward[i - 1] @ step) * local[i]
        forward[i] = now / now.sum()
    backward = np.ones((n, states), dtype=np.float32)
    for i in range(n - 2, -1, -1):
        now = step @ (local[i + 1] * backward[i + 1])
        backward[i] = now / now.sum()
    both = forward * backward
    out: Floats = both / both.sum(axis=1, keepdims=True)
    return out
