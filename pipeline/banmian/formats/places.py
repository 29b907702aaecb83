"""Where the texts of a page stand, in pixels: for formats that know nothing else (PAGE XML, hOCR).

A layout is in points. Which pixels a picture of the page has, it does not tell, so they are those of the page at 300
dpi, and the files say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from banmian.geometry.boxes import boxes
from banmian.layout import Box
from banmian.model import Page
from banmian.trace import Span

DPI = 300
_UNIT = DPI / 72


class Pixels(NamedTuple):
    """A rectangle in pixels at 300 dpi, origin at the top left."""

    left: int
    top: int
    right: int
    bottom: int


def size(page: Page) -> tuple[int, int]:
    """The width and the height of a page; 0 where it has no layout."""
    if page.layout is None:
        return 0, 0
    return round(page.layout.size.width * _UNIT), round(page.layout.size.height * _UNIT)


def place(page: Page, spans: Iterable[Span]) -> Pixels | None:
    """The rectangle around what some spans of the source are printed in; None where that is not known."""
    found = [] if page.layout is None else boxes(spans, page.layout)
    if not found:
        return None
    left, top, right, bottom = zip(*found, strict=True)
    return pixels(Box(min(left), min(top), max(right), max(bottom)))


def pixels(box: Box) -> Pixels:
    """A box in pixels, at least one wide and high, and not outside of the page at the top or left."""
    left, top = max(0, round(box.left * _UNIT)), max(0, round(box.top * _UNIT))
    return Pixels(left, top, max(left + 1, round(box.right * _UNIT)), max(top + 1, round(box.bottom * _UNIT)))


def sureness(page: Page, spans: Iterable[Span]) -> float | None:
    """How sure an OCR engine is of what some spans have: the mean of their lines; None where nothing was recognised."""
    if page.layout is None:
        return None
    wanted = list(spans)
    found = [
        (line.confidence, shared)
        for line in page.layout.lines
        if line.confidence is not None
        and (shared := sum(max(0, min(span.end, line.span.end) - max(span.start, line.span.start)) for span in wanted))
    ]
    total = sum(shared for _, shared in found)
    return sum(confidence * shared for confidence, shared in found) / total if total else None
