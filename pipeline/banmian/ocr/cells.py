"""The cells of the characters of a line: where each begins and ends, from where an engine saw it and where the ink is.

Chinese is set in squares. An engine tells about where the middle of a character is, and the ink where the line begins and
ends; but a stop has its ink in one corner of its square, so a line that ends in one looks shorter than it is.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from banmian.layout import Box
from banmian.ocr import Seen

if TYPE_CHECKING:
    from banmian.ocr import Picture

# Ink is darker than the middle between the paper and the darkest tenth of the picture.
_PAPER, _INK = 90, 5
# Of its square, a Chinese character fills so much of the height.
_FILLS = 0.92
# Marks whose ink is in the left part of their square, and in the right part.
CLOSING = frozenset("，。、；：！？）〉》」』】〕”’")
OPENING = frozenset("（〈《「『【〔“‘")


class Cell(NamedTuple):
    """The rows of a vertical line that a character takes up."""

    top: int
    bottom: int


def ink(picture: Picture) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Which pixels are ink. Print may be white on black."""
    paper, dark = np.percentile(picture, (_PAPER, _INK))
    middle = (float(paper) + float(dark)) / 2
    found: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = picture < middle
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
    # The squares are the better measure, but for a head that is spaced out or condensed.
    if pitch is not None and 0.85 * size <= pitch <= 1.15 * max(size, 0.85 * height):
        size = pitch
    middle = (top + bottom) / 2
    starts = [at - em_width(char) * size / 2 for char, at in zip(text, middles, strict=True)]
    ends = [at + em_width(char) * size / 2 for char, at in zip(text, middles, strict=True)]
    for at in range(1, len(text)):  # neighbours share an edge where their squares meet, or nearly
        if starts[at] - ends[at - 1] < 0.3 * size:
            starts[at] = ends[at - 1] = (starts[at] + ends[at - 1]) / 2
    # The ends of the line are where its ink is, but for marks, whose squares have white at that end.
    starts[0] = min(left, max(0.0, starts[0])) if text[0] in OPENING else left
    ends[-1] = min(float(width), max(right, ends[-1])) if text[-1] in CLOSING else right
    chars: list[str] = []
    edges: list[float] = []
    for at, char in enumerate(text):
        if at and spaced[at]:
            chars.append(" ")
            edges.append(ends[at - 1])
        chars.append(char)
        edges.append(starts[at])
    edges = np.maximum.accumulate([*edges, ends[-1]]).tolist()
    box = Box(edges[0], middle - size / 2, edges[-1], middle + size / 2)
    return Seen("".join(chars), box, sure, tuple(edges), size)


def _pitch(text: str, middles: list[float]) -> float | None:
    """How far the middles of characters are apart that stand side by side, if there are enough to tell."""
    steps = [
        two - one
        for (char, after), (one, two) in zip(pairwise(text), pairwise(middles), strict=True)
        if not (char.isascii() or after.isascii() or char in CLOSING or after in CLOSING or after in OPENING)
    ]
    return float(np.median(steps)) if len(steps) >= 3 else None


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
        found += [Cell(round(top + at * step), max(round(top + at * step) + 1, round(top + (at + 1) * step))) for at in range(parts)]
    return found
