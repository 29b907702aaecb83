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


def recognised_pages(
    document: pypdfium2.PdfDocument, pages: list[Page], name: str, engine_name: str | None
) -> tuple[list[Page], str]:
    """The pages, those without text read from their pictures; and, where that cannot be, why, as the end of a sentence.

    Args:
        document: the PDF.
        pages: its pages as far as they have text. Those that lack it, and are not damaged, are flagged `page.no-text`.
        name: of the file.
        engine_name: of the OCR engine; the default one if not told.
    """
    import pypdfium2  # noqa: PLC0415  an extra

    from banmian.ocr.pages import recognised  # noqa: PLC0415
    from banmian.ocr.scan import ready  # noqa: PLC0415  numpy

    found = list(pages)
    failed = ": no text was found on its pages."
    for number, page in enumerate(pages):
        if not any(flag.kind == "page.no-text" for flag in page.flags):
            continue
        if find_spec("PIL") is None:
            return found, ", and reading it needs an extra: pip install 'banmian[ocr]'"
        try:
            image, dpi = drawn(document, number)
            seen = recognised(ready(image, dpi), engine(engine_name), name=name, number=number + 1)
        except (EngineError, Unreadable) as error:
            return found, f", which {error}"
        except (pypdfium2.PdfiumError, MemoryError, ValueError, OSError):
            failed = ", and its pages cannot be drawn; get the file again."
            continue
        if seen.source.text:
            found[number] = seen
    return found, failed


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
