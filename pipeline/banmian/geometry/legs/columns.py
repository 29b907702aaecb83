"""The edges of columns, and the paragraphs of a leg by its indents.

A paragraph begins with an indent of two em (首行缩进), or the line before it falls short of the edge. Where a leg has
too few lines to show its edges, other legs of the same column, or the one to its left, show them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from banmian.geometry.frame import Printed
from banmian.geometry.legs.stacking import Leg
from banmian.grammar.datelines import parse_opening
from banmian.layout import Box

# In em.
INDENT = (1.2, 4.5)  # how far the first line of a paragraph is set in: two em, one in narrow columns, four in letters
TRUE = 0.5  # how far lines that begin at one edge may stand apart
SHORT = 1.6  # a line that ends so far before the edge ends its paragraph: with less, only a word did not fit
WRAPPED = 3  # so many full lines set in together run round a picture
SENTENCE_ENDS = tuple("。！？…”）』」：；")


class Column(NamedTuple):
    """The edges of the text of a leg; `sure` where enough lines stand at them."""

    left: float
    right: float
    sure: bool


class Run(NamedTuple):
    """The lines of a paragraph that stand in one leg.

    `starts` and `ends` tell whether it begins and ends there, or goes on from, or in, another leg.
    """

    lines: tuple[Printed, ...]
    starts: bool
    ends: bool


def columns(found: Sequence[Leg]) -> list[Column]:
    """The column of each leg."""
    own = [_own(leg) for leg in found]
    sure = [(leg, column) for leg, column in zip(found, own, strict=True) if column.sure]
    return [
        column if column.sure else _borrowed(leg, column, sure, found) for leg, column in zip(found, own, strict=True)
    ]


def _own(leg: Leg) -> Column:
    """The edges that the lines of a leg show by themselves."""
    lefts = sorted(line.place.left for line in leg.lines)
    rights = sorted(line.place.right for line in leg.lines)
    em = leg.size
    least = max(1, len(lefts) // 5)
    left = next((edge for edge in lefts if sum(abs(near - edge) <= TRUE * em for near in lefts) >= least), lefts[0])
    # The stop at the end of a full line may hang over the edge.
    right = rights[int(0.7 * (len(rights) - 1))] if len(rights) > 2 else rights[-1]
    flush = sum(abs(edge - left) <= TRUE * em for edge in lefts)
    full = sum(edge >= right - TRUE * em for edge in rights)
    return Column(left, right, len(lefts) >= 3 and flush >= 2 and full >= 2)


def _borrowed(leg: Leg, own: Column, sure: Sequence[tuple[Leg, Column]], found: Sequence[Leg]) -> Column:
    """The edges of a leg with few lines, as far as other legs show them."""
    em = leg.size
    lefts = [line.place.left for line in leg.lines]
    rights = [line.place.right for line in leg.lines]
    best: tuple[float, Column] | None = None
    for other, column in sure:
        if abs(other.size - em) > 0.1 * em or column.right < max(rights) - 1.5 * em:
            continue
        set_in = (min(lefts) - column.left) / em
        if not (-TRUE <= set_in <= TRUE or INDENT[0] <= set_in <= 2.6):
            continue
        away = max(0.0, -leg.place.level(other.place))
        if best is None or away < best[0]:
            best = (away, column)
    if best is not None:
        return best[1]
    if len(lefts) > 1 and lefts[0] - min(lefts) >= INDENT[0] * em:
        return Column(min(lefts), max(rights), sure=True)  # its first line is set in before the others
    beside = [
        other.place.right
        for other in found
        if other is not leg and other.place.level(leg.place) > 0 and other.place.right <= min(lefts) + TRUE * em
    ]
    if beside and min(lefts) - 2 * em < max(beside) + TRUE * em:
        return Column(min(lefts), own.right, sure=True)  # no room for an indent: the next column ends there
    return own


def paragraphs(lines: Sequence[Printed], column: Column) -> list[Run]:
    """The paragraphs of lines below each other."""
    if not lines:
        return []
    em = lines[0].size
    lefts = _edges(lines, column, em)
    begins = [0]
    for number in range(1, len(lines)):
        before, line = lines[number - 1], lines[number]
        set_in = line.place.left - lefts[number] >= INDENT[0] * em
        short = before.place.right < column.right - SHORT * em
        if number == begins[-1] + 1 and _dateline_alone(before.text):
            continue  # the space behind a dateline may wrap, and looks like an indent
        if set_in or (short and before.text.endswith(SENTENCE_ENDS)):
            begins.append(number)
    runs = []
    for number, first in enumerate(begins):
        last = begins[number + 1] if number + 1 < len(begins) else len(lines)
        starts = number > 0 or lines[0].place.left - lefts[0] >= INDENT[0] * em
        ends = last < len(lines) or ends_short(lines[-1], column)
        runs.append(Run(tuple(lines[first:last]), starts, ends))
    return runs


def _dateline_alone(text: str) -> bool:
    """Whether a line is a dateline and nothing else."""
    opening = parse_opening(text) if text.endswith(("电", "電", "讯", "訊")) else None
    return opening is not None and opening.end >= len(text)


def ends_short(line: Printed, column: Column) -> bool:
    """Whether a line ends so far before the edge that its paragraph ends there."""
    return line.place.right < column.right - SHORT * line.size


def _edges(lines: Sequence[Printed], column: Column, em: float) -> list[float]:
    """The left edge for each line: that of the column, or of a picture that lines run round."""
    edges = [column.left] * len(lines)
    number = 0
    while number < len(lines):
        last = number
        while last < len(lines) and lines[last].place.left >= column.left + INDENT[0] * em:
            last += 1
        wrapped = lines[number:last]
        full = sum(line.place.right >= column.right - SHORT * em for line in wrapped)
        if len(wrapped) >= WRAPPED and full >= 2 * len(wrapped) / 3:
            edge = min(line.place.left for line in wrapped)
            # An indent of two em before lines that stand further left is one; only what lies deeper is wrapped.
            if sum(line.place.left <= edge + TRUE * em for line in wrapped) >= WRAPPED - 1:
                edges[number:last] = [edge] * len(wrapped)
        number = max(last, number + 1)
    return edges


def place_of(run: Run) -> Box:
    """Where a run begins: the place of its first line."""
    return run.lines[0].place
