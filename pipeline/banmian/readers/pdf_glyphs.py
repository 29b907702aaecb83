"""The glyphs of a PDF page: every character with its box, size and font, and what is drawn around them.

PDFium tells these things one character a call, and a page has thousands. So nothing is asked that is known already: the
text comes in one call, the size of type is asked once for each font and height of box, and what is text is no rule. The
calls that are left, three a character, are made by `map` over the C functions of PDFium, a fifth of a microsecond each;
the results are arrays, one row a character. All of it is turned so that the page stands as a reader sees it, origin at
the top left, in points.
"""

from __future__ import annotations

import ctypes
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import filterfalse, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from banmian.layout import Box, PageSize

if TYPE_CHECKING:
    import pypdfium2

Floats = NDArray[np.float64]

# What stands for a glyph whose character the file does not tell.
LOST = 0xFFFD

# A page has some ten thousand characters; what has twenty times as many is no page.
MAX_CHARS = 200_000

# The largest page of a PDF has 14,400 points a side; what says more is damaged.
MAX_SIDE = 14_400.0

# A drawn path thinner than this is a rule (线), one larger than a few lines of type both ways a frame. In points.
_THIN, _LONG, _LARGE = 4.0, 24.0, 48.0
# What covers the page is its background: the picture of a scan, a tint.
_BACKGROUND = 0.8
# Of all pieces of text, those that PDFium drops, having no shapes for them. It drops single spaces as well; they are
# fewer.
_UNREAD = 0.1
# Forms in forms in forms: no newspaper goes deeper.
_DEPTH = 4
# Sizes of boxes are told apart by so many steps a point.
_STEPS = 50
# Where so many characters, from all over the page, run in one direction, all do.
_SAMPLE = 200

# Bits of a code point.
_CODE_BITS = 21

# In UTF-16: where surrogates begin, and what comes after them.
_SURROGATES, _PRIVATE = 0xD800, 0xE000
# What PDFium makes of a hyphen that breaks a word at the end of a line, in the text and of the character.
_BROKEN = (0xFFFE, 0x02)

_BOLD_NAME = re.compile(r"bold|heavy|black|hei|黑|粗|dabiaosong|biaosong|w[6-9]\b", re.IGNORECASE)
_FORCE_BOLD = 1 << 18
_BOLD_WEIGHT = 600


class TooMuch(ValueError):
    """A page with more characters than a page can have."""


@dataclass(frozen=True, slots=True, eq=False)
class Glyphs:
    """The characters of a page in the order of the file.

    Args:
        codes: the code point of each; LOST where the file does not tell.
        boxes: left, top, right, bottom of each: its advance along the line, ascent and descent across.
        sizes: the size of its type in points.
        fonts: the number of its font in `names` and `bold`.
        names: the name of each font.
        bold: whether each font is a heavy one.
        size: of the page.
        rules, frames, pictures: what is drawn (see `banmian.layout.Layout`).
        lacking: the names of typefaces whose text could not be read: neither the file nor this machine has them.
    """

    codes: NDArray[np.int64]
    boxes: Floats
    sizes: Floats
    fonts: NDArray[np.int64]
    names: tuple[str, ...]
    bold: tuple[bool, ...]
    size: PageSize
    rules: tuple[Box, ...] = ()
    frames: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()
    lacking: tuple[str, ...] = ()


class _Calls:
    """The C functions of PDFium by address, so that handles are plain numbers and `map` can call them.

    They keep Python's lock: giving it up and taking it back costs more than what they do. Those that take a handle and
    a small number are left without types of arguments, which saves a third of a call; theirs is a `c_void_p`.
    """

    def __init__(self) -> None:
        from pypdfium2 import raw  # noqa: PLC0415  an extra; and only who reads a PDF waits for it

        pointer, index, number, handle = ctypes.c_void_p, ctypes.c_int, ctypes.c_double, ctypes.c_size_t

        def untyped(name: str, result: Any) -> Any:
            return ctypes.PYFUNCTYPE(result)(ctypes.cast(getattr(raw, name), pointer).value or 0)

        def call(name: str, result: Any, *arguments: Any) -> Any:
            return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(getattr(raw, name), pointer).value or 0)

        self.unicode = untyped("FPDFText_GetUnicode", ctypes.c_uint)
        self.object = untyped("FPDFText_GetTextObject", handle)
        self.page_object = untyped("FPDFPage_GetObject", handle)
        self.form_object = call("FPDFFormObj_GetObject", handle, pointer, ctypes.c_ulong)
        self.box = call("FPDFText_GetLooseCharBox", index, pointer, index, pointer)
        self.size = call("FPDFText_GetFontSize", number, pointer, index)
        self.matrix = call("FPDFText_GetMatrix", index, pointer, index, pointer)
        self.font = call("FPDFTextObj_GetFont", handle, pointer)
        self.kind = call("FPDFPageObj_GetType", index, pointer)


@cache
def _calls() -> _Calls:
    """The functions, made once."""
    return _Calls()


def glyphs(page: pypdfium2.PdfPage) -> Glyphs:
    """The glyphs of a page, and what is drawn on it.

    Raises:
        TooMuch: it has more than MAX_CHARS characters.
        pypdfium2.PdfiumError: PDFium cannot read its text.
    """
    from pypdfium2 import raw  # noqa: PLC0415  an extra

    calls = _calls()
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MAX_CHARS:
            raise TooMuch(f"has {count:,} characters")
        handle = ctypes.cast(text.raw, ctypes.c_void_p)
        objects = np.fromiter(map(calls.object, repeat(handle), range(count)), dtype=np.uint64, count=count)
        # What PDFium puts in by itself, spaces and line ends where it sees gaps, belongs to no object of the page.
        real = np.flatnonzero(objects)
        objects, places = objects[real], real.tolist()
        codes = _codes(raw, calls, text.raw, count)[real]
        # The loose boxes: their edges along the line are the advances, so that the gap between two is white space.
        raw_boxes = np.empty((len(places), 4), dtype=np.float32)
        start = raw_boxes.ctypes.data
        _all(map(calls.box, repeat(handle), places, range(start, start + 16 * len(places), 16)))
        # One object has many characters, or one; those of one follow each other.
        begins, many = _runs(objects)
        owners = objects[begins].tolist()
        handles = np.fromiter(map(calls.font, owners), dtype=np.uint64, count=len(owners))
        names, bold, of_owner = _fonts(raw, handles)
        fonts = np.repeat(of_owner, many)
        left, top, right, bottom = raw_boxes.T.astype(np.float64)
        boxes = np.empty((len(places), 4))
        np.minimum(left, right, out=boxes[:, 0])
        np.minimum(top, bottom, out=boxes[:, 1])
        np.maximum(left, right, out=boxes[:, 2])
        np.maximum(top, bottom, out=boxes[:, 3])
        sizes = _sizes(calls, handle, real, fonts, boxes)
        turn = _Turn.of(page, raw).upright(_directions(calls, handle, real))
    finally:
        text.close()
    shapes = _on_page(page, raw, calls, frozenset(owners))
    lacking = _lacking(raw, calls, shapes.unread, len(owners))
    whole = Glyphs(codes, turn(boxes), sizes, fonts, names, bold, turn.page, *_drawn(shapes, turn), lacking)
    return _printed(whole)


def _codes(raw: Any, calls: _Calls, text: Any, count: int) -> NDArray[np.int64]:
    """The code point of each character of a page; LOST where the file does not tell."""
    units = np.zeros(count + 1, dtype=np.uint16)
    written = raw.FPDFText_GetText(text, 0, count, units.ctypes.data_as(ctypes.POINTER(ctypes.c_ushort)))
    units = units[: max(0, written - 1)]
    if len(units) != count or ((units >= _SURROGATES) & (units < _PRIVATE)).any():
        # The text leaves some characters out, or has two units for one.
        handle = ctypes.cast(text, ctypes.c_void_p)
        codes = np.fromiter(map(calls.unicode, repeat(handle), range(count)), dtype=np.int64, count=count)
    else:
        codes = units.astype(np.int64)
    codes[(codes == _BROKEN[0]) | (codes == _BROKEN[1])] = ord("-")
    white = (codes == 0x09) | (codes == 0x0A) | (codes == 0x0D)
    none = (codes < 0x20) & ~white | (codes > 0x10FFFF) | ((codes >= _SURROGATES) & (codes < _PRIVATE))
    codes[none] = LOST
    return codes


def _runs(values: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where runs of equal values begin, and how many values each has."""
    changes = np.flatnonzero(values[1:] != values[:-1]) + 1
    begins = np.concatenate(([0], changes)) if len(values) else changes
    return begins, np.diff(begins, append=len(values))


def _all(calls: Iterable[int]) -> None:
    """Make all the calls of a map."""
    deque(calls, maxlen=0)


@dataclass(frozen=True, slots=True)
class _Turn:
    """How the coordinates of a PDF, y upwards, become those of the page as it is seen.

    Args:
        origin: left, bottom, right, top of what is shown of the page.
        quarters: how many quarter turns clockwise the page is shown turned.
    """

    origin: tuple[float, float, float, float]
    quarters: int

    @classmethod
    def of(cls, page: pypdfium2.PdfPage, raw: Any) -> _Turn:
        """The turn that the file tells."""
        box = raw.FS_RECTF()
        sides = (box.right - box.left, box.top - box.bottom) if raw.FPDF_GetPageBoundingBox(page, box) else (0.0, 0.0)
        if all(0 < side <= MAX_SIDE for side in sides):
            return cls((box.left, box.bottom, box.right, box.top), page.get_rotation() // 90 % 4)
        width, height = (side if 0 < side <= MAX_SIDE else MAX_SIDE for side in page.get_size())
        return cls((0.0, 0.0, width, height), 0)

    def upright(self, directions: NDArray[np.int64]) -> _Turn:
        """This turn, and that which puts the most characters upright: some scans lie on their side, unsaid."""
        if not directions.size:
            return self
        # A direction is that of the writing, in quarter turns counter-clockwise from left to right.
        return _Turn(self.origin, int(np.bincount(directions, minlength=4).argmax()))

    @property
    def page(self) -> PageSize:
        """The page as it is seen."""
        left, bottom, right, top = self.origin
        sides = round(abs(right - left), 2), round(abs(top - bottom), 2)
        return PageSize(*(sides if self.quarters % 2 == 0 else sides[::-1]))

    def __call__(self, boxes: Floats) -> Floats:
        """Boxes (left, bottom, right, top), one a row, as left, top, right, bottom of the page as it is seen."""
        left, bottom, right, top = self.origin
        x0, y0, x1, y1 = boxes.T
        match self.quarters:
            case 1:
                sides = (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
            case 2:
                sides = (right - x1, y0 - bottom, right - x0, y1 - bottom)
            case 3:
                sides = (top - y1, right - x1, top - y0, right - x0)
            case _:
                sides = (x0 - left, top - y1, x1 - left, top - y0)
        return np.column_stack(sides)


def _sizes(
    calls: _Calls, handle: ctypes.c_void_p, real: NDArray[np.int64], fonts: NDArray[np.int64], boxes: Floats
) -> Floats:
    """The size of the type of each character: asked once for each font and size of box, which follow from it."""
    width, height = ((boxes[:, 2:] - boxes[:, :2]).clip(0, MAX_SIDE) * _STEPS).round().T.astype(np.int64)
    step = int(MAX_SIDE * _STEPS) + 1
    kinds = (fonts * step + height) * step + width
    begins, many = _runs(kinds)
    _, first, which = np.unique(kinds[begins], return_index=True, return_inverse=True)
    places = real[begins[first]].tolist()
    _, _, c, d = _matrices(calls, handle, places)
    nominal = np.fromiter(map(calls.size, repeat(handle), places), dtype=np.float64, count=len(places))
    # Type may be condensed (长体) or expanded (扁体): its size is how high it stands.
    high = np.hypot(c, d)
    sizes: Floats = nominal * np.where(high > 0, high, 1.0)
    return np.repeat(sizes[which], many)


def _directions(calls: _Calls, handle: ctypes.c_void_p, real: NDArray[np.int64]) -> NDArray[np.int64]:
    """The directions of writing on a page, in quarter turns: of some characters, or of all where some differ."""
    for some in (real[:: max(1, len(real) // _SAMPLE)], real):
        a, b, _, _ = _matrices(calls, handle, some.tolist())
        quarters = np.round(np.arctan2(b, a) / (np.pi / 2)).astype(np.int64) % 4
        if not (quarters != quarters[:1]).any():
            break
    return quarters


def _matrices(calls: _Calls, handle: ctypes.c_void_p, places: list[int]) -> tuple[Floats, Floats, Floats, Floats]:
    """The first four numbers of the matrix of each character."""
    matrices = np.zeros((len(places), 6), dtype=np.float32)
    start = matrices.ctypes.data
    _all(map(calls.matrix, repeat(handle), places, range(start, start + 24 * len(places), 24)))
    a, b, c, d = matrices.T[:4].astype(np.float64)
    return a, b, c, d


def _font(raw: Any, handle: int) -> Any:
    return ctypes.cast(handle, raw.FPDF_FONT)


def _fonts(raw: Any, handles: NDArray[np.uint64]) -> tuple[tuple[str, ...], tuple[bool, ...], NDArray[np.int64]]:
    """The names of the fonts, whether they are heavy, and the number of the font of each handle.

    A face of thousands of characters is cut into fonts of 256 by the programs of many papers; what has one name is one.
    """
    begins, many = _runs(handles)
    some = handles[begins].tolist()
    kinds = {handle: _named(raw, handle) for handle in dict.fromkeys(some)}
    numbers = {kind: number for number, kind in enumerate(dict.fromkeys(kinds.values()))}
    of_each = np.repeat(np.array([numbers[kinds[handle]] for handle in some], dtype=np.int64), many)
    return tuple(name for name, _ in numbers), tuple(bold for _, bold in numbers), of_each


def _named(raw: Any, handle: int) -> tuple[str, bool]:
    """The name of a font without the mark of a part of it, and whether it is heavy."""
    if not handle:
        return "", False
    font = _font(raw, handle)
    size = raw.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(size + 1)
    if size:
        raw.FPDFFont_GetBaseFontName(font, buffer, size)
    name = re.sub(r"^[A-Z]{6}\+", "", buffer.value.decode("utf-8", "replace"))
    heavy = raw.FPDFFont_GetFlags(font) & _FORCE_BOLD or raw.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT
    return name, bool(heavy) or _BOLD_NAME.search(name) is not None


def _printed(found: Glyphs) -> Glyphs:
    """The glyphs that are seen, once each.

    Left out is what lies outside of the page, and what is there twice: a heavy face made by printing a light one
    again a hair's breadth beside, or the layer of an OCR engine over text that is there.
    """
    left, top, right, bottom = found.boxes.T
    width, height = found.size
    across, down = left + right, top + bottom  # not finite where a side is not
    inside = (across >= 0) & (across <= 2 * width) & (down >= 0) & (down <= 2 * height)
    keep = np.flatnonzero(inside & (found.sizes > 0) & (found.sizes < MAX_SIDE))
    keep = np.delete(keep, _twins(found.codes[keep], found.boxes[keep, :2], found.sizes[keep]))
    if len(keep) == len(found.codes):
        return found
    return replace(
        found, codes=found.codes[keep], boxes=found.boxes[keep], sizes=found.sizes[keep], fonts=found.fonts[keep]
    )


def _twins(codes: NDArray[np.int64], corners: Floats, sizes: Floats) -> NDArray[np.intp]:
    """The second and later ones of characters that are printed at one place.

    Twins have one character and about one size, and lie within a twentieth of an em; the narrowest characters are a
    quarter of an em apart. Places are measured in the power of two below the size, not in em: two places in units of
    their own say nothing of how far apart they are.
    """
    if not len(codes):
        return np.zeros(0, dtype=np.intp)
    power = np.floor(np.log2(np.maximum(sizes, 1.0)))
    places = corners / np.exp2(power)[:, None]
    kinds = codes | power.astype(np.int64) << _CODE_BITS
    # Most pages have none: along a line askew to all columns and rows, few of one character are near each other.
    along = kinds * 1e6 + places @ (0.8, 0.6)
    order = np.argsort(along)
    near = np.diff(along[order]) <= 0.3
    some = np.sort(order[np.append(near, False) | np.append(False, near)])
    # No place has more than 18 bits. Cells of a fifth, laid in four ways, have twins in one cell.
    twice = np.zeros(len(some), dtype=bool)
    for shift in ((0.0, 0.0), (0.0, 0.5), (0.5, 0.0), (0.5, 0.5)):
        x, y = np.floor(places[some] * 5 + shift).astype(np.int64).T
        _, first = np.unique((kinds[some] << 36) | (x << 18) | y, return_index=True)
        later = np.ones(len(some), dtype=bool)
        later[first] = False
        twice |= later
    return some[twice]


@dataclass(frozen=True, slots=True)
class _Shapes:
    """What is on a page but the text that was read.

    Args:
        paths, images: left, bottom, right, top of each, as the file has them.
        unread: objects of text none of whose characters were read.
    """

    paths: list[tuple[float, float, float, float]] = field(default_factory=list)
    images: list[tuple[float, float, float, float]] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)


def _on_page(page: pypdfium2.PdfPage, raw: Any, calls: _Calls, texts: frozenset[int]) -> _Shapes:
    """What is on a page; `texts` are objects that are known to be text that was read."""
    handle = ctypes.cast(page.raw, ctypes.c_void_p)
    objects = map(calls.page_object, repeat(handle), range(raw.FPDFPage_CountObjects(page)))
    found = _Shapes()
    _add_shapes(found, raw, calls, list(filterfalse(texts.__contains__, objects)), _DEPTH)
    return replace(found, unread=list(filterfalse(texts.__contains__, found.unread)))


def _lacking(raw: Any, calls: _Calls, unread: list[int], read: int) -> tuple[str, ...]:
    """The typefaces of text that was not read and is not in the file, if that is more than spaces.

    Args:
        raw: the functions of PDFium.
        calls: those by address.
        unread: objects of text none of whose characters were read.
        read: how many objects of text were.
    """
    if len(unread) <= _UNREAD * (len(unread) + read):
        return ()
    handles = np.fromiter(map(calls.font, unread), dtype=np.uint64, count=len(unread))
    outside = [font for font in handles.tolist() if font and not raw.FPDFFont_GetIsEmbedded(_font(raw, font))]
    if len(outside) <= _UNREAD * (len(unread) + read):
        return ()
    return tuple(filter(None, _fonts(raw, np.array(outside, dtype=np.uint64))[0]))


def _drawn(shapes: _Shapes, turn: _Turn) -> tuple[tuple[Box, ...], tuple[Box, ...], tuple[Box, ...]]:
    """The rules, frames and pictures of a page."""
    rules, frames = [], []
    width, height = turn.page
    for box in _placed(shapes.paths, turn):
        if min(box.width, box.height) <= _THIN and max(box.width, box.height) >= _LONG:
            rules.append(box)
        elif min(box.width, box.height) >= _LARGE and not _covers(box, width, height):
            frames.append(box)
    pictures = [
        box
        for box in _placed(shapes.images, turn)
        if min(box.width, box.height) >= _LONG and not _covers(box, width, height)
    ]
    return tuple(rules), tuple(frames), tuple(dict.fromkeys(pictures))


def _covers(box: Box, width: float, height: float) -> bool:
    return box.width * box.height > _BACKGROUND * width * height


def _placed(bounds: list[tuple[float, float, float, float]], turn: _Turn) -> list[Box]:
    if not bounds:
        return []
    return [Box(*(round(side, 2) for side in box)) for box in turn(np.array(bounds, dtype=np.float64)).tolist()]


def _add_shapes(found: _Shapes, raw: Any, calls: _Calls, objects: list[int], depth: int) -> None:
    """Add objects to what was found on a page, those inside of forms included."""
    some = [handle for handle in objects if handle]
    for handle, kind in zip(some, map(calls.kind, some), strict=True):
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            found.unread.append(handle)
            continue
        pointer = ctypes.cast(handle, raw.FPDF_PAGEOBJECT)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            if depth:
                count = max(0, min(raw.FPDFFormObj_CountObjects(pointer), MAX_CHARS))
                _add_shapes(found, raw, calls, list(map(calls.form_object, repeat(handle), range(count))), depth - 1)
            continue
        sides = [ctypes.c_float() for _ in range(4)]
        if kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE) and raw.FPDFPageObj_GetBounds(pointer, *sides):
            left, bottom, right, top = (side.value for side in sides)
            (found.paths if kind == raw.FPDF_PAGEOBJ_PATH else found.images).append((left, bottom, right, top))
