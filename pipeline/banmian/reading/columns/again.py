"""A second look at links: with what was found at the first, what stands above and below tells of one story or of two.

Where two columns of different stories run side by side, either could go on from either as far as a break tells. But
some lines up and some lines down each has its subject and its names. A first look (`banmian.reading.columns.apart`)
gives each line a few lines above and below it. Those above the first line of a link are compared with those below its
second: what they are about, the rare pairs of characters that they share, and their measures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from banmian.language import Statistics
from banmian.language.topics import common_direction, subjects
from banmian.reading.columns.evidence import FEATURES, REACH, WIDTH_SCALE, Printed
from banmian.reading.lexical import COMMON_NATS, information, pair_codes, presence

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

# Lines up and down that count, each with the line itself.
WINDOW = 8
# Lines that are looked at together, and lines around them: no window reaches further.
PART, AROUND = 512, WINDOW * REACH
MORE = 14
AGAIN_FEATURES = FEATURES + MORE
ODDS_SCALE, SHARED_SCALE, CERTAIN = 4.0, 8.0, 12.0
NOTHING = -1


def again_numbers(read: Floats, score: Floats, before: Ints, page: Printed) -> Floats:
    """What is read of each link at the second look, (lines, lags, AGAIN_FEATURES).

    Args:
        read: what was read of each at the first.
        score: (lines, lags) the log odds of each at the first.
        before: (lines,) what each line went on from, or `NOTHING`.
        page: the lines.
    """
    n = len(page.texts)
    widths = np.array([line.width for line in page.rows.lines], dtype=np.float32)
    second, place = np.nonzero(read[..., 0])
    first = second - place - 1
    after = np.full(n, NOTHING, dtype=np.intp)
    linked = np.flatnonzero(before != NOTHING)
    after[before[linked]] = linked
    up, down = _steps(before), _steps(after)
    over, under = _sum(page.vectors, up), _sum(page.vectors, down)
    common = common_direction(over)
    above, below = subjects(over, common), subjects(under, common)
    wide_up, wide_down = _widest(widths, up)[first], _widest(widths, down)[second]
    row, column = _probabilities(score, second, first, place)
    likely = np.zeros(read.shape[:2], np.float32)
    likely[second, place] = np.sqrt(row * column)
    further = second + place + 1
    columns = [
        np.clip(score[second, place], -CERTAIN, CERTAIN) / ODDS_SCALE,
        row,
        column,
        likely[first, place],
        np.where(further < n, likely[np.minimum(further, n - 1), place], 0),
        4 * np.einsum("ij,ij->i", above.directions[first], below.directions[second]),
        above.lengths[first],
        below.lengths[second],
        np.tanh(_shared(page.texts, (up, down), (first, second), page.known) / SHARED_SCALE),
        np.tanh(wide_up - widths[second]),
        np.tanh(wide_down - widths[first]),
        np.tanh(wide_up - wide_down),
        np.tanh((wide_up - wide_down) / 4),
        wide_up / WIDTH_SCALE,
    ]
    out = np.zeros((n, REACH, AGAIN_FEATURES), np.float32)
    out[..., :FEATURES] = read
    out[second, place, FEATURES:] = np.column_stack(columns)
    return out


def _steps(step: Ints) -> Ints:
    """Each line and those that one comes to by going on from it, (WINDOW, lines); len(step) where there are no more."""
    n = len(step)
    on = np.append(np.where(step == NOTHING, n, step), n)
    rows = [np.arange(n)]
    for _ in range(WINDOW - 1):
        rows.append(on[rows[-1]])
    return np.stack(rows)


def _sum(vectors: Floats, steps: Ints) -> Floats:
    out: Floats = np.vstack([vectors, np.zeros((1, vectors.shape[1]), np.float32)])[steps].sum(axis=0)
    return out


def _widest(widths: Floats, steps: Ints) -> Floats:
    out: Floats = np.append(widths, np.float32(0))[steps].max(axis=0)
    return out


def _shared(texts: Sequence[str], steps: tuple[Ints, Ints], pairs: tuple[Ints, Ints], known: Statistics) -> Floats:
    """What the rare pairs of characters are worth that lines up from a first one share with those down from a second.

    Long pages are looked at part by part, each with the lines around it, so that time and memory grow with the lines.
    """
    n = len(texts)
    first, second = pairs
    out = np.zeros(len(first), np.float32)
    for start in range(0, n, PART):
        low, high = max(start - AROUND, 0), min(start + PART + AROUND, n)
        within = np.flatnonzero((second >= start) & (second < start + PART))
        over, under = (
            np.where((step[:, low:high] >= low) & (step[:, low:high] < high), step[:, low:high] - low, high - low)
            for step in steps
        )
        table, worth = _rare_pairs(texts[low:high], known)
        above, below = (table[step].any(axis=0).astype(np.float32) for step in (over, under))
        out[within] = ((above * worth) @ below.T)[first[within] - low, second[within] - low]
    return out


def _rare_pairs(texts: Sequence[str], known: Statistics) -> tuple[NDArray[np.bool_], Floats]:
    """Which lines have which rare pairs, with a line that has none at the end, and what sharing each is worth."""
    codes, owner = pair_codes(texts)
    found, counts = np.unique(codes, return_counts=True)
    found = found[counts > 1]
    worth = np.maximum(information(found, known) - COMMON_NATS, 0.0) if len(found) else np.zeros(0, np.float32)
    found, worth = found[worth > 0], worth[worth > 0]
    table = presence(codes, owner, len(texts), found)
    worth = worth / np.sqrt(np.maximum(table.sum(axis=0), 1))
    return np.vstack([table, np.zeros((1, len(found)), bool)]), worth.astype(np.float32)


def _probabilities(score: Floats, second: Ints, first: Ints, place: Ints) -> tuple[Floats, Floats]:
    """How probable each link is among all of its second line, and among all of its first."""
    odds = np.exp(np.clip(score[second, place], -30, 30))
    n = len(score)
    by_second = 1 + np.bincount(second, odds, n)
    by_first = 1 + np.bincount(first, odds, n)
    return (odds / by_second[second]).astype(np.float32), (odds / by_first[first]).astype(np.float32)
