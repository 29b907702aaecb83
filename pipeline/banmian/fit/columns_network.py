"""Fit the network that sees links with the links around them.

The loss is that of two choices for each line: what it goes on from, and what goes on from it, nothing being one of the
answers. Links of which gold does not tell are left out of both. Its slope goes back through the convolutions, and
`banmian.fit.adam` moves the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from banmian.fit.adam import Adam, share_of_rate
from banmian.reading.columns.network import LAGS, LINES, STEPS, GridNetwork, convolved, widened

Floats = NDArray[np.float32]
Ints = NDArray[np.int8]
Flags = NDArray[np.bool_]
Grid = TypeVar("Grid", Floats, Ints)

HIDDEN = 24
DROPPED = 0.1
BATCH = 4  # pages
RATE = 4e-3
LATER_RATE = 1.5e-3  # of a network that is gone on from
WARM = 0.2  # share of the steps in which the rate rises
YES, NO, UNCLEAR = 1, 0, -1
_NEVER = -1e4


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A page.

    Args:
        numbers: (lines, lags, features); kept in half precision, for there are many.
        truth: (lines, lags) whether each link is true, false, or gold does not tell.
        told: (lines,) whether gold tells of the line.
    """

    numbers: NDArray[np.float16]
    truth: Ints
    told: Flags


def blank(features: int, rng: np.random.Generator, hidden: int = HIDDEN) -> GridNetwork:
    """A network that knows nothing."""

    def random(inputs: int, *shape: int) -> Floats:
        bound = np.sqrt(1.0 / inputs)
        return rng.uniform(-bound, bound, shape).astype(np.float32)

    count = len(STEPS)
    inside = LINES * LAGS * hidden
    return GridNetwork(
        enter=random(features, features, hidden),
        enter_bias=random(features, hidden),
        layers=random(inside, count, LINES, LAGS * hidden, hidden),
        biases=random(inside, count, hidden),
        leave=random(hidden, hidden),
        shortcut=random(features, features),
        bias=np.zeros(1, np.float32),
    )


def loss(score: Floats, truth: Ints, told: Flags) -> tuple[float, Floats]:
    """The loss of both choices, the mean over the lines, and its slope for each link."""
    one, slope = _choice(score, truth, told)
    two, from_first = _choice(_slanted(score, _NEVER), _slanted(truth, UNCLEAR), told)
    return one + two, slope + _upright(from_first)


def _choice(score: Floats, truth: Ints, told: Flags) -> tuple[float, Floats]:
    """The same of one choice: (lines, answers), and nothing as one more answer."""
    right = truth == YES
    answers = np.concatenate(
        [np.where(truth == UNCLEAR, np.float32(_NEVER), score), np.zeros((len(score), 1), np.float32)], axis=1
    )
    right = np.concatenate([right, ~right.any(axis=1, keepdims=True)], axis=1)
    every, total = _shares(answers)
    best, found = _shares(np.where(right, answers, np.float32(_NEVER)))
    count = max(int(told.sum()), 1)
    slope = ((every - best) * told[:, None] / count)[:, :-1].astype(np.float32)
    return float((total - found)[told].sum() / count), slope


def _shares(answers: Floats) -> tuple[Floats, Floats]:
    """The probabilities of answers, and the logarithm of what they were divided by."""
    top = answers.max(axis=1, keepdims=True)
    odds = np.exp(answers - top)
    total = odds.sum(axis=1, keepdims=True)
    return odds / total, (np.log(total) + top)[:, 0]


def _slanted(grid: Grid, empty: float) -> Grid:
    """A grid by the first line of each link instead of the second."""
    lines, lags = grid.shape
    out = np.full_like(grid, empty)
    for lag in range(min(lags, lines - 1)):
        out[: lines - lag - 1, lag] = grid[lag + 1 :, lag]
    return out


def _upright(grid: Floats) -> Floats:
    """A slanted grid back as it was."""
    lines, lags = grid.shape
    out = np.zeros_like(grid)
    for lag in range(min(lags, lines - 1)):
        out[lag + 1 :, lag] = grid[: lines - lag - 1, lag]
    return out


def slopes(network: GridNetwork, page: Example, masks: Sequence[Floats]) -> tuple[float, dict[str, Floats]]:
    """The loss of a page, and its slope for each weight.

    Args:
        network: the weights.
        page: the page.
        masks: one a layer, (lines, lags, hidden): factors of what it reads, 0 where dropped.
    """
    read = page.numbers.astype(np.float32)
    there = read[..., :1]
    hidden = np.maximum(read @ network.enter + network.enter_bias, 0) * there
    entered, wide, kept = hidden > 0, [], []
    for number, step in enumerate(STEPS):
        wide.append(widened(hidden * masks[number], step))
        raw = convolved(wide[number], network.layers[number], step) + network.biases[number]
        kept.append((raw > 0) * there)
        hidden = hidden + raw * kept[number]
    score = hidden @ network.leave + read @ network.shortcut + network.bias
    value, slope = loss(np.where(there[..., 0] > 0, score, np.float32(-30)), page.truth, page.told)
    slope = slope * there[..., 0]
    out = {
        "leave": np.einsum("ijk,ij->k", hidden, slope),
        "shortcut": np.einsum("ijk,ij->k", read, slope),
        "bias": slope.sum(keepdims=True)[0],
        "layers": np.zeros_like(network.layers),
        "biases": np.zeros_like(network.biases),
    }
    back = slope[..., None] * network.leave
    for number in reversed(range(len(STEPS))):
        inner = back * kept[number]
        out["biases"][number] = inner.sum(axis=(0, 1))
        spread, out["layers"][number] = _through(wide[number], inner, network.layers[number], STEPS[number])
        back = back + spread * masks[number]
    back = back * entered
    out["enter"] = read.reshape(-1, read.shape[-1]).T @ back.reshape(-1, back.shape[-1])
    out["enter_bias"] = back.sum(axis=(0, 1))
    return value, out


def _through(wide: Floats, inner: Floats, weights: Floats, step: int) -> tuple[Floats, Floats]:
    """Slopes behind a convolution: for what it read, and for its weights."""
    lines, lags, hidden = inner.shape
    flat = inner.reshape(-1, hidden)
    spread, of_weights = np.zeros_like(wide), np.zeros_like(weights)
    for place, weight in enumerate(weights):
        part = slice(place * step, place * step + lines)
        of_weights[place] = wide[part].reshape(lines * lags, -1).T @ flat
        spread[part] += (flat @ weight.T).reshape(lines, lags, -1)
    edge = LINES // 2 * step
    spread = spread[edge : edge + lines]
    out = np.zeros_like(inner)
    for place in range(LAGS):
        shift = place - LAGS // 2
        into, come = slice(max(0, -shift), lags - max(0, shift)), slice(max(0, shift), lags - max(0, -shift))
        out[:, come] += spread[:, into, place * hidden : (place + 1) * hidden]
    return out, of_weights


def fit(
    pages: Sequence[Example],
    *,
    rounds: int,
    seed: int = 1,
    hidden: int = HIDDEN,
    start: GridNetwork | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> GridNetwork:
    """The network under which the true links are likely.

    Args:
        pages: to learn from, none of them empty.
        rounds: times that all pages are gone through.
        seed: of the weights at the start, of the order of the pages, and of what is dropped.
        hidden: numbers of each layer.
        start: a network to go on from, in smaller steps, instead of one that knows nothing.
        tell: what is done with a line that says how it goes.
    """
    rng = np.random.default_rng(seed)
    first = blank(pages[0].numbers.shape[-1], rng, hidden) if start is None else start
    weights, rate = first.arrays(), RATE if start is None else LATER_RATE
    adam = Adam(weights)
    batches = max(1, len(pages) // BATCH)
    for step in range(1, rounds * batches + 1):
        if step % batches == 1 or batches == 1:
            order, total = rng.permutation(len(pages)), 0.0
        chosen = order[BATCH * ((step - 1) % batches) :][:BATCH]
        network = GridNetwork.of(weights)
        found = {name: np.zeros_like(value) for name, value in weights.items()}
        for number in chosen.tolist():
            shape = (*pages[number].truth.shape, len(network.leave))
            masks = [(rng.random(shape, np.float32) >= DROPPED).astype(np.float32) / (1 - DROPPED) for _ in STEPS]
            value, slope = slopes(network, pages[number], masks)
            total += value / len(chosen)
            for name, part in slope.items():
                found[name] += part / len(chosen)
        weights = adam.moved(weights, found, rate * share_of_rate(step / (rounds * batches), WARM))
        if step % batches == 0:
            tell(f"round {step // batches} of {rounds}: loss {total / batches:.4f}")
    return GridNetwork.of(weights)
