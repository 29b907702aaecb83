"""By how much heads and paragraphs are more about their own story than about any other of their page."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language.topics import Subjects, body_subject_odds, head_subject_odds, paired_subject_odds, subjects

Floats: TypeAlias = NDArray[np.float64]
Vectors: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.intp]


def above_others(odds: NDArray[np.floating], own: Ints) -> Floats:
    """How much more each row has at its own place than at the best other one; all that it has where there is no other.

    >>> above_others(np.array([[3.0, 1.0], [2.0, 5.0]]), np.array([0, 0])).tolist()
    [2.0, -3.0]
    """
    rows = np.arange(len(odds))
    rivals: Floats = np.array(odds, dtype=float)
    told = rivals[rows, own]
    rivals[rows, own] = -np.inf
    best = rivals.max(axis=1, initial=-np.inf)
    return told - np.where(np.isfinite(best), best, 0.0)


def heads_margins(heads: Subjects, stories: Subjects, own: Ints) -> Floats:
    """The margin of each head, in nats; `own` is the number of the story that it stands over."""
    return above_others(head_subject_odds(heads, stories), own)


def parts_margins(parts: Vectors, sums: Vectors, stories: Subjects, own: Ints, common: Vectors) -> Floats:
    """The margin of each part of a story, in nats: with the rest of its story, against the story most like it.

    Args:
        parts: (parts, dimensions) their topics.
        sums: (stories, dimensions) those of all parts of each story.
        stories: the same, prepared.
        own: (parts,) the number of the story of each.
        common: (dimensions,) what the topics of the page have in common.
    """
    told = subjects(parts, common)
    odds = body_subject_odds(told, stories).astype(float)
    rest = subjects(sums[own] - parts, common)
    odds[np.arange(len(odds)), own] = paired_subject_odds(rest, told, heads=False)
    return above_others(odds, own)
