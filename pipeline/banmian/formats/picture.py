"""A picture of what was decided: the page, each story's blocks outlined in one colour and numbered in reading order.

Why SVG: it is text, shown by every browser, sharp at any size, and needs no library; each outline says on pointing at
it what it is. The picture of the page is inside of the file; where there is none (ALTO without its scan) its lines are
written where they stand.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from banmian.formats.pieces import Piece, pieces
from banmian.formats.xml import DECLARATION, element, lines
from banmian.formats.xml import text as escaped
from banmian.geometry.boxes import boxes
from banmian.layout import Box, Layout
from banmian.model import Page

# Ten colours that are told apart on paper and on a screen, by most who see colours differently too (Okabe and Ito, and
# darker shades of theirs).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56607a", "#e69f00", "#7b3294", "#1b7837", "#b2182b", "#35978f")
FURNITURE = "#888888"

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class NoPlaces(ValueError):
    """A page without a layout: there is nothing to draw."""


def dumps(page: Page, *, picture: bytes | None = None) -> str:
    """A page as an SVG picture.

    Args:
        page: with its articles.
        picture: a JPEG of the page, as large as its layout.

    Raises:
        NoPlaces: nothing tells where its lines stand.
    """
    layout = page.layout
    if layout is None:
        raise NoPlaces("has no boxes: nothing tells where its lines stand; show it without --image")
    width, height = (max(1.0, side) for side in layout.size)
    ground = _photo(picture, width, height) if picture else _lines(page, layout)
    outlines = [line for piece, mark, colour in _marked(page) for line in _outlines(page, layout, piece, mark, colour)]
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {width:g} {height:g}",
        "width": f"{width:g}pt",
        "height": f"{height:g}pt",
        "font-family": "sans-serif",
    }
    paper = element("rect", {"width": f"{width:g}", "height": f"{height:g}", "fill": "#ffffff"})
    title = element("title", {}, escaped(page.id))
    return f"{DECLARATION}{element('svg', attributes, lines(title, paper, *ground, *outlines))}\n"


def letter(number: int) -> str:
    """What a story is called: A to Z, then AA and so on.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    found = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, len(_LETTERS))
        found = _LETTERS[rest] + found
    return found


def _marked(page: Page) -> Iterator[tuple[Piece, str, str]]:
    """The texts of a page, each with its number in its story and the colour of that."""
    counts: dict[int, int] = {}
    for piece in pieces(page):
        if piece.article is None:
            yield piece, "", FURNITURE
            continue
        counts[piece.article] = counts.get(piece.article, 0) + 1
        colour = COLOURS[piece.article % len(COLOURS)]
        yield piece, f"{letter(piece.article)}{counts[piece.article]}", colour


def _outlines(page: Page, layout: Layout, piece: Piece, mark: str, colour: str) -> Iterator[str]:
    """The outlines of one text, the first with its number in the margin."""
    unit = max(1.0, *layout.size) / 150
    what = f"{mark} {piece.role.value}".strip()
    if piece.article is not None:
        article = page.articles[piece.article]
        head = article.headline.text if article.headline else article.id
        what = f"{what}: {head} ({article.confidence:.2f})"
    for number, box in enumerate(boxes(piece.spans, layout)):
        shape = {
            **_corners(box),
            "fill": colour,
            "fill-opacity": "0.08",
            "stroke": colour,
            "stroke-width": f"{unit / 5:.2f}",
            "stroke-dasharray": None if piece.article is not None else f"{unit / 2:.2f}",
        }
        yield element("rect", shape, element("title", {}, escaped(what)))
        if number == 0 and mark:
            across, high = unit * (0.62 * len(mark) + 0.5), unit * 1.3
            left = max(0.0, box.left - across)
            tag = {"x": f"{left:.2f}", "y": f"{box.top:g}", "width": f"{across:.2f}", "height": f"{high:.2f}"}
            yield element("rect", {**tag, "fill": colour})
            words = {"x": f"{left + unit / 4:.2f}", "y": f"{box.top + unit:.2f}", "font-size": f"{unit:.2f}"}
            yield element("text", {**words, "fill": "#ffffff"}, mark)


def _corners(box: Box) -> dict[str, str]:
    return {"x": f"{box.left:g}", "y": f"{box.top:g}", "width": f"{box.width:g}", "height": f"{box.height:g}"}


def _photo(picture: bytes, width: float, height: float) -> list[str]:
    data = f"data:image/jpeg;base64,{b64encode(picture).decode()}"
    return [element("image", {"width": f"{width:g}", "height": f"{height:g}", "href": data})]


def _lines(page: Page, layout: Layout) -> list[str]:
    """The lines of a page as text, where they stand, and what is drawn on it."""
    found = [element("rect", {**_corners(box), "fill": "#dddddd"}) for box in (*layout.pictures, *layout.rules)]
    for line in layout.lines:
        box = line.box
        text = page.source.text[line.span.start : line.span.end]
        attributes = {"font-size": f"{line.size:g}", "font-weight": "bold" if line.bold else None}
        if line.vertical:
            # Each character by itself: browsers that set text downwards keep to no length, and need fonts made for it.
            step = box.height / len(text)
            tops = line.chars[:-1] or [box.top + at * step for at in range(len(text))]
            attributes |= {"x": " ".join([f"{box.left:g}"] * len(text))}
            attributes |= {"y": " ".join(f"{top + 0.88 * line.size:.4g}" for top in tops)}
        else:
            attributes |= {
                "x": f"{box.left:g}",
                "y": f"{box.bottom - 0.12 * line.size:g}",
                "textLength": f"{box.width:g}",
            }
        found.append(element("text", attributes, escaped(text)))
    return found
