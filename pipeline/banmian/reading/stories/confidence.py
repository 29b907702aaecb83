"""How sure an article is: the evidence of its decisions, weighed into one probability.

The probability that an article came out clean (its heads right, its body whole and in order) is a logistic function
of what its decisions looked like: the least sure link between its blocks, its links together, the link of its heads
to its first block, the least sure of its lines, and whether something had to be guessed. The coefficients are fitted
(`banmian.fit.confidence`) to the pages for fitting, where it is known which articles came out clean.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, log1p

import numpy as np
from numpy.typing import NDArray

from banmian.model import Block, Role

NAMES = (
    "constant",
    "least link",
    "mean link",
    "first link",
    "least block",
    "mean block",
    "length",
    "no heads",
    "doubts",
    "pieces of head",
)


def features(odds: Sequence[float], heads: Sequence[Block], body: Sequence[Block], doubts: int) -> NDArray[np.float64]:
    """What the confidence of an article rests on, shape (len(NAMES),).

    Args:
        odds: the probability of each link of the article, the first being that of its heads.
        heads: its heads.
        body: the blocks of its body.
        doubts: how many things had to be guessed.
    """
    links = [log(min(max(chance, 1e-4), 1.0)) for chance in odds] or [-9.0]
    sure = [log(min(max(block.confidence, 1e-3), 1.0)) for block in (*heads, *body)] or [-7.0]
    paragraphs = sum(block.role is Role.PARAGRAPH for block in body)
    return np.array(
        [
            1.0,
            min(links),
            sum(links) / len(links),
            links[0],
            min(sure),
            sum(sure) / len(sure),
            log1p(paragraphs),
            float(not heads),
            min(doubts, 3),
            min(len(heads), 4),
        ]
    )


def confidence(values: NDArray[np.float64], weights: NDArray[np.float32]) -> float:
    """The probability that an article is clean.

    >>> confidence(np.zeros(len(NAMES)), np.zeros(len(NAMES), np.float32))
    0.5
    """
    return float(1.0 / (1.0 + np.exp(-float(values @ weights))))
