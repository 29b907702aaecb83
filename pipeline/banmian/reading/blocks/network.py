"""Small networks that read the evidence of lines: what each may be, as its neighbours let it seem.

Three convolutions along the lines, the second and third added to what they read, and a linear shortcut from the
evidence itself. It sees five lines to each side. What may follow what is left to the chain
(`banmian.reading.blocks.chain`). A few networks that were fitted from other beginnings are asked together: where one
has learnt a page by heart, the others have not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.reading.arrays import Arrays

Floats = NDArray[np.float32]

AT_ONCE = 1024  # lines
LARGEST = 5.0  # standard deviations; evidence further off counts as so far


@dataclass(frozen=True, slots=True, eq=False)
class Network(Arrays):
    """The weights of a network that reads `features` numbers a line and scores `states` states.

    Args:
        mean: (features,) of the evidence of the pages that it was fitted to.
        scale: (features,) its standard deviation.
        first: (width * (features + 2), hidden); two more numbers mark the first and the last line of a page.
        second: (width * hidden, hidden), and `third` the same.
        shortcut: (features + 2, states).
        last: (hidden, states).
        context: (hidden, hidden), what the mean of the first layer over the page adds to the second.
        first_bias, second_bias, third_bias: (hidden,).
        bias: (states,).
        transition: (states, states), the score of one state after another, from row to column.
    """

    mean: Floats
    scale: Floats
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    third: Floats
    third_bias: Floats
    context: Floats
    shortcut: Floats
    last: Floats
    bias: Floats
    transition: Floats

    def prepared(self, evidence: Floats) -> Floats:
        """Evidence as the network reads it, shape (lines, features + 2)."""
        n = len(evidence)
        out = np.zeros((n, evidence.shape[1] + 2), np.float32)
        out[:, :-2] = np.clip((evidence - self.mean) / self.scale, -LARGEST, LARGEST)
        if n:
            out[0, -2], out[-1, -1] = 1.0, 1.0
        return out

    def scores(self, evidence: Floats) -> Floats:
        """How well each line is explained by each state, in nats up to a constant of the line; (lines, states)."""
        read = self.prepared(evidence)
        hidden = np.maximum(_convolved(read, self.first) + self.first_bias, 0.0)
        page = hidden.mean(axis=0) @ self.context if len(hidden) else 0.0
        for weights, bias in ((self.second, self.second_bias + page), (self.third, self.third_bias)):
            hidden = hidden + np.maximum(_convolved(hidden, weights) + bias, 0.0)
        out: Floats = hidden @ self.last + read @ self.shortcut + self.bias
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """Networks that are asked together; what they say is the mean."""

    members: tuple[Network, ...]

    @classmethod
    def of(cls, arrays: Mapping[str, Floats], prefix: str) -> Networks:
        """The networks whose weights are called so, numbered from 0."""
        count = len({name.split(".")[1] for name in arrays if name.startswith(f"{prefix}.")})
        return cls(tuple(Network.of(arrays, f"{prefix}.{number}.") for number in range(count)))

    def arrays(self, prefix: str) -> dict[str, Floats]:
        """The weights by name."""
        return {
            name: value
            for number, member in enumerate(self.members)
            for name, value in member.arrays(f"{prefix}.{number}.").items()
        }

    @property
    def transition(self) -> Floats:
        """(states, states), the score of one state after another, from row to column."""
        out: Floats = np.mean([member.transition for member in self.members], axis=0)
        return out

    def scores(self, evidence: Floats) -> Floats:
        """How well each line is explained by each state, in nats up to a constant of the line; (lines, states)."""
        out: Floats = np.mean([member.scores(evidence) for member in self.members], axis=0)
        return out


def _convolved(rows: Floats, weights: Floats) -> Floats:
    """Each row with its neighbours, weighed; so many lines at a time that they stay in the processor's cache."""
    width = len(weights) // rows.shape[1]
    parts = []
    for first in range(0, max(len(rows), 1), AT_ONCE):
        edge = max(0, first - width // 2)
        near = around(rows[edge : first + AT_ONCE + width // 2], width)
        parts.append(near[first - edge : first - edge + AT_ONCE] @ weights)
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def around(rows: Floats, width: int) -> Floats:
    """Each row beside its neighbours, `width` in all; shape (..., lines, width * numbers), zeros beyond the edges."""
    half = width // 2
    *outer, lines, numbers = rows.shape
    out = np.zeros((*outer, lines, width * numbers), np.float32)
    for place in range(width):
        step = place - half
        into = slice(max(0, -step), lines - max(0, step))
        come = slice(max(0, step), lines - max(0, -step))
        if into.start < into.stop:
            out[..., into, place * numbers : (place + 1) * numbers] = rows[..., come, :]
    return out
