"""Learning the vectors of the two sides of a break from running text (see `vectors` for the use).

A batch takes breaks from all over the text and as many from a few short stretches of it, so that a side also meets
those strangers that it meets on its page; the loss is the softmax over the products of the batch, row by row and column
by column, as in word2vec and InfoNCE. Lines of print are of all lengths and some characters are not known: so half of
the sides are cut short, and a few of their symbols are taken for unknown.

Sizes were measured on the held-out month (see `measuring`), with the n-grams, each at its best weight, as the share of
true next lines first among 20 from anywhere and among 20 of the page: 32 numbers a symbol and 12,000 steps gave 0.758
and 0.710, 48 and 20,000 steps 0.783 and 0.722. More hidden units gave more again, but they cost time with every line.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from banmian.fit.adam import Adam, share_of_rate
from banmian.language.folding import BOUNDARY, UNKNOWN, Symbols
from banmian.language.vectors import FAR_WEIGHT, NEAR, SIDES, SPAN, Floats, Tower, Vectors, placed

Indices: TypeAlias = NDArray[np.int64]
Random: TypeAlias = np.random.Generator
Weights: TypeAlias = dict[str, Floats]

NUMBERS = 48  # a symbol
HIDDEN = 256
DIMENSIONS = 64
STEPS = 20000
BATCH = 1024
RATE = 3e-3
WARM = 0.05  # share of the steps in which the rate rises
DROPPED = 0.1  # share of the numbers that a step does not see
LOCAL = 0.5  # share of a batch that comes from short stretches of the text
RUN = 16  # breaks of each stretch
STRETCH = 8000  # breaks in it: a page
CUT = 0.5  # share of the sides that are cut short
SHORTEST = 5  # characters of these
UNSEEN = 0.03  # share of the symbols that are taken for unknown


def train(text: Symbols, symbols: int, steps: int = STEPS) -> Vectors:
    """Learn vectors from a stream of symbols with boundaries. The same arguments on the same machine give the same.

    Args:
        text: shape (characters,).
        symbols: how many symbols there are.
        steps: how many batches to learn from; 0 gives vectors that say nothing.
    """
    random = np.random.default_rng(0)
    weights = _begin(random, symbols)
    padded = _padded(text)
    breaks = _breaks(text)
    if not steps or len(breaks) <= RUN:
        return _vectors({name: np.zeros_like(value) for name, value in weights.items()})
    adam = Adam(weights)
    for step in range(steps):
        chosen = _batch(random, breaks)
        read = {side: _spoilt(random, _window(padded, chosen, side)) for side in SIDES}
        weights = adam.moved(weights, _slopes(random, weights, read), RATE * share_of_rate(step / steps, WARM))
        weights["symbols"][UNKNOWN] = 0  # what is not there must not learn to speak
    return _vectors(weights)


def level(vectors: Vectors, text: Symbols) -> float:
    """What to add to products (nats) so that they are odds: a likelihood ratio is 1 on average over chance."""
    breaks = _breaks(text)
    if not len(breaks):
        return 0.0
    # Two thousand breaks spread over the text: four million pairs.
    chosen = breaks[np.linspace(0, len(breaks) - 1, 2000).astype(np.int64)]
    windows = [_window(_padded(text), chosen, side) for side in SIDES]
    left, right = vectors.of_tails(windows[0]).astype(np.float64), vectors.of_heads(windows[1]).astype(np.float64)
    # The mean over left sides of the logarithm: the mean over all pairs hangs on the few highest of them.
    return -float(np.log(np.exp(left @ right.T).mean(axis=1)).mean())


def _begin(random: Random, symbols: int) -> Weights:
    """Weights to begin with; random, so that not all learn the same."""

    def drawn(spread: float, *shape: int) -> Floats:
        return random.standard_normal(shape, np.float32) * np.float32(spread)

    read = (NEAR + 1) * NUMBERS
    weights = {"symbols": drawn(0.3, symbols, NUMBERS)}
    weights["symbols"][[UNKNOWN, BOUNDARY]] = 0
    for side in SIDES:
        weights |= {
            f"{side}_first": drawn(read**-0.5, read, HIDDEN),
            f"{side}_bias": np.zeros(HIDDEN, np.float32),
            f"{side}_second": drawn((0.3 / HIDDEN) ** 0.5, HIDDEN, DIMENSIONS),
            f"{side}_straight": drawn((0.1 / read) ** 0.5, read, DIMENSIONS),
        }
    return weights


def _tower(weights: Weights, side: str) -> Tower:
    return Tower(*(weights[f"{side}_{name}"] for name in ("first", "bias", "second", "straight")))


def _vectors(weights: Weights) -> Vectors:
    return Vectors(weights["symbols"], *(_tower(weights, side) for side in SIDES))


def _padded(text: Symbols) -> Symbols:
    return np.concatenate([np.zeros(SPAN, np.uint16), text, np.zeros(SPAN, np.uint16)])


def _breaks(text: Symbols) -> Indices:
    """The places in the padded text that have characters on both sides."""
    breaks: Indices = np.flatnonzero((text[:-1] != BOUNDARY) & (text[1:] != BOUNDARY)) + SPAN + 1
    return breaks


def _batch(random: Random, breaks: Indices) -> Indices:
    """Breaks to learn from."""
    runs = int(BATCH * LOCAL) // RUN
    anywhere = breaks[random.integers(0, len(breaks), BATCH - runs * RUN)]
    stretch = min(STRETCH, len(breaks))
    begins = random.integers(0, len(breaks) - stretch + 1, (runs, 1))
    near = breaks[begins + random.integers(0, stretch, (runs, RUN))]
    return np.concatenate([anywhere, near.ravel()])


def _window(padded: Symbols, breaks: Indices, side: str) -> Symbols:
    """The symbols beside each break, nearest first, UNKNOWN from a boundary on; shape (breaks, SPAN)."""
    offsets = np.arange(SPAN) if side == "heads" else -1 - np.arange(SPAN)
    found = padded[breaks[:, None] + offsets]
    beyond = np.logical_or.accumulate(found == BOUNDARY, axis=1)
    return np.where(beyond, np.uint16(UNKNOWN), found)


def _spoilt(random: Random, window: Symbols) -> Symbols:
    """The sides as lines of print have them: some short, some symbols not known."""
    count = len(window)
    cut = random.random(count) < CUT
    length = np.where(cut, random.integers(SHORTEST, SPAN + 1, count), SPAN)
    seen = (np.arange(SPAN) < length[:, None]) & (random.random(window.shape) >= UNSEEN)
    return np.where(seen, window, np.uint16(UNKNOWN))


def _slopes(random: Random, weights: Weights, windows: dict[str, Symbols]) -> Weights:
    """The slope of the loss at each weight: cross entropy of rows and of columns with the diagonal as the truth."""
    read: Weights = {}
    kept: Weights = {}
    hidden: Weights = {}
    out: Weights = {}
    for side, window in windows.items():
        seen = random.random((len(window), (NEAR + 1) * NUMBERS), np.float32) >= DROPPED
        kept[side] = seen.astype(np.float32) / np.float32(1 - DROPPED)
        read[side] = placed(weights["symbols"], window) * kept[side]
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
        slopes["symbols"] += _of_symbols(windows[side], of_read, len(weights["symbols"]))
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


def _of_symbols(window: Symbols, of_read: Floats, symbols: int) -> Floats:
    """What the slopes at what is read of each side come to at the numbers of the symbols."""
    sides = len(window)
    slots = np.minimum(np.arange(SPAN), NEAR)
    rows = (np.arange(sides)[:, None] * (NEAR + 1) + slots).ravel()
    share = np.broadcast_to(np.where(slots < NEAR, np.float32(1), FAR_WEIGHT), window.shape).ravel()
    shares = sparse.csr_matrix((share, (window.ravel(), rows)), (symbols, sides * (NEAR + 1)))
    found: Floats = shares @ of_read.reshape(sides * (NEAR + 1), -1)
    found[UNKNOWN] = 0
    return found
