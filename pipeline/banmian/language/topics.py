"""What a text is about, as a vector: whether a head belongs to a story, and a paragraph to the one before it.

A head often says in other words what its story says, and two paragraphs of one story need not share a single rare word.
So each text is also a bag of characters: the sum of one learnt vector for each of them. The cosine of two sums is
trained (see `topic_training`) to be high for a head and the paragraphs of its story, and for paragraphs near each other
in one story, and low for texts of different stories; scaled, it is the log odds that two texts are of one story.

Sums add: the vector of a whole story is the sum of the vectors of its paragraphs, that of a head the sum of kicker,
headline and deck. So a caller who weighs heads against growing stories makes the vectors of the paragraphs once:

>>> known = topics()
>>> head = topic_vectors(known, ["田里麦苗壮 农民春管忙"])
>>> farming = topic_vectors(known, ["今年小麦长势良好，农民正在田间管理。", "县里派出农技人员下乡指导春耕。"])
>>> sport = topic_vectors(known, ["球队在主场以三比一战胜对手，升至积分榜第二位。"])
>>> odds = head_topic_odds(head, np.stack([farming.sum(axis=0), sport.sum(axis=0)]))
>>> bool(odds[0, 0] > odds[0, 1] + 3)
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from banmian.language import folding, resource
from banmian.language.folding import RARE, Symbols
from banmian.language.statistics import Odds

RESOURCE = Path(__file__).with_name("topics.bin")


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a cosine becomes odds (nats): `scale * cosine + constant`."""

    scale: float
    constant: float


# Fitted by logistic regression (`topic_measuring`) to a held-out month, with topics learnt without it: a head with the
# whole of its own story against the other stories of its page, a paragraph with the next of its story against those of
# the page's other stories. They hold no prior: one true pair counts as much as all its rivals together.
HEAD = Calibration(scale=12.0, constant=-3.1)
BODY = Calibration(scale=10.3, constant=-2.5)


@dataclass(frozen=True, slots=True, eq=False)
class Topics:
    """Vectors of characters, as `python -m banmian.language learn-topics` wrote them.

    Attributes:
        symbol_of: the symbol of each code point, see `folding`; shape (65537,).
        vectors: of each symbol, in steps; shape (symbols, DIMENSIONS). Those that say nothing are zero.
    """

    symbol_of: Symbols
    vectors: Odds

    @classmethod
    def load(cls, path: Path) -> Topics:
        """The topics of a file.

        Raises:
            banmian.language.resource.ResourceError: the file is of another kind.
            OSError: there is no such file.
        """
        arrays, _ = resource.read(path)
        return cls(arrays["symbol_of"], arrays["vectors"])


@cache
def topics(path: Path | None = None) -> Topics:
    """The topics that ship with the package, or those of a file; each is opened once a process."""
    return Topics.load(RESOURCE if path is None else path)


def topic_vectors(known: Topics, texts: Sequence[str]) -> Odds:
    """The sum of the vectors of the characters of each text; shape (len(texts), DIMENSIONS). Rows may be added."""
    if not texts:
        return np.zeros((0, known.vectors.shape[1]), np.float32)
    symbols = folding.symbols("".join(texts), known.symbol_of)
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    said = (symbols > RARE) & (symbols < len(known.vectors))
    symbols, owners = symbols[said], owners[said]
    # Counts of the characters that occur at all, times their vectors: one small product of matrices.
    occurring = np.flatnonzero(np.bincount(symbols, minlength=len(known.vectors)))
    column_of = np.zeros(len(known.vectors), np.intp)
    column_of[occurring] = np.arange(len(occurring))
    shape = (len(texts), len(occurring))
    counts = np.bincount(owners * len(occurring) + column_of[symbols], minlength=shape[0] * shape[1])
    sums: Odds = counts.reshape(shape).astype(np.float32) @ known.vectors[occurring].astype(np.float32)
    return sums


def head_topic_odds(heads: Odds, bodies: Odds) -> Odds:
    """The odds that each head is that of each story, or paragraph; shape (len(heads), len(bodies)).

    Args:
        heads: rows of `topic_vectors`, or sums of rows.
        bodies: the same.
    """
    return _odds(HEAD, heads, bodies)


def body_topic_odds(lefts: Odds, rights: Odds) -> Odds:
    """The odds that each left paragraph and each right one are of the same story; shape (len(lefts), len(rights)).

    Args:
        lefts: rows of `topic_vectors`, or sums of rows.
        rights: the same.
    """
    return _odds(BODY, lefts, rights)


def _odds(calibration: Calibration, lefts: Odds, rights: Odds) -> Odds:
    left, right = (np.linalg.norm(side, axis=1) for side in (lefts, rights))
    spoken = (left[:, None] > 0) & (right > 0)
    products = lefts @ rights.T / np.where(spoken, left[:, None] * right, 1)
    odds: Odds = np.where(spoken, calibration.scale * products + calibration.constant, 0).astype(np.float32)
    return odds
