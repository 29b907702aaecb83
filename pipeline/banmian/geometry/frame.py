"""Lines in the frame of their page: as if it were printed from left to right, whichever way it is.

In vertical type lines run downwards and follow each other from right to left. A quarter turn makes of them lines that
run to the right and follow each other downwards, so that everything here has one frame to think of. Lines that run the
other way on the same page (a vertical head on a horizontal page, a horizontal one over vertical columns) are `across`.
A place in this frame is a `Box` that goes from `left` to `right` along the lines, and from `top` to `bottom` across.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from banmian.layout import OTHER_FACE, Box
from banmian.model import Line


class Printed(NamedTuple):
    """A line with a box, in the frame of its page.

    Args:
        line: the line.
        place: where it stands.
        size: the size of its type.
        face: its font, and whether it is a heavy one.
        across: whether it runs across the lines of the page.
    """

    line: Line
    place: Box
    size: float
    face: tuple[str, bool]
    across: bool = False

    @property
    def text(self) -> str:
        """How it reads."""
        return self.line.text

    @property
    def names_face(self) -> bool:
        """Whether the file names its font, so that its size is what the file says; else it was measured."""
        return self.face[0] not in ("", OTHER_FACE)


def has_boxes(lines: Sequence[Line]) -> bool:
    """Whether every line says where it stands."""
    return bool(lines) and all(line.box is not None for line in lines)


def is_vertical(lines: Sequence[Line]) -> bool:
    """Whether most of a page's text runs downwards."""
    down = sum([len(line.text) for line in lines if line.vertical])
    return down > 0 and 2 * down > sum(len(line.text) for line in lines)


def turned(box: Box, *, vertical: bool) -> Box:
    """The place of a box in the frame of a page.

    >>> turned(Box(90, 10, 100, 60), vertical=True)
    Box(left=10, top=-100, right=60, bottom=-90)
    """
    return Box(box.top, -box.right, box.bottom, -box.left) if vertical else box


def printed(lines: Sequence[Line]) -> list[Printed]:
    """The lines that have a box, in the frame of their page."""
    vertical = is_vertical(lines)
    found = []
    for line in lines:
        if line.box is None:
            continue
        place = turned(line.box, vertical=vertical)
        size = line.size or min(place.height, place.width)
        found.append(Printed(line, place, max(size, 0.1), (line.font or "", line.bold), line.vertical is not vertical))
    return found


def hull(places: Sequence[Box]) -> Box:
    """The rectangle around several, at least one."""
    left, top, right, bottom = zip(*places, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))
