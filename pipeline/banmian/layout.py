"""Where the lines of a page stand: what a reader of a PDF, of ALTO or of a picture knows besides the text.

A page of raw text has none of this (`Page.layout` is None), and everything about its make-up must be guessed. All
measures are in points (1/72 inch) from the top left corner of the page as a reader sees it: a page that is stored
turned is turned back by its reader, and x runs to the right, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from banmian.trace import Span

# What the font of a line is called that is in another face than the text of a scan, where no more than that is known.
OTHER_FACE = "other"


class Box(NamedTuple):
    """A rectangle on the page, origin at the top left, in points (1/72 inch), x to the right and y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From the left edge to the right one."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From the top edge to the bottom one."""
        return self.bottom - self.top

    def beside(self, other: Box) -> float:
        """How far the two lie over each other from left to right; negative: how far apart they are.

        >>> Box(0, 0, 10, 1).beside(Box(6, 5, 20, 6)), Box(0, 0, 10, 1).beside(Box(12, 5, 20, 6))
        (4, -2)
        """
        # Asked some thousand times a page, and so without the calls of min() and max().
        left, _, right, _ = self
        begin, _, end, _ = other
        return (right if right < end else end) - (left if left > begin else begin)

    def level(self, other: Box) -> float:
        """How far the two lie beside each other from top to bottom; negative: how far apart they are.

        >>> Box(0, 0, 10, 4).level(Box(6, 1, 20, 6)), Box(0, 0, 10, 4).level(Box(6, 5, 20, 6))
        (3, -1)
        """
        _, top, _, bottom = self
        _, begin, _, end = other
        return (bottom if bottom < end else end) - (top if top > begin else begin)


class PageSize(NamedTuple):
    """The width and the height of a page in points."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of the source and where it is printed.

    Args:
        span: its characters in the source, without the line break.
        box: the rectangle around its characters.
        size: the size of its type in points: of the font where it is known, else the height of the line.
        font: the name of the font, as the file has it; empty where it is not known, and OTHER_FACE where it is only
            known to be another than that of the text.
        bold: whether it is set in a heavy weight, as far as the name of the font or the file tells.
        vertical: whether its characters stand below each other.
        confidence: how sure the engine is of its characters, from 0 to 1; None where they were not recognised but set.
        chars: where each character of `span` begins along the line (x, or y where it is vertical), and as the last
            one where the line ends: one more than it has characters; or empty where it is not known.
    """

    span: Span
    box: Box
    size: float
    font: str = ""
    bold: bool = False
    vertical: bool = False
    confidence: float | None = None
    chars: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where on a page.

    Args:
        size: the page itself.
        lines: its lines in the order of the source; what is in no line (a line break) has no place.
        rules: drawn lines (线) between columns and stories: thin boxes.
        frames: boxes drawn around a story (加框), or filled behind it.
        pictures: where the pictures are.
    """

    size: PageSize
    lines: tuple[PlacedLine, ...] = ()
    rules: tuple[Box, ...] = ()
    frames: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()
