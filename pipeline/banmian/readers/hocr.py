"""Read hOCR: HTML with boxes, as Tesseract, OCRopus and Kraken make it; many pages a file if it has them.

Measures are pixels; the page tells how many an inch has (`scan_res`), else they are read as at 300 dpi, and the page
says so (`page.resolution-assumed`). Why Python's own `html.parser`: hOCR is mostly no XML, it never fetches anything,
and knows no entities but those of HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import PurePath

from banmian.decode import DecodeError, decode
from banmian.layout import Box, PageSize
from banmian.model import Issue, Page
from banmian.readers import HEAD, Unreadable
from banmian.readers.placing import Part, Placed, Scale, line_of, page_of_file
from banmian.readers.trees import MAX_DEPTH, MAX_ELEMENTS, number

_LINES = frozenset(("ocr_line", "ocrx_line", "ocr_header", "ocr_footer", "ocr_caption", "ocr_textfloat"))
_WORDS = frozenset(("ocrx_word", "ocr_word"))
_CHARS = frozenset(("ocrx_cinfo", "ocr_cinfo"))
_PICTURES = frozenset(("ocr_photo", "ocr_image", "ocr_float", "ocr_linedrawing"))
_RULES = frozenset(("ocr_separator",))
_KINDS = _LINES | _WORDS | _CHARS | _PICTURES | _RULES | {"ocr_page"}
# Elements of HTML that have no end.
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)

_MARK = re.compile(rb"ocr[-_](?:page|system|capabilities)|ocrx?_(?:line|word)")
_PAGE = re.compile(rb"ocr_page[\s\"']")


def sniff(data: bytes) -> bool:
    """Whether a file is hOCR."""
    head = data[:HEAD].replace(b"\0", b"")
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<" and _MARK.search(head) is not None


def read(data: bytes, name: str) -> Issue:
    """The pages of an hOCR file.

    Raises:
        Unreadable: it is damaged, or has no text.
    """
    try:
        text = decode(data, name=name).text
    except DecodeError as error:
        raise Unreadable(f"{error.what} {error.remedy}") from error
    reader = _Reader()
    reader.feed(text)
    reader.close()
    pages = tuple(_page(page, place, name) for place, page in enumerate(reader.pages, 1))
    if not any(page.source.text for page in pages):
        raise Unreadable("is hOCR without any text; was the page recognised?")
    return Issue(id=PurePath(name).stem, pages=pages)


def count(data: bytes) -> int:
    """How many pages an hOCR file has; not looked into further than that needs."""
    return 1 if len(_PAGE.findall(data)) <= 1 else max(1, len(read(data, "").pages))


@dataclass(slots=True)
class _Node:
    """An element of hOCR: what it is, what its title says, and what is in it."""

    kind: str
    title: dict[str, str] = field(default_factory=dict)
    inner: list[_Node | str] = field(default_factory=list)
    bold: bool = False

    def text(self) -> str:
        """The characters in it."""
        return "".join(each if isinstance(each, str) else each.text() for each in self.inner)


class _Reader(HTMLParser):
    """Collects the pages of a file."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pages: list[_Node] = []
        self._open: list[tuple[str, _Node | None]] = []
        self._count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) > MAX_DEPTH:
            raise Unreadable("is hOCR with more in it than a page can have.")
        values = {key: value or "" for key, value in attrs}
        kind = next((each for each in values.get("class", "").split() if each in _KINDS), "")
        node = _Node(kind, _title(values.get("title", ""))) if kind else None
        inside = self._inside()
        if node is not None:
            if kind == "ocr_page":
                self.pages.append(node)
            elif inside is not None:
                inside.inner.append(node)
            else:  # a file of lines without a page
                page = _Node("ocr_page", inner=[node])
                self.pages.append(page)
                self._open.insert(0, ("", page))
        elif inside is not None and tag in ("strong", "b"):
            inside.bold = True
        if tag not in _VOID:
            self._open.append((tag, node))

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        inside = self._inside()
        if inside is not None:
            inside.inner.append(data)

    def _inside(self) -> _Node | None:
        return next((node for _, node in reversed(self._open) if node is not None), None)


def _title(text: str) -> dict[str, str]:
    """What a title says: properties set apart by semicolons, each a name and its values.

    >>> _title('image "a.png"; bbox 0 0 750 1051; x_wconf 75.8')
    {'image': '"a.png"', 'bbox': '0 0 750 1051', 'x_wconf': '75.8'}
    """
    found = {}
    for each in text.split(";"):
        key, _, value = each.strip().partition(" ")
        if key:
            found[key] = value.strip()
    return found


def _numbers(node: _Node, key: str) -> list[float]:
    found = [number(value) for value in node.title.get(key, "").split()]
    return [value for value in found if value is not None]


def _box(scale: Scale, node: _Node, key: str = "bbox") -> Box | None:
    """Where an element stands, in points, if it says so."""
    sides = _numbers(node, key)
    return scale.box(*sides[:4]) if len(sides) >= 4 else None


def _page(page: _Node, place: int, name: str) -> Page:
    """A page of a file."""
    scale = Scale.of_pixels(_numbers(page, "scan_res"))
    sheet = _box(scale, page)
    found = list(_walk(page))
    return page_of_file(
        [_line(scale, node) for node in found if node.kind in _LINES],
        PageSize(sheet.right, sheet.bottom) if sheet else PageSize(0.0, 0.0),
        scale,
        name=name,
        number=place,
        shapes=[_box(scale, node) for node in found if node.kind in _RULES],
        pictures=[_box(scale, node) for node in found if node.kind in _PICTURES],
    )


def _walk(node: _Node) -> Iterator[_Node]:
    """The lines, pictures and rules in an element, in the order of the file; no lines in lines."""
    for each in node.inner:
        if isinstance(each, str):
            continue
        yield each
        if each.kind not in _LINES:
            yield from _walk(each)


def _line(scale: Scale, line: _Node) -> Placed | None:
    """A line, with its place if the file tells it."""
    box = _box(scale, line)
    size = _numbers(line, "x_fsize")  # in points, so of no use where boxes are in pixels of a size that is not known
    angle = _numbers(line, "textangle")
    parts = list(_parts(scale, line))
    return line_of(
        parts or [Part(line.text(), box)],
        box,
        size=size[0] if size and size[0] > 0 and not scale.assumed else None,
        font=line.title.get("x_font", "").strip("'\""),
        bold=any(isinstance(each, _Node) and each.bold for each in line.inner),
        vertical=True if angle and round(angle[0] / 90) % 2 else None,
    )


def _parts(scale: Scale, line: _Node) -> Iterator[Part]:
    """The words of a line; or their characters, where the file has the boxes of those."""
    for each in line.inner:
        if isinstance(each, str):
            continue
        if each.kind in _CHARS:
            yield Part(each.text().strip(), _char_box(scale, each), _sure(each))
        elif each.kind in _WORDS:
            chars = [node for node in each.inner if isinstance(node, _Node) and node.kind in _CHARS]
            # White space between elements is that of the file, not of the page.
            text = " ".join(each.text().split())
            if chars and "".join(node.text().strip() for node in chars) == "".join(text.split()):
                sure = _sure(each)
                for at, node in enumerate(chars):
                    yield Part(node.text().strip(), _char_box(scale, node), _sure(node) or sure, not at)
            else:
                yield Part(text, _box(scale, each), _sure(each), space=True)


def _char_box(scale: Scale, node: _Node) -> Box | None:
    return _box(scale, node, "x_bboxes" if "x_bboxes" in node.title else "bbox")


def _sure(node: _Node) -> float | None:
    """How sure the engine is, from 0 to 1; the file has per cent."""
    told = [*_numbers(node, "x_wconf"), *_numbers(node, "x_conf"), *_numbers(node, "x_confs")]
    return sum(told) / len(told) / 100 if told else None
