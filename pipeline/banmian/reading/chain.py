"""Linear chains: the best sequence of states.

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
