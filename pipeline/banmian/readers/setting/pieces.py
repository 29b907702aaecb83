"""Pieces of lines: characters in a row, as the file has them one after the other, and as they stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banmian.arrays import Characters
from banmian.readers.pdf_glyphs import Glyphs

# All in em of the smaller type of two characters.
LEVEL = 0.35  # how far the middles of neighbours in one line may be apart across the line
LEVEL_HEAD, ALIKE_HEAD = 0.1, 1.04  # the same across the wide gaps of a head: heads of neighbours differ in size
CLAUSES = 0.45  # the narrowest gap between the clauses of a head, and between the heads of neighbours
ALIKE = 1.5  # how much larger the type of one may be than that of the other
OVERLAP = 0.75  # how far they may overlap: stops are set tight
NEAR = 1.25  # the widest gap inside a line of text; gutters are wider
SPREAD = 2.3  # the widest gap between the characters of a head that is spaced out
TYPED_GAP = 3.0  # the widest gap inside a line that the file fills with white space of its own
APART = 0.85  # the widest gap between pieces of a line that were not drawn one after the other
HEAD = 1.3  # how much larger than the text of the page the type of a head is at least

_WHITE = Characters(
    map(
        chr,
        [
            *(*range(0x21), *range(0x7F, 0xA1), *range(0x2000, 0x2010), *range(0x2028, 0x202A)),
            *(0x1680, 0x180E, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF),
        ],
    )
)


Sides = tuple[float, float, float, float]


@dataclass(slots=True)
class Piece:
    """Glyphs in a row: indices in reading order, the box around them, and the size of their type."""

    glyphs: list[int]
    box: Sides
    size: float
    vertical: bool = False


def runs(found: Glyphs) -> list[Piece]:
    """Runs of characters drawn one after the other, each to the right of the one before and close to it."""
    count = len(found.codes)
    if not count:
        return []
    white = _WHITE.has(found.codes)
    ink = np.flatnonzero(~white)
    if not len(ink):
        return []
    left, top, right, bottom = found.boxes[ink].T
    size = found.sizes[ink]
    head = HEAD * float(np.median(size))  # the least size of the type of heads
    small, large = np.minimum(size[1:], size[:-1]), np.maximum(size[1:], size[:-1])
    middle = (top + bottom) / 2
    gap = (left[1:] - right[:-1]) / small
    follows = (
        (np.abs(middle[1:] - middle[:-1]) <= LEVEL * large)
        & (large <= ALIKE * small)
        & (gap >= -OVERLAP)
        & (left[1:] > left[:-1])
        & (gap <= TYPED_GAP)
        & ((gap <= CLAUSES) | (large <= ALIKE_HEAD * small) | (small < head))
    )
    # A gap that is too wide for text stands in a head, one that is spaced out or whose clauses stand apart; or the file
    # has white space in it.
    wide = follows & (gap > NEAR)
    if wide.any():
        level = np.abs(middle[1:] - middle[:-1]) <= LEVEL_HEAD * small
        spread = (small >= head) & (gap <= SPREAD) & level & (large <= ALIKE_HEAD * small)
        filled = np.concatenate(([0.0], np.cumsum(np.where(white, found.boxes[:, 2] - found.boxes[:, 0], 0.0))))
        typed = gap - (filled[ink[1:]] - filled[ink[:-1]]) / small <= APART
        follows &= ~wide | spread | typed
    ends = np.append(np.flatnonzero(~follows) + 1, len(ink))
    begins = np.concatenate(([0], ends[:-1]))
    edges = np.column_stack(
        (
            np.minimum.reduceat(left, begins),
            np.minimum.reduceat(top, begins),
            np.maximum.reduceat(right, begins),
            np.maximum.reduceat(bottom, begins),
        )
    ).tolist()
    middles = size[(begins + ends) // 2].tolist()
    order = ink.tolist()
    return [
        Piece(order[first:end], (box[0], box[1], box[2], box[3]), middle_size)
        for first, end, box, middle_size in zip(begins.tolist(), ends.tolist(), edges, middles, strict=True)
    ]


def piece_of(found: Glyphs, members: list[int], *, vertical: bool = False) -> Piece:
    """The piece that some characters make, in this order."""
    boxes = found.boxes[members]
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return Piece(
        members,
        (float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        float(np.median(found.sizes[members])),
        vertical,
    )


def side_by_side(pieces: list[Piece]) -> list[Piece]:
    """Pieces with those put together that stand close together at one height, wherever the file has them."""
    flat = [piece for piece in pieces if not piece.vertical]
    if len(flat) < 2:
        return pieces
    flat.sort(key=lambda piece: (piece.box[1] + piece.box[3]) / 2)
    joined: dict[int, Piece] = {}  # what a piece became a part of
    middles = [(piece.box[1] + piece.box[3]) / 2 for piece in flat]
    for number, piece in enumerate(flat):
        for other in range(number + 1, len(flat)):
            if middles[other] - middles[number] > LEVEL * max(piece.size, flat[other].size, 1.0) * 2:
                break
            one, two = _root(joined, piece), _root(joined, flat[other])
            if one is two or not _close(one, two):
                continue
            left, right = (one, two) if one.box[0] <= two.box[0] else (two, one)
            append(left, right)
            joined[id(right)] = left
    return [piece for piece in pieces if id(piece) not in joined]


def append(left: Piece, right: Piece) -> None:
    """Put a piece to the right end of another."""
    left.glyphs = left.glyphs + right.glyphs
    one, two = left.box, right.box
    left.box = (min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3]))


def _root(joined: dict[int, Piece], piece: Piece) -> Piece:
    while id(piece) in joined:
        piece = joined[id(piece)]
    return piece


def _close(one: Piece, two: Piece) -> bool:
    """Whether two pieces stand beside each other as parts of one line do."""
    left, right = (one, two) if one.box[0] <= two.box[0] else (two, one)
    small, large = min(one.size, two.size), max(one.size, two.size)
    gap = right.box[0] - left.box[2]
    level = abs(one.box[1] + one.box[3] - two.box[1] - two.box[3]) / 2
    alike_enough = large <= (ALIKE if gap <= CLAUSES * small else ALIKE_HEAD) * small
    return alike_enough and level <= LEVEL * large and -OVERLAP * small <= gap <= APART * small


def alike(one: float, two: float) -> bool:
    """Whether two sizes of type are one, but for what a fit of text to its frame changes."""
    return abs(one - two) <= 0.1 * two
