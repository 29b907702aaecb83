"""More pages of mixed columns: the stories of a page, as they were typeset, put on the page in another way.

What a network learns of columns that alternate it should not learn by heart from some hundred pages. A page with gold
gives its stories, each with its heads and the lines of its columns. Here they are placed anew: in any order, each over
as many columns as it had, below what stands there already, at heights that do not agree with the others'; then the
lines are read from the top and from the left, one a line or, at one height, side by side in one row; or as an OCR
engine does, which sees no line quite where it stands, and some characters as others.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from banmian.fit.columns_truth import BODY, NOTHING, Truth
from banmian.model import Line
from banmian.reading.rows import Rows

# How many columns a page has, how high a line of a head is (lines of text), and what is left free below a story.
COLUMNS = (3, 8)
HEAD_HEIGHT = (1.2, 3.5)
SPACE = (0.3, 3.0)
# Lines whose heights differ by less than this share of a line stand in one row.
LEVEL = 0.3
# How far off an engine sees a line at most, in lines, and the share of the characters that it takes for others.
OFF, MISREAD = 0.4, 0.01


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


def recomposed(lines: Sequence[Line], truth: Truth, *, seed: int, reading: Reading) -> tuple[Rows, Truth]:
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
    placed: list[tuple[float, int, int]] = []
    for story in stories:
        wide = min(max(len(story.columns), 1), len(heights))
        left = min(range(len(heights) - wide + 1), key=lambda at: (max(heights[at : at + wide]), chance.random()))
        y = max(heights[left : left + wide]) + chance.uniform(*SPACE)
        for line in story.heads:
            placed.append((y, left, line))
            y += chance.uniform(*HEAD_HEIGHT)
        bottoms = [y] * wide
        for number, column in enumerate(story.columns):
            at = number % wide
            placed += [(bottoms[at] + row, left + at, line) for row, line in enumerate(column)]
            bottoms[at] += len(column)
        for at, bottom in enumerate(bottoms):
            heights[left + at] = bottom
    if reading is Reading.ENGINE:
        placed = [(height + chance.uniform(-OFF, OFF), at, line) for height, at, line in placed]
        lines = [_misread(line, chance) for line in lines]
    rows: list[list[tuple[int, int]]] = []
    level = -1.0
    for height, at, line in sorted(placed):
        if not rows or reading is Reading.ENGINE or height - level > LEVEL:
            rows.append([])
            level = height
        rows[-1].append((at, line))
    order = [line for row in rows for _, line in sorted(row)]
    in_rows = reading is Reading.ROWS
    numbers = [number for number, row in enumerate(rows) for _ in row] if in_rows else list(range(len(order)))
    return _reordered(lines, truth, order, numbers, in_rows=in_rows)


def _misread(line: Line, chance: random.Random) -> Line:
    """A line with some characters taken for others: any, for which they were does not matter."""
    if chance.random() >= MISREAD * len(line.text):
        return line
    at = chance.randrange(len(line.text))
    other = chr(chance.randrange(ord("一"), ord("龥")))
    return replace(line, text=line.text[:at] + other + line.text[at + 1 :])


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


def _reordered(
    lines: Sequence[Line], truth: Truth, order: Sequence[int], numbers: Sequence[int], *, in_rows: bool
) -> tuple[Rows, Truth]:
    where = {line: at for at, line in enumerate(order)}
    befores = [int(truth.before[line]) for line in order]
    before = np.array([where.get(first, NOTHING) for first in befores], dtype=np.intp)
    rows = Rows(
        tuple(replace(lines[line], gap=False) for line in order),
        np.array(numbers, dtype=np.intp),
        np.zeros(len(order), np.float32),
        placed=False,
        cut=in_rows,
    )
    return rows, Truth(tuple(truth.places[line] for line in order), before)
