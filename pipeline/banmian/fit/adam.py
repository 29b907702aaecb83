"""Move the weights of networks down their slope: Adam with decoupled decay, the rate rising and falling once.

Kingma and Ba 2015; Loshchilov and Hutter 2019; Smith and Topin 2019.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, pi

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

DECAY = 1e-2
LONGEST_SLOPE = 1.0  # a longer one is shortened to it
_BETAS = (0.9, 0.999)


class Adam:
    """What is remembered of the slopes of some weights."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self.step = 0
        self.first = {name: np.zeros_like(value) for name, value in weights.items()}
        self.second = {name: np.zeros_like(value) for name, value in weights.items()}

    def moved(self, weights: Mapping[str, Floats], slopes: Mapping[str, Floats], rate: float) -> dict[str, Floats]:
        """The weights after the next step; `slopes` has one for each of them."""
        self.step += 1
        length = np.sqrt(sum(float((slope**2).sum()) for slope in slopes.values()))
        out = {}
        for name, value in weights.items():
            slope = slopes[name] * np.float32(min(1.0, LONGEST_SLOPE / max(length, 1e-9)))
            first, second = self.first[name], self.second[name]
            first += (1 - _BETAS[0]) * (slope - first)
            second += (1 - _BETAS[1]) * (slope**2 - second)
            pull = first / (1 - _BETAS[0] ** self.step) / (np.sqrt(second / (1 - _BETAS[1] ** self.step)) + 1e-8)
            out[name] = (value - rate * (pull + DECAY * value)).astype(np.float32)
        return out


def share_of_rate(done: float, warm: float) -> float:
    """The rate, as a share of the highest, when so much of the way is done; it rises for the share `warm` of it.

    >>> [round(share_of_rate(done, 0.3), 2) for done in (0.0, 0.3, 1.0)]
    [0.04, 1.0, 0.0]
    """
    if done < warm:
        return 0.04 + 0.96 * 0.5 * (1 - cos(pi * done / warm))
    return 0.5 * (1 + cos(pi * (done - warm) / (1 - warm)))
