"""Read pictures of pages, PNG, JPEG, TIFF (of many pages too) and JPEG 2000, through an OCR engine (`banmian.ocr`).

Why Pillow: it reads all four on all platforms, and says for a damaged file what is wrong instead of guessing.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from banmian.model import Flag, Issue, Page
from banmian.readers import Unequipped, Unreadable

if TYPE_CHECKING:
    from PIL import Image

    from banmian.ocr.scan import Scan

# A0 at 300 dpi has 140 million pixels; as grey that is 140 MB. Pillow refuses more than twice 89 million by itself.
MAX_PIXELS = 175_000_000
MAX_PAGES = 2000
FORMATS = ("PNG", "JPEG", "TIFF", "JPEG2000")
_BLANK = Flag("page.no-text", "an OCR engine found no text on this picture")

_MAGIC = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"\0\0\0\x0cjP  \r\n\x87\n",
    b"\xff\x4f\xff\x51",
)

# What Pillow raises for files that are damaged, one way or the other; its own list is just as long.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    MemoryError,
    RuntimeError,
    AssertionError,
    struct.error,
    zlib.error,
)


def sniff(data: bytes) -> bool:
    """Whether a file is a picture of a kind that is read."""
    return data.startswith(_MAGIC)


def read(data: bytes, name: str, *, ocr: str | None = None) -> Issue:
    """The pages of a picture, one of each of its frames.

    Args:
        data: the bytes of the file.
        name: what it is called.
        ocr: the name of the OCR engine; the default one if not told.

    Raises:
        Unreadable: it is damaged, or has no text, or the engine is not to be had.
    """
    found: list[Page] = []
    for page in pages(data, name, range(1, count(data) + 1), ocr=ocr):
        if isinstance(page, Unreadable):
            raise page
        found.append(page)
    if not any(page.source.text for page in found):
        raise Unreadable("is a picture on which no text was found; is it a page, upright and sharp?")
    return Issue(id=PurePath(name).stem, pages=tuple(found))


def count(data: bytes | Path) -> int:
    """How many pages a picture has.

    Raises:
        Unreadable: it is damaged, or has too many.
    """
    with opened(data) as image:
        many = frames(image)
    if many > MAX_PAGES:
        raise Unreadable(f"has {many:,} pages, more than {MAX_PAGES:,}; give banmian one issue a file.")
    return many


def pages(data: bytes, name: str, wanted: Iterable[int], *, ocr: str | None = None) -> Iterator[Page | Unreadable]:
    """Some pages of a picture, by their numbers from 1, each read when it is asked for; where one cannot be read, why.

    A page on which there is nothing to read is empty, and a flag says so.

    Raises:
        Unreadable: the file as a whole is damaged.
    """
    from banmian.ocr import EngineError, engine  # noqa: PLC0415  an extra
    from banmian.ocr.pages import recognised  # noqa: PLC0415

    image = opened(data)
    for number in wanted:
        try:
            page = recognised(scan(image, number - 1), engine(ocr), name=name, number=number)
        except EngineError as error:
            yield Unequipped(str(error))
        except Unreadable as error:
            yield error
        else:
            yield page if page.source.text else replace(page, flags=(*page.flags, _BLANK))


def opened(data: bytes | Path) -> Image.Image:
    """The picture of a file; its pixels are not read yet.

    Raises:
        Unreadable: it is damaged, or has more pixels than a page.
    """
    from PIL import Image  # noqa: PLC0415  an extra

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large pictures, which pages are, and of odd metadata
            return Image.open(data if isinstance(data, Path) else BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Unreadable(_TOO_LARGE) from error
    except _DAMAGED as error:
        raise Unreadable(_refusal(error)) from error


def frames(image: Image.Image) -> int:
    """How many pages a picture has."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    except _DAMAGED as error:
        raise Unreadable(_refusal(error)) from error


def scan(image: Image.Image, number: int) -> Scan:
    """A page of a picture, made ready for an engine.

    Raises:
        Unreadable: it is damaged, or has more pixels than a page.
    """
    from PIL import Image  # noqa: PLC0415

    from banmian.ocr.scan import ready  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if number or image.tell():
                image.seek(number)
            if image.width * image.height > MAX_PIXELS:
                raise Unreadable(_TOO_LARGE)
            return ready(image)
    except Unreadable:
        raise
    except Image.DecompressionBombError as error:
        raise Unreadable(_TOO_LARGE) from error
    except _DAMAGED as error:
        raise Unreadable(_refusal(error)) from error


_TOO_LARGE = f"is a picture of more than {MAX_PIXELS // 10**6} million pixels; scan it at 300 to 400 dpi."


def _refusal(error: BaseException) -> str:
    """What is wrong with a picture, in one line."""
    why = " ".join(str(error).split())[:120].rstrip(".")
    known = why if why and "BytesIO" not in why else "its format is broken"
    return f"is a damaged picture ({known}); get the file again."
