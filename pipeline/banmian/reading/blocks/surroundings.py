"""What each line has to do with the text around it: whether the story changes there, and where else its words stand.

A headline and a subhead look alike; but the text before and after a subhead is of one story, and its words stand in
both. A line of another column that happens to join well brings another subject. So each line is compared with the
lines before it, with those after it, and with the rest of the page: by topics (`banmian.language.topics`), and by the
rare pairs of characters that it shares with other lines (as in `banmian.reading.lexical`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from banmian.language import Statistics
from banmian.language.topics import (
    Topics,
    common_direction,
    head_subject_odds,
    paired_subject_odds,
    subjects,
    topic_vectors,
)
from banmian.reading.lexical import pair_codes, pair_weights

Floats = NDArray[np.float32]

NEAR = 8  # lines to each side that a line is compared with: about a paragraph
CHANGES = (4, 12)  # lines to each side of a possible change of subject
# Windows of the page that a line is compared with begin so many lines apart; further, where that would be more windows
# than a large page of 1,000 lines has.
STEP, MOST_WINDOWS = 4, 256
MOST_NATS = 15.0
MOST_SHARED = 30.0  # nats of rare pairs

# The numbers of a line in order: odds and weights in nats, shares from 0 to 1.
NUMBERS = (
    "one subject, few lines before and after",
    "one subject, many lines before and after",
    "about what comes after",
    "about what comes before",
    "about something further on or back",
    "pairs shared with the lines after",
    "pairs shared with the lines before",
    "pairs shared further on",
    "pairs shared further back",
    "share of the pairs that stand near by",
    "share of the pairs that stand nowhere else",
)


def surroundings(texts: Sequence[str], statistics: Statistics, topics: Topics) -> Floats:
    """What the lines have to do with the text around them, shape (lines, len(NUMBERS)).

    Args:
        texts: the lines in the order of the text, spaces left out.
        statistics: of the language.
        topics: of the language.
    """
    return np.hstack([_topics(texts, topics), _pairs(texts, statistics)])


def _topics(texts: Sequence[str], topics: Topics) -> Floats:
    """Whether lines are about what comes before and after, and whether that is about the same."""
    n = len(texts)
    vectors = topic_vectors(topics, texts)
    total = np.zeros((n + 1, vectors.shape[1]), np.float32)
    np.cumsum(vectors, axis=0, out=total[1:])
    before, after = _windows(total, NEAR)
    common = common_direction(after[::NEAR])
    own, ahead, behind = (subjects(found, common) for found in (vectors, after, before))
    columns = []
    for reach in CHANGES:
        one, two = (subjects(found, common) for found in _windows(total, reach))
        columns.append(paired_subject_odds(one, two, heads=False))
    columns += [paired_subject_odds(own, ahead, heads=True), paired_subject_odds(own, behind, heads=True)]
    step = max(STEP, -(-n // MOST_WINDOWS))
    elsewhere = head_subject_odds(own, subjects(after[::step], common))
    apart = np.abs(np.arange(0, n, step) + step - np.arange(n)[:, None]) > 2 * NEAR
    columns.append(np.where(apart, elsewhere, -MOST_NATS).max(axis=1, initial=-MOST_NATS))
    return np.clip(np.stack(columns, axis=1), -MOST_NATS, MOST_NATS)


def _windows(total: Floats, reach: int) -> tuple[Floats, Floats]:
    """The sums of the vectors of the lines before each line, and of those after it, `reach` at most.

    Args:
        total: (lines + 1, dimensions), the sums of the vectors of all lines before each.
        reach: lines.
    """
    n = len(total) - 1
    reach = min(reach, n)
    before, after = total[:n].copy(), -total[1:]
    before[reach:] -= total[: n - reach]
    after[: n - reach] += total[reach + 1 :]
    after[n - reach :] += total[n]
    return before, after


def _pairs(texts: Sequence[str], statistics: Statistics) -> Floats:
    """The rare pairs that lines share with lines near by and further off."""
    n = len(texts)
    found = np.zeros((n, 6), np.float32)
    codes, owners = pair_codes(texts)
    if not len(codes):
        return found
    # Each pair of each line once, the lines of a pair in order.
    order = np.lexsort((owners, codes))
    codes, owners = codes[order], owners[order]
    new = np.append(True, (codes[1:] != codes[:-1]) | (owners[1:] != owners[:-1]))
    codes, owners = codes[new], owners[new]
    kinds, kind, count = np.unique(codes, return_inverse=True, return_counts=True)
    weights = pair_weights(kinds, count, statistics)[kind].astype(np.float64)
    same = codes[1:] == codes[:-1]
    step = np.where(same, owners[1:] - owners[:-1], 0)  # 0: no other line
    further, back = np.append(step, 0), np.append(0, step)

    def total(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(owners[chosen], weights[chosen], n).astype(np.float64)

    near = total((further > 0) & (further <= NEAR)), total((back > 0) & (back <= NEAR))
    every = np.maximum(np.bincount(owners, weights, n), 1e-3)
    columns = (*near, total(further > NEAR), total(back > NEAR), sum(near) / every, total(count[kind] == 1) / every)
    for number, column in enumerate(columns):
        found[:, number] = np.minimum(column, MOST_SHARED)
    return found
