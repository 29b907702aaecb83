"""PAGE XML (PRImA, 2019-07-15): the texts of a page in their regions and lines, with where they stand.

Each text of a page is a TextRegion: heads, paragraphs, subheads, captions, page furniture; `type` tells what it is as
far as PAGE has a word for it, `custom` tells its role and article. ReadingOrder has an ordered group for each article.
What is drawn is there too: SeparatorRegion for rules, ImageRegion for pictures. Places are in pixels of the page at 300
dpi.

PAGE wants a place for everything. A page of raw text has none: there all is at the point 0,0, and the page has no size.
`Created` is always the same, for a result is the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from banmian import __version__
from banmian.formats import places
from banmian.formats.pieces import Piece, pieces, printed_lines
from banmian.formats.places import Pixels
from banmian.formats.xml import DECLARATION, element, lines, name_of
from banmian.formats.xml import text as escaped
from banmian.model import Page, Role
from banmian.trace import Span

NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"

_CREATED = "1970-01-01T00:00:00"
_NOWHERE = "0,0 0,0"
_TYPES = {
    Role.KICKER: "heading",
    Role.HEADLINE: "heading",
    Role.DECK: "heading",
    Role.SUBHEAD: "heading",
    Role.CAPTION: "caption",
    Role.BYLINE: "credit",
    Role.TAGLINE: "credit",
    Role.FOLIO: "header",
    Role.IMPRINT: "footer",
    Role.EDITOR: "credit",
    Role.NOTICE: "other",
    Role.ADVERT: "other",
    Role.UNPLACED: "other",
}


def dumps(page: Page) -> str:
    """A page as PAGE XML."""
    found = [piece for piece in pieces(page) if piece.text]
    width, height = places.size(page)
    attributes = {"imageFilename": page.source.name or page.id, "imageWidth": str(width), "imageHeight": str(height)}
    if page.layout is not None:
        dpi = str(places.DPI)
        attributes |= {"imageXResolution": dpi, "imageYResolution": dpi, "imageResolutionUnit": "PPI"}
    regions = [_region(page, piece) for piece in found]
    body = element(
        "PcGts",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{NAMESPACE} {NAMESPACE}/pagecontent.xsd",
            "pcGtsId": name_of(page.id),
        },
        lines(_metadata(), element("Page", attributes, lines(_order(page, found), *regions, *_drawn(page)))),
    )
    return f"{DECLARATION}{body}\n"


def _metadata() -> str:
    return element(
        "Metadata",
        {},
        lines(
            element("Creator", {}, f"banmian {__version__}"),
            element("Created", {}, _CREATED),
            element("LastChange", {}, _CREATED),
        ),
    )


def _order(page: Page, found: Sequence[Piece]) -> str:
    """Each article is an order of its own; between articles a page has none."""
    groups = []
    for number, article in enumerate(page.articles):
        own = [piece for piece in found if piece.article == number]
        refs = [element("RegionRefIndexed", {"index": str(at), "regionRef": piece.id}) for at, piece in enumerate(own)]
        if refs:
            custom = f"article {{id:{article.id};}}"
            groups.append(element("OrderedGroup", {"id": f"A{number + 1:04}", "custom": custom}, lines(*refs)))
    if not groups:
        return ""
    return element("ReadingOrder", {}, lines(element("UnorderedGroup", {"id": "ORDER"}, lines(*groups))))


def _region(page: Page, piece: Piece) -> str:
    custom = f"role {{type:{piece.role.value};}}"
    if piece.article is not None:
        custom += f" article {{id:{page.articles[piece.article].id};}}"
    attributes = {"id": piece.id, "type": _TYPES.get(piece.role, "paragraph"), "custom": custom}
    printed = [(text, spans) for text, spans in printed_lines(page, piece) if text]
    if "".join(text for text, _ in printed) != piece.text:  # its source is not that of the page: one line, as it reads
        printed = [(piece.text, ())]
    rows = [_line(page, f"{piece.id}L{at:03}", text, spans) for at, (text, spans) in enumerate(printed, 1)]
    around = _points(places.place(page, piece.spans))
    return element("TextRegion", attributes, lines(element("Coords", {"points": around}), *rows, _reads(piece.text)))


def _line(page: Page, name: str, text: str, spans: Sequence[Span]) -> str:
    coords = element("Coords", {"points": _points(places.place(page, spans))})
    return element("TextLine", {"id": name}, lines(coords, _reads(text, places.sureness(page, spans))))


def _reads(text: str, sure: float | None = None) -> str:
    conf = {"conf": None if sure is None else f"{sure:.4f}"}
    return element("TextEquiv", conf, element("Unicode", {}, escaped(text)))


def _points(place: Pixels | None) -> str:
    if place is None:
        return _NOWHERE
    left, top, right, bottom = place
    return f"{left},{top} {right},{top} {right},{bottom} {left},{bottom}"


def _drawn(page: Page) -> Iterable[str]:
    if page.layout is None:
        return
    kinds = (("SeparatorRegion", "S", page.layout.rules), ("ImageRegion", "I", page.layout.pictures))
    for name, mark, boxes in kinds:
        for at, box in enumerate(boxes, 1):
            yield element(name, {"id": f"{mark}{at:04}"}, element("Coords", {"points": _points(places.pixels(box))}))
