"""Read PAGE XML (PRImA), of all its versions: what Transkribus, eScriptorium and OCR-D make, a page a file.

Where things stand is told by polygons in pixels; a line gets the rectangle around its polygon. Pixels are points by the
resolution that the page tells (`imageXResolution`); where it tells none, they are read as at 300 dpi, and the page says
so (`page.resolution-assumed`). Regions come in the reading order of the file, if it has one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from xml.etree.ElementTree import Element

from banmian.layout import Box
from banmian.model import Issue, Page
from banmian.readers import Unreadable
from banmian.readers.placing import Part, Placed, Scale, line_of, page_of_file
from banmian.readers.trees import child, children, number, parse, root_of

_PER_INCH = {"PPI": 1.0, "PPCM": 2.54}

_PICTURES = ("ImageRegion", "GraphicRegion", "LineDrawingRegion", "ChartRegion", "MapRegion")
_DOWN = ("top-to-bottom", "bottom-to-top")


def sniff(data: bytes) -> bool:
    """Whether a file is PAGE XML."""
    return b"PcGts" in data[:4096].replace(b"\0", b"") and root_of(data) == "PcGts"


def read(data: bytes, name: str) -> Issue:
    """The page of a PAGE XML file.

    Raises:
        Unreadable: it is damaged, or has no text.
    """
    root = parse(data)
    if root.tag != "PcGts":
        raise Unreadable("is no PAGE XML after all; get the file again.")
    pages = tuple(_page(page, place, name) for place, page in enumerate(children(root, "Page"), 1))
    if not any(page.source.text for page in pages):
        raise Unreadable("is PAGE XML without any text; was the page recognised?")
    return Issue(id=PurePath(name).stem, pages=pages)


def _scale(page: Element) -> Scale:
    """What a page tells of its resolution."""
    per_inch = _PER_INCH.get(page.get("imageResolutionUnit", "PPI"), 0.0)
    return Scale.of_pixels([(number(page.get(f"image{axis}Resolution")) or 0.0) * per_inch for axis in "XY"])


def _box(scale: Scale, element: Element | None) -> Box | None:
    """The rectangle around an element's polygon, in points, if it has one."""
    points = list(_points(child(element, "Coords")))
    if not points:
        return None
    across, down = [x for x, _ in points], [y for _, y in points]
    return scale.box(min(across), min(down), max(across), max(down))


def _points(coords: Element | None) -> Iterator[tuple[float, float]]:
    """The points of a polygon: "x,y x,y", or elements in the versions before 2013."""
    if coords is None:
        return
    pairs: Iterable[list[str | None]] = [list(pair.split(",")) for pair in (coords.get("points") or "").split()]
    pairs = pairs or [[point.get("x"), point.get("y")] for point in children(coords, "Point")]
    for pair in pairs:
        if len(pair) == 2:
            x, y = number(pair[0]), number(pair[1])
            if x is not None and y is not None:
                yield x, y


def _page(page: Element, place: int, name: str) -> Page:
    """A page of a file."""
    scale = _scale(page)
    width, height = (number(page.get(key)) or 0.0 for key in ("imageWidth", "imageHeight"))
    return page_of_file(
        [line for region in _regions(page) for line in _lines(scale, region)],
        scale.size(width, height),
        scale,
        name=name,
        number=place,
        shapes=[_box(scale, each) for each in page.iter("SeparatorRegion")],
        pictures=[_box(scale, each) for each in page.iter() if each.tag in _PICTURES],
    )


def _regions(page: Element) -> Iterator[Element]:
    """The regions with text, in the reading order of the file, then those that it leaves out."""
    regions = {region.get("id", str(at)): region for at, region in enumerate(page.iter("TextRegion"))}
    order = child(page, "ReadingOrder")
    refs = [] if order is None else [ref.get("regionRef", "") for group in order for ref in _in_order(group)]
    for ref in dict.fromkeys(refs):
        if ref in regions:
            yield regions.pop(ref)
    yield from regions.values()


def _in_order(group: Element) -> Iterator[Element]:
    """What a group of the reading order names, those of its groups included, by their index where they have one."""
    if group.get("regionRef"):
        yield group
    for each in sorted(group, key=lambda each: index if (index := number(each.get("index"))) is not None else math.inf):
        yield from _in_order(each)


def _lines(scale: Scale, region: Element) -> Iterator[Placed | None]:
    """The lines of a region; where it has none, those of its text, each with its part of the region's height."""
    down = region.get("readingDirection") in _DOWN or None
    style = child(region, "TextStyle")
    lines = list(children(region, "TextLine"))
    for line in lines:
        own = child(line, "TextStyle")
        vertical = line.get("readingDirection") in _DOWN or down
        yield _line(scale, line, own if own is not None else style, vertical=vertical)
    if lines or any(children(region, "TextRegion")):
        return
    rows = [row for row in _equivalent(region)[0].splitlines() if row.strip()]
    box = _box(scale, region)
    for at, row in enumerate(rows):
        own_box = None
        if box is not None:
            if down:
                step = box.width / len(rows)
                own_box = Box(box.right - (at + 1) * step, box.top, box.right - at * step, box.bottom)
            else:
                step = box.height / len(rows)
                own_box = Box(box.left, box.top + at * step, box.right, box.top + (at + 1) * step)
        yield line_of([Part(row, own_box)], own_box, vertical=down)


def _line(scale: Scale, line: Element, style: Element | None, *, vertical: bool | None) -> Placed | None:
    """A line: its own text, placed by its words where they read the same."""
    text, confidence = _equivalent(line)
    parts = list(_parts(scale, line))
    box = _box(scale, line)
    size = None if style is None or scale.assumed else number(style.get("fontSize"))
    font = "" if style is None else style.get("fontFamily", "")
    bold = style is not None and style.get("bold") in ("true", "1")
    if text.strip():
        whole = "".join(text.split())
        if "".join("".join(part.text.split()) for part in parts) != whole:
            parts = [Part(text, box)]
    return line_of(
        parts,
        box,
        size=size if size and size > 0 else None,
        font=font,
        bold=bold,
        vertical=vertical,
        confidence=confidence,
    )


def _parts(scale: Scale, line: Element) -> Iterator[Part]:
    """The words of a line; or their characters, where the file has the boxes of those."""
    for word in children(line, "Word"):
        text, confidence = _equivalent(word)
        glyphs = []
        for at, glyph in enumerate(children(word, "Glyph")):
            char, sure = _equivalent(glyph)
            glyphs.append(Part(char, _box(scale, glyph), sure, not at))
        spelt = "".join(glyph.text for glyph in glyphs)
        yield from (
            glyphs if spelt == text or (spelt and not text) else [Part(text, _box(scale, word), confidence, True)]
        )


def _equivalent(element: Element) -> tuple[str, float | None]:
    """The text of an element, of the readings that it has the first; and how sure the engine is of it."""
    readings = list(children(element, "TextEquiv"))
    if not readings:
        return "", None
    best = min(readings, key=lambda each: index if (index := number(each.get("index"))) is not None else -1)
    unicode = child(best, "Unicode")
    return (unicode.text or "") if unicode is not None else "", number(best.get("conf"))
