"""Read ALTO 2 to 4: what OCR engines make for libraries, a page or a few a file.

Measures are in tenths of a millimetre, 1/1200 inch or pixels (MeasurementUnit). Pixels say nothing of how large a page
is: they are read as at 300 dpi, and the page says so (`page.resolution-assumed`).

Files without any boxes are read too, such as those that banmian writes of raw text: those pages have no layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from xml.etree.ElementTree import Element

from banmian.layout import Box
from banmian.model import Issue, Page
from banmian.readers import Unreadable
from banmian.readers.placing import Part, Placed, Scale, line_of, page_of_file
from banmian.readers.trees import child, children, number, parse, root_of

# How many of each unit an inch has; of pixels that is not known.
UNITS = {"mm10": 254.0, "inch1200": 1200.0, "pixel": 0.0}

_PAGE = re.compile(rb"<(?:[\w.-]+:)?Page[\s>]")


def sniff(data: bytes) -> bool:
    """Whether a file is ALTO."""
    return b"alto" in data[:4096].replace(b"\0", b"").lower() and root_of(data) == "alto"


def read(data: bytes, name: str) -> Issue:
    """The pages of an ALTO file.

    Raises:
        Unreadable: it is damaged, or has no text.
    """
    root = parse(data)
    if root.tag != "alto":
        raise Unreadable("is no ALTO after all; get the file again.")
    file = _File.of(root)
    layouts = list(children(root, "Layout"))
    found = [page for layout in layouts for page in children(layout, "Page")]
    pages = tuple(_page(file, page, number, name) for number, page in enumerate(found, 1))
    if not any(page.source.text for page in pages):
        raise Unreadable("is ALTO without any text; was the page recognised?")
    return Issue(id=PurePath(name).stem, pages=pages)


def count(data: bytes) -> int:
    """How many pages an ALTO file has; not looked into further than that needs."""
    tags = len(_PAGE.findall(data))
    if tags <= 1:
        return 1
    return max(1, sum(1 for layout in children(parse(data), "Layout") for _ in children(layout, "Page")))


@dataclass(frozen=True, slots=True)
class _Style:
    """The type of a TextStyle."""

    font: str = ""
    size: float | None = None
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _File:
    """What holds for all pages of a file: how large its units are, and the styles of type."""

    scale: Scale
    styles: dict[str, _Style]

    @classmethod
    def of(cls, root: Element) -> _File:
        """What the head of a file tells."""
        told = child(child(root, "Description"), "MeasurementUnit")
        unit = (told.text or "").strip() if told is not None else ""
        unit = unit if unit in UNITS else "mm10"  # what ALTO says is meant where a file does not tell
        styles = {}
        for style in children(child(root, "Styles"), "TextStyle"):
            size = number(style.get("FONTSIZE"))
            bold = "bold" in (style.get("FONTSTYLE") or "")
            styles[style.get("ID", "")] = _Style(style.get("FONTFAMILY", ""), size if size and size > 0 else None, bold)
        return cls(Scale.of_pixels((UNITS[unit],) * 2), styles)

    def box(self, element: Element) -> Box | None:
        """Where an element stands, in points, if it says so."""
        sides = [number(element.get(key)) for key in ("HPOS", "VPOS", "WIDTH", "HEIGHT")]
        if any(side is None for side in sides):
            return None
        left, top, width, height = (side for side in sides if side is not None)
        return self.scale.box(left, top, left + width, top + height)

    def style(self, *elements: Element) -> _Style:
        """The type of an element: its own styles, then those of what it is in."""
        found = _Style()
        for element in elements:
            for key in (element.get("STYLEREFS") or "").split():
                style = self.styles.get(key, _Style())
                found = _Style(found.font or style.font, found.size or style.size, found.bold or style.bold)
        return found


def _page(file: _File, page: Element, place: int, name: str) -> Page:
    """A page of a file."""
    width, height = (number(page.get(key)) or 0.0 for key in ("WIDTH", "HEIGHT"))
    lines: list[Placed | None] = []
    shapes: list[Box | None] = []
    pictures: list[Box | None] = []
    for element, block in _walk(page):
        if element.tag == "TextLine":
            lines.append(_line(file, element, block))
        else:
            (shapes if element.tag == "GraphicalElement" else pictures).append(file.box(element))
    size = file.scale.size(width, height)
    return page_of_file(lines, size, file.scale, name=name, number=place, shapes=shapes, pictures=pictures)


def _walk(page: Element) -> Iterator[tuple[Element, Element]]:
    """The lines, pictures and graphics of a page in the order of the file, each with the block that it is in."""
    stack: list[tuple[Element, Element]] = [(page, page)]
    while stack:
        element, block = stack.pop()
        if element.tag in ("TextLine", "Illustration", "GraphicalElement"):
            yield element, block
        else:
            inner = element if element.tag in ("TextBlock", "ComposedBlock") else block
            stack += [(each, inner) for each in reversed(element)]


def _line(file: _File, line: Element, block: Element) -> Placed | None:
    """A line, with its place if the file tells it."""
    style = file.style(*list(children(line, "String"))[:1], line, block)
    # Sizes of type are in points; where boxes are in pixels of a size that is not known, the two do not go together.
    size = None if file.scale.assumed else style.size
    return line_of(_parts(file, line), file.box(line), size=size, font=style.font, bold=style.bold)


def _parts(file: _File, line: Element) -> Iterator[Part]:
    """The words of a line; or their characters, where the file has the boxes of those."""
    space = False
    for each in line:
        if each.tag == "SP":
            space = True
        elif each.tag in ("String", "HYP"):
            word = Part(each.get("CONTENT", ""), file.box(each), number(each.get("WC")), space)
            glyphs = [
                Part(glyph.get("CONTENT", ""), file.box(glyph), number(glyph.get("GC")), space and not at)
                for at, glyph in enumerate(children(each, "Glyph"))
            ]
            yield from glyphs if "".join(glyph.text for glyph in glyphs) == word.text else [word]
            space = False
