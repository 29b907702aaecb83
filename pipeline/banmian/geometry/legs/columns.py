"""The edges of columns: where full lines begin and end.

Where a leg has too few lines to show its edges, other legs of the same column, or the one to its left, show them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from banmian.geometry.frame import Printed
from banmian.geometry.legs.stacking import Leg

# In em.
INDENT = (1.2, 4.5)  # how far the first line of a paragraph is set in: two em, one in narrow columns, four in letters
TRUE = 0.5  # how far lines that begin at one edge may stand apart
SHORT = 1.6  # a line that ends so far before the edge ends its paragraph: with less, only a word did not fit


class Column(NamedTuple):
    """The edges of the text of a leg; `sure` where enough lines stand at them."""

    left: float
    right: float
    sure: bool


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


def ends_short(line: Printed, column: Column) -> bool:
    """Whether a line ends so far before the edge that its paragraph ends there."""
    return line.place.right < column.right - SHORT * line.size
