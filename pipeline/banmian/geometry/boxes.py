"""Where a text of the result is printed: the boxes of its spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from banmian.geometry.frame import hull
from banmian.layout import Box, Layout, PlacedLine
from banmian.trace import Span

# Lines of one paragraph stand no further apart than this, in em, and begin no further from one edge.
_LEADING, _INDENT = 1.4, 4.6


def boxes(spans: Iterable[Span], layout: Layout) -> tuple[Box, ...]:
    """The rectangles around what some spans of the source are printed in, in reading order.

    Lines right below each other make one; so a paragraph that runs over two columns has two.
    """
    starts = [line.span.start for line in layout.lines]
    found: list[tuple[Box, PlacedLine]] = []
    for span in spans:
        number = max(0, bisect_right(starts, span.start) - 1)
        while number < len(layout.lines) and layout.lines[number].span.start < span.end:
            line = layout.lines[number]
            number += 1
            if line.span.end <= span.start:
                continue
            box = part(line, span)
            if found and _together(found[-1], box, line):
                found[-1] = (hull([found[-1][0], box]), line)
            else:
                found.append((box, line))
    return tuple(box for box, _ in found)


def part(line: PlacedLine, span: Span) -> Box:
    """The rectangle around the characters of a line that lie in a span; the whole line where they are not known."""
    start, end = max(span.start, line.span.start), min(span.end, line.span.end)
    if (start, end) == line.span or len(line.chars) != line.span.end - line.span.start + 1:
        return line.box
    # A line that runs from right to left (old heads) has its characters in falling order.
    some = line.chars[start - line.span.start : end - line.span.start + 1]
    low, high = min(some), max(some)
    box = line.box
    return Box(box.left, low, box.right, high) if line.vertical else Box(low, box.top, high, box.bottom)


def _together(last: tuple[Box, PlacedLine], box: Box, line: PlacedLine) -> bool:
    """Whether a line stands right below the lines before it: or, in vertical type, right to their left."""
    around, before = last
    if before.vertical is not line.vertical:
        return False
    if before is line:
        return True
    if line.vertical:
        gap, edge = around.left - box.right, abs(around.top - box.top)
    else:
        gap, edge = box.top - around.bottom, abs(around.left - box.left)
    size = max(line.size, before.size)
    same_size = min(line.size, before.size) > 0.8 * size
    overlap = around.level(box) if line.vertical else around.beside(box)
    return same_size and -0.6 * size <= gap <= _LEADING * size and (overlap > 0 or edge <= _INDENT * size)
