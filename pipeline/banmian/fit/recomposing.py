"""More pages of mixed columns: the stories of a page, as they were typeset, put on the page in another way.

What a network learns of columns that alternate it should not learn by heart from some hundred pages. A page with gold
gives its stories, each with its heads and the lines of its columns. Here they are placed anew: in any order, each over
as many columns as it had, below what stands there already, at heights that do not agree with the others'; then the
lines are read from the top and from the left, one a line or, at one height, side by side in one row; or as an OCR
engine does: it sees some lines not where they stand, some characters as others, some not at all, and where columns
stand close two lines side by side as one. How often, was counted on dev/ocr: 1 character of 100 is another, 9 lines of
100 stand in another order than their columns, and the pages whose lines run together (5 of 8) lose 1 to 13 of 100.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from banmian.em import em
from banmian.fit.columns_truth import BODY, NOTHING, Truth
from banmian.fit.labels import Place
from banmian.model import Line
from banmian.reading.columns.rows import Rows

# How many columns a page has, how high a line of a head is (lines of text), and what is left free below a story.
COLUMNS = (3, 8)
HEAD_HEIGHT = (1.2, 3.5)
SPACE = (0.3, 3.0)
# Lines whose heights differ by less than this share of a line stand in one row.
LEVEL = 0.3
# The share of the lines that an engine sees elsewhere, and how far off at most, in lines.
ASTRAY, OFF = 0.06, 0.4
# What it takes characters for, and how often; any other for one that is chosen at random.
CONFUSED: Mapping[str, Sequence[tuple[str, float]]] = {
    "、": (("丶", 0.04), ("", 0.03)),
    "）": ((")", 0.05),),
    "（": (("(", 0.05), ("", 0.01)),
    "。": (("·", 0.01), ("：", 0.005), ("", 0.005)),
    "…": ((".", 0.2), ("", 0.2)),
    "“": (("", 0.01),),
    "；": (("：", 0.05),),
}
MISREAD = 0.005
# The share of the pages whose columns stand so close that lines run together, and on these the share of the lines side
# by side that do, of one story and of two, and the share of the lines that are lost.
CLOSE = 0.7
TOGETHER, STORIES_TOGETHER, LOST = (0.1, 0.8), 0.4, 0.03
# Lines side by side are so level at least (lines), and the left one is full but for what hangs over or is narrow (em).
# Of the right ones that an indent stands before so many run together all the same.
SIDE_BY_SIDE, HANGING, INDENT, INDENTED = 0.1, 1.0, 2.0, 0.3


class Reading(Enum):
    """How the lines of a page are read."""

    LINES = 0
    ROWS = 1
    ENGINE = 2


@dataclass(frozen=True, slots=True)
class _Story:
    """The numbers of the lines of a story: those above its text, and its columns, each from the top."""

    heads: tuple[int, ...]
    columns: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Recomposed:
    """A page whose stories were placed anew.

    Args:
        rows: its lines.
        truth: what is true of them.
        together: (lines,) whether an engine reads each as one with the line before it.
    """

    rows: Rows
    truth: Truth
    together: NDArray[np.bool_]


class _Placed(NamedTuple):
    """A line at its place: how high (lines), in which column, and which one."""

    height: float
    at: int
    line: int


def recomposed(lines: Sequence[Line], truth: Truth, *, seed: int, reading: Reading) -> Recomposed:
    """A page of the same lines in another order, and what is true of it.

    Args:
        lines: of a page, in its order.
        truth: what gold tells of them.
        seed: another page for another seed.
        reading: how they are read.
    """
    chance = random.Random(seed)  # noqa: S311  pages, not secrets
    stories = _stories(truth)
    chance.shuffle(stories)
    heights = [0.0] * chance.randint(*COLUMNS)
    placed: list[_Placed] = []
    for story in stories:
        wide = min(max(len(story.columns), 1), len(heights))
        left = min(range(len(heights) - wide + 1), key=lambda at: (max(heights[at : at + wide]), chance.random()))
        y = max(heights[left : left + wide]) + chance.uniform(*SPACE)
        for line in story.heads:
            placed.append(_Placed(y, left, line))
            y += chance.uniform(*HEAD_HEIGHT)
        bottoms = [y] * wide
        for number, column in enumerate(story.columns):
            at = number % wide
            placed += [_Placed(bottoms[at] + row, left + at, line) for row, line in enumerate(column)]
            bottoms[at] += len(column)
        for at, bottom in enumerate(bottoms):
            heights[left + at] = bottom
    if reading is Reading.ENGINE:
        return _by_an_engine(placed, lines, truth, chance)
    rows: list[list[tuple[int, int]]] = []
    level = -1.0
    for height, at, line in sorted(placed):
        if not rows or height - level > LEVEL:
            rows.append([])
            level = height
        rows[-1].append((at, line))
    order = [line for row in rows for _, line in sorted(row)]
    in_rows = reading is Reading.ROWS
    numbers = [number for number, row in enumerate(rows) for _ in row] if in_rows else list(range(len(order)))
    alone = np.zeros(len(order), bool)
    return Recomposed(*_reordered(lines, truth, order, numbers, in_rows=in_rows), alone)


def as_one(page: Recomposed, share: float, *, seed: int) -> tuple[Recomposed, tuple[tuple[int, ...], ...]]:
    """A page with lines that run together as one, and where each of its lines is to be cut.

    Args:
        page: the page, with such lines apart.
        share: of the places where lines run together, the share that is left so.
        seed: which.

    Returns:
        the page, gold telling nothing of lines that are two, and the offsets into the text of each line.
    """
    chance = random.Random(seed)  # noqa: S311  pages, not secrets
    lines: list[Line] = []
    cuts: list[list[int]] = []
    at: list[int] = []  # which of the new lines each is in
    for line, together in zip(page.rows.lines, page.together.tolist(), strict=True):
        if together and chance.random() < share:
            cuts[-1].append(len(lines[-1].text))
            text = lines[-1].text + line.text
            lines[-1] = replace(lines[-1], text=text, width=em(text))
        else:
            lines.append(line)
            cuts.append([])
        at.append(len(lines) - 1)
    places: list[Place | None] = [None] * len(lines)
    before = np.full(len(lines), NOTHING, dtype=np.intp)
    for old, new in enumerate(at):
        first = int(page.truth.before[old])
        if not cuts[new]:
            places[new] = page.truth.places[old]
            before[new] = NOTHING if first == NOTHING else at[first]
    begins = np.array([old == 0 or at[old] != at[old - 1] for old in range(len(at))], bool)
    rows = replace(
        page.rows,
        lines=tuple(lines),
        row=np.arange(len(lines), dtype=np.intp),
        offset=np.zeros(len(lines), np.float32),
    )
    return Recomposed(rows, Truth(tuple(places), before), page.together[begins]), tuple(map(tuple, cuts))


def _by_an_engine(placed: Sequence[_Placed], lines: Sequence[Line], truth: Truth, chance: random.Random) -> Recomposed:
    """The lines in the order in which an engine reads them."""
    runs = [[one] for one in sorted(placed)]
    if chance.random() < CLOSE:
        runs = _run_together(placed, lines, truth, chance)
    seen = []
    for run in runs:
        off = chance.uniform(-OFF, OFF) if chance.random() < ASTRAY else 0.0
        seen.append((run[0].height + off, run[0].at, [one.line for one in run]))
    seen.sort()
    order = [line for _, _, run in seen for line in run]
    together = np.array([line != run[0] for _, _, run in seen for line in run], bool)
    misread = [_misread(line, chance) for line in lines]
    rows, told = _reordered(misread, truth, order, range(len(order)), in_rows=False)
    return Recomposed(rows, told, together)


def _run_together(
    placed: Sequence[_Placed], lines: Sequence[Line], truth: Truth, chance: random.Random
) -> list[list[_Placed]]:
    """The lines, those that run together in one list; some are lost."""
    widest = _widest(lines, truth)
    share = chance.uniform(*TOGETHER)
    there = [one for one in sorted(placed) if chance.random() >= LOST]
    runs = {one.line: [one] for one in there}
    for one in there:
        left = truth.places[one.line]
        if left is None or left.role not in BODY or lines[one.line].width < widest[one.line] - HANGING:
            continue
        for beside in there:
            right = truth.places[beside.line]
            if beside.at != one.at + 1 or abs(beside.height - one.height) > SIDE_BY_SIDE:
                continue
            if right is None or right.role not in BODY:
                continue
            likely = share * (1.0 if left.article == right.article else STORIES_TOGETHER)
            likely *= INDENTED if right.start == 0 else 1.0
            first, second = runs[one.line], runs[beside.line]
            if chance.random() < likely and first[-1] is one and second[0] is beside:
                first += second
                runs.update((other.line, first) for other in second)
    return [run for line, run in runs.items() if run[0].line == line]


def _widest(lines: Sequence[Line], truth: Truth) -> list[float]:
    """How wide a line is that fills its column, of the part of each; of one that begins it, less the indent."""
    widest: dict[tuple[int, int], float] = {}
    for line, place in zip(lines, truth.places, strict=True):
        if place is not None:
            widest[place[:2]] = max(widest.get(place[:2], 0.0), line.width)
    return [
        line.width if place is None else widest[place[:2]] - INDENT * (place.start == 0)
        for line, place in zip(lines, truth.places, strict=True)
    ]


def _misread(line: Line, chance: random.Random) -> Line:
    """A line with some characters taken for others."""
    read: list[str] = []
    for character in line.text:
        other = character
        for what, share in CONFUSED.get(character, ()):
            if chance.random() < share:
                other = what
        if character not in CONFUSED and chance.random() < MISREAD:
            other = chr(chance.randrange(ord("一"), ord("龥")))
        read.append(other)
    text = "".join(read)
    return line if text == line.text or not text.strip() else replace(line, text=text, width=em(text))


def _stories(truth: Truth) -> list[_Story]:
    """The stories of a page; what belongs to none, each line by itself."""
    after = {
        int(first): line
        for line, first in enumerate(truth.before)
        if first != NOTHING and line > first and truth.within(line)
    }
    inside = set(after.values())
    heads: dict[int, list[int]] = {}
    columns: dict[int, list[tuple[int, ...]]] = {}
    for start, place in enumerate(truth.places):
        if start in inside:
            continue
        strand = [start]
        while strand[-1] in after:
            strand.append(after[strand[-1]])
        article = place.article if place is not None and place.article >= 0 else -1 - start
        if place is not None and (place.role in BODY or place.role == "subhead"):
            columns.setdefault(article, []).append(tuple(strand))
        else:
            heads.setdefault(article, []).extend(strand)
    return [
        _Story(tuple(heads.get(article, ())), tuple(columns.get(article, ())))
        for article in sorted(heads.keys() | columns.keys())
    ]


def _there(line: int, where: Mapping[int, int], truth: Truth) -> int:
    """A line, or if that was lost the one that it goes on from."""
    while line != NOTHING and line not in where:
        line = int(truth.before[line])
    return line


def _reordered(
    lines: Sequence[Line], truth: Truth, order: Sequence[int], numbers: Sequence[int], *, in_rows: bool
) -> tuple[Rows, Truth]:
    where = {line: at for at, line in enumerate(order)}
    befores = [_there(int(truth.before[line]), where, truth) for line in order]
    before = np.array([where.get(first, NOTHING) for first in befores], dtype=np.intp)
    rows = Rows(
        tuple(replace(lines[line], gap=False) for line in order),
        np.array(numbers, dtype=np.intp),
        np.zeros(len(order), np.float32),
        placed=False,
        cut=in_rows,
    )
    return rows, Truth(tuple(truth.places[line] for line in order), before)
