"""How often what is told with some confidence is right."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

STEPS = (0.0, 0.3, 0.5, 0.7, 0.9, 0.97, 1.0)


def calibration(told: Sequence[float], right: Sequence[bool]) -> list[str]:
    """How many articles of each confidence are right, a line each."""
    values, truth = np.array(told), np.array(right, dtype=bool)
    lines = [f"{len(values)} articles, {truth.mean() if len(truth) else 0.0:.3f} right"]
    for low, high in pairwise(STEPS):
        inside = (values >= low) & ((values < high) | (high == STEPS[-1]))
        if inside.any():
            lines.append(f"{low:.2f} to {high:.2f}: {inside.sum():5d} articles, told {values[inside].mean():.3f}, "
                         f"right {truth[inside].mean():.3f}")  # fmt: skip
    return lines
