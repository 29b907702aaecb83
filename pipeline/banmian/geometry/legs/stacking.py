"""Legs (栏): lines of one size right below each other.

A story is set in as many legs as it runs over columns; a head, a caption or a subhead that stands alone is a short leg
too. Lines belong to one leg where each is the nearest below the other, in type of one size, and no further away than
lines of text stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.arrays import pairs
from banmian.geometry.frame import Printed, hull
from banmian.layout import Box

# In em of the type of the lines.
LEADING = 1.3  # the widest gap between two lines of a leg; text is set with half an em or an em
LAPPED = 0.4  # how far the boxes of two lines may lie over each other
ALIKE = 1.12  # how much larger the type of one line may be: a fit of text to its frame changes no more
OTHER_FACE = 1.04  # the same in another face: a caption is set a little smaller than the text
RECOGNISED = 1.35  # the same where an engine has measured the type
INDENT = 2.6  # how far the edges of two lines of one column may stand apart: an indent
TOUCHING = 0.4  # two characters below an indented line reach just up to it; a gutter is wider
NARROWER = 4.0  # how much narrower the columns are that wide text stands above
DECK, MEASURED_HEAD = 1.12, 1.3  # how much larger than text decks and heads are at least, where type was measured
MOST_HEADS, LEAST_TEXT, TEXT_QUANTILE = 8, 2, 0.3  # lines of heads, and of the text below them; and how large that is
LONG = 4  # lines; text runs over so many, heads have fewer
INSIDE = 0.7  # how much of the shorter of two lines stands below the longer one


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """Lines right below each other.

    Args:
        lines: from the top.
        place: the rectangle around them.
        size: the size of their type.
    """

    lines: tuple[Printed, ...]
    place: Box
    size: float

    @classmethod
    def of(cls, lines: Sequence[Printed]) -> Leg:
        """The leg that lines make."""
        sizes = sorted(line.size for line in lines)
        return cls(tuple(lines), hull([line.place for line in lines]), sizes[len(sizes) // 2])

    @property
    def text(self) -> str:
        """How it reads."""
        return "".join(line.text for line in self.lines)

    @property
    def across(self) -> bool:
        """Whether it runs across the lines of the page."""
        return self.lines[0].across


def legs(lines: Sequence[Printed]) -> list[Leg]:
    """The legs of a page, from the left and from the top."""
    along = [Leg.of(stack) for stack in _stacks([line for line in lines if not line.across])]
    other = [Leg.of(stack) for stack in _stacks_across([line for line in lines if line.across])]
    found = _cut_below_heads(_cut_at_columns(along)) + other
    return sorted(found, key=lambda leg: (leg.place.left, leg.place.top))


def _cut_at_columns(found: list[Leg]) -> list[Leg]:
    """Legs cut where text that runs over several columns, as a lead does, goes on in the first of them.

    Nothing stands between the two, and both begin at one edge. But below the wide lines another column begins, level
    with the first line that leaves it room.
    """
    places = np.array([leg.place for leg in found]).reshape(-1, 4)
    out: list[Leg] = []
    for leg in found:
        cut = _narrower(leg, found, places)
        out += [Leg.of(leg.lines[:cut]), Leg.of(leg.lines[cut:])] if cut else [leg]
    return out


def _narrower(leg: Leg, found: Sequence[Leg], places: NDArray[np.float64]) -> int:
    """The first line of the narrow column that the wide lines of a leg stand above; 0 where it has one measure."""
    if len(leg.lines) < LONG:
        return 0
    right = np.array([line.place.right for line in leg.lines])
    edge = float(right[-(len(right) // 2) :].max())
    wide = np.flatnonzero(right > edge + NARROWER * leg.size)
    if not len(wide) or wide[-1] + 1 >= len(right):
        return 0
    first = int(wide[-1]) + 1  # the wide text may end with a short line
    left, top = places[:, 0], places[:, 1]
    beside = (left > edge - leg.size) & (left < right[wide].max() - NARROWER * leg.size)
    level = (top >= leg.lines[first - 1].place.bottom - LAPPED * leg.size) & (top <= leg.lines[first].place.bottom)
    if first + 1 < len(right):
        level |= np.abs(top - leg.lines[first + 1].place.top) <= LAPPED * leg.size
    columns = [
        found[at]
        for at in np.flatnonzero(beside & level).tolist()
        if found[at].size <= ALIKE * leg.size and len(found[at].lines) > 1
    ]
    if not columns:
        return 0
    start = min(column.place.top for column in columns)
    return first + int(start > leg.lines[first].place.top + LAPPED * leg.size)


def _cut_below_heads(found: list[Leg]) -> list[Leg]:
    """Legs whose type was measured, cut where heads end that stand right above their text.

    Two lines that differ no more than measuring may make them differ stand in one leg, be they text, a kicker and a
    headline; but lines of heads are larger than all of the text.
    """
    places = np.array([leg.place for leg in found]).reshape(-1, 4)
    sizes = np.array([leg.size for leg in found])
    out: list[Leg] = []
    for leg in found:
        cut = _heads_on_top(leg, places, sizes)
        out += [Leg.of(leg.lines[:cut]), Leg.of(leg.lines[cut:])] if cut else [leg]
    return out


def _heads_on_top(leg: Leg, places: NDArray[np.float64], sizes: NDArray[np.float64]) -> int:
    """How many lines at the top of a leg are those of heads: one is large, or they stand right below a head."""
    count = len(leg.lines)
    if count <= LEAST_TEXT or leg.lines[0].names_face:
        return 0
    own = np.array([line.size for line in leg.lines])
    em = float(np.quantile(own, TEXT_QUANTILE))
    smaller = np.flatnonzero(own[: count - LEAST_TEXT + 1] < DECK * em)
    above = int(smaller[0]) if len(smaller) else count - LEAST_TEXT
    if not 0 < above <= MOST_HEADS:
        return 0
    first = leg.lines[0].place
    edge = min(line.place.left for line in leg.lines)
    if above == 1 and 1.5 <= (first.left - edge) / em <= 2.5 and first.right >= leg.place.right - em:
        return 0  # the first line of a paragraph
    left, _, right, bottom = places.T
    over = np.minimum(right, leg.place.right) - np.maximum(left, leg.place.left) > 0
    gap = leg.place.top - bottom
    below = over & (sizes >= MEASURED_HEAD * em) & (gap >= -LAPPED * em) & (gap <= 1.5 * em)
    return above if own[:above].max() >= MEASURED_HEAD * em or below.any() else 0


def _stacks_across(lines: Sequence[Printed]) -> list[list[Printed]]:
    """Stacks of lines that run across: turned to be found, and given back as they stand."""
    if not lines:
        return []
    # Vertical lines of a horizontal page follow each other from the right; horizontal ones of a vertical page, whose
    # frame is turned already, from the top of the sheet, which is its left.
    own = {id(line): line for line in lines}
    turned = []
    for line in lines:
        left, top, right, bottom = line.place
        place = Box(top, -right, bottom, -left) if line.line.vertical else Box(-bottom, left, -top, right)
        turned.append(Printed(line.line, place, line.size, line.face))
    back = {id(new): own[id(line)] for new, line in zip(turned, lines, strict=True)}
    return [[back[id(line)] for line in stack] for stack in _stacks(turned)]


def _stacks(lines: Sequence[Printed]) -> list[list[Printed]]:
    if not lines:
        return []
    lines = sorted(lines, key=lambda line: (line.place.top, line.place.left))
    below, above = _neighbours(lines)
    stacks: list[list[Printed]] = []
    whose: list[list[Printed]] = []
    for number, line in enumerate(lines):
        up = above[number]
        if up >= 0 and below[up] == number and _together(lines[up], line):
            stack = whose[up]
        else:
            stack = []
            stacks.append(stack)
        stack.append(line)
        whose.append(stack)
    return stacks


def _neighbours(lines: Sequence[Printed]) -> tuple[list[int], list[int]]:
    """For each of the lines of a page, from the top: which is right below it, and which is the nearest above; or -1.

    Below a line is the nearest within reach, if there is no other beside that: a line over two columns goes on in
    neither. The same the other way round would take a line that stands below two.
    """
    left, top, right, bottom = np.array([line.place for line in lines]).T
    size = np.array([line.size for line in lines])
    numbers = np.arange(len(lines))
    below, above = np.full(len(lines), -1), np.full(len(lines), -1)

    begins = np.maximum(numbers + 1, np.searchsorted(top, bottom - LAPPED * size))
    for upper, lower in pairs(begins, np.searchsorted(top, bottom + LEADING * size, side="right")):
        over = np.minimum(right[upper], right[lower]) - np.maximum(left[upper], left[lower])
        touching = over > -TOUCHING * size[upper]
        one, two = upper[touching], lower[touching]
        some, first, which = np.unique(one, return_index=True, return_inverse=True)
        nearest = two[first]
        beside = top[two] <= (bottom[nearest] - LAPPED * size[some])[which]
        alone = np.bincount(which[beside], minlength=len(some)) <= 1
        below[some[alone]] = nearest[alone]

    highest = float((bottom - top).max())
    for lower, upper in pairs(np.searchsorted(top, top - highest - LEADING * size), numbers):
        over = np.minimum(right[upper], right[lower]) - np.maximum(left[upper], left[lower])
        touching = (over > -TOUCHING * size[lower]) & (bottom[upper] <= top[lower] + LAPPED * size[lower])
        one, two = upper[touching], lower[touching]
        order = np.lexsort((one, bottom[one], two))
        above[two[order]] = one[order]  # the last of those written for a line stays: the lowest
    return below.tolist(), above.tolist()


def _together(upper: Printed, lower: Printed) -> bool:
    """Whether two lines of which one is the nearest below the other are lines of one leg."""
    small, large = sorted((upper.size, lower.size))
    # The size of a font is what the file says; without one it was measured, and varies from line to line.
    known = upper.names_face and lower.names_face
    alike = RECOGNISED if not known else ALIKE if upper.face == lower.face else OTHER_FACE
    if large > alike * small:
        return False
    if abs(upper.place.left - lower.place.left) <= INDENT * small:
        return True
    shorter = min(upper.place.width, lower.place.width)
    return upper.place.beside(lower.place) >= INSIDE * shorter
