"""Rows of a page: cut at their gaps into the lines of the columns that stand side by side in them.

Some extractors put what stands at one height into one row, with white space between the columns (poppler's -layout,
OCR engines that sort by height). The gap is the extractor's and belongs to nobody: it becomes the tail of the piece
before it, so that all characters of the source stay accounted for. A gap is what `banmian.spacing` left standing on a
page of rows, three spaces or more; a space of print is narrower, or has been made one.

Where the white space keeps horizontal positions it is worth more than a cut: it tells how far from the left edge each
piece stands. Extractors count columns of a terminal differently (poppler one for any character, others two for a Han
character), so both are tried, and the count under which more pieces stand right below others is taken.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from banmian.em import em
from banmian.model import Line, Page
from banmian.spacing import BREAK, SEPARATOR_SHARE, WIDE_GAP, table_rows
from banmian.spacing import rows as has_rows
from banmian.trace import Span

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

# How many rows up a piece may look for one that it stands below.
ALIGNED_ROWS = 4

_BREAK = re.compile(f"[{BREAK}]")
_NARROW = re.compile(r"[\x00-\u1fff\u2070-\u2e7f\uff61-\uffdc]")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The pieces of a page, row by row from the top and in each row from the left.

    Args:
        lines: the pieces; a line that is not cut is one piece.
        row: (lines,) the number of the row that each stands in.
        offset: (lines,) how far from the left edge, in columns of a terminal.
        placed: whether offsets are positions.
        cut: whether any row was cut.
    """

    lines: tuple[Line, ...]
    row: Ints
    offset: Floats
    placed: bool
    cut: bool


def cut_rows(page: Page) -> Rows:
    """The lines of a page, rows cut at their gaps; on a page that is not one of rows all stay as they are."""
    source = page.source.text
    n = len(page.lines)
    if not has_rows(source):
        return Rows(page.lines, np.arange(n, dtype=np.intp), np.zeros(n, np.float32), placed=False, cut=False)
    pieces: list[Line] = []
    row: list[int] = []
    widths: Counter[int] = Counter()
    tables = table_rows([source[line.span.start : line.span.end] for line in page.lines])
    for number, line in enumerate(page.lines):
        inside = gaps_of(page, line) if number not in tables else []
        gaps = [gap for gap in inside if gap.start > line.span.start and gap.end < line.span.end]
        widths.update(len(range(*gap)) for gap in gaps)
        parts = split(page, line, gaps)
        pieces += parts
        row += [number] * len(parts)
    rows = np.array(row, dtype=np.intp)
    total = sum(widths.values())
    placed = total > 0 and widths.most_common(1)[0][1] < SEPARATOR_SHARE * total
    offset = _offsets(source, pieces, rows) if placed else np.zeros(len(pieces), np.float32)
    return Rows(tuple(pieces), rows, offset, placed=placed, cut=len(pieces) > n)


def gaps_of(page: Page, line: Line) -> list[Span]:
    """The gaps of a row: wide white space that no edit has touched."""
    found = [Span(*match.span()) for match in WIDE_GAP.finditer(page.source.text, line.span.start, line.span.end)]
    return [gap for gap in found if not _touched(page, gap)]


def _touched(page: Page, gap: Span) -> bool:
    """Whether an edit reaches into a gap."""
    edits = page.trace.edits
    after = bisect_right(edits, gap.start, key=lambda edit: edit.span.start)
    reaches = after > 0 and edits[after - 1].span.end > gap.start
    return reaches or bisect_left(edits, gap.end, key=lambda edit: edit.span.start) > after


def split(page: Page, line: Line, gaps: Sequence[Span]) -> list[Line]:
    """The pieces of a line, cut at `gaps`; a gap, which may be empty, becomes the tail of the piece before it."""
    if not gaps:
        return [line]
    starts = [line.span.start, *(gap.end for gap in gaps)]
    ends = [*(gap.start for gap in gaps), line.span.end]
    out: list[Line] = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        text = page.trace.read(Span(start, end)).strip()
        last = number + 1 == len(starts)
        tail_end = line.tail_end if last else starts[number + 1]
        if not text:  # edited away: nothing to read here
            if out:
                out[-1] = replace(out[-1], tail_end=tail_end)
                continue
            return [line]
        out.append(
            replace(
                line, span=Span(start, end), tail_end=tail_end, text=text, width=em(text), gap=line.gap and number == 0
            )
        )
    return out


def _offsets(source: str, pieces: Sequence[Line], row: Ints) -> Floats:
    """How far each piece stands from the left edge, under the count that puts more of them below each other."""
    breaks = [match.end() for match in _BREAK.finditer(source)]
    one, two = np.zeros(len(pieces), np.float32), np.zeros(len(pieces), np.float32)
    for i, piece in enumerate(pieces):
        at = bisect_right(breaks, piece.span.start)
        before = source[breaks[at - 1] if at else 0 : piece.span.start]
        one[i] = len(before)
        two[i] = 2 * len(before) - len(_NARROW.findall(before))
    return one if _aligned(one, row) >= _aligned(two, row) else two


def _aligned(offset: Floats, row: Ints) -> int:
    """How many pieces stand right below one of the rows before, the first of each row left out."""
    seen: dict[float, int] = {}
    count = 0
    for i in range(1, len(offset)):
        where = float(offset[i])
        if row[i] == row[i - 1] and row[i] - seen.get(where, -1000) <= ALIGNED_ROWS:
            count += 1
        seen[where] = int(row[i])
    return count
