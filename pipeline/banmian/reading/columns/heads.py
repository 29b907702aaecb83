"""Which head stands over which column: on a page whose columns are apart, the heads must come to their stories.

From the top and from the left, a head is followed by whatever stands beside it. Below it, a few lines further on,
begins a column that shares its words and its place between the others. Each strand is compared with those that begin
after it ends, by what the lines at their edges are (`banmian.reading.columns.evidence`), what their texts have in
common, and whether the same columns stand to their left and right; a network over the grid of links
(`banmian.reading.columns.network`) weighs that, and the best links in all are chosen. A kicker stands over its
headline in the same way, and a headline over its deck and its byline.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.language import body_topic_odds, head_topic_odds
from banmian.reading.columns.evidence import FEATURES, REACH, Printed
from banmian.reading.columns.rows import Rows
from banmian.reading.lexical import compare

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

NOTHING = -1
# Lines of a strand whose words count: a head is about how its story begins.
LINES_READ = 24
MORE = 13
HEAD_FEATURES = FEATURES + MORE
# What the numbers are divided by, so that most lie between -1 and 1.
SHARED_SCALE, TOPIC_SCALE, LENGTH_SCALE, WIDTH_SCALE = 8.0, 4.0, 4.0, 15.0


@dataclass(frozen=True, slots=True, eq=False)
class Strands:
    """The strands of a page.

    Args:
        of: (lines,) the number of the strand of each line.
        first, last: (strands,) its first and last line.
        lines: its lines in order.
    """

    of: Ints
    first: Ints
    last: Ints
    lines: tuple[tuple[int, ...], ...]

    @classmethod
    def follow(cls, before: Ints) -> Strands:
        """The strands that lines make which go on from `before`."""
        after = {int(first): line for line, first in enumerate(before) if first != NOTHING}
        of = np.zeros(len(before), dtype=np.intp)
        lines: list[tuple[int, ...]] = []
        for start in np.flatnonzero(before == NOTHING).tolist():
            strand = [start]
            while strand[-1] in after:
                strand.append(after[strand[-1]])
            of[strand] = len(lines)
            lines.append(tuple(strand))
        return cls(
            of,
            np.array([strand[0] for strand in lines], dtype=np.intp),
            np.array([strand[-1] for strand in lines], dtype=np.intp),
            tuple(lines),
        )


def head_numbers(read: Floats, strands: Strands, page: Printed) -> Floats:
    """What the network reads of each link between a strand that ends and one that begins, (lines, lags, numbers).

    Args:
        read: the numbers of links, (lines, lags, FEATURES).
        strands: the strands of the page.
        page: its lines.
    """
    rows = page.rows
    n = len(rows.lines)
    second, place = np.nonzero(read[..., 0])
    first = second - place - 1
    lengths = np.array([len(lines) for lines in strands.lines])
    widths = np.array([line.width for line in rows.lines], dtype=np.float32)
    widest = np.zeros(len(lengths), np.float32)
    np.maximum.at(widest, strands.of, widths)
    begins, ends = np.zeros(n, bool), np.zeros(n, bool)
    begins[strands.first], ends[strands.last] = True, True
    both = begins[second] & ends[first]
    over, under = strands.of[first], strands.of[second]

    shared, subject, story = (table[over, under] * both for table in _alike(strands, page))
    left, right = _beside(strands, rows)
    above = strands.first[over]
    until = np.cumsum(begins)
    columns = [
        begins[second],
        ends[first],
        both,
        np.log2(lengths[over]) / LENGTH_SCALE,
        np.log2(lengths[under]) / LENGTH_SCALE,
        widest[over] / WIDTH_SCALE,
        widest[under] / WIDTH_SCALE,
        np.tanh(shared / SHARED_SCALE),
        subject / TOPIC_SCALE,
        story / TOPIC_SCALE,
        (left[above] == left[second]) | (left[second] == over),
        (right[above] == right[second]) | (right[second] == over),
        (until[second] - until[first]) / 4,
    ]
    out = np.zeros((n, REACH, HEAD_FEATURES), np.float32)
    out[..., : read.shape[-1]] = read
    out[second, place, read.shape[-1] :] = np.column_stack(columns)
    return out


def possible(read: Floats) -> NDArray[np.bool_]:
    """Which links are between a strand that ends and one that begins; (lines, lags)."""
    out: NDArray[np.bool_] = read[..., FEATURES + 2] > 0
    return out


def _alike(strands: Strands, page: Printed) -> tuple[Floats, Floats, Floats]:
    """Rare pairs that strands share, the odds of a head and its text, and of two texts; (strands, strands) each."""
    read = [list(lines[:LINES_READ]) for lines in strands.lines]
    said = ["".join(page.texts[line] for line in lines) for lines in read]
    vectors = np.stack([page.vectors[lines].sum(axis=0) for lines in read])
    return (
        compare((), said, page.known).likeness,
        head_topic_odds(vectors, vectors, vectors),
        body_topic_odds(vectors, vectors, vectors),
    )


def _beside(strands: Strands, rows: Rows) -> tuple[Ints, Ints]:
    """The strands of the lines before and after each line, -1 at the ends of the page; of rows, at their ends too."""
    before, after = np.roll(strands.of, 1), np.roll(strands.of, -1)
    before[0] = after[-1] = NOTHING
    if rows.cut:
        another = rows.row[1:] != rows.row[:-1]
        before[1:][another] = after[:-1][another] = NOTHING
    return before, after
