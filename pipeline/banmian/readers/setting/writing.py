"""How lines read and where they stand: their characters, the spaces that print has between them, and their type.

All lines of a page are written at once, as arrays with one row a character: a page has thousands.
"""

from __future__ import annotations

from itertools import chain

import numpy as np
from numpy.typing import NDArray

from banmian.layout import Box, PlacedLine
from banmian.readers.pdf_glyphs import Floats, Glyphs
from banmian.readers.setting.pieces import Piece
from banmian.trace import Span

# In em.
SPACE = 0.6  # a gap that print has as a space: digits that are set on a full em leave a half
BETWEEN_HAN = 0.4  # the same between Han characters, which stand close in a justified line too
TYPED = 0.3  # the same where the file has a space there
WORD = 0.18  # the same between Latin letters

_HAN = (0x3400, 0x9FFF)
_FAR = 1e5  # em; no gap is as wide

Ints = NDArray[np.int64]


def written(found: Glyphs, rows: list[Piece]) -> tuple[str, tuple[PlacedLine, ...]]:
    """The text of a page, a piece a line, and its lines."""
    if not rows:
        return "", ()
    counts = np.array([len(piece.glyphs) for piece in rows])
    members = np.fromiter(chain.from_iterable(piece.glyphs for piece in rows), np.int64, int(counts.sum()))
    whose = np.repeat(np.arange(len(rows)), counts)
    down = np.array([piece.vertical for piece in rows])[whose]
    boxes = found.boxes[members]
    start = np.where(down, boxes[:, 1], boxes[:, 0]).round(2)
    end = np.where(down, boxes[:, 3], boxes[:, 2]).round(2)
    white = (start[1:] - end[:-1]) / np.array([piece.size or 1.0 for piece in rows])[whose[1:]]
    spaced = _spaced(found.codes[members], members[1:] <= members[:-1] + 1, whose, white)
    # Each character goes behind those before it, the spaces among them, and the line ends.
    at = np.arange(len(members)) + np.cumsum(spaced) + whose
    codes = np.full(int(at[-1]) + 2, 0x0A, dtype="<u4")
    codes[at] = found.codes[members]
    codes[at[spaced] - 1] = 0x20
    edges = np.empty(len(codes))
    edges[at] = start
    # A space begins where the character before it ends; and at the line end stands where its line ends.
    last = np.append(whose[1:] != whose[:-1], True)
    edges[at[spaced] - 1] = end[np.flatnonzero(spaced) - 1]
    edges[at[last] + 1] = end[last]
    ends = (at[last] + 1).tolist()
    begins = [0, *(place + 1 for place in ends[:-1])]
    edge = edges.tolist()
    fonts = _fonts(found.fonts[members], counts)
    boxes = np.array([piece.box for piece in rows]).round(2).tolist()
    lines = [
        PlacedLine(
            span=Span(first, stop),
            box=Box(*box),
            size=round(piece.size, 2),
            font=found.names[font],
            bold=found.bold[font],
            vertical=piece.vertical,
            chars=tuple(edge[first : stop + 1]),
        )
        for first, stop, font, box, piece in zip(begins, ends, fonts, boxes, rows, strict=True)
    ]
    return codes[:-1].tobytes().decode("utf-32-le"), tuple(lines)


def _spaced(codes: Ints, follow: NDArray[np.bool_], whose: Ints, white: Floats) -> NDArray[np.bool_]:
    """Which characters have a space before them in print.

    Args:
        codes: of the characters, line by line.
        follow: whether each but the first follows the one before it in the file: others had white space between them.
        whose: the number of the line of each.
        white: what is between each but the first and the one before it, in em.
    """
    spaced = np.zeros(len(codes), dtype=bool)
    inside = whose[1:] == whose[:-1]
    han = (codes >= _HAN[0]) & (codes <= _HAN[1])
    small = codes | 0x20
    letter = (small >= ord("a")) & (small <= ord("z"))
    both_han, both_letters = han[1:] & han[:-1], letter[1:] & letter[:-1]
    least = np.where(both_han, BETWEEN_HAN, np.where(both_letters, WORD, np.where(follow, SPACE, TYPED)))
    even = _even(white, whose[1:], inside & both_han, int(whose[-1]) + 1)
    spaced[1:] = inside & (white >= even[whose[1:]] + least)
    return spaced


def _even(white: Floats, whose: Ints, between: NDArray[np.bool_], count: int) -> Floats:
    """The white that a line has between all its characters.

    A head that is spaced out has some; a space is what is wider by as much again. Where a line is of names
    (云 亮 陈 芳摄影报道), most gaps are spaces, but not all; so it is the
    lower quartile of the gaps between Han characters.
    """
    gaps, lines = white[between], whose[between]
    order = np.argsort(lines * _FAR + gaps.clip(-_FAR / 3, _FAR / 3))
    counts = np.bincount(lines, minlength=count)
    quartile = np.cumsum(counts) - counts + counts // 4
    even = np.zeros(count)
    some = counts > 1
    even[some] = gaps[order][quartile[some]].clip(0.0)
    return even


def _fonts(fonts: Ints, counts: Ints) -> list[int]:
    """The font of most characters of each line; of equals, the one that the page has first.

    Args:
        fonts: of the characters, line by line.
        counts: how many characters each line has.
    """
    begins = np.cumsum(counts) - counts
    found = np.minimum.reduceat(fonts, begins)
    mixed = np.flatnonzero(found != np.maximum.reduceat(fonts, begins))
    for line in mixed.tolist():
        found[line] = np.bincount(fonts[begins[line] : begins[line] + counts[line]]).argmax()
    return list(found.tolist())
