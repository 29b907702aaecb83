"""Pages of a PDF that are pictures: drawn by PDFium, and read by an OCR engine."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from banmian.ocr import EngineError, engine
from banmian.readers import Unreadable

if TYPE_CHECKING:
    import pypdfium2
    from PIL import Image

    from banmian.model import Page

# Scans are drawn at this resolution: engines find lines at 200 dpi, and read small type the better at 300.
DPI = 300.0
# A page of 80 by 115 cm at 300 dpi would have 128 million pixels: what is larger than this is drawn coarser.
MAX_PIXELS = 60_000_000


def recognised_page(document: pypdfium2.PdfDocument, number: int, name: str, ocr: str | None) -> Page | str:
    """A page as an engine sees it; or why that cannot be, as the end of a sentence.

    Args:
        document: the PDF.
        number: of the page, from 0.
        name: of the file.
        ocr: the name of the OCR engine; the default one if not told.
    """
    import pypdfium2  # noqa: PLC0415  an extra

    from banmian.ocr.pages import recognised  # noqa: PLC0415
    from banmian.ocr.scan import ready  # noqa: PLC0415  numpy

    if find_spec("PIL") is None:
        return ", and reading it needs an extra: pip install 'banmian[ocr]'"
    try:
        image, dpi = drawn(document, number)
        return recognised(ready(image, dpi), engine(ocr), name=name, number=number + 1)
    except (EngineError, Unreadable) as error:
        return f", which {error}"
    except (pypdfium2.PdfiumError, MemoryError, ValueError, OSError):
        return ", and cannot be drawn; get the file again."


def drawn(document: pypdfium2.PdfDocument, number: int, dpi: float = DPI) -> tuple[Image.Image, float]:
    """A page as a picture in grey, and its resolution: that asked for, or what keeps it within MAX_PIXELS.

    Raises:
        pypdfium2.PdfiumError, MemoryError, ValueError: it cannot be drawn.
    """
    page = document[number]
    try:
        width, height = page.get_size()
        scale = min(dpi / 72, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
        return page.render(scale=scale, grayscale=True).to_pil(), scale * 72
    finally:
        page.close()
