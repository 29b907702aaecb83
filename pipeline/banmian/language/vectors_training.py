"""Learning the vectors of the two sides of a break from running text (see `vectors` for the use).

A batch takes breaks from all over the text and as many from a few short stretches of it, so that a side also meets
those strangers that it meets on its page; the loss is the softmax over the products of the batch, row by row and column
by column, as in word2vec and InfoNCE. Lines of print are of all lengths and some characters are not known: so half of
the sides are cut short, and a few of their symbols are taken for unknown.

Sizes were measured on the held-out month (see `measuring`), with the n-grams, each at its best weight, as the share of
true next lines first among 20 from anywhere and among 20 of the page: 32 numbers a symbol and 12,000 steps gave 0.758
and 0.710, 48 and 20,000 steps 0.783 and 0.722. More hidden units gave more again, but they cost time with every line.

The vectors of passages were measured on 748 blocks of printed pages that begin in the middle of a sentence and do not
stand behind what they go on from, as the share whose true block is first among all of the page: with the n-grams and
the vectors of lines 0.68; with those of passages too, half of a batch from stretches, 0.71, nine tenths, and sides cut
short less often, 0.73. 768 hidden units gave no more than 512. A convolution over the characters instead of their
places gave the same and took longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from banmian.fit.adam import Adam, share_of_rate
from banmian.language.folding import BOUNDARY, UNKNOWN, Symbols
from banmian.language.vectors import LINE, PASSAGE, SIDES, Floats, Tower, Vectors, Window, placed

Indices: TypeAlias = NDArray[np.int64]
Random: TypeAlias = np.random.Generator
Weights: TypeAlias = dict[str, Floats]

BATCH = 1024
WARM = 0.05  # share of the steps in which the rate rises
DROPPED = 0.1  # share of the numbers that a step does not see
STRETCH = 8000  # breaks in a stretch of the text: a page
UNSEEN = 0.03  # share of the symbols that are taken for unknown


@dataclass(frozen=True, slots=True)
class Shape:
    """How large vectors are, and how they are learnt.

    Args:
        window: what is read.
        numbers: of a symbol.
        hidden: units of the hidden layer.
        dimensions: of a vector.
        steps: batches to learn from.
        rate: of learning.
        local: share of a batch that comes from short stretches of the text.
        run: breaks of each stretch.
        cut: share of the sides that are cut short.
        shortest: characters of these.
    """

    window: Window
    numbers: int
    hidden: int
    dimensions: int
    steps: int
    rate: float
    local: float
    run: int
    cut: float
    shortest: int


LINES = Shape(
    LINE, numbers=48, hidden=256, dimensions=64, steps=20000, rate=3e-3, local=0.5, run=16, cut=0.5, shortest=5
)
PASSAGES = Shape(
    PASSAGE, numbers=64, hidden=512, dimensions=128, steps=8000, rate=2e-3, local=0.9, run=32, cut=0.3, shortest=8
)


def train(text: Symbols, symbols: int, shape: Shape = LINES, steps: int | None = None) -> Vectors:
    """Learn vectors from a stream of symbols with boundaries. The same arguments on the same machine give the same.

    Args:
        text: shape (characters,).
        symbols: how many symbols there are.
        shape: of the vectors.
        steps: how many batches to learn from, where not those of the shape; 0 gives vectors that say nothing.
    """
    steps = shape.steps if steps is None else steps
    random = np.random.default_rng(0)
    weights = _begin(random, symbols, shape)
    padded = _padded(text, shape.window)
    breaks = _breaks(text, shape.window)
    if not steps or len(breaks) <= shape.run:
        return _vectors({name: np.zeros_like(value) for name, value in weights.items()}, shape.window)
    adam = Adam(weights)
    for step in range(steps):
        chosen = _batch(random, breaks, shape)
        read = {side: _spoilt(random, _window(padded, chosen, side, shape.window), shape) for side in SIDES}
        slopes = _slopes(random, weights, read, shape.window)
        weights = adam.moved(weights, slopes, shape.rate * share_of_rate(step / steps, WARM))
        weights["symbols"][UNKNOWN] = 0  # what is not there must not learn to speak
    return _vectors(weights, shape.window)


def level(vectors: Vectors, text: Symbols) -> float:
    """What to add to products (nats) so that they are odds: a likelihood ratio is 1 on average over chance."""
    breaks = _breaks(text, vectors.window)
    if not len(breaks):
        return 0.0
    # Two thousand breaks spread over the text: four million pairs.
    chosen = breaks[np.linspace(0, len(breaks) - 1, 2000).astype(np.int64)]
    padded = _padded(text, vectors.window)
    windows = [_window(padded, chosen, side, vectors.window) for side in SIDES]
    left, right = vectors.of_tails(windows[0]).astype(np.float64), vectors.of_heads(windows[1]).astype(np.float64)
    # The mean over left sides of the logarithm: the mean over all pairs hangs on the few highest of them.
    return -float(np.log(np.exp(left @ right.T).mean(axis=1)).mean())


def _begin(random: Random, symbols: int, shape: Shape) -> Weights:
    """Weights to begin with; random, so that not all learn the same."""

    def drawn(spread: float, *shape: int) -> Floats:
        return random.standard_normal(shape, np.float32) * np.float32(spread)

    read, hidden, dimensions = shape.window.slots * shape.numbers, shape.hidden, shape.dimensions
    weights = {"symbols": drawn(0.3, symbols, shape.numbers)}
    weights["symbols"][[UNKNOWN, BOUNDARY]] = 0
    for side in SIDES:
        weights |= {
            f"{side}_first": drawn(read**-0.5, read, hidden),
            f"{side}_bias": np.zeros(hidden, np.float32),
            f"{side}_second": drawn((0.3 / hidden) ** 0.5, hidden, dimensions),
            f"{side}_straight": drawn((0.1 / read) ** 0.5, read, dimensions),
        }
    return weights


def _tower(weights: Weights, side: str) -> Tower:
    return Tower(*(weights[f"{side}_{name}"] for name in ("first", "bias", "second", "straight")))


def _vectors(weights: Weights, window: Window) -> Vectors:
    tails, heads = (_tower(weights, side) for side in SIDES)
    return Vectors(weights["symbols"], tails, heads, window)


def _padded(text: Symbols, window: Window) -> Symbols:
    beyond = np.zeros(window.span, np.uint16)
    return np.concatenate([beyond, text, beyond])


def _breaks(text: Symbols, window: Window) -> Indices:
    """The places in the padded text that have characters on both sides."""
    breaks: Indices = np.flatnonzero((text[:-1] != BOUNDARY) & (text[1:] != BOUNDARY)) + window.span + 1
    return breaks


def _batch(random: Random, breaks: Indices, shape: Shape) -> Indices:
    """Breaks to learn from."""
    runs = int(BATCH * shape.local) // shape.run
    anywhere = breaks[random.integers(0, len(breaks), BATCH - runs * shape.run)]
    stretch = min(STRETCH, len(breaks))
    begins = random.integers(0, len(breaks) - stretch + 1, (runs, 1))
    near = breaks[begins + random.integers(0, stretch, (runs, shape.run))]
    return np.concatenate([anywhere, near.ravel()])


def _window(padded: Symbols, breaks: Indices, side: str, window: Window) -> Symbols:
    """The symbols beside each break, nearest first, UNKNOWN from a boundary on; shape (breaks, span)."""
    offsets = np.arange(window.span) if side == "heads" else -1 - np.arange(window.span)
    found = padded[breaks[:, None] + offsets]
    beyond = np.logical_or.accumulate(found == BOUNDARY, axis=1)
    return np.where(beyond, np.uint16(UNKNOWN), found)


def _spoilt(random: Random, near: Symbols, shape: Shape) -> Symbols:
    """The sides as lines of print have them: some short, some symbols not known."""
    count, span = near.shape
    cut = random.random(count) < shape.cut
    length = np.where(cut, random.integers(shape.shortest, span + 1, count), span)
    seen = (np.arange(span) < length[:, None]) & (random.random(near.shape) >= UNSEEN)
    return np.where(seen, near, np.uint16(UNKNOWN))


def _slopes(random: Random, weights: Weights, sides: dict[str, Symbols], window: Window) -> Weights:
    """The slope of the loss at each weight: cross entropy of rows and of columns with the diagonal as the truth."""
    read: Weights = {}
    kept: Weights = {}
    hidden: Weights = {}
    out: Weights = {}
    for side, near in sides.items():
        read[side] = placed(weights["symbols"], near, window)
        kept[side] = (random.random(read[side].shape, np.float32) >= DROPPED).astype(np.float32) / np.float32(
            1 - DROPPED
        )
        read[side] *= kept[side]
        tower = _tower(weights, side)
        hidden[side] = tower.hidden(read[side])
        out[side] = hidden[side] @ tower.second + read[side] @ tower.straight
    slope = _slope(out["tails"] @ out["heads"].T)
    slopes: Weights = {"symbols": np.zeros_like(weights["symbols"])}
    pulls: Weights = {"tails": slope @ out["heads"], "heads": slope.T @ out["tails"]}
    for side, pull in pulls.items():
        tower = _tower(weights, side)
        back: Floats = (pull @ tower.second.T) * (hidden[side] > 0)
        slopes |= {
            f"{side}_first": read[side].T @ back,
            f"{side}_bias": back.sum(axis=0),
            f"{side}_second": hidden[side].T @ pull,
            f"{side}_straight": read[side].T @ pull,
        }
        of_read: Floats = (back @ tower.first.T + pull @ tower.straight.T) * kept[side]
        slopes["symbols"] += _of_symbols(sides[side], of_read, len(weights["symbols"]), window)
    return slopes


def _slope(products: Floats) -> Floats:
    """The slope of the loss at each product."""
    rows = np.exp(products - products.max(axis=1, keepdims=True))
    rows /= rows.sum(axis=1, keepdims=True)
    columns = np.exp(products - products.max(axis=0, keepdims=True))
    columns /= columns.sum(axis=0, keepdims=True)
    slope: Floats = (rows + columns) / 2
    slope[np.diag_indices_from(slope)] -= 1
    return slope / np.float32(len(products))


def _of_symbols(near: Symbols, of_read: Floats, symbols: int, window: Window) -> Floats:
    """What the slopes at what is read of each side come to at the numbers of the symbols."""
    sides = len(near)
    rows = (np.arange(sides)[:, None] * window.slots + window.slot_of()).ravel()
    share = np.broadcast_to(window.weight_of(), near.shape).ravel()
    shares = sparse.csr_matrix((share, (near.ravel(), rows)), (symbols, sides * window.slots))
    found: Floats = shares @ of_read.reshape(sides * window.slots, -1)
    found[UNKNOWN] = 0
    return found
