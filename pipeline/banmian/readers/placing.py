"""A page from lines that a file or an engine has with their boxes: what all formats of libraries, and OCR, share.

Each of them knows words (or parts of lines, or single characters) with boxes, in lines with boxes. What they call a
word means little in Chinese, which sets no spaces; so whether a space stands between two is told by the gap between.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePath

from banmian.layout import Box, Layout, PageSize, PlacedLine
from banmian.model import Flag, Page, Source
from banmian.trace import Span, Trace

# How many units a point has where a file has pixels and does not say how many an inch has: as at 300 dpi, which is what
# libraries scan newspapers at.
ASSUMED_DPI = 300.0
# Scans have 72 to 1200 dpi; what says 1 or a million does not know.
_LEAST_DPI, _MOST_DPI = 50.0, 2400.0
NOTES = {"page.resolution-assumed": "the file does not tell its resolution; sizes are as if it were 300 dpi"}

# Gaps that print has as a space, in em: between Han characters, between letters, and elsewhere.
SPACE_BETWEEN_HAN, SPACE_BETWEEN_LETTERS, SPACE_ELSEWHERE = 0.4, 0.18, 0.6
# A line that is so much higher than wide is set from top to bottom.
_UPRIGHT = 1.5
# What is drawn: thinner than _THIN and longer than _LONG is a rule, larger than _LARGE both ways a frame. In points.
_THIN, _LONG, _LARGE = 4.0, 24.0, 48.0
_COVERS = 0.8

_BREAKS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029\t]+")
_HAN = re.compile("[\u2e80-\u2fff\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Scale:
    """How many points a unit of a file has, across and down, and whether that is a guess."""

    across: float
    down: float
    assumed: bool = False

    @classmethod
    def of_pixels(cls, dpi: Sequence[float]) -> Scale:
        """The scale of a file in pixels that tells its resolution across and down, or does not."""
        if len(dpi) != 2 or not all(_LEAST_DPI <= each <= _MOST_DPI for each in dpi):
            return cls(72 / ASSUMED_DPI, 72 / ASSUMED_DPI, assumed=True)
        return cls(72 / dpi[0], 72 / dpi[1])

    def box(self, left: float, top: float, right: float, bottom: float) -> Box | None:
        """A rectangle of the file in points, if it is one."""
        if right <= left or bottom <= top:
            return None
        return Box(left * self.across, top * self.down, right * self.across, bottom * self.down)

    def size(self, width: float, height: float) -> PageSize:
        """A page of the file in points."""
        return PageSize(width * self.across, height * self.down)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line: a word, a run of characters without a space in it, or one character.

    Args:
        text: its characters.
        box: where it stands, in points; None where that is not known.
        confidence: how sure an engine is of it, from 0 to 1.
        space: whether the file has a space before it.
        edges: where each of its characters begins along the line, and where the last one ends, if that is known.
    """

    text: str
    box: Box | None = None
    confidence: float | None = None
    space: bool = False
    edges: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A line as it is found, before it has its place in the source.

    As `PlacedLine`, but with its text; and there may be no telling where it stands.
    """

    text: str
    box: Box | None
    size: float = 0.0
    font: str = ""
    bold: bool = False
    vertical: bool = False
    confidence: float | None = None
    chars: tuple[float, ...] = ()


def line_of(
    parts: Iterable[Part],
    box: Box | None = None,
    *,
    size: float | None = None,
    font: str = "",
    bold: bool = False,
    vertical: bool | None = None,
    confidence: float | None = None,
) -> Placed | None:
    """A line made of its parts, or None if it has no text.

    Args:
        parts: in reading order.
        box: the box of the line; that around its parts if not told.
        size: of its type in points; the height of the line across if not told.
        font: its face.
        bold: whether that is a heavy one.
        vertical: whether it is set from top to bottom; told by its box if not told.
        confidence: of the line; the mean of its parts, by characters, if not told.
    """
    some = [replace(part, text=text) for part in parts if (text := one_line(part.text))]
    boxes = [part.box for part in some if part.box is not None]
    box = box or around(boxes)
    if not some:
        return None
    if box is None:
        text, _ = _joined(some, 1.0, vertical=False)
        return Placed(text, None)
    length = sum(len(part.text) for part in some)
    if vertical is None:
        vertical = length > 1 and box.height > _UPRIGHT * box.width
    across = box.width if vertical else box.height
    text, edges = _joined(some, size or across or 1.0, vertical=vertical)
    sure = [(part.confidence, len(part.text)) for part in some if part.confidence is not None]
    if confidence is None and sure:
        confidence = sum(value * count for value, count in sure) / sum(count for _, count in sure)
    return Placed(
        text,
        _rounded(box),
        round(size or across, 2),
        font,
        bold,
        vertical,
        None if confidence is None else round(min(1.0, max(0.0, confidence)), 4),
        tuple(round(edge, 2) for edge in edges),
    )


def one_line(text: str) -> str:
    r"""A text without line breaks, and without white space around it.

    >>> one_line(" 全力以\n赴 ")
    '全力以 赴'
    """
    return _BREAKS.sub(" ", text).strip(" ")


def _joined(parts: Sequence[Part], size: float, *, vertical: bool) -> tuple[str, list[float]]:
    """The text of a line, and where its characters begin and the last one ends, if all parts have boxes."""
    placed = all(part.box is not None for part in parts)
    spaces = [False, *_spaces(parts, size, vertical=vertical)] if placed else [part.space for part in parts]
    chars: list[str] = []
    edges: list[float] = []
    end = 0.0
    for number, (part, space) in enumerate(zip(parts, spaces, strict=True)):
        if space and number:
            chars.append(" ")
            edges.append(end)
        chars.append(part.text)
        if part.box is not None:
            own = part.edges if len(part.edges) == len(part.text) + 1 else _even(part, vertical=vertical)
            edges += own[:-1]
            end = own[-1]
    return "".join(chars), [*edges, end] if placed else []


def _spaces(parts: Sequence[Part], size: float, *, vertical: bool) -> list[bool]:
    """Whether a space stands before each part but the first, by the gaps between them."""
    boxes = [part.box for part in parts if part.box is not None]
    along = [(box.top, box.bottom) if vertical else (box.left, box.right) for box in boxes]
    gaps = [(two[0] - one[1]) / size for one, two in pairwise(along)]
    ends = [(one.text[-1], two.text[0]) for one, two in pairwise(parts)]
    between = sorted(gap for gap, (one, two) in zip(gaps, ends, strict=True) if is_han(one) and is_han(two))
    # A head that is spaced out has white between all its characters; a space is what is wider by as much again.
    even = max(0.0, between[len(between) // 2]) if len(between) > 1 else 0.0
    found = []
    for (one, two), gap, part in zip(ends, gaps, parts[1:], strict=True):
        if is_han(one) and is_han(two):
            found.append(gap >= even + SPACE_BETWEEN_HAN)
        elif one.isalpha() and two.isalpha() and not (is_han(one) or is_han(two)):
            found.append(part.space or gap >= SPACE_BETWEEN_LETTERS)
        else:
            found.append(gap >= even + SPACE_ELSEWHERE)
    return found


def is_han(char: str) -> bool:
    """Whether a character is a Chinese one, not a stop or a letter."""
    return _HAN.match(char) is not None


def _even(part: Part, *, vertical: bool) -> list[float]:
    """Where the characters of a part begin, if each has room by its width, 全角 twice that of 半角."""
    box = part.box
    assert box is not None
    start, end = (box.top, box.bottom) if vertical else (box.left, box.right)
    widths = [1 if char.isascii() and not vertical else 2 for char in part.text]
    step = (end - start) / sum(widths)
    edges = [start]
    for width in widths:
        edges.append(edges[-1] + width * step)
    return edges


def around(boxes: Iterable[Box]) -> Box | None:
    """The box around some boxes, if there are any."""
    some = list(boxes)
    if not some:
        return None
    left, top, right, bottom = zip(*some, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))


def _rounded(box: Box) -> Box:
    return Box(*(round(side, 2) for side in box))


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn on a page besides its text: rules, frames, pictures."""

    rules: tuple[Box, ...] = ()
    frames: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()


def drawn(lines: Iterable[Box], pictures: Iterable[Box], size: PageSize) -> Drawn:
    """What is drawn, told apart by its shape: thin and long is a rule, large both ways a frame.

    What covers the page is its background, and left out.
    """
    rules, frames = [], []
    for box in map(_rounded, lines):
        if min(box.width, box.height) <= _THIN and max(box.width, box.height) >= _LONG:
            rules.append(box)
        elif min(box.width, box.height) >= _LARGE and not _covers(box, size):
            frames.append(box)
    shown = [box for box in map(_rounded, pictures) if min(box.width, box.height) >= _LONG and not _covers(box, size)]
    return Drawn(tuple(rules), tuple(frames), tuple(dict.fromkeys(shown)))


def _covers(box: Box, size: PageSize) -> bool:
    return box.width * box.height > _COVERS * size.width * size.height


def page_of_file(
    lines: Iterable[Placed | None],
    size: PageSize,
    scale: Scale,
    *,
    name: str,
    number: int,
    shapes: Iterable[Box | None] = (),
    pictures: Iterable[Box | None] = (),
) -> Page:
    """A page of a file of lines with boxes (ALTO, PAGE XML, hOCR), and the flag of one whose resolution is a guess.

    Args:
        lines: what `line_of` made, in the order of the file.
        size: of the page in points.
        scale: by which its boxes became points.
        name: of the file.
        number: which page of the file it is, from 1.
        shapes: what is drawn, rules or frames; None is left out.
        pictures: on the page; None is left out.
    """
    some = list(lines)
    placed = any(line is not None and line.box is not None for line in some)
    shown = drawn((box for box in shapes if box is not None), (box for box in pictures if box is not None), size)
    flags = ["page.resolution-assumed"] if scale.assumed and placed else []
    return page_of(some, size, name=name, number=number, drawn=shown, flags=flags)


def page_of(
    lines: Iterable[Placed | None],
    size: PageSize | None,
    *,
    name: str,
    number: int,
    drawn: Drawn | None = None,
    flags: Sequence[str] = (),
    notes: dict[str, str] | None = None,
) -> Page:
    """A page of lines in the order of the file.

    Args:
        lines: what `line_of` made; None is left out. If none has a place, the page has no layout.
        size: of the page in points; what its lines take up if not known.
        name: of the file.
        number: which page of the file it is, from 1.
        drawn: what is drawn besides.
        flags: kinds of flags.
        notes: what they say.
    """
    placed: list[PlacedLine] = []
    at = 0
    some = [line for line in lines if line is not None]
    for line in some:
        span = Span(at, at + len(line.text))
        chars = line.chars if len(line.chars) == len(line.text) + 1 else ()
        at = span.end + 1
        if line.box is not None:
            placed.append(
                PlacedLine(span, line.box, line.size, line.font, line.bold, line.vertical, line.confidence, chars)
            )
    text = "\n".join(line.text for line in some)
    extent = around(line.box for line in placed)
    if size is None or size.width <= 0 or size.height <= 0:
        size = PageSize(extent.right, extent.bottom) if extent else PageSize(0.0, 0.0)
    size = PageSize(round(size.width, 2), round(size.height, 2))
    shown = drawn or Drawn()
    # No file of an engine has lone surrogates but a damaged one, which must not break the hash.
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    known = NOTES | (notes or {})
    return Page(
        id=f"{PurePath(name).stem}-{number:03d}",
        source=Source(name=name, text=text, sha256=sha256),
        trace=Trace(text),
        flags=tuple(Flag(kind, known[kind]) for kind in flags),
        layout=Layout(size, tuple(placed), shown.rules, shown.frames, shown.pictures) if placed else None,
    )
