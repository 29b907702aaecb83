"""Lines that run downwards: characters below each other, in columns of text and in heads at the side of a story."""

from __future__ import annotations

import numpy as np

from banmian.readers.pdf_glyphs import Glyphs
from banmian.readers.setting.pieces import ALIKE, HEAD, LEVEL, NEAR, OVERLAP, Piece, alike, piece_of

MANY_HEADS = 1500  # pieces in large type; a page with more is a poster or no page, and its heads are not searched
GRID = 4  # lines that a vertical head has at most


def stacked(found: Glyphs, pieces: list[Piece]) -> list[Piece]:
    """Pieces with those put together that are single characters (or digits side by side) below each other.

    Text is told by the order of the file: two lines of one character each are below each other in any column. A head is
    told by place alone, since a file may have it row by row, with the lines beside it.
    """
    body = float(np.median(found.sizes)) if len(found.sizes) else 0.0
    large = sum(piece.size >= HEAD * body for piece in pieces)
    if len(pieces) < 2 or large > MANY_HEADS:
        return pieces
    pieces = _ungridded(found, pieces, body)
    narrow = [piece.box[2] - piece.box[0] <= 1.3 * piece.size for piece in pieces]
    after: dict[int, int] = {}
    heads = [n for n, piece in enumerate(pieces) if narrow[n] and piece.size >= HEAD * body]
    for number in heads:
        below = [other for other in heads if other != number and _right_below(pieces[number], pieces[other])]
        if below:
            after[number] = min(below, key=lambda other: pieces[other].box[1])
    for number in range(len(pieces) - 1):
        both = narrow[number] and narrow[number + 1] and pieces[number].size < HEAD * body
        if both and _right_below(pieces[number], pieces[number + 1]):
            after[number] = number + 1
    followers = set(after.values())
    out: list[Piece] = []
    for number in range(len(pieces)):
        if number in followers:
            continue
        run = [number]
        while run[-1] in after and after[run[-1]] not in run:
            run.append(after[run[-1]])
        if len(run) > 1 and any(len(pieces[n].glyphs) == 1 for n in run):
            out.append(piece_of(found, [glyph for n in run for glyph in pieces[n].glyphs], vertical=True))
        else:
            out += [pieces[n] for n in run]
    # What is left over for the next line of a vertical head, one character long.
    down = [piece for piece in out if piece.vertical and piece.size >= HEAD * body]
    for piece in out:
        if len(piece.glyphs) == 1 and any(_left_over(piece, other) for other in down):
            piece.vertical = True
    return out


def _left_over(piece: Piece, line: Piece) -> bool:
    """Whether a single character stands right to the left of the first one of a vertical line."""
    return (
        alike(piece.size, line.size)
        and abs(piece.box[1] - line.box[1]) <= 0.3 * line.size
        and 0 <= line.box[0] - piece.box[2] <= line.size
    )


def _right_below(upper: Piece, lower: Piece) -> bool:
    """Whether a narrow piece stands right below another, as characters of vertical type do."""
    small, large = min(upper.size, lower.size), max(upper.size, lower.size)
    centres = abs(upper.box[0] + upper.box[2] - lower.box[0] - lower.box[2]) / 2
    gap = lower.box[1] - upper.box[3]
    return (
        large <= ALIKE * small
        and centres <= LEVEL * large
        and -OVERLAP * small <= gap <= NEAR * small
        and lower.box[1] > upper.box[1]
    )


def _ungridded(found: Glyphs, pieces: list[Piece], body: float) -> list[Piece]:
    """Pieces with the rows of vertical heads cut into characters: those that stand closer below than beside others."""
    rows = [piece for piece in pieces if piece.size >= HEAD * body and len(piece.glyphs) <= GRID]
    rows.sort(key=lambda piece: piece.box[1])
    cut: set[int] = set()
    for first in rows:
        # The rows of one head: each right below the one before, from one left or, where a line has ended, one right.
        grid = [first]
        for piece in rows:
            last = grid[-1]
            edge = min(abs(piece.box[0] - first.box[0]), abs(piece.box[2] - first.box[2]))
            apart = piece.box[1] - last.box[3]
            fits = alike(piece.size, first.size) and len(piece.glyphs) <= len(first.glyphs)
            if fits and piece.box[1] > last.box[1] and edge <= 0.2 * first.size and apart < NEAR * first.size:
                grid.append(piece)
        count = len(first.glyphs)
        if count < 2 or len(grid) <= count + 1:
            continue
        boxes = found.boxes[first.glyphs]
        beside = float((boxes[1:, 0] - boxes[:-1, 2]).min())
        below = grid[1].box[1] - first.box[3]
        if below < beside - 0.05 * first.size:
            cut |= {id(piece) for piece in grid if len(piece.glyphs) > 1}
    if not cut:
        return pieces
    out: list[Piece] = []
    for piece in pieces:
        out += [piece_of(found, [glyph]) for glyph in piece.glyphs] if id(piece) in cut else [piece]
    return out
