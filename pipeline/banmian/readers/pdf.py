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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from banmian.model import Flag, Issue, Page, Source
from banmian.readers import Unequipped, Unreadable
from banmian.readers.pdf_pictures import recognised_page
from banmian.trace import Trace

if TYPE_CHECKING:
    import pypdfium2

# The largest Sunday paper had some 1600 pages; an issue of a Chinese daily has 4 to 100.
MAX_PAGES = 2000

NOTES = {
    "page.damaged": "this page of the PDF is damaged, and no text could be read from it",
    "page.no-text": "this page of the PDF has no text, only pictures: it needs OCR",
    "page.blank": "this page of the PDF has no text, and an OCR engine found none on its picture",
}
_LACKING_KIND = "page.typeface-missing"
# Servers have few typefaces, and programs for papers leave those out of a PDF that every press has.
_LACKING = (
    "neither the PDF nor this machine has the typeface of this text, so it was left out: {}; install a Chinese typeface"
    " (on Debian: apt-get install fonts-noto-cjk) and read it again"
)
_BLANK = ": no text was found on its pages."
_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024  # readers accept some bytes before it


def sniff(data: bytes) -> bool:
    """Whether a file is a PDF."""
    return _MAGIC in data[:_MAGIC_WITHIN]


def read(data: bytes, name: str, *, ocr: str | None = None) -> Issue:
    """The pages of a PDF, in its order.

    A page without text is read from its picture, if there is an OCR engine. A page that is damaged or that stays
    without text is there, empty, and a flag says so, as long as any page has text. Another flag says where text could
    not be read for want of its typeface.

    Args:
        data: the bytes of the file.
        name: what it is called.
        ocr: the name of the OCR engine for pages without text; the default one if not told.

    Raises:
        Unreadable: the file is damaged, or locked with a password, or has no text at all.
    """
    with _opened(data) as document:
        read = [_recognised(document, number, name, ocr) for number in range(len(document))]
    found = tuple(page for page, _ in read)
    if not any(page.source.text for page in found):
        if all(_flagged(page, "page.damaged") for page in found):
            raise Unreadable("is a PDF whose pages are all damaged; get the file again.")
        lacking = (flag.note for page in found for flag in page.flags if flag.kind == _LACKING_KIND)
        if note := next(lacking, ""):
            raise Unreadable(f"is a PDF of which nothing can be read: {note}.")
        failed = next((why for _, why in read if why), "")
        kind = Unequipped if failed else Unreadable
        raise kind(f"is a PDF of pictures without a text layer{failed or _BLANK}")
    return Issue(id=PurePath(name).stem, pages=found)


def count(data: bytes | Path) -> int:
    """How many pages a PDF has.

    Raises:
        Unreadable: as `read`.
    """
    with _opened(data) as document:
        return len(document)


def pages(data: bytes, name: str, wanted: Iterable[int], *, ocr: str | None = None) -> Iterator[Page | Unreadable]:
    """Some pages of a PDF, by their numbers from 1, each read when it is asked for; where one cannot be read, why.

    A page on which there is nothing to read is empty, and a flag says so.

    Raises:
        Unreadable: as `read`, of the file as a whole.
    """
    with _opened(data) as document:
        for number in wanted:
            page, failed = _recognised(document, number - 1, name, ocr)
            if _flagged(page, "page.damaged"):
                yield Unreadable(f"{NOTES['page.damaged']}; get the file again.")
            elif failed:
                yield Unequipped(f"this page is a picture without a text layer{failed}")
            else:
                yield page


@contextmanager
def _opened(data: bytes | Path) -> Iterator[pypdfium2.PdfDocument]:
    """A PDF with as many pages as a file may have, at least one; raises Unreadable."""
    import pypdfium2  # noqa: PLC0415  an extra; and only who reads a PDF waits for it

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(_refusal(str(error))) from error
    try:
        many = len(document)
        if many <= 0:
            raise Unreadable("is a PDF without pages: it is cut off or damaged; get it again.")
        if many > MAX_PAGES:
            raise Unreadable(f"has {many:,} pages, more than {MAX_PAGES:,}; give banmian one issue a file.")
        yield document
    finally:
        document.close()


def _recognised(document: pypdfium2.PdfDocument, number: int, name: str, ocr: str | None) -> tuple[Page, str]:
    """A page, read from its picture if it has no text; and why that could not be, if so, as the end of a sentence."""
    page = _page(document, number, name)
    if not _flagged(page, "page.no-text"):
        return page, ""
    seen = recognised_page(document, number, name, ocr)
    if isinstance(seen, str):
        return page, seen
    if seen.source.text:
        return seen, ""
    others = (flag for flag in page.flags if flag.kind != "page.no-text")
    return replace(page, flags=(*others, Flag("page.no-text", NOTES["page.blank"]))), ""


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
            found = glyphs(page)
            text, layout = set_lines(found)
        finally:
            page.close()
    except (pypdfium2.PdfiumError, TooMuch):
        flags = (Flag("page.damaged", NOTES["page.damaged"]),)
    else:
        if found.lacking:
            flags = (Flag(_LACKING_KIND, _LACKING.format(", ".join(found.lacking))),)
        if not text:  # a layer under a scan may lack its typeface as well, and the picture is there to be read
            flags = (*flags, Flag("page.no-text", NOTES["page.no-text"]))
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
