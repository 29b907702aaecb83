"""Learning a `SideNetwork`: down the slope of the likelihood of the kinds, some numbers left out each time."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.fit.adam import Adam, share_of_rate
from banmian.language.side_network import Floats, SideNetwork

Ints: TypeAlias = NDArray[np.intp]
Random: TypeAlias = np.random.Generator

BATCH = 256
RATE = 3e-3
WARM = 0.1  # share of the steps in which the rate rises
DROPPED = 0.3  # share of the numbers that a step does not see
LEARNT = ("first", "first_bias", "last", "straight", "bias")


def learn(numbers: Floats, kinds: Ints, *, count: int, hidden: int, epochs: int, random: Random) -> SideNetwork:
    """The network that tells the kinds of texts. The same arguments on the same machine give the same.

    Args:
        numbers: (texts, numbers), their vectors.
        kinds: (texts,), below `count`.
        count: of kinds.
        hidden: size of the hidden layer.
        epochs: times that all texts are gone through; 0 gives a network that says nothing.
        random: of the first weights and of the order of the texts.
    """
    blank = _blank(numbers, count, hidden, random)
    weights = {name: getattr(blank, name) for name in LEARNT}
    fixed = {"mean": blank.mean, "scale": blank.scale}
    read = blank.read(numbers)
    adam, batches = Adam(weights), len(kinds) // BATCH
    steps, step = epochs * batches, 0
    if not steps:
        return SideNetwork(**fixed, **{name: np.zeros_like(value) for name, value in weights.items()})
    for _ in range(epochs):
        for chosen in random.permutation(len(kinds))[: batches * BATCH].reshape(batches, BATCH):
            step += 1
            seen = random.random((BATCH, read.shape[1]), np.float32) >= DROPPED
            kept = read[chosen] * (seen.astype(np.float32) / np.float32(1 - DROPPED))
            found = slopes(SideNetwork(**fixed, **weights), kept, kinds[chosen])
            weights = adam.moved(weights, found, RATE * share_of_rate(step / steps, WARM))
    return SideNetwork(**fixed, **weights)


def _blank(sides: Floats, count: int, hidden: int, random: Random) -> SideNetwork:
    """A network that knows nothing but how the vectors spread."""
    numbers = sides.shape[1]
    return SideNetwork(
        mean=sides.mean(axis=0) if len(sides) else np.zeros(numbers, np.float32),
        scale=sides.std(axis=0) + np.float32(1e-3) if len(sides) else np.ones(numbers, np.float32),
        first=random.normal(0.0, numbers**-0.5, (numbers, hidden)).astype(np.float32),
        first_bias=np.zeros(hidden, np.float32),
        last=random.normal(0.0, 0.05, (hidden, count)).astype(np.float32),
        straight=np.zeros((numbers, count), np.float32),
        bias=np.zeros(count, np.float32),
    )


def slopes(network: SideNetwork, read: Floats, kinds: Ints) -> dict[str, Floats]:
    """The slope of the loss, the negative log likelihood of the kinds, at each weight."""
    hidden = network.hidden(read)
    scores = network.scores(read, hidden)
    slope = np.exp(scores - scores.max(axis=1, keepdims=True))
    slope /= slope.sum(axis=1, keepdims=True)
    slope[np.arange(len(kinds)), kinds] -= 1
    slope /= np.float32(len(kinds))
    back: Floats = (slope @ network.last.T) * (hidden > 0)
    return {
        "first": read.T @ back,
        "first_bias": back.sum(axis=0),
        "last": hidden.T @ slope,
        "straight": read.T @ slope,
        "bias": slope.sum(axis=0),
    }
