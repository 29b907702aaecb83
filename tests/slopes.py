"""Whether slopes of a loss are what the loss itself says they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest


def assert_slopes(
    slopes: Mapping[str, np.ndarray], weights: Mapping[str, np.ndarray], loss: Callable[[], float]
) -> None:
    """The steepest slope at each array of weights is the difference of the loss a step to either side.

    Args:
        slopes: of the loss, by the names of the weights.
        weights: those that `loss` is computed with; changed for a moment.
        loss: with the weights as they are.
    """
    for name, slope in slopes.items():
        at = np.unravel_index(np.abs(slope).argmax(), slope.shape)
        kept, step = weights[name][at], np.float32(0.01)
        weights[name][at] = kept + step
        above = loss()
        weights[name][at] = kept - step
        below = loss()
        weights[name][at] = kept
        assert (above - below) / (2 * step) == pytest.approx(slope[at], rel=0.05), name
