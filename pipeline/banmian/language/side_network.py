"""A small network that sorts texts by the vectors of their sides: what `wording` and `openings` tell is told by one.

One hidden layer, and a straight way past it. The vectors of a side (see `vectors`) are there already for the joins of
lines, so that asking costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

LARGEST = 5.0  # standard deviations; what is further off counts as so far
MOST_NATS = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class SideNetwork:
    """The weights of the network.

    Args:
        mean, scale: (numbers,) of what it reads, over the texts that it was learnt from.
        first: (numbers, hidden).
        first_bias: (hidden,).
        last: (hidden, kinds).
        straight: (numbers, kinds), what is read without the hidden layer.
        bias: (kinds,).
    """

    mean: Floats
    scale: Floats
    first: Floats
    first_bias: Floats
    last: Floats
    straight: Floats
    bias: Floats

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Self:
        """The network of the arrays that `pack` made."""
        return cls(**{field.name: arrays[prefix + field.name].astype(np.float32) for field in fields(cls)})

    def pack(self, prefix: str) -> dict[str, NDArray[np.float16]]:
        """The arrays that ship, in halves."""
        return {prefix + field.name: getattr(self, field.name).astype(np.float16) for field in fields(self)}

    def read(self, numbers: Floats) -> Floats:
        """What the network makes of the vectors, shape (texts, numbers), before it judges them."""
        out: Floats = np.clip((numbers - self.mean) / self.scale, -LARGEST, LARGEST)
        return out

    def hidden(self, read: Floats) -> Floats:
        """The hidden layer, shape (texts, hidden)."""
        out: Floats = np.maximum(read @ self.first + self.first_bias, np.float32(0))
        return out

    def scores(self, read: Floats, hidden: Floats) -> Floats:
        """How well each kind explains a text, in nats up to a constant of the text; (texts, kinds)."""
        out: Floats = hidden @ self.last + read @ self.straight + self.bias
        return out

    def odds(self, numbers: Floats) -> Floats:
        """The odds of each kind but the first against the first, in nats; shape (texts, kinds - 1)."""
        read = self.read(numbers)
        scores = self.scores(read, self.hidden(read))
        out: Floats = np.clip(scores[:, 1:] - scores[:, :1], -MOST_NATS, MOST_NATS)
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """What is told by one network, whose arrays are called `PREFIX` and their names in a resource."""

    network: SideNetwork
    PREFIX: ClassVar[str]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """That of the arrays that `pack` made."""
        return cls(SideNetwork.of(arrays, cls.PREFIX))

    def pack(self) -> dict[str, NDArray[np.float16]]:
        """The arrays that ship, in halves."""
        return self.network.pack(self.PREFIX)
