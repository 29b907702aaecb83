"""Find what each line is, and put the lines that read on next to each other into blocks.

A raw text does not tell a headline from the end of a paragraph. What does is many small signs at once: how far a line
falls short of its measure, what it begins and ends with, whether the characters across a break belong together, what
the newspaper grammar sees in it, and what its neighbours are. They are weighed for all lines of the page together
(`banmian.reading.blocks.strands`), and the lines come out as blocks: paragraphs or pieces of paragraphs, heads,
subheads, bylines, captions and furniture (版面附属文字), still in the order of the text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from banmian.geometry.frame import has_boxes, is_vertical, turned
from banmian.geometry.units.gathering import blocks_of
from banmian.language import statistics, topics
from banmian.model import Page
from banmian.reading.blocks.strands import strands
from banmian.reading.weights import weights
from banmian.stage import Layer


@dataclass(frozen=True, slots=True)
class Blocks:
    """Find what each line is, and put the lines that read on next to each other into blocks."""

    name: ClassVar[str] = "blocks"
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.LINES})
    provides: ClassVar[frozenset[Layer]] = frozenset({Layer.BLOCKS})

    def __call__(self, page: Page, /) -> Page:
        """The page with its blocks."""
        if page.layout is not None and has_boxes(page.lines):
            vertical = is_vertical(page.lines)
            pictures = [turned(box, vertical=vertical) for box in page.layout.pictures]
            return replace(page, blocks=blocks_of(page.lines, statistics(), pictures))
        return replace(page, blocks=strands(page, statistics(), topics(), weights()))
