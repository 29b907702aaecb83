"""ALTO 4.4: the texts of a page in their blocks and lines, as libraries keep them beside the image of a page.

Each text of a page is a TextBlock: heads, paragraphs, subheads, captions, page furniture. Tags tell what it is
(`ROLE_…`) and which article has it (`ART…`), ReadingOrder and IDNEXT how each article reads. The ids of blocks are
those that METS refers to.

Where there are no boxes. A raw text does not tell where on the page a line stands. ALTO allows that HPOS, VPOS, WIDTH
and HEIGHT are left out, and where they are not known they are, on blocks and lines alike; nothing is made up. Where the
reader knows boxes they are given, in 1/1200 inch, the box of a block being that of its lines. MeasurementUnit, which
ALTO demands, stands even if nothing is measured. Blocks come in reading order, furniture last.

A String is what stands between two spaces of a line, so that it is a line or a clause rather than a word: Chinese sets
no spaces between words. The Strings and SPs of a block are its text, but for characters that XML cannot have (see
`banmian.formats.xml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from banmian import __version__
from banmian.formats.pieces import Piece, pieces, printed_lines
from banmian.formats.xml import DECLARATION, element, lines
from banmian.formats.xml import text as escaped
from banmian.layout import Box
from banmian.model import Page
from banmian.trace import Span

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
VERSION = "4.4"

_PER_POINT = 1200 / 72
_SPACE = re.compile(r"(?<=[^ ]) (?=[^ ])")


def dumps(page: Page) -> str:
    """A page as ALTO."""
    found = pieces(page)
    body = element(
        "alto",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{NAMESPACE} http://www.loc.gov/standards/alto/v4/alto-4-4.xsd",
            "SCHEMAVERSION": VERSION,
        },
        lines(_description(page), _tags(page, found), _reading_order(page, found), _layout(page, found)),
    )
    return f"{DECLARATION}{body}\n"


def _description(page: Page) -> str:
    identifier = (
        element("fileIdentifier", {"fileIdentifierLocation": "sha256"}, escaped(page.source.sha256))
        if page.source.sha256
        else ""
    )
    software = element("softwareName", {}, "banmian") + element("softwareVersion", {}, __version__)
    step = lines(
        element("processingCategory", {}, "contentModification"),
        element("processingStepDescription", {}, "articles and reading order from the raw text of the page"),
        element("processingSoftware", {}, software),
    )
    return element(
        "Description",
        {},
        lines(
            element("MeasurementUnit", {}, "inch1200"),
            element("sourceImageInformation", {}, element("fileName", {}, escaped(page.source.name)) + identifier),
            element("Processing", {"ID": "BANMIAN"}, step),
        ),
    )


def _tags(page: Page, found: Sequence[Piece]) -> str:
    roles = dict.fromkeys(piece.role for piece in found)
    layout = [element("LayoutTag", {"ID": f"ROLE_{role}", "TYPE": "role", "LABEL": role.value}) for role in roles]
    articles = [
        element("StructureTag", {"ID": _tag(number), "TYPE": "article", "LABEL": article.id})
        for number, article in enumerate(page.articles)
    ]
    return element("Tags", {}, lines(*layout, *articles)) if layout or articles else ""


def _reading_order(page: Page, found: Sequence[Piece]) -> str:
    """Each article is an order of its own; between articles a page has none."""
    groups = []
    for number in range(len(page.articles)):
        refs = [
            element("ElementRef", {"ID": f"R{piece.id}", "REF": piece.id}) for piece in found if piece.article == number
        ]
        if refs:
            groups.append(element("OrderedGroup", {"ID": f"O{_tag(number)}", "TAGREFS": _tag(number)}, lines(*refs)))
    return element("ReadingOrder", {}, element("UnorderedGroup", {"ID": "ORDER"}, lines(*groups))) if groups else ""


def _layout(page: Page, found: Sequence[Piece]) -> str:
    after = {one.id: two.id for one, two in pairwise(found) if one.article is not None and one.article == two.article}
    boxes = {line.span.start: line.box for line in page.lines if line.box is not None}
    blocks = [_block(page, piece, after.get(piece.id), boxes) for piece in found]
    digits = re.search(r"\d+", page.number)
    attributes = {
        "ID": "PAGE",
        "PHYSICAL_IMG_NR": str(int(digits[0])) if digits else "1",
        "PRINTED_IMG_NR": page.number or None,
        "LANG": "zh",
    }
    space = element("PrintSpace", {"ID": "SPACE"}, lines(*blocks))
    return element("Layout", {}, lines(element("Page", attributes, lines(space))))


def _block(page: Page, piece: Piece, after: str | None, boxes: dict[int, Box]) -> str:
    printed = [
        (text, [boxes[span.start] for span in spans if span.start in boxes]) for text, spans in _lines(page, piece)
    ]
    rows = []
    for number, (text, own) in enumerate(printed, 1):
        place = _place(own)
        parts = _SPACE.split(text)
        strings = element("SP").join(element("String", {"CONTENT": part}) for part in parts)
        rows.append(element("TextLine", {"ID": f"{piece.id}L{number:03}", **place}, strings))
    tags = f"ROLE_{piece.role}" + (f" {_tag(piece.article)}" if piece.article is not None else "")
    where = _place([box for _, own in printed for box in own])
    return element("TextBlock", {"ID": piece.id, "TAGREFS": tags, "IDNEXT": after, **where}, lines(*rows))


def _lines(page: Page, piece: Piece) -> list[tuple[str, Sequence[Span]]]:
    """The lines of a piece that have text; what an edit put between lines goes with the line before it."""
    found: list[tuple[str, Sequence[Span]]] = [(text, spans) for text, spans in printed_lines(page, piece) if text]
    if "".join(text for text, _ in found) != piece.text:  # its source is not that of the page: one line, as it reads
        return [(piece.text, ())] if piece.text else []
    return found


def _place(boxes: Iterable[Box]) -> dict[str, str | None]:
    """The attributes that say where something stands; none where that is not known."""
    known = list(boxes)
    if not known:
        return {}
    left, top = min(box.left for box in known), min(box.top for box in known)
    width, height = max(box.right for box in known) - left, max(box.bottom for box in known) - top
    return {"HPOS": _unit(left), "VPOS": _unit(top), "WIDTH": _unit(width), "HEIGHT": _unit(height)}


def _unit(points: float) -> str:
    return f"{points * _PER_POINT:.1f}"


def _tag(article: int) -> str:
    return f"ART{article + 1:04}"
