"""Read the text layer of a PDF: every page with its lines, and where they stand.

PDFium gives the characters, their boxes and their type (`pdf_glyphs`); lines are made of them by where they stand
(`setting`), not by what the file says, which is only the order of drawing. Pages that are stored turned are turned
upright, by what the file says or by how most of the characters stand. An invisible layer, which OCR engines lay under a
scan, is text like any other.

Why pypdfium2: it is PDFium, the library of a browser that meets broken files every day; it ships for all platforms, has
no dependencies, and a licence that fits ours (Apache-2.0 or BSD).
"""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING

from banmian.model import Flag, Issue, Page, Source
from banmian.readers import Unreadable
from banmian.readers.pdf_pictures import recognised_pages
from banmian.trace import Trace

if TYPE_CHECKING:
    import pypdfium2

# The largest Sunday paper had some 1600 pages; an issue of a Chinese daily has 4 to 100.
MAX_PAGES = 2000

NOTES = {
    "page.damaged": "this page of the PDF is damaged, and no text could be read from it",
    "page.no-text": "this page of the PDF has no text, only pictures: it needs OCR",
}
_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024  # readers accept some bytes before it


def sniff(data: bytes) -> bool:
    """Whether a file is a PDF."""
    return _MAGIC in data[:_MAGIC_WITHIN]


def read(data: bytes, name: str, *, engine: str | None = None) -> Issue:
    """The pages of a PDF, in its order.

    A page without text is read from its picture, if there is an OCR engine. A page that is damaged or that stays
    without text is there, empty, and a flag says so, as long as any page has text.

    Args:
        data: the bytes of the file.
        name: what it is called.
        engine: the name of the OCR engine for pages without text; the default one if not told.

    Raises:
        Unreadable: the file is damaged, or locked with a password, or has no text at all.
    """
    import pypdfium2  # noqa: PLC0415  an extra; and only who reads a PDF waits for it

    stem = PurePath(name).stem
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(_refusal(str(error))) from error
    try:
        count = len(document)
        if not 0 < count <= MAX_PAGES:
            many = f"has {count:,} pages, more than {MAX_PAGES:,}; give banmian one issue a file."
            raise Unreadable(many if count > 0 else "is a PDF without pages: it is cut off or damaged; get it again.")
        pages = [_page(document, number, name) for number in range(count)]
        pages, failed = recognised_pages(document, pages, name, engine)
    finally:
        document.close()
    if not any(page.source.text for page in pages):
        if all(_flagged(page, "page.damaged") for page in pages):
            raise Unreadable("is a PDF whose pages are all damaged; get the file again.")
        raise Unreadable(f"is a PDF of pictures without a text layer{failed}")
    return Issue(id=stem, pages=tuple(pages))


def _page(document: pypdfium2.PdfDocument, number: int, name: str) -> Page:
    """A page of a document; empty, with a flag, where it cannot be read."""
    import pypdfium2  # noqa: PLC0415

    from banmian.readers.pdf_glyphs import TooMuch, glyphs  # noqa: PLC0415  numpy
    from banmian.readers.setting import set_lines  # noqa: PLC0415

    flags: tuple[Flag, ...] = ()
    text, layout = "", None
    try:
        page = document[number]
        try:
            text, layout = set_lines(glyphs(page))
        finally:
            page.close()
    except (pypdfium2.PdfiumError, TooMuch):
        flags = (Flag("page.damaged", NOTES["page.damaged"]),)
    else:
        if not text:
            flags = (Flag("page.no-text", NOTES["page.no-text"]),)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Page(
        id=f"{PurePath(name).stem}-{number + 1:03d}",
        source=Source(name=name, text=text, sha256=sha256),
        trace=Trace(text),
        flags=flags,
        layout=layout,
    )


def _flagged(page: Page, kind: str) -> bool:
    return any(flag.kind == kind for flag in page.flags)


def _refusal(error: str) -> str:
    """What is wrong with a PDF that does not open, in words that say what to do."""
    if "password" in error.lower():
        return "is a PDF locked with a password; save it without one: qpdf --decrypt --password=… FILE NEW_FILE."
    if "security" in error.lower():
        return "is a PDF encrypted in a way that is not known; save it without encryption."
    return "is a damaged PDF; get the file again, or try to repair it: qpdf FILE NEW_FILE."
