"""The paragraphs of a leg, by its indents and by the lines that fall short.

A paragraph begins with an indent of two em (首行缩进), or the line before it falls short of the edge of its column.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from banmian.geometry.frame import Printed
from banmian.geometry.legs.columns import INDENT, SHORT, TRUE, Column, ends_short
from banmian.grammar.datelines import parse_opening

WRAPPED = 3  # so many full lines set in together run round a picture
SENTENCE_ENDS = tuple("。！？…”）』」：；")


class Run(NamedTuple):
    """The lines of a paragraph that stand in one leg.

    `starts` and `ends` tell whether it begins and ends there, or goes on from, or in, another leg.
    """

    lines: tuple[Printed, ...]
    starts: bool
    ends: bool


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
