"""What speaks for one end going on in another, and how much each piece of it weighs.

The odds are a logistic regression on the evidence (`FEATURES`), fitted by `python -m banmian.fit.jumps` to issues made
of pages with known answers, whose articles were cut up over pages; `weights.toml` has the weights, and how well they do
on pages that they were not fitted to.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from banmian.chains import is_open
from banmian.jumps.ends import End
from banmian.language import Statistics, Topics, body_topic_odds, join_matrix, start_odds, topic_vectors

Floats = NDArray[np.float64]

FEATURES = (
    "constant",
    "to",  # the beginning has a jump line
    "from",  # the rest has one
    "both",
    "number of to",  # the jump line's page is the page of the rest, known to be
    "number of from",
    "heading",  # how alike the heads are, 0 to 1
    "no heading",  # one of them has none
    "open",  # the beginning breaks off in a sentence
    "reads on",  # odds across the break, where it does
    "begins",  # odds that the rest begins a sentence, where it does not
    "topic",
)
RESOURCE = Path(__file__).with_name("weights.toml")

_NEAR = 16  # characters on each side of a break
_MOST = 6.0  # nats of odds that are believed
_BODY = 400  # characters of a part that are compared


def evidence(before: Sequence[End], after: Sequence[End], known: Statistics, about: Topics) -> Floats:
    """The evidence that each end goes on in each other, shape (len(before), len(after), len(FEATURES))."""
    shape = (len(before), len(after))
    if 0 in shape:
        return np.zeros((*shape, len(FEATURES)))

    def rows(values: Iterable[float]) -> Floats:
        return np.broadcast_to(np.fromiter(values, np.float64, shape[0])[:, None], shape)

    def columns(values: Iterable[float]) -> Floats:
        return np.broadcast_to(np.fromiter(values, np.float64, shape[1])[None, :], shape)

    opened = rows(is_open(end.text) for end in before)
    to, comes = rows(end.to is not None for end in before), columns(end.comes is not None for end in after)
    reads_on = join_matrix(known, [end.text[-_NEAR:] for end in before], [end.text[:_NEAR] for end in after])
    begins = columns(start_odds(known, [end.text[:_NEAR] for end in after]))
    vectors = [topic_vectors(about, [end.text[:_BODY] for end in side]) for side in (before, after)]
    heading = _alike(before, after)
    found = {
        "constant": np.ones(shape),
        "to": to,
        "from": comes,
        "both": to * comes,
        "number of to": to * columns(bool(end.number) for end in after),
        "number of from": comes * rows(bool(end.number) for end in before),
        "heading": np.nan_to_num(heading),
        "no heading": np.isnan(heading),
        "open": opened,
        "reads on": opened * np.clip(reads_on, -_MOST, _MOST),
        "begins": (1 - opened) * np.clip(begins, -_MOST, _MOST),
        "topic": np.clip(body_topic_odds(*vectors), -_MOST, _MOST),
    }
    return np.stack([found[name] for name in FEATURES], axis=-1).astype(np.float64)


@cache
def fitted() -> Floats:
    """The weights that ship with the package, in the order of `FEATURES`."""
    told = tomllib.loads(RESOURCE.read_text(encoding="utf-8"))["weights"]
    return np.array([told[name] for name in FEATURES], dtype=np.float64)


def _alike(before: Sequence[End], after: Sequence[End]) -> Floats:
    """How alike the heads of each pair are, 0 to 1; NaN where one of them has none.

    A continuation's heading is mostly shorter than the headline, so that a part of it may be enough.
    """
    heads = [(end.heading, end.to.jump.heading if end.to else "") for end in before]
    names = [(end.heading, end.comes.jump.heading if end.comes else "") for end in after]
    best = np.full((len(before), len(after)), np.nan)
    for k, m in product(range(2), range(2)):
        left, right = [_letters(pair[k]) for pair in heads], [_letters(pair[m]) for pair in names]
        there = np.array([bool(word) for word in left])[:, None] & np.array([bool(word) for word in right])
        if there.any():
            alike = process.cdist(left, right, scorer=fuzz.ratio, dtype=np.float32)
            alike = (alike + process.cdist(left, right, scorer=fuzz.partial_ratio, dtype=np.float32)) / 200
            best = np.where(there, np.fmax(best, alike), best)
    return best


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
