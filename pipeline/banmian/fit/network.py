"""Fit the network that scores the states of lines, together with the chain that they form.

The loss is that of the chain (the negative log likelihood of the known states, see `banmian.fit.chain`), its slope goes
back through the layers, and `banmian.fit.adam` moves the weights. A part of the hidden numbers is dropped while
learning, so that no line is learnt by heart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.fit.adam import Adam, share_of_rate
from banmian.fit.chain import closed, expect
from banmian.reading.blocks.network import Network, around
from banmian.reading.blocks.states import FOLLOWS, State

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

HIDDEN = 128
WIDTHS = (3, 5, 5)
DROPPED = 0.4
CROP = 160  # lines learnt from at a time: a page has 100 to 400
BATCH = 32
RATE = 6e-3
WARM = 0.3  # share of the steps in which the rate rises


@dataclass(frozen=True, slots=True)
class Example:
    """A page: the evidence of its lines, and their states (-1 where not known)."""

    evidence: Floats
    states: Ints


def blank(examples: Sequence[Example], rng: np.random.Generator, hidden: int = HIDDEN) -> Network:
    """A network that knows nothing but how the evidence spreads."""
    rows = np.concatenate([example.evidence for example in examples])
    features, states = rows.shape[1] + 2, len(State)

    def random(inputs: int, outputs: int) -> Floats:
        return rng.normal(0.0, np.sqrt(1.0 / inputs), (inputs, outputs)).astype(np.float32)

    return Network(
        mean=rows.mean(axis=0),
        scale=rows.std(axis=0) + np.float32(1e-3),
        first=random(WIDTHS[0] * features, hidden),
        first_bias=np.zeros(hidden, np.float32),
        second=random(WIDTHS[1] * hidden, hidden),
        second_bias=np.zeros(hidden, np.float32),
        third=random(WIDTHS[2] * hidden, hidden),
        third_bias=np.zeros(hidden, np.float32),
        context=np.zeros((hidden, hidden), np.float32),
        shortcut=random(features, states) * np.float32(0.1),
        last=random(hidden, states),
        bias=np.zeros(states, np.float32),
        transition=np.zeros((states, states), np.float32),
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Chains learnt from together.

    Args:
        held: (lines, chains, states) log potentials that close all but the known states.
        lengths: (chains,) lines of each.
        whole: (chains,) whether each begins where its page does.
    """

    held: NDArray[np.float64]
    lengths: Ints
    whole: NDArray[np.bool_]


FIXED = ("mean", "scale")


def slopes(network: Network, read: Floats, batch: Batch, masks: Sequence[Floats]) -> tuple[float, dict[str, Floats]]:
    """The loss a line, and its slope for each weight.

    Args:
        network: the weights.
        read: (chains, lines, features + 2) prepared evidence, zeros beyond the end of a chain.
        batch: the chains.
        masks: (chains, lines, hidden) factors of what each layer hands on: 0 where dropped.
    """
    wide, kept, hidden = [], [], np.zeros((*read.shape[:2], len(network.last)), np.float32)
    layers = (
        (network.first, network.first_bias),
        (network.second, network.second_bias),
        (network.third, network.third_bias),
    )
    inside = (np.arange(read.shape[1]) < batch.lengths[:, None]).astype(np.float32) / batch.lengths[:, None]
    inside = inside.astype(np.float32)
    for number, (weights, bias) in enumerate(layers):
        wide.append(around(hidden if number else read, WIDTHS[number]))
        raw = _times(wide[number], weights) + bias
        if number == 1:
            page = np.einsum("cl,clh->ch", inside, hidden)
            raw += (page @ network.context)[:, None, :]
        kept.append(raw > 0)
        hidden = (hidden + np.maximum(raw, 0.0)) * masks[number]
    emission = (_times(hidden, network.last) + _times(read, network.shortcut) + network.bias).transpose(1, 0, 2)
    transition = network.transition.astype(np.float64)
    free = expect(emission.astype(np.float64), transition, batch.lengths, batch.whole)
    held = expect(emission.astype(np.float64) + batch.held, transition, batch.lengths, batch.whole)
    lines = float(batch.lengths.sum())
    out: dict[str, Floats] = {"transition": ((free.pairs - held.pairs) / lines).astype(np.float32)}
    slope = ((free.states - held.states) / lines).astype(np.float32).transpose(1, 0, 2)
    out["bias"] = slope.sum(axis=(0, 1))
    out["shortcut"] = _product(read, slope)
    out["last"] = _product(hidden, slope)
    back = _times(slope, network.last.T)
    for number, name in ((2, "third"), (1, "second"), (0, "first")):
        back = back * masks[number]
        inner = back * kept[number]
        out[name], out[f"{name}_bias"] = _product(wide[number], inner), inner.sum(axis=(0, 1))
        if number:
            back += _gathered(_times(inner, layers[number][0].T), WIDTHS[number])
        if number == 1:
            whole = inner.sum(axis=1)
            out["context"] = page.T @ whole
            back += inside[:, :, None] * (whole @ network.context.T)[:, None, :]
    return (free.log_sum - held.log_sum) / lines, out


def _times(rows: Floats, weights: Floats) -> Floats:
    """Rows times a matrix, as one product of two matrices: numpy multiplies page by page otherwise."""
    return (rows.reshape(-1, rows.shape[-1]) @ weights).reshape(*rows.shape[:-1], weights.shape[1])


def _product(left: Floats, right: Floats) -> Floats:
    return left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1])


def _gathered(rows: Floats, width: int) -> Floats:
    """The sum over all places at which each row stands in `around`: its transpose."""
    *outer, lines, numbers = rows.shape
    each = numbers // width
    out = np.zeros((*outer, lines, each), np.float32)
    for place in range(width):
        step = place - width // 2
        into = slice(max(0, -step), lines - max(0, step))
        come = slice(max(0, step), lines - max(0, -step))
        if into.start < into.stop:
            out[..., come, :] += rows[..., into, place * each : (place + 1) * each]
    return out


def _batch(pages: Sequence[tuple[Floats, Ints]], rng: np.random.Generator) -> tuple[Floats, Batch]:
    """Pieces of pages side by side: what the network reads, and what it should say."""
    pieces = []
    for read, states in pages:
        start = int(rng.integers(0, len(read) - CROP + 1)) if len(read) > CROP else 0
        known = states[start : start + CROP].copy()
        if start and known[0] in FOLLOWS:
            known[0] = -1  # what it follows on is not seen
        pieces.append((read[start : start + CROP], known, start == 0))
    most = max(len(known) for _, known, _ in pieces)
    lines = np.zeros((len(pieces), most, pieces[0][0].shape[1]), np.float32)
    states = np.full((len(pieces), most), -1, np.intp)
    for number, (read, known, _) in enumerate(pieces):
        lines[number, : len(read)], states[number, : len(known)] = read, known
    lengths = np.array([len(known) for _, known, _ in pieces], dtype=np.intp)
    whole = np.array([first for _, _, first in pieces])
    return lines, Batch(closed(states.T, len(State)), lengths, whole)


def fit(
    examples: Sequence[Example],
    *,
    rounds: int,
    seed: int = 1,
    hidden: int = HIDDEN,
    start: Network | None = None,
    rate: float = RATE,
) -> Network:
    """The network under which the known states are likely.

    Args:
        examples: pages, none of them empty.
        rounds: times that all pages are gone through (a random piece of each at a time, two pieces a round).
        seed: of the weights at the start, of the order of the pages, and of what is dropped.
        hidden: numbers of each hidden layer.
        start: a network to go on from, of as many hidden numbers.
        rate: the highest rate; a network that goes on from another needs a lower one.
    """
    rng = np.random.default_rng(seed)
    network = start or blank(examples, rng, hidden)
    pages = [(network.prepared(example.evidence), example.states) for example in examples]
    weights = {name: value for name, value in network.arrays().items() if name not in FIXED}
    adam = Adam(weights)
    size = min(BATCH, 2 * len(pages))
    steps = rounds * max(1, 2 * len(pages) // size)
    queue: list[int] = []
    for step in range(1, steps + 1):
        while len(queue) < size:
            queue += rng.permutation(len(pages)).tolist()
        chosen, queue = queue[:size], queue[size:]
        read, batch = _batch([pages[p] for p in chosen], rng)
        shape = (*read.shape[:2], hidden)
        masks = [(rng.random(shape, np.float32) >= DROPPED).astype(np.float32) / (1 - DROPPED) for _ in WIDTHS]
        _, found = slopes(network, read, batch, masks)
        weights = adam.moved(weights, found, rate * share_of_rate(step / steps, WARM))
        network = Network.of({**network.arrays(), **weights})
    return network
