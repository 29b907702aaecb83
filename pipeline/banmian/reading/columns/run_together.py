"""Lines that ran together: neighbouring columns that an OCR engine read as one line, with no gap between them.

An engine that finds lines on a page image takes two lines for one where the gutter is narrow, so that a line of one
column has the line of the next column behind it. No mark in the line says where. Many things do: the characters
across the wrong join do not read on, and both parts read on with lines a few rows up and down that are as wide; both
are as wide as lines around, columns having a measure, or two em narrower where a paragraph begins, or the right one is
the end of a paragraph; no line begins with a comma. Each place in a wide line gets odds from these, the best place is
cut if the odds are good, and then all is asked again, since the parts now tell what their neighbours go on from, and
how wide the columns are that run together.

Nothing is cut on a page with only a few such places: a wide line is mostly a wide line.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from banmian.em import em
from banmian.language import Side, Statistics, Tails, edge_odds, heads, pair_odds, tails
from banmian.language.folding import code_points
from banmian.model import Line, Page
from banmian.reading.columns.rows import Rows, split
from banmian.trace import Span

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]

# Lines up and down that a part may go on from or in, and that the measures are taken from.
NEAR, AROUND = 8, 12
# A line that may be two: so wide (em), and so much wider than most lines around.
LEAST_WIDTH, WIDER, MOST_SHARE = 12.0, 1.15, 0.35
# The shortest part, in characters, and one that is short (em).
SHORTEST, SHORT = 3, 6.0
# Parts and lines whose widths differ by less (em) are equally wide; the indent of a paragraph.
EQUAL, INDENT = 0.7, 2.0
# What a place is read by, and what each is worth: the weights of a choice between all places of a line and none, as
# `python -m banmian.fit.run_together fit` found them on 160 pages, language statistics counted without their month.
WEIGHTS: dict[str, float] = {
    "a line is cut": -10.48,
    "as wide as left": 8.25,
    "as wide as right": 8.45,
    "as wide as both": 5.23,
    "as wide as left, but for an indent": 6.03,
    "right the end of a paragraph": 3.09,
    "a part is short": -1.12,
    "wider than usual": 4.58,
    "as wide as left parts": 1.64,
    "join": -0.94,
    "right goes on from a line": 0.58,
    "a line goes on from left": 0.65,
}
# Where of these stand what hangs on whether a paragraph begins or ends there, and how many joins stand last.
INDENTED, LAST, JOINS = 4, 5, 3
# The share of the lines around that are as wide says no more beyond this; nor do joins (log odds) beyond these.
SHARE = 0.3
LEAST_JOIN, MOST_JOIN = 4.0, 6.0
# What a join is better by with a line that is as wide.
AS_WIDE = 2.0
EDGE_SCALE = 3.0
# A place of whose parts neither is as wide as any line around is not looked at.
LEAST_SHARE = 0.08
# The width of a digit or a Latin letter, and what hangs over at the end of a line (see `banmian.em.em`).
NARROW, HANGING = 0.6, "，。、；：！？”’）》」』"
ASCII = 128
# What print sets at no beginning of a line, and at no end.
NEVER_FIRST, NEVER_LAST = HANGING + "·…％%", "（《“‘「『"
# A first cut must be surer than one that other cuts around support. Chosen on every fifth of those pages, placed anew:
# 1213 places found, 130 missed, 64 made up; with 2 and 0, 1185, 158 and 46; with 3 and -1, 1240, 103 and 91. On
# dev/ocr 171, 36 and 16; lines that ran together with a line that the engine then lost are among these.
FIRST_ODDS, LATER_ODDS, PASSES = 3.0, -0.5, 4
# A page has lines that ran together, or it has none: those of the OCR engine have 7 first cuts and more, or one
# at most; 40 pages for fitting without such lines had none.
LEAST_CUTS = 4
_HANGING, _NEVER_FIRST, _NEVER_LAST = code_points(HANGING), code_points(NEVER_FIRST), code_points(NEVER_LAST)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line: which line, and the range of its text."""

    line: int
    start: int
    end: int


def cut_run_together(page: Page, rows: Rows, known: Statistics) -> Rows:
    """The lines of a page, those that ran together cut into pieces with nothing between."""
    cuts = cut_texts([line.text for line in rows.lines], known)
    if not any(cuts):
        return rows
    lines: list[Line] = []
    row: list[int] = []
    for number, (line, places) in enumerate(zip(rows.lines, cuts, strict=True)):
        parts = split(page, line, [_source(page, line, place) for place in places])
        lines += parts
        row += [number] * len(parts)
    return replace(rows, lines=tuple(lines), row=np.array(row, dtype=np.intp), offset=np.zeros(len(lines), np.float32))


def cut_texts(texts: Sequence[str], known: Statistics) -> list[tuple[int, ...]]:
    """Where lines ran together: for each line the offsets into its text at which it is to be cut."""
    pieces = [Piece(number, 0, len(text)) for number, text in enumerate(texts)]
    for number in range(PASSES):
        lefts = np.array([piece.end < len(texts[piece.line]) for piece in pieces], dtype=bool)
        now = [texts[piece.line][piece.start : piece.end] for piece in pieces]
        cuts = _cuts(now, lefts, known, LATER_ODDS if number else FIRST_ODDS)
        if not cuts or (number == 0 and len(cuts) < LEAST_CUTS):
            break
        pieces = [part for at, piece in enumerate(pieces) for part in _parts(piece, cuts.get(at))]
    found: list[list[int]] = [[] for _ in texts]
    for piece in pieces:
        if piece.start:
            found[piece.line].append(piece.start)
    return [tuple(places) for places in found]


def _parts(piece: Piece, cut: int | None) -> tuple[Piece, ...]:
    if cut is None:
        return (piece,)
    place = piece.start + cut
    return Piece(piece.line, piece.start, place), Piece(piece.line, place, piece.end)


def _source(page: Page, line: Line, place: int) -> Span:
    """The empty span of the source before the character at a place in the text of a line."""
    start, end = line.span
    if len(line.text) == end - start:
        return Span(start + place, start + place)
    at = bisect_left(range(start, end), place, key=lambda stop: len(page.trace.read(Span(start, stop)))) + start
    return Span(at, at)


def _cuts(texts: Sequence[str], piece: Flags, known: Statistics, least: float) -> dict[int, int]:
    """The best place of each line that has one with odds of more than `least`."""
    found = places(texts, piece, known, hopeful=least)
    odds = found.numbers @ np.array(list(WEIGHTS.values()), dtype=np.float32)
    best: dict[int, int] = {}
    top: dict[int, float] = {}
    for number in np.flatnonzero(odds > least).tolist():
        at = int(found.line[number])
        if odds[number] > top.get(at, least):
            best[at], top[at] = int(found.place[number]), float(odds[number])
    return best


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places where lines may be cut.

    Args:
        line: (places,) the index of the line.
        place: (places,) before which of its characters.
        numbers: (places, len(WEIGHTS)) what speaks for it.
    """

    line: Ints
    place: Ints
    numbers: Floats


def places(texts: Sequence[str], piece: Flags, known: Statistics, *, hopeful: float | None = None) -> Places:
    """All places of a page where a line may be cut.

    Args:
        texts: of the lines.
        piece: (lines,) whether each is the left part of a line that was cut.
        known: the statistics.
        hopeful: leave out what cannot have odds of more than this.
    """
    weights = np.array(list(WEIGHTS.values()), dtype=np.float32)
    widths = np.array([em(text) for text in texts], dtype=np.float32)
    line, place, parts, numbers = _candidates(texts, widths, piece)
    lines_most = float(weights[1 - JOINS :].sum()) * (MOST_JOIN + AS_WIDE)  # what joins with other lines can be worth
    if hopeful is not None:
        kept = np.flatnonzero(numbers @ weights - float(weights[-JOINS]) * LEAST_JOIN + lines_most > hopeful)
        line, place, parts, numbers = line[kept], place[kept], parts[kept], numbers[kept]
    if len(line) == 0:
        return Places(line, place, numbers)
    ends, begins = tails(known, texts), heads(known, texts)
    closes, starts = ((1 + np.tanh(odds / EDGE_SCALE)) / 2 for odds in edge_odds(known, ends, begins))
    numbers[:, INDENTED] *= starts[line]
    numbers[:, LAST] *= closes[line]
    pairs = list(zip(line.tolist(), place.tolist(), strict=True))
    left, right = tails(known, [texts[i][:j] for i, j in pairs]), heads(known, [texts[i][j:] for i, j in pairs])
    numbers[:, -JOINS] = np.clip(pair_odds(known, left, right), -LEAST_JOIN, LEAST_JOIN)
    if hopeful is not None:
        kept = np.flatnonzero(numbers @ weights + lines_most > hopeful)
        line, place, parts, numbers = line[kept], place[kept], parts[kept], numbers[kept]
        left, right = left.take(kept), right.take(kept)
    numbers[:, 1 - JOINS :] = _reads_on((ends, begins, widths), line, (left, right), parts, known)
    return Places(line, place, numbers)


def _candidates(texts: Sequence[str], widths: Floats, piece: Flags) -> tuple[Ints, Ints, Floats, Floats]:
    """Places in wide lines that leave a part as wide as lines around.

    Returns:
        the lines, the places, the widths of both parts, and what widths tell: (places, len(WEIGHTS)).
    """
    n = len(texts)
    if n == 0:
        return _no_places()
    beyond = np.pad(widths, AROUND, constant_values=np.nan)
    window = np.sort(np.lib.stride_tricks.sliding_window_view(beyond, 2 * AROUND + 1), axis=1)  # what lies beyond last
    cut = np.pad(np.where(piece, widths, np.nan), AROUND, constant_values=np.nan)
    lefts = np.sort(np.lib.stride_tricks.sliding_window_view(cut, 2 * AROUND + 1), axis=1)
    there = (2 * AROUND + 1) - np.isnan(window).sum(axis=1)
    usual = window[np.arange(n), (there * MOST_SHARE).astype(np.intp)]
    points = code_points("".join(texts))
    starts = np.cumsum([0, *(len(text) for text in texts)]).tolist()
    all_narrow, all_hanging = points < ASCII, np.isin(points, _HANGING)
    never_first, never_last = np.isin(points, _NEVER_FIRST), np.isin(points, _NEVER_LAST)
    all_widths = np.where(all_narrow, np.float32(NARROW), np.float32(1))
    found: list[tuple[Ints, Ints, Floats, Floats]] = []
    for i in np.flatnonzero((widths >= LEAST_WIDTH) & (widths >= WIDER * usual)).tolist():
        size = len(texts[i])
        if size < 2 * SHORTEST:
            continue
        characters = slice(starts[i], starts[i] + size)
        narrow, first, last = all_narrow[characters], never_first[characters], never_last[characters]
        at = np.arange(SHORTEST, size - SHORTEST + 1)
        at = at[~((narrow[at - 1] & narrow[at]) | first[at] | last[at - 1])]
        until = np.cumsum(all_widths[characters])[at - 1]
        one, two = until - 0.5 * all_hanging[characters][at - 1], widths[i] - until
        left, right, indented = (np.minimum(_as_wide(part, window[i]), SHARE) for part in (one, two, one + INDENT))
        columns = [
            np.ones(len(at)),
            left,
            right,
            np.minimum(left, right),
            indented,
            (right < LEAST_SHARE) & (two < usual[i]),
            np.minimum(one, two) < SHORT,
            np.full(len(at), np.log(widths[i] / max(float(usual[i]), 1.0))),
            np.minimum(_as_wide(one, lefts[i]), SHARE),
            *np.zeros((JOINS, len(at))),
        ]
        kept = np.maximum(np.maximum(left, right), indented) >= LEAST_SHARE
        found.append(
            (
                np.full(int(kept.sum()), i),
                at[kept],
                np.column_stack([one, two])[kept].astype(np.float32),
                np.column_stack(columns)[kept].astype(np.float32),
            )
        )
    if not found:
        return _no_places()
    lines, before, parts, numbers = (np.concatenate(part) for part in zip(*found, strict=True))
    return lines, before, parts, numbers


def _no_places() -> tuple[Ints, Ints, Floats, Floats]:
    none = np.zeros(0, np.intp)
    return none, none, np.zeros((0, 2), np.float32), np.zeros((0, len(WEIGHTS)), np.float32)


def _as_wide(parts: Floats, around: Floats) -> Floats:
    """The share of the lines around (in order of width) that are as wide as each part."""
    count = around.searchsorted(parts + EQUAL) - around.searchsorted(parts - EQUAL)
    share: Floats = count.astype(np.float32) / np.float32(2 * AROUND + 1)
    return share


def _reads_on(
    lines: tuple[Tails, Side, Floats], line: Ints, cut: tuple[Tails, Side], parts: Floats, known: Statistics
) -> Floats:
    """How well the right part goes on from one of the lines before, and one of the lines after from the left part.

    Args:
        lines: their ends, their beginnings, and their widths.
        line: (places,) which of them each place is in.
        cut: the left part's end and the right one's beginning.
        parts: (places, 2) how wide they are.
        known: the statistics.

    Returns:
        (places, 2) the best of each, a line that is as wide as the part being worth more.
    """
    (ends, starts, widths), (left, right) = lines, cut
    n = len(widths)
    each = np.repeat(np.arange(len(line)), NEAR)
    away = np.arange(1, NEAR + 1)
    up, down = (line[:, None] - away).ravel(), (line[:, None] + away).ravel()
    before = pair_odds(known, ends.take(np.maximum(up, 0)), right.take(each))
    after = pair_odds(known, left.take(each), starts.take(np.minimum(down, n - 1)))
    before[up < 0] = after[down >= n] = -LEAST_JOIN
    shape = (len(line), NEAR)
    joins = np.stack([before, after]).clip(-LEAST_JOIN, MOST_JOIN).reshape(2, *shape)
    around = np.stack([widths[np.maximum(up, 0)], widths[np.minimum(down, n - 1)]]).reshape(2, *shape)
    equal = np.abs(around - parts.T[::-1, :, None]) < EQUAL
    out: Floats = (joins + AS_WIDE * equal).max(axis=2).T
    return out
