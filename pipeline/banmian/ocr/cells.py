"""The cells of the characters of a line: where each begins and ends, from where an engine saw it and where the ink is.

Chinese is set in squares. An engine tells about where the middle of a character is, and the ink where the line begins
and ends; but a stop has its ink in one corner of its square, so a line that ends in one looks shorter than it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from banmian.layout import Box
from banmian.ocr import Seen
from banmian.readers.placing import SPACE_BETWEEN_HAN, SPACE_ELSEWHERE, is_han

if TYPE_CHECKING:
    from banmian.ocr import Picture

# Ink is darker than the middle between the paper and the darkest tenth of the picture.
_PAPER, _INK = 90, 5
# Of its square, a Chinese character fills so much of the height.
_FILLS = 0.92
# A gutter is where so many lines begin or end, at least so many each, no further away than so many line heights.
GUTTER_LINES, GUTTER_LEAST, GUTTER_REACH = 6, 2, 12
# How much of it a line that goes over it has white.
GUTTER_WHITE = 0.75
# How far, in line heights, the next line of a column is.
NEXT = 1.9
# Boxes this much higher than most are of heads.
LARGE = 1.35
# Marks whose ink is in the left part of their square, and in the right part.
CLOSING = frozenset("，。、；：！？）〉》」』】〕”’")
OPENING = frozenset("（〈《「『【〔“‘")

Ink = NDArray[np.bool_]


class Cell(NamedTuple):
    """The rows of a vertical line that a character takes up."""

    top: int
    bottom: int


def ink(picture: Picture) -> Ink:
    """Which pixels are ink. Print may be white on black."""
    paper, dark = np.percentile(picture, (_PAPER, _INK))
    middle = (float(paper) + float(dark)) / 2
    found: Ink = picture < middle
    return ~found if found.mean() > 0.6 else found


def em_width(char: str) -> float:
    """How wide a character is in em: digits and letters have half a square."""
    return 0.5 if char.isascii() else 1.0


def cells(text: str, middles: list[float], spaced: tuple[bool, ...], crop: Picture, sure: float) -> Seen:
    """A horizontal line with the cells of its characters.

    Args:
        text: its characters, no spaces among them.
        middles: where the engine saw the middle of each, in pixels.
        spaced: whether the engine saw a space before each.
        crop: the picture of the line, and little else.
        sure: how sure the engine is of it.
    """
    height, width = crop.shape
    dark = ink(crop)
    columns, rows = np.flatnonzero(dark.any(axis=0)), np.flatnonzero(dark.any(axis=1))
    left, right = (float(columns[0]), float(columns[-1] + 1)) if len(columns) else (0.0, float(width))
    top, bottom = (float(rows[0]), float(rows[-1] + 1)) if len(rows) else (0.0, float(height))
    pitch = _pitch(text, middles)
    size = min(float(height), (bottom - top) / _FILLS)
    # The squares are the better measure, but for condensed heads, and lines that are set wide to fill their column.
    if pitch is not None and 0.8 * size <= pitch <= 1.05 * size:
        size = pitch
    middle = (top + bottom) / 2
    starts = [at - em_width(char) * size / 2 for char, at in zip(text, middles, strict=True)]
    ends = [at + em_width(char) * size / 2 for char, at in zip(text, middles, strict=True)]
    spaces = _spaces(text, starts, ends, spaced, size)
    for at in range(1, len(text)):  # neighbours share an edge where their squares meet, or nearly
        if starts[at] - ends[at - 1] < 0.3 * size:
            starts[at] = ends[at - 1] = (starts[at] + ends[at - 1]) / 2
    _snap(starts, ends, dark, size)
    # The ends of the line are where its ink is, but for marks, whose squares have white at that end.
    starts[0] = min(left, ends[0] - size) if text[0] in OPENING and len(text) > 1 else left
    ends[-1] = max(right, starts[-1] + size) if text[-1] in CLOSING and len(text) > 1 else right
    chars: list[str] = []
    edges: list[float] = []
    for at, char in enumerate(text):
        if spaces[at]:
            chars.append(" ")
            edges.append(ends[at - 1])
        chars.append(char)
        edges.append(starts[at])
    along: list[float] = np.maximum.accumulate([*edges, ends[-1]]).tolist()
    box = Box(along[0], middle - size / 2, along[-1], middle + size / 2)
    return Seen("".join(chars), box, sure, tuple(along), size)


def _snap(starts: list[float], ends: list[float], dark: Ink, size: float) -> None:
    """Move the edges that neighbours share to where there is the least ink nearby, the nearest of equals."""
    count = dark.sum(axis=0).astype(np.float64)
    reach = max(1, round(0.22 * size))
    for at in range(1, len(starts)):
        if starts[at] != ends[at - 1]:
            continue
        middle = round(starts[at])
        low, high = max(0, middle - reach), min(len(count), middle + reach + 1)
        if high > low:
            cost = count[low:high] + 0.3 * np.abs(np.arange(low, high) - starts[at])
            starts[at] = ends[at - 1] = float(low + int(cost.argmin()))


def _pitch(text: str, middles: list[float]) -> float | None:
    """How far the middles of characters are apart that stand side by side, if there are enough to tell.

    An engine tells places on a grid of a third of a character; so the mean of many steps says more than their median.
    """
    steps = [
        two - one
        for (char, after), (one, two) in zip(pairwise(text), pairwise(middles), strict=True)
        if is_han(char) and is_han(after)
    ]
    if len(steps) < 3:
        return None
    usual = float(np.median(steps))
    return float(np.mean([step for step in steps if 0.6 * usual <= step <= 1.4 * usual]))


def _spaces(text: str, starts: list[float], ends: list[float], spaced: tuple[bool, ...], size: float) -> list[bool]:
    """Whether a space stands before each character: told by the gap, and between letters by the engine."""
    gaps = [(start - end) / size for end, start in zip(ends, starts[1:], strict=False)]
    between = sorted(gap for gap, (one, two) in zip(gaps, pairwise(text), strict=True) if is_han(one) and is_han(two))
    even = max(0.0, between[len(between) // 2]) if len(between) > 1 else 0.0
    found = [False]
    for gap, (one, two), seen in zip(gaps, pairwise(text), spaced[1:], strict=True):
        if one in CLOSING or two in CLOSING or two in OPENING:
            found.append(False)  # white of their own
        elif is_han(one) and is_han(two):
            found.append(gap >= even + SPACE_BETWEEN_HAN)
        elif one.isascii() and two.isascii():
            found.append(seen)
        else:
            found.append(gap >= even + SPACE_ELSEWHERE)
    return found


def set_in_row(crop: Picture) -> list[Cell]:
    """The characters of a vertical line, by the white between them; parts of one (三, 言) are put together.

    Where characters touch, what is higher than wide by half is cut in equal parts.
    """
    dark = ink(crop).any(axis=1)
    side = float(crop.shape[1])
    runs: list[list[int]] = []
    for row in np.flatnonzero(dark).tolist():
        if runs and row <= runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    merged: list[list[int]] = []
    for top, bottom in runs:
        if merged and bottom - merged[-1][0] <= 1.05 * side and (
            min(bottom - top, merged[-1][1] - merged[-1][0]) < 0.6 * side or top - merged[-1][1] < 0.08 * side
        ):  # fmt: skip
            merged[-1][1] = bottom
        else:
            merged.append([top, bottom])
    found: list[Cell] = []
    for top, bottom in merged:
        parts = max(1, round((bottom - top + 1) / side)) if bottom - top > 1.5 * side else 1
        step = (bottom + 1 - top) / parts
        found += [
            Cell(round(top + at * step), max(round(top + at * step) + 1, round(top + (at + 1) * step)))
            for at in range(parts)
        ]
    return found


def cut_at_gutters(picture: Picture, boxes: NDArray[np.int64]) -> Iterator[tuple[int, int, int, int]]:
    """Boxes of lines (left, top, right, bottom), cut where one goes over the gutter between two columns.

    A gutter is white in the line itself, and lines above and below end or begin there. Or it is not white, for a rule
    stands in it or something is printed over it; then two columns must go on right above and right below.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    for (left, top, right, bottom), height, middle in zip(
        boxes.tolist(), heights.tolist(), middles.tolist(), strict=True
    ):
        cuts: list[tuple[int, int]] = []
        if right - left > 6 * height:
            near = np.abs(middles - middle) <= GUTTER_REACH * height
            same = boxes[near & (np.abs(heights - height) <= 0.3 * height)]
            for start, end in _white(picture[top:bottom, left:right], 0.35 * height):
                begin = np.abs(same[:, 0] - (left + end)) <= 0.5 * height
                stop = (same[:, 2] >= left + start - 0.5 * height) & (same[:, 2] <= left + end)
                ends_here, begins_here = int(stop.sum()), int(begin.sum())
                if min(ends_here, begins_here) < GUTTER_LEAST or ends_here + begins_here < GUTTER_LINES:
                    continue
                # A kicker over two columns that is set wide may have some white above the gutter, but less.
                gutter = float(np.median(same[begin, 0]) - np.median(same[stop, 2]))
                if end - start >= GUTTER_WHITE * gutter:
                    cuts.append((left + start, left + end))
            cuts += [cut for cut in _between_columns(boxes, (left, top, right, bottom)) if not _cut_there(cuts, cut)]
            cuts.sort()
        starts = [left, *(end for _, end in cuts)]
        ends = [*(start for start, _ in cuts), right]
        yield from (
            (max(left, a - 1), top, min(right, b + 1), bottom) for a, b in zip(starts, ends, strict=True) if b > a
        )


def _between_columns(boxes: NDArray[np.int64], box: tuple[int, int, int, int]) -> Iterator[tuple[int, int]]:
    """The gutters (left and right edge) that a line goes over between two columns, lines of both above and below it."""
    left, top, right, bottom = box
    height = bottom - top
    steps = (boxes[:, 1] + boxes[:, 3] - top - bottom) / 2
    alike = np.abs(boxes[:, 3] - boxes[:, 1] - height) <= 0.3 * height
    inside = alike & (boxes[:, 0] < right) & (boxes[:, 2] > left)
    above, below = (boxes[inside & (way * steps >= 0.6 * height) & (way * steps <= NEXT * height)] for way in (-1, 1))
    for edge in np.unique(above[:, 0]).tolist():
        if not left + 2 * height < edge < right - 2 * height:
            continue
        rows = [(row[row[:, 2] <= edge], row[np.abs(row[:, 0] - edge) <= 0.4 * height], row) for row in (above, below)]
        if all(len(before) and len(begun) and len(before) + len(begun) == len(row) for before, begun, row in rows):
            yield max(int(before[:, 2].max()) for before, _, _ in rows), edge


def _cut_there(cuts: list[tuple[int, int]], cut: tuple[int, int]) -> bool:
    """Whether one of the cuts is at the same gutter."""
    return any(start <= cut[1] and cut[0] <= end for start, end in cuts)


def apart(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Boxes of lines, those cut off that reach a little into the next one at the same height."""
    found = boxes.copy()
    heights = boxes[:, 3] - boxes[:, 1]
    for at, (left, top, right, bottom) in enumerate(boxes.tolist()):
        level = np.minimum(boxes[:, 3], bottom) - np.maximum(boxes[:, 1], top) > 0.5 * np.minimum(heights, bottom - top)
        into = level & (boxes[:, 0] > left) & (boxes[:, 0] < right) & (boxes[:, 2] > right)
        starts = boxes[into & (right - boxes[:, 0] < 1.2 * (bottom - top)), 0]
        if len(starts):
            found[at, 2] = starts.min()
    return found


def widened(picture: Picture, boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Boxes of lines, those of heads with the quotation marks and brackets at their ends, which are often cut off."""
    found = boxes.copy()
    heights = boxes[:, 3] - boxes[:, 1]
    usual = float(np.median(heights)) if len(heights) else 0.0
    for at in np.flatnonzero(heights > LARGE * usual).tolist():
        left, top, right, bottom = boxes[at].tolist()
        height = bottom - top
        if right - left < height:
            continue
        level = (boxes[:, 1] < bottom) & (boxes[:, 3] > top)
        before = max([0, *boxes[level & (boxes[:, 2] <= left), 2].tolist()])
        after = min([picture.shape[1], *boxes[level & (boxes[:, 0] >= right), 0].tolist()])
        low, high = max(before, left - height), min(after, right + height)
        dark = ink(picture[top:bottom, low:high])
        marks = np.flatnonzero(dark.any(axis=0)) + low
        outer = [marks[marks < left], marks[marks >= right]]
        for number, columns in enumerate(outer):
            rows = np.flatnonzero(dark[:, columns - low].any(axis=1)) if len(columns) else columns
            # A mark does not touch the end of what is looked at, as a picture or a rule that goes on would.
            whole = len(columns) > 0 and low < columns[0] and columns[-1] < high - 1
            if whole and rows[-1] - rows[0] < 0.97 * height and columns[-1] - columns[0] < 0.8 * height:
                found[at, 0 if number == 0 else 2] = columns[0] - 2 if number == 0 else columns[-1] + 3
    return found


def _white(crop: Picture, least: float) -> list[tuple[int, int]]:
    """Where a line has no ink for at least so many pixels, its ends left out."""
    inked = np.flatnonzero(ink(crop).sum(axis=0) > 0)
    gaps = np.flatnonzero(np.diff(inked) > least)
    return [(int(inked[at]) + 1, int(inked[at + 1])) for at in gaps]
