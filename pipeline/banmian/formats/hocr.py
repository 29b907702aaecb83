"""hOCR 1.2: the texts of a page as HTML with boxes, which a browser shows and OCR tools read.

An article is an `ocr_section`, each of its texts an `ocr_par` whose second class tells what it is (`banmian_headline`),
in reading order; page furniture comes last. Places are in pixels of the page at 300 dpi (`scan_res`). A page of raw
text has no places, and no bbox is made up for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from banmian import __version__
from banmian.formats import places
from banmian.formats.pieces import Piece, pieces, printed_lines
from banmian.formats.xml import DECLARATION, element, lines, name_of
from banmian.formats.xml import text as escaped
from banmian.model import Page, Role
from banmian.trace import Span

_DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
_HEADS = {Role.KICKER: "h3", Role.HEADLINE: "h2", Role.DECK: "h3", Role.SUBHEAD: "h4"}


def dumps(page: Page) -> str:
    """A page as hOCR."""
    found = [piece for piece in pieces(page) if piece.text]
    width, height = places.size(page)
    title = [f'image "{page.source.name.replace(chr(34), chr(39)).replace(";", ",")}"', "ppageno 0"]
    if page.layout is not None:
        title += [f"bbox 0 0 {width} {height}", f"scan_res {places.DPI} {places.DPI}"]
    sections = [_article(page, number, found) for number in range(len(page.articles))]
    rest = [_text(page, piece) for piece in found if piece.article is None]
    sheet = element("div", {"class": "ocr_page", "id": "page_1", "title": "; ".join(title)}, lines(*sections, *rest))
    meta = (
        element("meta", {"http-equiv": "Content-Type", "content": "text/html; charset=utf-8"}),
        element("meta", {"name": "ocr-system", "content": f"banmian {__version__}"}),
        element("meta", {"name": "ocr-capabilities", "content": "ocr_page ocr_section ocr_par ocr_line"}),
        element("meta", {"name": "ocr-number-of-pages", "content": "1"}),
    )
    head = element("head", {}, lines(element("title", {}, escaped(page.id)), *meta))
    root = {"xmlns": "http://www.w3.org/1999/xhtml", "lang": "zh", "xml:lang": "zh"}
    body = element("html", root, lines(head, element("body", {}, lines(sheet))))
    return f"{DECLARATION}{_DOCTYPE}{body}\n"


def _article(page: Page, number: int, found: Sequence[Piece]) -> str:
    own = [piece for piece in found if piece.article == number]
    attributes = {"class": "ocr_section", "id": name_of(page.articles[number].id)}
    return element("div", attributes, lines(*(_text(page, piece) for piece in own))) if own else ""


def _text(page: Page, piece: Piece) -> str:
    printed = [(text, spans) for text, spans in printed_lines(page, piece) if text]
    if "".join(text for text, _ in printed) != piece.text:  # its source is not that of the page: one line, as it reads
        printed = [(piece.text, ())]
    rows = [_line(page, f"{piece.id}L{at:03}", text, spans) for at, (text, spans) in enumerate(printed, 1)]
    title = _bbox(page, piece.spans)
    attributes = {"class": f"ocr_par banmian_{piece.role.value}", "id": piece.id, "title": title}
    return element(_HEADS.get(piece.role, "p"), attributes, "".join(rows))


def _line(page: Page, name: str, text: str, spans: Sequence[Span]) -> str:
    title = _bbox(page, spans)
    sure = places.sureness(page, spans)
    if title and sure is not None:
        title += f"; x_wconf {round(100 * sure)}"
    return element("span", {"class": "ocr_line", "id": name, "title": title}, escaped(text))


def _bbox(page: Page, spans: Sequence[Span]) -> str | None:
    place = places.place(page, spans)
    return None if place is None else "bbox {} {} {} {}".format(*place)
