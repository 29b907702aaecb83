"""Lines that ran together: neighbouring columns that an OCR engine read as one line, with no gap between them.

An engine that finds lines on a page image takes two lines for one where the gutter is narrow, so that a line of one
column has the line of the next column behind it. No mark in the line says where. Three things do: the characters
across the wrong join do not read on; both parts read on with lines a row or a few up and down; and both are as wide as
lines around, columns having a measure. Each place in a wide line gets odds from these, the best place is cut if the
odds are good, and then all is asked again, since the parts now tell what their neighbours go on from.

Nothing is cut on a page with only a few such places: a wide line is mostly a wide line.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from banmian.language import Side, Statistics, Tails, heads, pair_odds, tails
from banmian.model import Line, Page
from banmian.reading.rows import Rows, split
from banmian.stages.lines import em
from banmian.trace import Span

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

# Lines up and down that a part may go on from or in, and that the measures are taken from.
NEAR, AROUND = 8, 12
# A line that may be two: so wide (em), and so much wider than most lines around.
LEAST_WIDTH, WIDER, MOST_SHARE = 12.0, 1.3, 0.35
# The shortest part, in characters.
SHORTEST = 3
# Parts and lines whose widths differ by less (em) are equally wide.
EQUAL = 0.7
# Odds of a place: a constant, the join across it, the best joins of the right part with a line before and of the left
# part with a line after, and the shares (up to `SHARE`) of lines around that are as wide as each part. Rounded from
# logistic regressions on 80 pages for fitting whose columns side by side were run together at random, with language
# statistics counted without that month (-6.3 to -6.6, -0.83, 0.50, 0.48, 11 to 12, 12 to 13).
WEIGHTS = np.array((-6.6, -0.8, 0.5, 0.5, 12.0, 12.5), dtype=np.float32)
SHARE = 0.3
LEAST_JOIN, MOST_JOIN = 4.0, 6.0
# A place of whose parts neither is as wide as any line around is not looked at: what it needs of `WEIGHTS` for both
# widths.
LEAST_SHARES = 1.0
# The width of a digit or a Latin letter, and what hangs over at the end of a line (see `banmian.stages.lines.em`).
NARROW, HANGING = 0.6, "，。、；：！？”’）》」』"
# A first cut must be surer than one that other cuts around support. Chosen on the pages read by an OCR engine, for
# there are none of that kind to fit to, so the figures are those of the choice: on dev/ocr these
# leave 42 of 188 lines together and make 3 wrong cuts; 1.0 and two passes leave 61 and make none. On pages for
# fitting, columns run together at random, a tenth of the cuts are wrong; where nothing ran together, none is made.
FIRST_ODDS, LATER_ODDS, PASSES = 2.0, 0.0, 4
# A page has lines that ran together, or it has none: pages without any had at most 3 first cuts, those of the OCR
# engine 5 to 27, two excepted.
LEAST_CUTS = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line: which line, and the range of its text."""

    line: int
    start: int
    end: int


def cut_run_together(page: Page, rows: Rows, known: Statistics) -> Rows:
    """The lines of a page, those that ran together cut into pieces with nothing between."""
    texts = [line.text for line in rows.lines]
    pieces = [Piece(number, 0, len(text)) for number, text in enumerate(texts)]
    for number in range(PASSES):
        cuts = _cuts([texts[p.line][p.start : p.end] for p in pieces], known, LATER_ODDS if number else FIRST_ODDS)
        if not cuts or (number == 0 and len(cuts) < LEAST_CUTS):
            break
        pieces = [part for at, piece in enumerate(pieces) for part in _parts(piece, cuts.get(at))]
    if len(pieces) == len(texts):
        return rows
    places: dict[int, list[int]] = {}
    for piece in pieces:
        if piece.start:
            places.setdefault(piece.line, []).append(piece.start)
    lines: list[Line] = []
    row: list[int] = []
    for number, line in enumerate(rows.lines):
        parts = split(page, line, [_source(page, line, place) for place in places.get(number, ())])
        lines += parts
        row += [number] * len(parts)
    return replace(rows, lines=tuple(lines), row=np.array(row, dtype=np.intp), offset=np.zeros(len(lines), np.float32))


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


def _cuts(texts: Sequence[str], known: Statistics, least: float) -> dict[int, int]:
    """The best place of each line that has one with odds of more than `least`."""
    line, place, odds = _candidates(texts)
    if len(line) == 0:
        return {}
    pairs = list(zip(line.tolist(), place.tolist(), strict=True))
    left, right = tails(known, [texts[i][:j] for i, j in pairs]), heads(known, [texts[i][j:] for i, j in pairs])
    odds = odds + WEIGHTS[1] * np.clip(pair_odds(known, left, right), -LEAST_JOIN, LEAST_JOIN)
    hopeful = np.flatnonzero(odds + 2 * WEIGHTS[2] * MOST_JOIN > least)
    line, place, odds = line[hopeful], place[hopeful], odds[hopeful]
    before, after = _reads_on(texts, line, left.take(hopeful), right.take(hopeful), known)
    odds += WEIGHTS[2] * before + WEIGHTS[3] * after
    best: dict[int, int] = {}
    top: dict[int, float] = {}
    for number in np.flatnonzero(odds > least).tolist():
        at = int(line[number])
        if odds[number] > top.get(at, least):
            best[at], top[at] = int(place[number]), float(odds[number])
    return best


def _candidates(texts: Sequence[str]) -> tuple[Ints, Ints, Floats]:
    """Places in wide lines that leave a part as wide as lines around: the lines, the places, the odds by widths."""
    n = len(texts)
    widths = np.array([em(text) for text in texts], dtype=np.float32)
    window = np.lib.stride_tricks.sliding_window_view(np.pad(widths, AROUND, constant_values=np.nan), 2 * AROUND + 1)
    window = np.sort(window, axis=1)  # what lies beyond the page comes last
    there = (2 * AROUND + 1) - np.isnan(window).sum(axis=1)
    usual = window[np.arange(n), (there * MOST_SHARE).astype(np.intp)]
    lines: list[Ints] = []
    places: list[Ints] = []
    odds: list[Floats] = []
    for i in np.flatnonzero((widths >= LEAST_WIDTH) & (widths >= WIDER * usual)).tolist():
        text = texts[i]
        if len(text) < 2 * SHORTEST:
            continue
        narrow = np.fromiter((char.isascii() for char in text), dtype=np.bool_, count=len(text))
        at = np.arange(SHORTEST, len(text) - SHORTEST + 1)
        at = at[~(narrow[at - 1] & narrow[at])]
        until = np.cumsum(np.where(narrow, np.float32(NARROW), np.float32(1)))[at - 1]
        hang = np.fromiter((text[j - 1] in HANGING for j in at.tolist()), dtype=np.bool_, count=len(at))
        share = np.minimum(_as_wide(until - 0.5 * hang, window[i]), SHARE) * WEIGHTS[4]
        share += np.minimum(_as_wide(widths[i] - until, window[i]), SHARE) * WEIGHTS[5]
        kept = share >= LEAST_SHARES
        lines.append(np.full(int(kept.sum()), i, dtype=np.intp))
        places.append(at[kept])
        odds.append((share + WEIGHTS[0])[kept].astype(np.float32))
    if not lines:
        return np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0, np.float32)
    return np.concatenate(lines), np.concatenate(places), np.concatenate(odds)


def _as_wide(parts: Floats, around: Floats) -> Floats:
    """The share of the lines around (in order of width) that are as wide as each part."""
    count = np.searchsorted(around, parts + EQUAL) - np.searchsorted(around, parts - EQUAL)
    share: Floats = count.astype(np.float32) / np.float32(2 * AROUND + 1)
    return share


def _reads_on(texts: Sequence[str], line: Ints, left: Tails, right: Side, known: Statistics) -> tuple[Floats, Floats]:
    """How well the right part goes on from one of the lines before, and one of the lines after from the left part."""
    n = len(texts)
    ends, starts = tails(known, texts), heads(known, texts)
    each = np.repeat(np.arange(len(line)), NEAR)
    away = np.arange(1, NEAR + 1)
    up, down = (line[:, None] - away).ravel(), (line[:, None] + away).ravel()
    before = pair_odds(known, ends.take(np.maximum(up, 0)), right.take(each))
    after = pair_odds(known, left.take(each), starts.take(np.minimum(down, n - 1)))
    before[up < 0] = after[down >= n] = -LEAST_JOIN
    shape = (len(line), NEAR)
    return np.clip(before.reshape(shape).max(axis=1), -LEAST_JOIN, MOST_JOIN), np.clip(
        after.reshape(shape).max(axis=1), -LEAST_JOIN, MOST_JOIN
    )
