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

Every line of a page is read so, by a network that is small. Blocks are few, and where one breaks off in the middle of a
sentence much hangs on what it goes on in: they are read by a larger one that sees farther (`PASSAGE`).
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

FAR_WEIGHT, FAR = 0.3, 8  # of a character in a heap of so many: eight of them together weigh like two near ones
AT_ONCE = 1024  # sides that are read at a time: what is made of them stays in the processor's cache
SIDES = ("tails", "heads")  # left of a break, and right of it


@dataclass(frozen=True, slots=True)
class Window:
    """What is read of each side of a break.

    Args:
        near: characters from the break on that are read in their places.
        heaps: where each heap of the others ends; the first begins behind those.
    """

    near: int
    heaps: tuple[int, ...]

    @property
    def span(self) -> int:
        """Characters on each side."""
        return self.heaps[-1]

    @property
    def slots(self) -> int:
        """Near characters and heaps."""
        return self.near + len(self.heaps)

    def slot_of(self) -> NDArray[np.intp]:
        """The slot that each character falls into, (span,)."""
        bounds = (*range(1, self.near + 1), *self.heaps)
        return np.searchsorted(bounds, np.arange(self.span), side="right")

    def weight_of(self) -> Floats:
        """What each character weighs in its slot, (span,): the same whatever is in a heap, on the whole."""
        slots = self.slot_of()
        sizes = np.bincount(slots)[slots]
        weights: Floats = np.where(slots < self.near, 1.0, heap_weight(sizes)).astype(np.float32)
        return weights


def heap_weight(size: Any) -> Any:
    """What a character weighs in a heap of so many; numbers or an array of them."""
    return FAR_WEIGHT * (FAR / size) ** 0.5


LINE = Window(8, (16,))  # sixteen characters are a line of a usual column
PASSAGE = Window(12, (20, 48))
SPAN = LINE.span


@dataclass(frozen=True, slots=True, eq=False)
class Tower:
    """The network that reads one side of a break.

    Args:
        first: (slots * numbers, hidden).
        bias: (hidden,).
        second: (hidden, dimensions).
        straight: (slots * numbers, dimensions), what is read without the hidden layer.
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
        window: what they read.
    """

    symbols: NDArray[Any]
    tails: Tower
    heads: Tower
    window: Window = LINE

    @classmethod
    def of(cls, arrays: Arrays, window: Window = LINE) -> Vectors:
        """The vectors of the arrays that `pack` made."""
        start = _PREFIX[window]
        tails, heads = (
            Tower(*(_unpacked(arrays, f"{start}{side}_{part}") for part in ("first", "bias", "second", "straight")))
            for side in SIDES
        )
        return cls(arrays[f"{start}symbols"], tails, heads, window)

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
    sides = np.frombuffer(near, np.uint16).reshape(-1, vectors.window.span)
    parts = [sides[i : i + AT_ONCE] for i in range(0, max(len(sides), 1), AT_ONCE)]
    found = np.concatenate([tower.vectors(placed(vectors.symbols, part, vectors.window)) for part in parts])
    found.flags.writeable = False
    return found


def placed(symbols: NDArray[Any], near: Symbols, window: Window) -> Floats:
    """What a tower reads of each side: the numbers of the near symbols in their places, and the sums of the others.

    Args:
        symbols: (symbols, numbers).
        near: (sides, span), the symbols from the break on, UNKNOWN where a side has no more.
        window: what is read of them.

    Returns:
        Shape (sides, slots * numbers).
    """
    sides, numbers = len(near), symbols.shape[1]
    found = symbols.take(near, axis=0)
    out = np.empty((sides, window.slots, numbers), np.float32)
    out[:, : window.near] = found[:, : window.near]
    begin = window.near
    for slot, end in enumerate(window.heaps, window.near):
        heap = found[:, begin:end].sum(axis=1, dtype=np.float32)
        np.multiply(heap, np.float32(heap_weight(end - begin)), out=out[:, slot])
        begin = end
    return out.reshape(sides, window.slots * numbers)


_PREFIX = {LINE: "", PASSAGE: "passage_"}  # of the names of the arrays that ship


def pack(vectors: Vectors) -> dict[str, NDArray[Any]]:
    """The arrays that ship: symbols in bytes, what a step of them is worth in the weights that read them.

    The weights are in halves; those of passages, of which there are many, in bytes.
    """
    # A few numbers are very large; clipping one in ten thousand makes all the others finer.
    limit = float(np.quantile(np.abs(vectors.symbols), 0.9999)) or 1.0
    step = np.float32(limit / 127)
    start = _PREFIX[vectors.window]
    arrays: dict[str, NDArray[Any]] = {
        f"{start}symbols": np.clip(np.rint(vectors.symbols / step), -127, 127).astype(np.int8),
    }
    for side, tower in zip(SIDES, (vectors.tails, vectors.heads), strict=True):
        parts = {
            "first": tower.first * step,
            "bias": tower.bias,
            "second": tower.second,
            "straight": tower.straight * step,
        }
        for part, weights in parts.items():
            if vectors.window == PASSAGE and weights.ndim == 2:
                arrays |= _in_bytes(f"{start}{side}_{part}", weights)
            else:
                arrays[f"{start}{side}_{part}"] = weights.astype(np.float16)
    return arrays


def _in_bytes(name: str, weights: Floats) -> dict[str, NDArray[Any]]:
    """Weights in bytes, with what a step of each column is worth."""
    steps = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-9)) / 127
    return {name: np.rint(weights / steps).astype(np.int8), f"{name}_steps": steps.astype(np.float32)}


def _unpacked(arrays: Arrays, name: str) -> Floats:
    weights: Floats = arrays[name].astype(np.float32)
    return weights * arrays[f"{name}_steps"] if f"{name}_steps" in arrays else weights
