"""A small network over the grid of links: which line goes on from which, seen with the links around.

A page of n lines is a grid: row j, place k is the link by which line j goes on from the line k before it. Where
columns alternate, true links stand below each other in the grid (the lag is the number of columns), a column that
begins or ends moves them by one place, and two that change their order leave a mark of their own. Convolutions over
lines and lags see that, a line's rivals and all. What comes out are log odds: each link against its line going on
from nothing, and from any other line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.reading.arrays import Arrays

Floats = NDArray[np.float32]

# Lines that a convolution reads, and how far apart they stand in each of the convolutions; lags that it reads. A link
# is seen with those of 14 lines to each side.
LINES, LAGS = 5, 3
STEPS = (1, 2, 4)


@dataclass(frozen=True, slots=True, eq=False)
class GridNetwork(Arrays):
    """The weights of a network that reads `features` numbers a link.

    Args:
        enter: (features, hidden).
        enter_bias: (hidden,).
        layers: (len(STEPS), LINES, LAGS * hidden, hidden); each is added to what it reads.
        biases: (len(STEPS), hidden).
        leave: (hidden,).
        shortcut: (features,), from the numbers to the odds.
        bias: (1,).
    """

    enter: Floats
    enter_bias: Floats
    layers: Floats
    biases: Floats
    leave: Floats
    shortcut: Floats
    bias: Floats

    def odds(self, numbers: Floats, there: Floats) -> Floats:
        """The log odds of each link.

        Args:
            numbers: (lines, lags, features) what speaks for each link.
            there: (lines, lags) 1 where there is a link, 0 where the page has none.
        """
        mask = there[..., None]
        hidden = np.maximum(numbers @ self.enter + self.enter_bias, 0) * mask
        for step, weights, bias in zip(STEPS, self.layers, self.biases, strict=True):
            hidden += np.maximum(convolved(widened(hidden, step), weights, step) + bias, 0) * mask
        out: Floats = hidden @ self.leave + numbers @ self.shortcut + self.bias
        return out


def widened(hidden: Floats, step: int) -> Floats:
    """Each link beside those of its line with the neighbouring lags, and zeros beyond the first and last lines.

    Returns:
        (lines + (LINES - 1) * step, lags, LAGS * hidden).
    """
    lines, lags, each = hidden.shape
    edge = LINES // 2 * step
    out = np.zeros((lines + 2 * edge, lags, LAGS * each), np.float32)
    inner = out[edge : edge + lines]
    for place in range(LAGS):
        shift = place - LAGS // 2
        into, come = slice(max(0, -shift), lags - max(0, shift)), slice(max(0, shift), lags - max(0, -shift))
        inner[:, into, place * each : (place + 1) * each] = hidden[:, come]
    return out


def convolved(wide: Floats, weights: Floats, step: int) -> Floats:
    """The sum over the lines around of what `widened` gives times the weights of each; (lines, lags, hidden)."""
    lines = len(wide) - (LINES - 1) * step
    lags, each = wide.shape[1:]
    out = np.zeros((lines * lags, weights.shape[-1]), np.float32)
    for place, weight in enumerate(weights):
        out += wide[place * step : place * step + lines].reshape(lines * lags, each) @ weight
    return out.reshape(lines, lags, weights.shape[-1])
