"""A page that was scanned, or stored, in two halves: put together again from their lines.

A newspaper page is larger than most scanners. Its halves lie side by side or one above the other, and mostly show a
strip of the page twice. What both show tells how they lie: lines of the one that read like lines of the other, all
shifted by one way. Where nothing is on both, the halves are put edge to edge as they were given.

In the strip the page is cut where the fewest lines are cut through; what lies before the cut is taken from the one
half, what lies behind it from the other, so that nothing is there twice. A head that runs over the cut is put together
from its characters on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from rapidfuzz import fuzz, process

from banmian.layout import Box, Layout, PageSize
from banmian.model import Page
from banmian.readers import Unreadable
from banmian.readers.placing import Drawn, Placed, page_of

NOTES = {
    "page.halves-apart": "nothing is on both halves of this page; they were put edge to edge in the order given",
}

# Lines are the same on both halves if they are so much alike (of 100) and not too short; and so many tell how they lie.
SAME, LEAST_CHARS, LEAST_LINES = 80, 5, 3
# Pairs of such lines that are looked at; a page has at most a few hundred.
MOST = 2000
# How far the places of one line on the two halves may differ from those of the others, in em.
TRUE = 1.0
# A line that ends so near the edge of its picture may be cut off there, in em.
CUT = 0.5
# How far apart in height, and how different in size, the two parts of one line may be.
LEVEL, ALIKE = 0.4, 1.2


@dataclass(frozen=True, slots=True)
class _Half:
    """A half: its lines and what is drawn, in the frame of the whole page, and how far it reaches."""

    lines: tuple[Placed, ...]
    drawn: Drawn
    extent: Box


class Shown(NamedTuple):
    """Where a half lies on the whole page, and the part of the page that is taken from it: up to the cut, or behind."""

    place: Box
    part: Box


class Together(NamedTuple):
    """The page that two halves make, not yet run through any stage; and where each lies on it, in the order given."""

    page: Page
    halves: tuple[Shown, Shown]


def together(first: Page, second: Page) -> Together:
    """Two halves put together.

    Args:
        first: one half; the left or the upper one where nothing on both tells.
        second: the other one.

    Raises:
        Unreadable: one of them does not know where its lines stand.
    """
    for page in (first, second):
        if page.layout is None or not page.source.text:
            raise Unreadable(f"{page.source.name} tells no places of its lines, by which halves are put together.")
    one, two = _half(first), _half(second)
    shift = _shift(one, two)
    flags = [flag.kind for flag in (*first.flags, *second.flags) if flag.kind == "page.resolution-assumed"][:1]
    if shift is None:
        flags.append("page.halves-apart")
        beside = one.extent.height >= one.extent.width
        shift = (one.extent.right, 0.0) if beside else (0.0, one.extent.bottom)
    else:
        beside = abs(shift[0]) / one.extent.width >= abs(shift[1]) / one.extent.height
    two = _moved(two, *shift)
    swapped = (two.extent.left < one.extent.left) if beside else (two.extent.top < one.extent.top)
    if swapped:
        one, two = two, one
    cut = _cut(one, two, beside=beside)
    lines = _side_by_side(one, two, cut) if beside else _stacked(one, two, cut)
    extent = Box(*(pick(a, b) for pick, a, b in zip((min, min, max, max), one.extent, two.extent, strict=True)))
    drawn = _both(one.drawn, two.drawn, cut, beside=beside)
    origin = _moved(_Half(tuple(lines), drawn, extent), -extent.left, -extent.top)
    page = page_of(
        origin.lines,
        PageSize(extent.width, extent.height),
        name=f"{first.source.name} + {second.source.name}",
        number=1,
        drawn=origin.drawn,
        flags=flags,
        notes=NOTES,
    )
    places = [_box_moved(half.extent, -extent.left, -extent.top) for half in (one, two)]
    at = cut - (extent.left if beside else extent.top)
    before = Shown(places[0], places[0]._replace(**{"right" if beside else "bottom": at}))
    behind = Shown(places[1], places[1]._replace(**{"left" if beside else "top": at}))
    return Together(page, (behind, before) if swapped else (before, behind))


def _half(page: Page) -> _Half:
    layout = page.layout
    assert layout is not None
    lines = tuple(
        Placed(
            page.source.text[line.span.start : line.span.end],
            line.box,
            line.size,
            line.font,
            line.bold,
            line.vertical,
            line.confidence,
            line.chars,
        )
        for line in layout.lines
    )
    return _Half(lines, _drawn(layout), Box(0.0, 0.0, *layout.size))


def _drawn(layout: Layout) -> Drawn:
    return Drawn(layout.rules, layout.frames, layout.pictures)


def _shift(one: _Half, two: _Half) -> tuple[float, float] | None:
    """How far the second half is to be moved: to where most lines that both have lie on each other; None if few do."""
    found = _same_text(one.lines, two.lines)
    agreeing: list[tuple[float, float]] = []
    for x, y, size in found:
        near = [(a, b) for a, b, _ in found if abs(a - x) <= TRUE * size and abs(b - y) <= TRUE * size]
        agreeing = max(agreeing, near, key=len)
    if len(agreeing) < LEAST_LINES:
        return None
    shift = median(a for a, _ in agreeing), median(b for _, b in agreeing)
    # What is printed twice, an advertisement in both halves, is not what both show: then the rest of the strip differs.
    strip = _moved(one, -shift[0], -shift[1]).extent
    shown = sum(_within(line, strip) for line in two.lines)
    return shift if len(agreeing) >= shown / 2 else None


def _same_text(one: Sequence[Placed], two: Sequence[Placed]) -> list[tuple[float, float, float]]:
    """How far apart lines are that read alike, or of which one is the beginning or the end of the other: cut off.

    Each with the size of its type; at most MOST of them.
    """
    some, others = ([line for line in lines if len(line.text) >= LEAST_CHARS] for lines in (one, two))
    if not some or not others:
        return []
    texts = [line.text for line in some], [line.text for line in others]
    alike = process.cdist(*texts, scorer=fuzz.partial_ratio, score_cutoff=SAME)
    found = []
    for at, other in zip(*(side.tolist() for side in alike.nonzero()), strict=True):
        line, part = some[at], others[other]
        overlap = fuzz.partial_ratio_alignment(line.text, part.text)
        if line.box is None or part.box is None or overlap is None:
            continue
        starts = _place(line, overlap.src_start), _place(part, overlap.dest_start)
        if line.vertical:
            found.append((line.box.left - part.box.left, starts[0] - starts[1], line.size))
        else:
            found.append((starts[0] - starts[1], line.box.top - part.box.top, line.size))
        if len(found) == MOST:
            break
    return found


def _place(line: Placed, at: int) -> float:
    """Where a character of a line begins."""
    assert line.box is not None
    if len(line.chars) == len(line.text) + 1:
        return line.chars[at]
    start, end = (line.box.top, line.box.bottom) if line.vertical else (line.box.left, line.box.right)
    return start + (end - start) * at / len(line.text)


def _within(line: Placed, extent: Box) -> bool:
    """Whether a line lies in some extent, and is long enough to be known again."""
    box = line.box
    return (
        box is not None
        and len(line.text) >= LEAST_CHARS
        and extent.left <= box.left
        and box.right <= extent.right
        and extent.top <= box.top
        and box.bottom <= extent.bottom
    )


def _moved(half: _Half, x: float, y: float) -> _Half:
    """A half moved to the right and downwards."""

    def box(old: Box) -> Box:
        return _box_moved(old, x, y)

    lines = tuple(
        replace(
            line,
            box=None if line.box is None else box(line.box),
            chars=tuple(round(edge + (y if line.vertical else x), 2) for edge in line.chars),
        )
        for line in half.lines
    )
    old = half.drawn
    drawn = Drawn(*(tuple(map(box, boxes)) for boxes in (old.rules, old.frames, old.pictures)))
    return _Half(lines, drawn, box(half.extent))


def _box_moved(box: Box, x: float, y: float) -> Box:
    return Box(round(box.left + x, 2), round(box.top + y, 2), round(box.right + x, 2), round(box.bottom + y, 2))


def _cut(one: _Half, two: _Half, *, beside: bool) -> float:
    """Where to cut the strip that is on both halves: through as few lines as can be, and near its middle."""
    low, high = (two.extent.left, one.extent.right) if beside else (two.extent.top, one.extent.bottom)
    middle = (low + high) / 2
    if low >= high:
        return middle
    boxes = [line.box for half in (one, two) for line in half.lines if line.box is not None]
    sides = [(box.left, box.right) if beside else (box.top, box.bottom) for box in boxes]
    steps = [low + (high - low) * (at + 0.5) / 200 for at in range(200)]
    return min(steps, key=lambda at: (sum(a < at < b for a, b in sides), abs(at - middle)))


def _side_by_side(left: _Half, right: _Half, cut: float) -> list[Placed]:
    """The lines of halves side by side."""
    end, start = left.extent.right, right.extent.left
    rest = list(right.lines)
    lines: list[Placed] = []
    for line in left.lines:
        if line.box is not None and line.box.left >= cut:
            continue
        other = _cut_off(line, rest, end, start) if end <= start else _same(line, rest, cut)
        if other is None:
            lines.append(line)
        else:
            rest.remove(other)
            lines.append(_over_the_cut(line, other, cut))
    # What runs over the cut and is in the right half alone, the left one does not show, or its engine overlooked it.
    return lines + [line for line in rest if line.box is None or line.box.right > cut + CUT * line.size]


def _stacked(upper: _Half, lower: _Half, cut: float) -> list[Placed]:
    """The lines of halves one above the other."""
    lines = [line for line in upper.lines if line.box is None or (line.box.top + line.box.bottom) / 2 < cut]
    return lines + [line for line in lower.lines if line.box is None or (line.box.top + line.box.bottom) / 2 >= cut]


def _same(line: Placed, others: Sequence[Placed], cut: float) -> Placed | None:
    """The line of the other half that shows the same line of the page, which runs over the cut, or a part of it."""
    box = line.box
    if box is None or not box.left < cut < box.right:
        return None
    beside = (other for other in others if other.box and other.box.left < box.right and other.box.right > box.left)
    return next((other for other in beside if _level(line, other)), None)


def _cut_off(line: Placed, others: Sequence[Placed], end: float, start: float) -> Placed | None:
    """The other part of a line that was cut off at the edge of its half, where no strip is on both."""
    if line.box is None or line.vertical or line.box.right < end - CUT * line.size:
        return None
    first = (other for other in others if other.box is not None and other.box.left <= start + CUT * other.size)
    return next((other for other in first if _level(line, other)), None)


def _level(one: Placed, two: Placed) -> bool:
    """Whether two lines stand at one height, in type of one size."""
    assert one.box is not None
    assert two.box is not None
    small, large = sorted((one.size, two.size))
    apart = abs(one.box.top + one.box.bottom - two.box.top - two.box.bottom) / 2
    return one.vertical is two.vertical and large <= ALIKE * small and apart <= LEVEL * small


def _over_the_cut(one: Placed, two: Placed, cut: float) -> Placed:
    """A line that both halves show where the page is cut: that of the half that has it whole, or the parts of both."""
    assert one.box is not None
    assert two.box is not None
    if one.vertical:
        return one if (one.confidence or 1.0) >= (two.confidence or 1.0) else two
    edge = CUT * one.size
    if one.box.right >= two.box.right - edge:
        return one
    if two.box.left <= one.box.left + edge:
        return two
    return _one_line(one, two, cut)


def _one_line(one: Placed, two: Placed, cut: float) -> Placed:
    """A line of the characters of one part before the cut, and of those of the other behind it."""
    assert one.box is not None
    assert two.box is not None
    before, left = _some(one, cut, before=True)
    behind, right = _some(two, cut, before=False)
    weights = len(one.text), len(two.text)
    sure = None
    if one.confidence is not None and two.confidence is not None:
        sure = round((one.confidence * weights[0] + two.confidence * weights[1]) / sum(weights), 4)
    chars = (*left[:-1], *right) if left and right else ()
    box = Box(one.box.left, min(one.box.top, two.box.top), two.box.right, max(one.box.bottom, two.box.bottom))
    return replace(one, text=before + behind, box=box, confidence=sure, chars=chars)


def _some(line: Placed, cut: float, *, before: bool) -> tuple[str, tuple[float, ...]]:
    """The characters of a line before or behind the cut, and their places; all of it where those are not known."""
    chars = line.chars
    if len(chars) != len(line.text) + 1:
        return line.text, ()
    at = sum((a + b) / 2 < cut for a, b in pairwise(chars))
    return (line.text[:at], chars[: at + 1]) if before else (line.text[at:], chars[at:])


def _both(one: Drawn, two: Drawn, cut: float, *, beside: bool) -> Drawn:
    """What is drawn on both halves: each thing from the half on whose side of the cut its middle lies."""

    def before(box: Box) -> bool:
        return (box.left + box.right if beside else box.top + box.bottom) / 2 < cut

    def chosen(first: Sequence[Box], second: Sequence[Box]) -> tuple[Box, ...]:
        return (*(box for box in first if before(box)), *(box for box in second if not before(box)))

    return Drawn(chosen(one.rules, two.rules), chosen(one.frames, two.frames), chosen(one.pictures, two.pictures))
