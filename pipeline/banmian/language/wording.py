"""Whether a line is worded like a head, like a subhead, or like a piece of running text.

A head (标题) leaves out what prose cannot do without: 的, 了, the subject, the measure word, the stop at its end; and
it has words of its own. Neither its length nor its marks show that alone, since a column breaks prose into lines that
are as short. The vectors of the two sides of a line (see `vectors`), which are there already for its joins, tell what
its beginning and its end are like; a small network on them, learnt from heads, subheads and pieces of paragraphs
(`wording_training`), tells the three apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

KINDS = ("prose", "head", "subhead")
LARGEST = 5.0  # standard deviations; what is further off counts as so far
MOST_NATS = 8.0
_PREFIX = "wording_"


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """The network that tells heads and subheads from prose.

    Args:
        mean, scale: (numbers,) of what it reads, over the lines that it was learnt from.
        first: (numbers, hidden).
        first_bias: (hidden,).
        last: (hidden, len(KINDS)).
        straight: (numbers, len(KINDS)), what is read without the hidden layer.
        bias: (len(KINDS),).
    """

    mean: Floats
    scale: Floats
    first: Floats
    first_bias: Floats
    last: Floats
    straight: Floats
    bias: Floats

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Wording:
        """The network of the arrays that `pack` made."""
        return cls(**{field.name: arrays[_PREFIX + field.name].astype(np.float32) for field in fields(cls)})

    def pack(self) -> dict[str, NDArray[np.float16]]:
        """The arrays that ship, in halves."""
        return {_PREFIX + field.name: getattr(self, field.name).astype(np.float16) for field in fields(self)}

    def read(self, starts: Floats, ends: Floats) -> Floats:
        """What the network reads of lines, shape (lines, numbers); arguments as of `odds`."""
        out: Floats = np.clip((np.hstack([starts, ends]) - self.mean) / self.scale, -LARGEST, LARGEST)
        return out

    def hidden(self, read: Floats) -> Floats:
        """The hidden layer, shape (lines, hidden)."""
        out: Floats = np.maximum(read @ self.first + self.first_bias, np.float32(0))
        return out

    def scores(self, read: Floats, hidden: Floats) -> Floats:
        """How well each kind of wording explains a line, in nats up to a constant of the line; (lines, kinds)."""
        out: Floats = hidden @ self.last + read @ self.straight + self.bias
        return out

    def odds(self, starts: Floats, ends: Floats) -> Floats:
        """The odds of a head and those of a subhead, each against prose, in nats; shape (lines, 2).

        Args:
            starts: (lines, dimensions), the vectors of the starts of lines (`Vectors.of_heads`).
            ends: (lines, dimensions), those of their ends (`Vectors.of_tails`).
        """
        read = self.read(starts, ends)
        scores = self.scores(read, self.hidden(read))
        out: Floats = np.clip(scores[:, 1:] - scores[:, :1], -MOST_NATS, MOST_NATS)
        return out
