"""How long the full lines of a column are (行长), and how lines and pieces of lines fill them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

# Lines before and after that the measure is taken from, and the share of them that may be short (last lines of
# paragraphs, fragments): the measure is the width that this share of the lines stays below.
WINDOW = 6
FULL_SHARE = 0.7
ROW_PIECES = 6  # most pieces that a printed row is taken to be broken into
NO_FIT = 5.0  # em; pieces that miss the measure by more fit as little as any
# A measure of the page is a width (to half an em) that so many of its lines have, and so large a share of them.
LEAST_LINES, LEAST_SHARE, LEAST_EM = 4, 0.04, 6.0


def measures(widths: Floats) -> tuple[Floats, Floats]:
    """The measure in em before and after each line, from up to `WINDOW` lines on that side, the line included."""
    n = len(widths)
    padded = np.concatenate([np.full(WINDOW - 1, np.nan), widths, np.full(WINDOW - 1, np.nan)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)
    ordered = np.sort(windows, axis=1)  # NaN last
    have = WINDOW - np.isnan(ordered).sum(axis=1)
    pick = np.minimum((have - 1) * FULL_SHARE + 0.5, have - 1).astype(np.intp)
    values = ordered[np.arange(len(ordered)), pick].astype(np.float32)
    return values[:n], values[WINDOW - 1 :]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """How well the pieces of lines fill printed rows, in em off at best, `NO_FIT` at most.

    Some extractors end a line at every punctuation mark. The pieces of one row fill the measure together.

    Args:
        begun: (lines,) by rows of the pieces from each line on.
        ended: (lines,) by rows of the pieces up to each line.
        inside: (lines,) by rows that have the break before a line inside.
        pieces: (lines,) how many pieces the row has that fits best from each line on.
    """

    begun: Floats
    ended: Floats
    inside: Floats
    pieces: Floats


def rows(widths: Floats, hanging: Ints, measure: Floats) -> Rows:
    """How well lines fill printed rows.

    Args:
        widths: of the lines, in em.
        hanging: whether each ends with a mark, counted as half its width at the end of a line but whole inside.
        measure: of the row that would begin with each line.
    """
    n = len(widths)
    total = np.concatenate([[0.0], np.cumsum(widths + 0.5 * hanging)])
    begun, ended, inside = (np.full(n, NO_FIT, np.float32) for _ in range(3))
    pieces = np.zeros(n, np.float32)
    for size in range(1, min(ROW_PIECES, n) + 1):
        first = np.arange(n - size + 1)
        last = first + size - 1
        row = total[last + 1] - total[first] - 0.5 * hanging[last]
        off = np.abs(measure[first] - row).astype(np.float32)
        better = off < begun[first]
        begun[first[better]], pieces[first[better]] = off[better], size
        ended[last] = np.minimum(ended[last], off)
        for place in range(1, size):
            inside[first + place] = np.minimum(inside[first + place], off)
    return Rows(begun, ended, inside, pieces)


def common_measures(widths: Floats) -> Floats:
    """The measures of a page: the widths that many of its lines have."""
    values, counts = np.unique(np.round(widths * 2) / 2, return_counts=True)
    found = values[(counts >= max(LEAST_LINES, LEAST_SHARE * len(widths))) & (values >= LEAST_EM)]
    out: Floats = found.astype(np.float32) if len(found) else widths.max(keepdims=True)
    return out
