"""The picture of a page, to draw on: of a PDF as PDFium shows it, of a picture as it was read."""

from __future__ import annotations

from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

from banmian.layout import Layout
from banmian.readers import MissingExtra, Unreadable, reader_of

if TYPE_CHECKING:
    from PIL import Image

# Enough to read the text of a newspaper page on a screen; a page is some 500 kB then.
DPI = 110.0
_QUALITY = 70


def view(data: bytes, number: int, layout: Layout) -> bytes | None:
    """A page of a file as a JPEG, in the frame of its layout; None where the file has no picture of it.

    Args:
        data: the bytes of the file.
        number: which of its pages, from 0.
        layout: that of the page.

    Raises:
        MissingExtra: drawing it needs an extra that is not installed.
        Unreadable: the page cannot be drawn.
    """
    kind = reader_of(data).name
    if kind not in ("pdf", "pictures"):
        return None
    if find_spec("PIL") is None:
        raise MissingExtra("a page whose picture is to be shown", "ocr")
    image, dpi = _of_pdf(data, number, layout) if kind == "pdf" else _of_picture(data, number)
    if layout.size.width <= 0 or layout.size.height <= 0:
        return None
    size = tuple(max(1, round(side * DPI / 72)) for side in layout.size)
    if abs(image.width / image.height / (layout.size.width / layout.size.height) - 1) > 0.02:
        return None  # its lines were read turned by a quarter, which the file does not say
    if dpi > DPI:
        image = image.resize((size[0], size[1]))
    out = BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


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
