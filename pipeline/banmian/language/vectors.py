"""Vectors of line ends and of line starts, learnt so that the two sides of a true break point the same way.

N-grams see three characters on each side and only what they have seen before. Two halves of a sentence share more than
that: their subject, their tone, a bracket opened and closed. Each side of a break is therefore also a vector, the sum
of one vector for each of its characters up to sixteen away: the four nearest by their distance, those farther
away as a heap. Their product is trained to be high for the sides of one break and low for sides of different breaks
(a softmax over the pairs of a batch, as in word2vec and InfoNCE); such a product comes to be the log odds, but for a
constant, that both sides belong together against chance.

Sizes were measured on the held-out month (see `measuring`), as the share of true next lines first among 20: bigrams as
further features gave 0.724 against 0.737, and are large; the nearest four characters alone 0.642; 32 dimensions 0.725
against 0.730 of 48.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language.folding import BOUNDARY, UNKNOWN, Symbols

Floats: TypeAlias = NDArray[np.float32]
Indices: TypeAlias = NDArray[np.int64]

SPAN = 16  # characters on each side: a line of a usual column
NEAR = 4  # of them, those that have a vector for their distance
SLOTS = NEAR + 1  # and one for all farther away
DIMENSIONS = 48
STEPS = 5000
BATCH = 1024
FAR_WEIGHT = 0.3  # of a character in the heap: twelve of them together weigh like one or two near ones
FIRST_RATE, LAST_RATE = 0.15, 0.003

_SLOT_OF = np.minimum(np.arange(SPAN), NEAR)
_WEIGHT_OF = np.where(np.arange(SPAN) < NEAR, 1.0, FAR_WEIGHT).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """The vector of each symbol by slot: left of the break and right of it; both (SLOTS, symbols, DIMENSIONS)."""

    tails: Floats
    heads: Floats


def train(text: Symbols, symbols: int, steps: int = STEPS) -> Vectors:
    """Learn vectors from a stream of symbols with boundaries. The same arguments on the same machine give the same.

    Args:
        text: shape (characters,).
        symbols: how many symbols there are.
        steps: how many batches to learn from; 0 gives vectors that say nothing.
    """
    random = np.random.default_rng(0)
    shape = (SLOTS, symbols, DIMENSIONS)
    sides = [random.standard_normal(shape, np.float32) * np.float32(0.08) for _ in range(2)]
    squares = [np.full(shape[:2], 1e-6, np.float32) for _ in range(2)]
    padded = np.concatenate([np.zeros(SPAN, np.uint16), text, np.zeros(SPAN, np.uint16)])
    inside = (text[:-1] != BOUNDARY) & (text[1:] != BOUNDARY)
    breaks = np.flatnonzero(inside) + SPAN + 1
    if not steps or len(breaks) < 2:
        return Vectors(np.zeros(shape, np.float32), np.zeros(shape, np.float32))
    batch = min(BATCH, len(breaks))
    for step in range(steps):
        rate = FIRST_RATE + (LAST_RATE - FIRST_RATE) * step / steps
        where = breaks[random.integers(0, len(breaks), batch)]
        windows = [_window(padded, where, side) for side in (-1, 1)]
        left, right = (_sums(side, window) for side, window in zip(sides, windows, strict=True))
        slope = _slope(left @ right.T)
        for side, square, window, slopes in zip(sides, squares, windows, (slope @ right, slope.T @ left), strict=True):
            _learn(side, square, window, slopes, rate)
    for side in sides:
        side[:, UNKNOWN] = 0
        side[:, BOUNDARY] = 0
    return Vectors(*sides)


def _window(padded: Symbols, breaks: Indices, side: int) -> Indices:
    """The symbols beside each break, nearest first, UNKNOWN from a boundary on; shape (breaks, SPAN)."""
    offsets = np.arange(SPAN) if side > 0 else -1 - np.arange(SPAN)
    found = padded[breaks[:, None] + offsets].astype(np.int64)
    beyond = np.logical_or.accumulate(found == BOUNDARY, axis=1)
    return np.where(beyond, UNKNOWN, found)


def _sums(vectors: Floats, window: Indices) -> Floats:
    """The vector of each side; shape (breaks, DIMENSIONS)."""
    near = vectors[_SLOT_OF[:NEAR], window[:, :NEAR]].sum(axis=1)
    far = vectors[NEAR][window[:, NEAR:]].sum(axis=1)
    sums: Floats = near + np.float32(FAR_WEIGHT) * far
    return sums


def _slope(products: Floats) -> Floats:
    """The slope of the loss, cross entropy of rows and of columns with the diagonal as the truth, at each product."""
    rows = np.exp(products - products.max(axis=1, keepdims=True))
    rows /= rows.sum(axis=1, keepdims=True)
    columns = np.exp(products - products.max(axis=0, keepdims=True))
    columns /= columns.sum(axis=0, keepdims=True)
    slope: Floats = (rows + columns) / 2
    slope[np.diag_indices_from(slope)] -= 1
    return slope


def _learn(vectors: Floats, squares: Floats, window: Indices, slopes: Floats, rate: float) -> None:
    """One step of AdaGrad, in place, with one rate for each vector."""
    flat, flat_squares = vectors.reshape(-1, DIMENSIONS), squares.reshape(-1)
    symbols = vectors.shape[1]
    for distances in (*((i,) for i in range(NEAR)), tuple(range(NEAR, SPAN))):
        chosen = window[:, list(distances)].ravel()
        order = np.argsort(chosen, kind="stable")
        ranked = chosen[order]
        first = np.flatnonzero(np.diff(ranked, prepend=-1))
        rows = ranked[first] + _SLOT_OF[distances[0]] * symbols
        weighted = slopes[order // len(distances)]
        total = np.add.reduceat(weighted, first, axis=0) * _WEIGHT_OF[distances[0]]
        flat_squares[rows] += np.square(total).mean(axis=1)
        flat[rows] -= np.float32(rate) * total / np.sqrt(flat_squares[rows])[:, None]
        # What is not there must not learn to speak.
        flat[np.arange(SLOTS) * symbols + UNKNOWN] = 0


def level(vectors: Vectors, text: Symbols) -> float:
    """What to add to products (nats) so that they are odds: a likelihood ratio is 1 on average over chance."""
    padded = np.concatenate([np.zeros(SPAN, np.uint16), text, np.zeros(SPAN, np.uint16)])
    breaks = np.flatnonzero((text[:-1] != BOUNDARY) & (text[1:] != BOUNDARY)) + SPAN + 1
    if not len(breaks):
        return 0.0
    # Two thousand breaks spread over the text: four million pairs.
    chosen = breaks[np.linspace(0, len(breaks) - 1, 2000).astype(np.int64)]
    left = _sums(vectors.tails, _window(padded, chosen, -1)).astype(np.float64)
    right = _sums(vectors.heads, _window(padded, chosen, 1)).astype(np.float64)
    # The mean over left sides of the logarithm: the mean over all pairs hangs on the few highest of them.
    return -float(np.log(np.exp(left @ right.T).mean(axis=1)).mean())


def pack(vectors: Floats) -> tuple[NDArray[np.int8], float]:
    """The vectors in bytes, the heap's weight in its vectors, and what a step is worth."""
    weighted = vectors.copy()
    weighted[NEAR] *= np.float32(FAR_WEIGHT)
    # A few vectors are very long; clipping one component in ten thousand makes all the others finer.
    limit = float(np.quantile(np.abs(weighted), 0.9999)) or 1.0
    return np.clip(np.rint(weighted / limit * 127), -127, 127).astype(np.int8), limit / 127
