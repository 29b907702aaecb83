"""Vectors of line ends and of line starts, made so that the two sides of a true break point the same way.

N-grams see three characters on each side and only what they have seen before. Two halves of a sentence share more than
that: their subject, their tone, a bracket opened and closed. Each side of a break is therefore also a vector: the
characters up to sixteen away, each a few numbers, those near by in their places and those farther away as a heap, are
read by a small network. The product of the two sides is learnt (`vectors_training`) to be high for the sides of one
break and low for sides of different breaks; such a product comes to be the log odds, but for a constant, that both
sides belong together against chance.

A sum of one vector for each character and distance, without a network, was used before: alone it puts the true next
line of 20 first in 0.64 of cases against 0.72, with the n-grams in 0.72 against 0.78 (held-out month, lines from
anywhere), among lines of the same page in 0.67 against 0.72. Its tables were three times as large.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language.folding import Symbols

Floats: TypeAlias = NDArray[np.float32]
Arrays: TypeAlias = Mapping[str, NDArray[Any]]

SPAN = 16  # characters on each side: a line of a usual column
NEAR = 8  # of them, those that are read in their places; the others are a heap
FAR_WEIGHT = np.float32(0.3)  # of a character in the heap: eight of them together weigh like two near ones
AT_ONCE = 1024  # sides that are read at a time: what is made of them stays in the processor's cache
SIDES = ("tails", "heads")  # left of a break, and right of it


@dataclass(frozen=True, slots=True, eq=False)
class Tower:
    """The network that reads one side of a break.

    Args:
        first: ((NEAR + 1) * numbers, hidden).
        bias: (hidden,).
        second: (hidden, dimensions).
        straight: ((NEAR + 1) * numbers, dimensions), what is read without the hidden layer.
    """

    first: Floats
    bias: Floats
    second: Floats
    straight: Floats

    def vectors(self, read: Floats) -> Floats:
        """The vectors of what `placed` made of each side; shape (sides, dimensions)."""
        out: Floats = self.hidden(read) @ self.second + read @ self.straight
        return out

    def hidden(self, read: Floats) -> Floats:
        """The hidden layer, shape (sides, hidden)."""
        out: Floats = np.maximum(read @ self.first + self.bias, np.float32(0))
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """What makes the vectors of both sides.

    Args:
        symbols: (symbols, numbers) what each symbol is like; zeros for UNKNOWN. In bytes as it ships, see `pack`.
        tails: reads what stands left of a break.
        heads: reads what stands right of it.
    """

    symbols: NDArray[Any]
    tails: Tower
    heads: Tower

    @classmethod
    def of(cls, arrays: Arrays) -> Vectors:
        """The vectors of the arrays that `pack` made."""
        towers = [
            Tower(*(arrays[f"{side}_{name}"].astype(np.float32) for name in ("first", "bias", "second", "straight")))
            for side in SIDES
        ]
        return cls(arrays["symbols"], *towers)

    def of_tails(self, near: Symbols) -> Floats:
        """The vectors of line ends, not to be written to; `near` as in `placed`."""
        return _of_side(self, "tails", near.astype(np.uint16).tobytes())

    def of_heads(self, near: Symbols) -> Floats:
        """The vectors of line starts, not to be written to; `near` as in `placed`."""
        return _of_side(self, "heads", near.astype(np.uint16).tobytes())


# The lines of a page are asked about by the columns and by the blocks, one after the other, each both sides.
@lru_cache(maxsize=4)
def _of_side(vectors: Vectors, side: str, near: bytes) -> Floats:
    tower: Tower = getattr(vectors, side)
    sides = np.frombuffer(near, np.uint16).reshape(-1, SPAN)
    parts = [sides[i : i + AT_ONCE] for i in range(0, max(len(sides), 1), AT_ONCE)]
    found = np.concatenate([tower.vectors(placed(vectors.symbols, part)) for part in parts])
    found.flags.writeable = False
    return found


def placed(symbols: NDArray[Any], near: Symbols) -> Floats:
    """What a tower reads of each side: the numbers of the near symbols in their places, and the sum of the others.

    Args:
        symbols: (symbols, numbers).
        near: (sides, SPAN), the symbols from the break on, UNKNOWN where a side has no more.

    Returns:
        Shape (sides, (NEAR + 1) * numbers).
    """
    sides, numbers = len(near), symbols.shape[1]
    found = symbols.take(near, axis=0)
    out = np.empty((sides, NEAR + 1, numbers), np.float32)
    out[:, :NEAR] = found[:, :NEAR]
    np.multiply(found[:, NEAR:].sum(axis=1, dtype=np.float32), FAR_WEIGHT, out=out[:, NEAR])
    return out.reshape(sides, (NEAR + 1) * numbers)


def pack(vectors: Vectors) -> dict[str, NDArray[Any]]:
    """The arrays that ship: symbols in bytes, what a step of them is worth in the weights that read them, in halves."""
    # A few numbers are very large; clipping one in ten thousand makes all the others finer.
    limit = float(np.quantile(np.abs(vectors.symbols), 0.9999)) or 1.0
    step = np.float32(limit / 127)
    arrays: dict[str, NDArray[Any]] = {
        "symbols": np.clip(np.rint(vectors.symbols / step), -127, 127).astype(np.int8),
    }
    for side, tower in zip(SIDES, (vectors.tails, vectors.heads), strict=True):
        arrays |= {
            f"{side}_first": (tower.first * step).astype(np.float16),
            f"{side}_bias": tower.bias.astype(np.float16),
            f"{side}_second": tower.second.astype(np.float16),
            f"{side}_straight": (tower.straight * step).astype(np.float16),
        }
    return arrays
