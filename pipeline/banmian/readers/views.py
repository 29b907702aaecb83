"""The picture of a page, to draw on: of a PDF as PDFium shows it, of a picture as it was read."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from banmian.layout import Layout, PageSize
from banmian.readers import MissingExtra, Unreadable, reader_of

if TYPE_CHECKING:
    from PIL import Image

    from banmian.readers.halves import Shown

# Enough to read the text of a newspaper page on a screen; a page is some 500 kB then.
DPI = 110.0
_QUALITY = 70


class View(NamedTuple):
    """A page of a file: the bytes of the file, which of its pages, from 0, and its layout."""

    data: bytes
    number: int
    layout: Layout


def view(page: View) -> bytes | None:
    """A page of a file as a JPEG, in the frame of its layout; None where the file has no picture of it.

    Raises:
        MissingExtra: drawing it needs an extra that is not installed.
        Unreadable: the page cannot be drawn.
    """
    image = _image(page)
    return None if image is None else _jpeg(image)


def view_of_halves(pages: Sequence[View], halves: Sequence[Shown], size: PageSize) -> bytes | None:
    """A page that was put together from halves as a JPEG; None where a file has no picture of its half.

    Args:
        pages: the halves.
        halves: where each lies on the whole page.
        size: of the whole page.

    Raises:
        MissingExtra, Unreadable: as `view`.
    """
    images = [image for page in pages if (image := _image(page)) is not None]
    if len(images) < len(pages):
        return None
    from PIL import Image  # noqa: PLC0415  an extra

    paper = Image.new("L", _pixels(size), 255)
    for image, (place, part) in zip(images, halves, strict=True):
        across, down = image.width / (place.width or 1.0), image.height / (place.height or 1.0)
        own = (
            round((part.left - place.left) * across),
            round((part.top - place.top) * down),
            round((part.right - place.left) * across),
            round((part.bottom - place.top) * down),
        )
        cropped = image.crop(own).resize(_pixels(PageSize(part.width, part.height)))
        paper.paste(cropped, (round(part.left * DPI / 72), round(part.top * DPI / 72)))
    return _jpeg(paper)


def _pixels(size: PageSize) -> tuple[int, int]:
    return max(1, round(size.width * DPI / 72)), max(1, round(size.height * DPI / 72))


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _image(page: View) -> Image.Image | None:
    """A page as a picture, no finer than DPI."""
    data, number, layout = page
    kind = reader_of(data).name
    if kind not in ("pdf", "pictures"):
        return None
    if find_spec("PIL") is None:
        raise MissingExtra("a page whose picture is to be shown", "ocr")
    image, dpi = _of_pdf(data, number, layout) if kind == "pdf" else _of_picture(data, number)
    if layout.size.width <= 0 or layout.size.height <= 0:
        return None
    if abs(image.width / image.height / (layout.size.width / layout.size.height) - 1) > 0.02:
        return None  # its lines were read turned by a quarter, which the file does not say
    return image.resize(_pixels(layout.size)) if dpi > DPI else image


def _of_pdf(data: bytes, number: int, layout: Layout) -> tuple[Image.Image, float]:
    import pypdfium2  # noqa: PLC0415  an extra
    from PIL import Image  # noqa: PLC0415  an extra

    from banmian.ocr.scan import ready  # noqa: PLC0415  numpy
    from banmian.readers.pdf_pictures import DPI as READ_DPI  # noqa: PLC0415
    from banmian.readers.pdf_pictures import drawn  # noqa: PLC0415

    recognised = any(line.confidence is not None for line in layout.lines)
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            image, dpi = drawn(document, number, READ_DPI if recognised else DPI)
        finally:
            document.close()
    except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
        raise Unreadable("is a PDF whose page cannot be drawn; get the file again.") from error
    # A scan was put straight before it was read.
    return (Image.fromarray(ready(image, dpi).picture), dpi) if recognised else (image, dpi)


def _of_picture(data: bytes, number: int) -> tuple[Image.Image, float]:
    from PIL import Image  # noqa: PLC0415  an extra

    from banmian.readers.pictures import opened, scan  # noqa: PLC0415

    page = scan(opened(data), number)
    return Image.fromarray(page.picture), page.dpi
