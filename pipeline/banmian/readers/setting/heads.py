"""Heads of stories side by side, which look like one head with a wide gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from banmian.readers.pdf_glyphs import Glyphs
from banmian.readers.setting.gutters import LEAST_TOGETHER
from banmian.readers.setting.pieces import HEAD, Piece, Sides, piece_of

OFF = 1.0  # em of the text; how far the head of a story may stand off the middle of its columns, or their edge
FAR = 40.0  # em of the text; how far below a head columns show how wide its story is
NEIGHBOUR = 0.3  # em; the least white between the heads of two stories side by side


def split_heads(found: Glyphs, pieces: list[Piece]) -> list[Piece]:
    """Heads cut that are two, of stories side by side: a gap is over a gutter, and behind it a paragraph begins."""
    body = float(np.median(found.sizes)) if len(found.sizes) else 0.0
    out: list[Piece] = []
    text = [piece for piece in pieces if piece.size < HEAD * body and not piece.vertical]
    heads = [piece for piece in pieces if piece.size >= 1.1 * body and not piece.vertical]
    for piece in pieces:
        rest = piece
        if piece.size >= HEAD * body and not piece.vertical and len(piece.glyphs) > 3:
            while (cut := _head_cut(found, rest, text, heads, body)) is not None:
                out.append(piece_of(found, rest.glyphs[:cut]))
                rest = piece_of(found, rest.glyphs[cut:])
        out.append(rest)
    return out


def _open_bracket(found: Glyphs, members: list[int]) -> bool:
    """Whether characters leave a bracket or a quotation open."""
    text = "".join(map(chr, found.codes[members].tolist()))
    return any(text.count(opening) > text.count(closing) for opening, closing in ("（）", "“”", "《》", "()", "「」"))


def _head_cut(found: Glyphs, piece: Piece, text: list[Piece], heads: list[Piece], body: float) -> int | None:
    boxes = found.boxes[piece.glyphs]
    white = boxes[1:, 0] - boxes[:-1, 2]
    usual = max(0.0, float(np.median(white)))
    wide = np.flatnonzero(white - usual >= NEIGHBOUR * piece.size).tolist()
    for at in wide:
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
        # So does a byline that stands below both of them, above all else.
        signed = crossing and crossing[0].box[1] <= min(other.box[1] for other in below) + 0.5 * body
        if signed or len(columns) < LEAST_TOGETHER or len(before) < LEAST_TOGETHER or len(crossing) > 1:
            continue
        edge = min(other.box[0] for other in columns)
        own = [other for other in columns if other.box[0] <= edge + 4 * body]
        faces = [int(found.fonts[other.glyphs[0]]) for other in own]
        usual_face = max(faces, key=faces.count)  # a byline over the text is in another
        first = min(
            (other for other, face in zip(own, faces, strict=True) if face == usual_face),
            key=lambda other: other.box[1],
        )
        ends = [float(boxes[later, 2]) for later in (*wide, -1) if later > at or later == -1]
        if _one_over_all(piece, (left, right, ends), text, body):
            continue
        if edge <= right + 4 * body and first.box[0] >= edge + 1.2 * body:
            return at + 1
    return None


def _one_over_all(piece: Piece, gap: tuple[float, float, list[float]], text: list[Piece], body: float) -> bool:
    """Whether a head with a gap stands over the columns below it as one does, and its parts do not as two do.

    Args:
        piece: the head.
        gap: where its first part ends, and where the second begins and may end.
        text: the lines of text of the page.
        body: the size of their type.
    """
    end, begin, ends = gap
    below = [
        other.box
        for other in text
        if piece.box[3] - body < other.box[1] < piece.box[3] + FAR * body
        and other.box[2] > piece.box[0] - body
        and other.box[0] < piece.box[2] + body
    ]
    before = _edges([box for box in below if box[2] <= begin + 0.5 * body], body)
    behind = _edges([box for box in below if box[0] >= end - 0.5 * body], body)
    if not before or not behind:
        return False
    first, last = piece.box[0], piece.box[2]
    begins, until = [left for left, _ in before], max(right for _, right in before)
    edge, rights = behind[0][0], [right for _, right in behind]
    parted = _over((first, [end]), begins, [until], body) and _over((begin, ends), [edge], rights, body)
    whole = _over((first, [last]), begins[:1], [max(rights)], body)
    return whole and not parted


def _edges(boxes: list[Sides], body: float) -> list[tuple[float, float]]:
    """The left and the right edges of the columns of lines, from the left; what begins further in is an indent."""
    columns: list[list[Sides]] = []
    for box in sorted(boxes):
        if columns and box[0] - columns[-1][0][0] <= 0.5 * body:
            columns[-1].append(box)
        else:
            columns.append([box])
    return [(some[0][0], max(box[2] for box in some)) for some in columns if len(some) >= LEAST_TOGETHER]


def _over(head: tuple[float, list[float]], begins: Sequence[float], ends: Sequence[float], body: float) -> bool:
    """Whether a head stands flush with columns that begin and end there, or over the middle of them.

    Args:
        head: where it begins, and where it may end.
        begins: where the columns may begin.
        ends: where they may end.
        body: the size of the text.
    """
    begin, until = head
    flush = any(abs(begin - edge) <= OFF * body for edge in begins)
    return flush or any(
        abs(begin + end - left - right) <= 2 * OFF * body for end in until for left in begins for right in ends
    )
