"""Gutters: pieces that run over one are cut there, and pieces with mere white between them are put together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from banmian.arrays import Characters, pairs
from banmian.readers.pdf_glyphs import Floats, Glyphs
from banmian.readers.setting.pieces import APART, LEVEL, TYPED_GAP, Piece, Sides, alike, append, piece_of

# In em.
HUNG = 0.55  # what is left of a gutter that a stop hangs into
FILLED_GAP = 6.0  # the widest white inside of a line: where others fill it, it was left for something
FILLED_WITHIN = 8.0  # how far away those others may stand, and LEAST_FILLED how many there are
LEAST_FILLED = 2
NEXT_LINES = 3.3  # from the top of a line to the top of the next but one at most
EDGE = 0.4  # how exactly lines begin at one edge
BEGUN = 4  # so many lines that begin at one edge are a column
GUTTER_WITHIN = 12.0  # how far above and below a gap others may tell that a gutter is there
LEAST_TOGETHER = 3  # lines that have a gap at one place: a gutter runs there

_STOPS = Characters("，。、；：！？”’）》」』")


def cut_at_gutters(found: Glyphs, pieces: list[Piece]) -> list[Piece]:
    """Pieces cut where a gap of one is at the same place as those of others above and below it: that is a gutter."""
    # A stop may hang over the edge of its column; its ink is in its left half.
    hanging = _STOPS.has(found.codes)
    gaps = _gaps(found, pieces, found.boxes[:, 2] - np.where(hanging, 0.5 * found.sizes, 0.0))
    gaps.sort()
    edges = _Edges.of(pieces)
    boxes = np.array([piece.box for piece in pieces]).reshape(-1, 4)
    cuts: dict[int, list[int]] = {}
    for right, left, number, at in gaps:
        piece = pieces[number]
        reach = 0.4 * piece.size
        near = gaps[bisect_left(gaps, (right - reach,)) : bisect_left(gaps, (right + reach,))]
        same = [
            end - begin >= APART * piece.size
            for end, begin, other, _ in near
            if other != number
            and min(end, right) - max(begin, left) >= HUNG * piece.size
            and abs(pieces[other].box[1] - piece.box[1]) <= GUTTER_WITHIN * piece.size
            and abs(pieces[other].size - piece.size) <= 0.15 * piece.size
        ]
        wide, filled = sum(same) + 1, _filled(boxes, left, right, piece) - len(same) - 1
        if (wide >= LEAST_TOGETHER and wide > filled) or edges.parts(pieces, left, right, number):
            cuts.setdefault(number, []).append(at)
    if not cuts:
        return pieces
    out: list[Piece] = []
    for number, piece in enumerate(pieces):
        bounds = [0, *sorted(cuts.get(number, ())), len(piece.glyphs)]
        if len(bounds) == 2:
            out.append(piece)
        else:
            out += [piece_of(found, piece.glyphs[a:b]) for a, b in pairwise(bounds)]
    return out


def _filled(boxes: Floats, left: float, right: float, piece: Piece) -> int:
    """How many pieces near one run from before a gap in it to behind it, those with a gap there counted in."""
    reach = piece.size
    near = np.abs(boxes[:, 1] - piece.box[1]) <= GUTTER_WITHIN * piece.size
    return int((near & (boxes[:, 0] < left - reach) & (boxes[:, 2] > right + reach)).sum())


class _Edges(NamedTuple):
    """Where pieces begin and end, each with its number, from the left."""

    begins: list[tuple[float, int]]
    ends: list[tuple[float, int]]

    @classmethod
    def of(cls, pieces: list[Piece]) -> _Edges:
        """Those of the pieces that are not vertical."""
        flat = [(piece.box, number) for number, piece in enumerate(pieces) if not piece.vertical]
        return cls(sorted((box[0], number) for box, number in flat), sorted((box[2], number) for box, number in flat))

    def parts(self, pieces: list[Piece], left: float, right: float, number: int) -> bool:
        """Whether the lines next to a piece with a gap are parted there.

        One above and one below it begin where the gap ends, or two of either; then two must end where it begins, too.
        """
        reach = EDGE * pieces[number].size
        above, below = _next(pieces, self.begins, (right - reach, right + reach), number)
        if above and below:
            return True
        ended = _next(pieces, self.ends, (left - reach, right), number)
        return any(min(begun, end) > 1 for begun, end in zip((above, below), ended, strict=True))


def _next(
    pieces: list[Piece], edges: list[tuple[float, int]], within: tuple[float, float], number: int
) -> tuple[int, int]:
    """How many lines right above and right below a piece, of its type, have an edge within."""
    own = pieces[number]
    near = edges[bisect_left(edges, (within[0],)) : bisect_left(edges, (within[1],))]
    away = [(pieces[other].box[1] - own.box[1]) / own.size for _, other in near if alike(pieces[other].size, own.size)]
    return sum(-NEXT_LINES <= step < 0 for step in away), sum(0 < step <= NEXT_LINES for step in away)


def _gaps(found: Glyphs, pieces: list[Piece], ends: Floats) -> list[tuple[float, float, int, int]]:
    """The gaps in pieces that may be gutters: right and left edge, number of the piece, place in it.

    Args:
        found: the characters.
        pieces: of lines.
        ends: where the ink of each character ends.
    """
    some = [number for number, piece in enumerate(pieces) if not piece.vertical and len(piece.glyphs) >= 4]
    if not some:
        return []
    counts = [len(pieces[number].glyphs) for number in some]
    members = np.fromiter(chain.from_iterable(pieces[number].glyphs for number in some), np.int64, sum(counts))
    whose = np.repeat(np.arange(len(some)), counts)
    least = np.array([HUNG * pieces[number].size for number in some])
    left, right = ends[members[:-1]], found.boxes[members[1:], 0]
    places = np.flatnonzero((right - left >= least[whose[1:]]) & (whose[1:] == whose[:-1]))
    begins = np.cumsum(counts) - counts
    within = places + 1 - begins[whose[places]]
    owners = [some[at] for at in whose[places].tolist()]
    return list(zip(right[places].tolist(), left[places].tolist(), owners, within.tolist(), strict=True))


class _Lines(NamedTuple):
    """All lines of a page, before any were put together.

    Args:
        tops: of the lines, from the top.
        whole: their boxes, sizes and fonts, in the same order.
        starts: where they begin: their left edges, tops and sizes, from the left.
    """

    tops: list[float]
    whole: list[tuple[Sides, float, int]]
    starts: list[tuple[float, float, float]]

    @classmethod
    def of(cls, found: Glyphs, flat: list[Piece]) -> _Lines:
        """The lines of pieces from the top."""
        whole = [(piece.box, piece.size, int(found.fonts[piece.glyphs[0]])) for piece in flat]
        return cls([box[1] for box, _, _ in whole], whole, sorted((box[0], box[1], size) for box, size, _ in whole))

    def begun_at(self, edge: float, piece: Piece) -> int:
        """How many lines of the type of a piece, and not far from it, begin at an edge."""
        first = bisect_left(self.starts, (edge - EDGE * piece.size,))
        last = bisect_right(self.starts, (edge + EDGE * piece.size, 1e9))
        reach = FILLED_WITHIN * piece.size
        return sum(
            abs(top - piece.box[1]) <= reach and alike(size, piece.size) for _, top, size in self.starts[first:last]
        )

    def around(self, piece: Piece, font: int) -> list[Sides]:
        """The boxes of the lines of the size of a piece, in a font, that are not far from it."""
        reach = FILLED_WITHIN * piece.size
        first, last = bisect_left(self.tops, piece.box[1] - reach), bisect_right(self.tops, piece.box[1] + reach)
        return [box for box, size, own in self.whole[first:last] if own == font and alike(size, piece.size)]


def bridged(found: Glyphs, pieces: list[Piece]) -> list[Piece]:
    """Pieces with those put together across white that other lines of the column fill with text: no gutter is there."""
    flat = sorted((piece for piece in pieces if not piece.vertical), key=lambda piece: piece.box[1])
    if len(flat) < 2:
        return pieces
    tops = [piece.box[1] for piece in flat]  # before any was put together
    lines = _Lines.of(found, flat)
    open_ended = _open_ended(flat, lines.starts)
    gone: set[int] = set()
    changed: list[float] = []  # the tops of what was put together
    for number, left in enumerate(flat):
        if number in gone:
            continue
        near = slice(bisect_left(tops, tops[number] - left.size), bisect_right(tops, tops[number] + left.size))
        if not open_ended[number] and not (
            changed and bisect_left(changed, tops[near.start]) < bisect_right(changed, tops[near.stop - 1])
        ):
            continue
        row = range(bisect_left(tops, left.box[1] - left.size), bisect_right(tops, left.box[1] + left.size))
        while True:
            beside = [other for other in row if other not in gone and _in_one_row(left, flat[other])]
            if not beside:
                break
            other = min(beside, key=lambda at: flat[at].box[0])
            if not _reads_on(left, flat[other], int(found.fonts[left.glyphs[-1]]), lines):
                break
            append(left, flat[other])
            gone.add(other)
            insort(changed, tops[number])
            insort(changed, tops[other])
    dropped = {id(flat[number]) for number in gone}
    return [piece for piece in pieces if id(piece) not in dropped]


def _open_ended(flat: list[Piece], starts: list[tuple[float, float, float]]) -> list[bool]:
    """Which pieces may go on in the next one to their right, as far as it does not begin where a column begins.

    Of most lines that tells at once that a gutter is behind them, and it is found out for all of them together.
    """
    left, top, right, bottom = np.array([piece.box for piece in flat]).T
    size = np.array([piece.size for piece in flat])
    begin, above, its_size = np.array(starts).T
    found = np.zeros(len(flat), dtype=bool)
    for piece, other in pairs(np.searchsorted(top, top - size), np.searchsorted(top, top + size, side="right")):
        small, large = np.minimum(size[piece], size[other]), np.maximum(size[piece], size[other])
        gap, level = left[other] - right[piece], (top + bottom)[other] - (top + bottom)[piece]
        beside = (gap > 0) & (gap <= FILLED_GAP * small) & (np.abs(level) <= LEVEL * large) & (large <= 1.1 * small)
        order = np.lexsort((other[beside], left[other[beside]], piece[beside]))
        one, first = np.unique(piece[beside][order], return_index=True)
        edges, reach = left[other[beside][order][first]], EDGE * size[one]
        lines = np.searchsorted(begin, edges - reach), np.searchsorted(begin, edges + reach, side="right")
        for which, start in pairs(*lines):
            own = one[which]
            near = np.abs(above[start] - top[own]) <= FILLED_WITHIN * size[own]
            same = near & (np.abs(its_size[start] - size[own]) <= 0.1 * size[own])
            begun = np.bincount(which[same], minlength=len(one))
            found[one[which[begun[which] <= BEGUN]]] = True
    return list(found.tolist())


def _reads_on(left: Piece, right: Piece, font: int, lines: _Lines) -> bool:
    """Whether the white between two pieces in one row was left for something, and is no gutter."""
    begun = lines.begun_at(right.box[0], left)
    if _one_after_the_other(left, right) and begun == 1:
        return True  # drawn in one go, and no line of another column begins where the second piece does
    if begun > BEGUN:
        return False
    around = lines.around(left, font)
    filled = sum(_fills(box, left, right) for box in around)
    # The pieces themselves end and begin there; others that do are the lines of two columns, below a lead that runs
    # over both.
    ended = sum(_ends_with(box, left, right) for box in around)
    return filled >= LEAST_FILLED and max(begun, ended) - 1 <= filled / 3


def _one_after_the_other(left: Piece, right: Piece) -> bool:
    """Whether a piece was drawn right behind another, but for white space, and stands close to it."""
    between = right.glyphs[0] - left.glyphs[-1]
    return 0 < between <= 6 and right.box[0] - left.box[2] <= TYPED_GAP * left.size


def _in_one_row(left: Piece, right: Piece) -> bool:
    small, large = min(left.size, right.size), max(left.size, right.size)
    level = abs(left.box[1] + left.box[3] - right.box[1] - right.box[3]) / 2
    return 0 < right.box[0] - left.box[2] <= FILLED_GAP * small and level <= LEVEL * large / 2 and large <= 1.1 * small


def _ends_with(box: Sides, left: Piece, right: Piece) -> bool:
    """Whether a line begins where the left piece does and ends where that ends, or in the white behind it."""
    size = left.size
    return abs(box[0] - left.box[0]) <= 2.6 * size and left.box[2] - EDGE * size <= box[2] < right.box[0]


def _fills(box: Sides, left: Piece, right: Piece) -> bool:
    """Whether a line begins where the left piece does and runs on over the white behind it."""
    size = left.size
    return abs(box[0] - left.box[0]) <= 2.6 * size and box[0] <= left.box[2] - size and box[2] >= right.box[0] + size
