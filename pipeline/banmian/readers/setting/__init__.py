"""Printed lines from single glyphs: which characters a page has side by side, or below each other.

A PDF has its characters in the order in which some program drew them, and says nothing of lines: two columns that were
drawn row by row look to an extractor like long lines. Here a line is what stands close together at one height (or, in
vertical type, below each other) and in type of one size. White space as wide as a gutter is never inside of a line.
"""

from __future__ import annotations

from banmian.layout import Layout
from banmian.readers.pdf_glyphs import Glyphs
from banmian.readers.setting.gutters import bridged, cut_at_gutters
from banmian.readers.setting.heads import split_heads
from banmian.readers.setting.pieces import Piece, runs, side_by_side
from banmian.readers.setting.vertical import stacked
from banmian.readers.setting.writing import written


def set_lines(found: Glyphs) -> tuple[str, Layout]:
    """The text of a page, a line of print a line, in the order of the file; and where the lines stand."""
    text, lines = written(found, _rows(found))
    return text, Layout(found.size, lines, found.rules, found.frames, found.pictures)


def _rows(found: Glyphs) -> list[Piece]:
    """The lines of a page in the order of the file."""
    pieces = side_by_side(stacked(found, runs(found)))
    return split_heads(found, bridged(found, cut_at_gutters(found, pieces)))
