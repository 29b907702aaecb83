"""A page from what an engine sees on its picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from banmian.layout import Box
from banmian.ocr.cells import CLOSING
from banmian.ocr.faces import with_faces
from banmian.ocr.marks import with_marks
from banmian.readers.placing import Placed, around, one_line, page_of

if TYPE_CHECKING:
    from banmian.model import Page
    from banmian.ocr import Engine, Seen
    from banmian.ocr.scan import Scan

# How much larger than the text of the page the type of a head is at least, and how wide the space between the clauses
# of a head is at most, in em. What stands apart by as much in smaller type may well be two columns.
HEAD, CLAUSES = 1.25, 1.3
# Type that was measured to be larger by no more than this factor may be one.
SAME_TYPE = 1.1
# Sizes of type that differ by less than this factor are one size, measured a bit differently.
_ALIKE = 1.05


def recognised(scan: Scan, engine: Engine, *, name: str, number: int) -> Page:
    """The page that a picture shows.

    Args:
        scan: the picture, made ready.
        engine: what reads it.
        name: of the file.
        number: which page of the file it is, from 1.

    Raises:
        EngineError: the engine failed.
    """
    seen = [line for line in with_marks(engine(scan.picture, scan.dpi), scan.picture) if one_line(line.text)]
    unit = 72 / scan.dpi
    measured = [line.size or (line.box.width if line.vertical else line.box.height) for line in seen]
    sizes = one_of_alike(measured, [len(line.text) for line in seen])
    placed = with_faces([_placed(line, size, unit) for line, size in zip(seen, sizes, strict=True)], scan.picture, unit)
    lines = joined(kept_in_column(placed))
    flags = ["page.resolution-assumed"] if scan.assumed and lines else []
    return page_of(lines, scan.size, name=name, number=number, flags=flags)


def _placed(seen: Seen, size: float, unit: float) -> Placed:
    box = Box(*(round(side * unit, 2) for side in seen.box))
    text = one_line(seen.text)
    edges = tuple(round(edge * unit, 2) for edge in seen.edges) if len(seen.edges) == len(text) + 1 else ()
    sure = round(min(1.0, max(0.0, seen.confidence)), 4)
    return Placed(text, box, round(size * unit, 2), vertical=seen.vertical, confidence=sure, chars=edges)


def kept_in_column(lines: Sequence[Placed]) -> list[Placed]:
    """Lines that end in a mark, cut off where the others of their column end.

    A mark at the end of a line has its whole square, or, in a line that was set tight, half of it. Which, its ink does
    not tell; but no line is longer than its column.
    """
    found = list(lines)
    flat = [line for line in lines if line.box is not None and not line.vertical]
    for at, line in enumerate(lines):
        box, chars = line.box, line.chars
        if box is None or line.vertical or len(chars) < 3 or line.text[-1] not in CLOSING:
            continue
        ends = [
            other.box.right
            for other in flat
            if other.box is not None
            and other.text[-1] not in CLOSING
            and abs(other.box.left - box.left) <= 3 * line.size
            and abs(other.size - line.size) <= 0.1 * line.size
            and box.right - 0.7 * line.size <= other.box.right <= box.right + 0.3 * line.size
        ]
        right = max(ends, default=box.right)
        if right < box.right:
            edges = tuple(min(edge, right) for edge in chars)
            found[at] = replace(line, box=Box(box.left, box.top, right, box.bottom), chars=edges)
    return found


def joined(lines: Sequence[Placed]) -> list[Placed]:
    """Lines with those put together that are parts of one head, which a space between its clauses cuts in two."""
    least = HEAD * _median([line.size for line in lines], [len(line.text) for line in lines])
    found: list[tuple[int, Placed]] = []
    for number, line in sorted(enumerate(lines), key=lambda pair: pair[1].box.left if pair[1].box else 0.0):
        at = next((at for at, (_, one) in enumerate(found) if line.size >= least and _one_head(one, line, lines)), None)
        if at is None:
            found.append((number, line))
        else:
            found[at] = (found[at][0], _together(found[at][1], line))
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def _one_head(one: Placed, two: Placed, lines: Sequence[Placed]) -> bool:
    """Whether two parts stand side by side as the clauses of one head do, and not as the heads of two stories.

    A line in the same type right above or below, as long as one of them, is of a head that ends where that part does.
    """
    return _goes_on(one, two) and not any(
        _right_below(part, line) or _right_below(line, part) for part in (one, two) for line in lines
    )


def _right_below(upper: Placed, lower: Placed) -> bool:
    """Whether two lines of one type and length stand below each other."""
    if upper.box is None or lower.box is None or lower.vertical:
        return False
    size, one, two = upper.size, upper.box, lower.box
    alike = size / SAME_TYPE <= lower.size <= size * SAME_TYPE
    edges = max(abs(one.left - two.left), abs(one.right - two.right)) <= CLAUSES * size
    return alike and edges and 0.5 * size <= two.top - one.top <= 2 * size


def _goes_on(one: Placed, two: Placed) -> bool:
    """Whether a part of a head stands right of another, a space between."""
    if one.box is None or two.box is None or one.vertical or two.vertical:
        return False
    large = max(one.size, two.size)
    level = abs(one.box.top + one.box.bottom - two.box.top - two.box.bottom) / 2
    gap = two.box.left - one.box.right
    return (
        large <= SAME_TYPE * min(one.size, two.size) and level <= 0.2 * large and -0.3 * large <= gap <= CLAUSES * large
    )


def _together(one: Placed, two: Placed) -> Placed:
    box = around(box for box in (one.box, two.box) if box is not None)
    chars = (*one.chars, *two.chars) if one.chars and two.chars else ()
    sure = [(part.confidence or 0.0) * len(part.text) for part in (one, two)]
    return replace(
        one,
        text=f"{one.text} {two.text}",
        box=box,
        size=(one if len(one.text) >= len(two.text) else two).size,
        confidence=round(sum(sure) / (len(one.text) + len(two.text)), 4),
        chars=chars,
    )


def one_of_alike(sizes: Sequence[float], weights: Sequence[float] | None = None) -> list[float]:
    """The sizes with those that differ by a few per cent set to the one in their middle.

    A page has some ten sizes of type; an engine measures each line anew.

    Args:
        sizes: of the lines.
        weights: how much each counts: its characters.

    >>> one_of_alike([25.0, 25.5, 24.8, 27.5, 48.0], [14, 14, 14, 13, 8])
    [25.0, 25.0, 25.0, 27.5, 48.0]
    """
    order = sorted(range(len(sizes)), key=lambda at: sizes[at])
    found = list(sizes)
    for group in _groups(order, sizes):
        middle = sizes[group[len(group) // 2]]
        for at in group:
            found[at] = middle
    usual = _median(found, weights or [1.0] * len(sizes))
    return [usual if usual / _ALIKE <= size <= usual * _ALIKE else size for size in found]


def _median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The value in the middle, each counted by its weight; 0 of none."""
    half, total = sum(weights) / 2, 0.0
    for at in sorted(range(len(values)), key=lambda at: values[at]):
        total += weights[at]
        if total >= half:
            return values[at]
    return 0.0


def _groups(order: Iterable[int], sizes: Sequence[float]) -> list[list[int]]:
    """Sizes in rising order, cut where one is larger than the middle of its group by more than a few per cent."""
    groups: list[list[int]] = []
    for at in order:
        if groups and sizes[at] <= sizes[groups[-1][len(groups[-1]) // 2]] * _ALIKE:
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups
