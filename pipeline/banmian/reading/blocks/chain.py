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
    """The sequence of states with the highest score (Viterbi), shape (n,).

    The best ways on from the first line and back from the last are found side by side, until they meet in the middle:
    a step is a few operations on small tables, and two tables take hardly longer than one.
    """
    n, states = emission.shape
    if n == 0:
        return np.zeros(0, dtype=np.intp)
    half = (n - 1) // 2
    tables = np.stack([transition.T, transition])  # [direction, state arrived at, state come from]
    gains = np.stack([emission[: half + 1], emission[::-1][: half + 1]], axis=1)
    choices = np.empty((half + 1, 2, states), dtype=np.intp)
    places = np.arange(2 * states).reshape(2, states) * states
    score = gains[0].copy()
    score[0] += begin
    for i in range(1, half + 1):
        ways = tables + score[:, None, :]
        choice = ways.argmax(axis=2, out=choices[i])
        score = ways.take(places + choice) + gains[i]
    path = np.empty(n, dtype=np.intp)
    on, back = score
    if n % 2:  # both ways end in the line in the middle
        path[half] = (on + back - emission[half]).argmax()
    else:
        path[half], path[half + 1] = np.unravel_index((on[:, None] + transition + back).argmax(), transition.shape)
    for i in range(half, 0, -1):
        path[i - 1] = choices[i, 0, path[i]]
        path[n - i] = choices[i, 1, path[n - 1 - i]]
    return path
