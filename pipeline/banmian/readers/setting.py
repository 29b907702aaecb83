"""Printed lines from single glyphs: which characters a page has side by side, or below each other.

A PDF has its characters in the order in which some program drew them, and says nothing of lines: two columns that were
drawn row by row look to an extractor like long lines. Here a line is what stands close together at one height (or, in
vertical type, below each other) and in type of one size. White space as wide as a gutter is never inside of a line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from banmian.layout import Box, Layout, PlacedLine
from banmian.readers.pdf_glyphs import Glyphs
from banmian.trace import Span

Ints = NDArray[np.int64]

# All in em of the smaller type of two characters.
LEVEL = 0.35  # how far the middles of neighbours in one line may be apart across the line
LEVEL_HEAD, ALIKE_HEAD = 0.1, 1.04  # the same across the wide gaps of a head: heads of neighbours differ in size
ALIKE = 1.5  # how much larger the type of one may be than that of the other
OVERLAP = 0.75  # how far they may overlap: stops are set tight
NEAR = 1.25  # the widest gap inside a line of text; gutters are wider
SPREAD = 2.3  # the widest gap between the characters of a head that is spaced out
TYPED_GAP = 3.0  # the widest gap inside a line that the file fills with white space of its own
APART = 0.85  # the widest gap between pieces of a line that were not drawn one after the other
HUNG = 0.55  # what is left of a gutter that a stop hangs into
SPACE = 0.6  # a gap that print has as a space: digits that are set on a full em leave a half
BETWEEN_HAN = 0.4  # the same between Han characters, which stand close in a justified line too
TYPED = 0.3  # the same where the file has a space there
WORD = 0.18  # the same between Latin letters
HEAD = 1.3  # how much larger than the text of the page the type of a head is at least
NEIGHBOUR = 0.3  # the least white between the heads of two stories side by side
FILLED_GAP = 6.0  # the widest white inside of a line: where others fill it, it was left for something
FILLED_WITHIN = 8.0  # how far away those others may stand, and LEAST_FILLED how many there are
LEAST_FILLED = 2
BEGUN = 4  # so many lines that begin at one edge are a column
MANY_HEADS = 1500  # pieces in large type; a page with more is a poster or no page, and its heads are not searched
GRID = 4  # lines that a vertical head has at most
LEAST_TOGETHER = 3  # lines that have a gap at one place: a gutter runs there


_WHITE = np.array(
    [
        *(*range(0x21), *range(0x7F, 0xA1), *range(0x2000, 0x2010), *range(0x2028, 0x202A)),
        *(0x1680, 0x180E, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF),
    ]
)


_STOPS = np.array([ord(char) for char in "，。、；：！？”’）》」』"])
_HAN_FIRST, _HAN_LAST = "\u3400", "\u9fff"


@dataclass(slots=True)
class _Piece:
    """Glyphs in a row: indices in reading order, and the box around them."""

    glyphs: list[int]
    box: tuple[float, float, float, float]
    size: float
    vertical: bool = False


def set_lines(found: Glyphs) -> tuple[str, Layout]:
    """The text of a page, a line of print a line, in the order of the file; and where the lines stand."""
    rows = _rows(found)
    text: list[str] = []
    lines: list[PlacedLine] = []
    at = 0
    for piece in rows:
        line, edges = _line(found, piece)
        if not line:
            continue
        text.append(line)
        lines.append(_placed(found, piece, Span(at, at + len(line)), edges))
        at += len(line) + 1
    return "\n".join(text), Layout(found.size, tuple(lines), found.rules, found.frames, found.pictures)


def _rows(found: Glyphs) -> list[_Piece]:
    """The lines of a page in the order of the file."""
    pieces = _runs(found)
    pieces = _stacked(found, pieces)
    pieces = _side_by_side(pieces)
    return _split_heads(found, _bridged(found, _cut_at_gutters(found, pieces)))


def _spaces(found: Glyphs) -> NDArray[np.bool_]:
    """Which characters are white space."""
    return np.isin(found.codes, _WHITE)


def _runs(found: Glyphs) -> list[_Piece]:
    """Runs of characters drawn one after the other, each to the right of the one before and close to it."""
    count = len(found.codes)
    if not count:
        return []
    white = _spaces(found)
    ink = np.flatnonzero(~white)
    if not len(ink):
        return []
    left, top, right, bottom = found.boxes[ink].T
    size = found.sizes[ink]
    small, large = np.minimum(size[1:], size[:-1]), np.maximum(size[1:], size[:-1])
    middle = (top + bottom) / 2
    gap = (left[1:] - right[:-1]) / small
    follows = (
        (np.abs(middle[1:] - middle[:-1]) <= LEVEL * large)
        & (large <= ALIKE * small)
        & (gap >= -OVERLAP)
        & (left[1:] > left[:-1])
        & (gap <= TYPED_GAP)
    )
    # A gap that is too wide for text stands in a head, one that is spaced out or whose clauses stand apart; or the file
    # has white space in it.
    wide = follows & (gap > NEAR)
    if wide.any():
        level = np.abs(middle[1:] - middle[:-1]) <= LEVEL_HEAD * small
        head = (small >= HEAD * float(np.median(size))) & (gap <= SPREAD) & level & (large <= ALIKE_HEAD * small)
        filled = np.concatenate(([0.0], np.cumsum(np.where(white, found.boxes[:, 2] - found.boxes[:, 0], 0.0))))
        typed = gap - (filled[ink[1:]] - filled[ink[:-1]]) / small <= APART
        follows &= ~wide | head | typed
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
        _Piece(order[first:end], (box[0], box[1], box[2], box[3]), middle_size)
        for first, end, box, middle_size in zip(begins.tolist(), ends.tolist(), edges, middles, strict=True)
    ]


def _piece(found: Glyphs, members: list[int], *, vertical: bool = False) -> _Piece:
    boxes = found.boxes[members]
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return _Piece(
        members,
        (float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        float(np.median(found.sizes[members])),
        vertical,
    )


def _stacked(found: Glyphs, pieces: list[_Piece]) -> list[_Piece]:
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
    out: list[_Piece] = []
    for number in range(len(pieces)):
        if number in followers:
            continue
        run = [number]
        while run[-1] in after and after[run[-1]] not in run:
            run.append(after[run[-1]])
        if len(run) > 1 and any(len(pieces[n].glyphs) == 1 for n in run):
            out.append(_piece(found, [glyph for n in run for glyph in pieces[n].glyphs], vertical=True))
        else:
            out += [pieces[n] for n in run]
    # What is left over for the next line of a vertical head, one character long.
    down = [piece for piece in out if piece.vertical and piece.size >= HEAD * body]
    for piece in out:
        if len(piece.glyphs) == 1 and any(_left_over(piece, other) for other in down):
            piece.vertical = True
    return out


def _left_over(piece: _Piece, line: _Piece) -> bool:
    """Whether a single character stands right to the left of the first one of a vertical line."""
    return (
        _alike(piece.size, line.size)
        and abs(piece.box[1] - line.box[1]) <= 0.3 * line.size
        and 0 <= line.box[0] - piece.box[2] <= line.size
    )


def _right_below(upper: _Piece, lower: _Piece) -> bool:
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


def _ungridded(found: Glyphs, pieces: list[_Piece], body: float) -> list[_Piece]:
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
            fits = _alike(piece.size, first.size) and len(piece.glyphs) <= len(first.glyphs)
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
    out: list[_Piece] = []
    for piece in pieces:
        out += [_piece(found, [glyph]) for glyph in piece.glyphs] if id(piece) in cut else [piece]
    return out


def _side_by_side(pieces: list[_Piece]) -> list[_Piece]:
    """Pieces with those put together that stand close together at one height, wherever the file has them."""
    flat = [piece for piece in pieces if not piece.vertical]
    if len(flat) < 2:
        return pieces
    flat.sort(key=lambda piece: (piece.box[1] + piece.box[3]) / 2)
    joined: dict[int, _Piece] = {}  # what a piece became a part of
    middles = [(piece.box[1] + piece.box[3]) / 2 for piece in flat]
    for number, piece in enumerate(flat):
        for other in range(number + 1, len(flat)):
            if middles[other] - middles[number] > LEVEL * max(piece.size, flat[other].size, 1.0) * 2:
                break
            one, two = _root(joined, piece), _root(joined, flat[other])
            if one is two or not _close(one, two):
                continue
            left, right = (one, two) if one.box[0] <= two.box[0] else (two, one)
            _append(left, right)
            joined[id(right)] = left
    return [piece for piece in pieces if id(piece) not in joined]


def _append(left: _Piece, right: _Piece) -> None:
    """Put a piece to the right end of another."""
    left.glyphs = left.glyphs + right.glyphs
    one, two = left.box, right.box
    left.box = (min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3]))


def _root(joined: dict[int, _Piece], piece: _Piece) -> _Piece:
    while id(piece) in joined:
        piece = joined[id(piece)]
    return piece


def _close(one: _Piece, two: _Piece) -> bool:
    """Whether two pieces stand beside each other as parts of one line do."""
    left, right = (one, two) if one.box[0] <= two.box[0] else (two, one)
    small, large = min(one.size, two.size), max(one.size, two.size)
    gap = right.box[0] - left.box[2]
    level = abs(one.box[1] + one.box[3] - two.box[1] - two.box[3]) / 2
    return large <= ALIKE * small and level <= LEVEL * large and -OVERLAP * small <= gap <= APART * small


def _cut_at_gutters(found: Glyphs, pieces: list[_Piece]) -> list[_Piece]:
    """Pieces cut where a gap of one is at the same place as those of others above and below it: that is a gutter."""
    # A stop may hang over the edge of its column; its ink is in its left half.
    hanging = np.isin(found.codes, _STOPS)
    ends = found.boxes[:, 2] - np.where(hanging, 0.5 * found.sizes, 0.0)
    gaps: list[tuple[float, float, int, int]] = []  # right and left edge, number of the piece, place in it
    for number, piece in enumerate(pieces):
        if piece.vertical or len(piece.glyphs) < 4:
            continue
        white = found.boxes[piece.glyphs[1:], 0] - ends[piece.glyphs[:-1]]
        places = np.flatnonzero(white >= HUNG * piece.size).tolist()
        gaps += [
            (float(found.boxes[piece.glyphs[at + 1], 0]), float(ends[piece.glyphs[at]]), number, at + 1)
            for at in places
        ]
    gaps.sort()
    cuts: dict[int, list[int]] = {}
    for right, left, number, at in gaps:
        piece = pieces[number]
        reach = 0.4 * piece.size
        near = gaps[bisect_left(gaps, (right - reach,)) : bisect_left(gaps, (right + reach,))]
        same = [
            other
            for end, begin, other, _ in near
            if other != number
            and end - begin >= APART * piece.size
            and min(end, right) - max(begin, left) >= HUNG * piece.size
            and abs(pieces[other].box[1] - piece.box[1]) <= 12 * piece.size
            and abs(pieces[other].size - piece.size) <= 0.15 * piece.size
        ]
        if len(same) + 1 >= LEAST_TOGETHER:
            cuts.setdefault(number, []).append(at)
    if not cuts:
        return pieces
    out: list[_Piece] = []
    for number, piece in enumerate(pieces):
        edges = [0, *sorted(cuts.get(number, ())), len(piece.glyphs)]
        if len(edges) == 2:
            out.append(piece)
        else:
            out += [_piece(found, piece.glyphs[a:b]) for a, b in pairwise(edges)]
    return out


def _bridged(found: Glyphs, pieces: list[_Piece]) -> list[_Piece]:
    """Pieces with those put together across white that other lines of the column fill with text: no gutter is there."""
    flat = sorted((piece for piece in pieces if not piece.vertical), key=lambda piece: piece.box[1])
    tops = [piece.box[1] for piece in flat]
    whole = [(piece.box, piece.size, int(found.fonts[piece.glyphs[0]])) for piece in flat]
    starts = sorted((box[0], box[1], size) for box, size, _ in whole)  # before any was put together
    gone: set[int] = set()
    for left in flat:
        if id(left) in gone:
            continue
        row = flat[bisect_left(tops, left.box[1] - left.size) : bisect_right(tops, left.box[1] + left.size)]
        while True:
            beside = [piece for piece in row if id(piece) not in gone and _in_one_row(left, piece)]
            right = min(beside, key=lambda piece: piece.box[0], default=None)
            if right is None:
                break
            reach, edge = FILLED_WITHIN * left.size, 0.4 * left.size
            columns = starts[
                bisect_left(starts, (right.box[0] - edge,)) : bisect_right(starts, (right.box[0] + edge, 1e9))
            ]
            begun = sum(abs(top - left.box[1]) <= reach and _alike(size, left.size) for _, top, size in columns)
            if _one_after_the_other(left, right) and begun == 1:
                # Drawn in one go, and no line of another column begins where the second piece does.
                _append(left, right)
                gone.add(id(right))
                continue
            if begun > BEGUN:
                break
            near = whole[bisect_left(tops, left.box[1] - reach) : bisect_right(tops, left.box[1] + reach)]
            font = int(found.fonts[left.glyphs[-1]])
            filled = sum(_fills(box, left, right) for box, size, own in near if own == font and _alike(size, left.size))
            # The piece itself begins there; others that do are the lines of the next column.
            if filled < LEAST_FILLED or begun - 1 > filled / 3:
                break
            _append(left, right)
            gone.add(id(right))
    return [piece for piece in pieces if id(piece) not in gone]


def _one_after_the_other(left: _Piece, right: _Piece) -> bool:
    """Whether a piece was drawn right behind another, but for white space, and stands close to it."""
    between = right.glyphs[0] - left.glyphs[-1]
    return 0 < between <= 6 and right.box[0] - left.box[2] <= TYPED_GAP * left.size


def _alike(one: float, two: float) -> bool:
    return abs(one - two) <= 0.1 * two


def _in_one_row(left: _Piece, right: _Piece) -> bool:
    small, large = min(left.size, right.size), max(left.size, right.size)
    level = abs(left.box[1] + left.box[3] - right.box[1] - right.box[3]) / 2
    return 0 < right.box[0] - left.box[2] <= FILLED_GAP * small and level <= LEVEL * large / 2 and large <= 1.1 * small


def _fills(box: tuple[float, float, float, float], left: _Piece, right: _Piece) -> bool:
    """Whether a line begins where the left piece does and runs on over the white behind it."""
    size = left.size
    return abs(box[0] - left.box[0]) <= 2.6 * size and box[0] <= left.box[2] - size and box[2] >= right.box[0] + size


def _split_heads(found: Glyphs, pieces: list[_Piece]) -> list[_Piece]:
    """Heads cut that are two, of stories side by side: a gap is over a gutter, and behind it a paragraph begins."""
    body = float(np.median(found.sizes)) if len(found.sizes) else 0.0
    out: list[_Piece] = []
    text = [piece for piece in pieces if piece.size < HEAD * body and not piece.vertical]
    heads = [piece for piece in pieces if piece.size >= 1.1 * body and not piece.vertical]
    for piece in pieces:
        rest = piece
        if piece.size >= HEAD * body and not piece.vertical and len(piece.glyphs) > 3:
            while (cut := _head_cut(found, rest, text, heads, body)) is not None:
                out.append(_piece(found, rest.glyphs[:cut]))
                rest = _piece(found, rest.glyphs[cut:])
        out.append(rest)
    return out


def _open_bracket(found: Glyphs, members: list[int]) -> bool:
    """Whether characters leave a bracket or a quotation open."""
    text = "".join(map(chr, found.codes[members].tolist()))
    return any(text.count(opening) > text.count(closing) for opening, closing in ("（）", "“”", "《》", "()", "「」"))


def _head_cut(found: Glyphs, piece: _Piece, text: list[_Piece], heads: list[_Piece], body: float) -> int | None:
    boxes = found.boxes[piece.glyphs]
    white = boxes[1:, 0] - boxes[:-1, 2]
    usual = max(0.0, float(np.median(white)))
    for at in np.flatnonzero(white - usual >= NEIGHBOUR * piece.size).tolist():
        left, right = float(boxes[at, 2]), float(boxes[at + 1, 0])
        below = [
            other
            for other in text
            if piece.box[3] - body < other.box[1] < piece.box[3] + 14 * body
            and other.box[2] > piece.box[0] - body
            and other.box[0] < piece.box[2] + body
        ]
        # Lines of the column to the right begin within the gap, or a little to its right where its head is centred.
        columns = [other for other in below if left - 0.5 * body <= other.box[0] and other.box[0] <= right + 8 * body]
        before = [other for other in below if other.box[2] <= right + 0.5 * body]
        crossing = [other for other in below if other.box[0] < left - 2 * body and other.box[2] > right + 2 * body]
        # A kicker or another line of the same head right above or below it holds both sides together.
        held = any(
            other.box[0] < left - body
            and other.box[2] > right + body
            and max(other.box[1] - piece.box[3], piece.box[1] - other.box[3]) <= piece.size
            for other in heads
            if other is not piece
        )
        if held or _open_bracket(found, piece.glyphs[: at + 1]):
            continue
        if len(columns) < LEAST_TOGETHER or len(before) < LEAST_TOGETHER or len(crossing) > 1:
            continue
        edge = min(other.box[0] for other in columns)
        own = [other for other in columns if other.box[0] <= edge + 4 * body]
        faces = [int(found.fonts[other.glyphs[0]]) for other in own]
        usual_face = max(faces, key=faces.count)  # a byline over the text is in another
        first = min(
            (other for other, face in zip(own, faces, strict=True) if face == usual_face),
            key=lambda other: other.box[1],
        )
        if edge <= right + 4 * body and first.box[0] >= edge + 1.2 * body:
            return at + 1
    return None


def _line(found: Glyphs, piece: _Piece) -> tuple[str, tuple[float, ...]]:
    """How a line reads, and where its characters begin along it, its end as the last."""
    members = piece.glyphs
    boxes = found.boxes[members]
    start = (boxes[:, 1] if piece.vertical else boxes[:, 0]).round(2).tolist()
    end = (boxes[:, 3] if piece.vertical else boxes[:, 2]).round(2).tolist()
    texts = [chr(code) for code in found.codes[members].tolist()]
    size = piece.size or 1.0
    white = [(two - one) / size for two, one in zip(start[1:], end, strict=False)]
    han = [_HAN_FIRST <= text <= _HAN_LAST for text in texts]
    between = [gap for gap, one, two in zip(white, han, han[1:], strict=False) if one and two]
    # A head that is spaced out has white between all its characters; a space is what is wider by as much again. Where a
    # line is of names (云 亮 陈 芳摄影报道), most gaps are spaces, but not all; so the lower quartile.
    even = max(0.0, sorted(between)[len(between) // 4]) if len(between) > 1 else 0.0
    chars: list[str] = []
    edges: list[float] = []
    for number, text in enumerate(texts):
        if number:
            before, gap = texts[number - 1], white[number - 1]
            if han[number] and han[number - 1]:
                least = BETWEEN_HAN
            elif text.isalpha() and text.isascii() and before.isascii() and before.isalpha():
                least = WORD
            else:
                # Members that do not follow each other had white space between them in the file.
                least = TYPED if members[number] > members[number - 1] + 1 else SPACE
            if gap >= even + least:
                chars.append(" ")
                edges.append(end[number - 1])
        chars.append(text)
        edges.append(start[number])
    edges.append(end[-1])
    return "".join(chars), tuple(edges)


def _placed(found: Glyphs, piece: _Piece, span: Span, edges: tuple[float, ...]) -> PlacedLine:
    fonts = found.fonts[piece.glyphs].tolist()
    font = max(sorted(set(fonts)), key=fonts.count)
    return PlacedLine(
        span=span,
        box=Box(*(round(side, 2) for side in piece.box)),
        size=round(piece.size, 2),
        font=found.names[font],
        bold=found.bold[font],
        vertical=piece.vertical,
        chars=edges,
    )
