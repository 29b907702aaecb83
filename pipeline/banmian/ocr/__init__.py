"""OCR engines: what reads the lines of a picture, and how one of your own is added.

An engine is a callable: a picture in, the lines that it sees out (`Engine`). banmian knows two:

- `rapidocr`: RapidOCR 3 with the models that its package brings (PP-OCRv6), so that nothing is fetched. The default,
  and much the better one for Chinese. `rapidocr:FOLDER` reads with the models (det and rec, .onnx) of a folder.
- `tesseract`: the program of that name, with its data for Chinese. `tesseract:LANG` says which one:
  `tesseract:chi_tra_vert`.

One of your own is a function in the entry-point group `banmian.ocr` that takes what stands behind the colon (or "")
and returns an engine, and that raises `EngineError` if it cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol, cast

from banmian.layout import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

DEFAULT = "rapidocr"
ENTRY_POINTS = "banmian.ocr"

# Where the engines of banmian are made.
_BUILT_IN = {"rapidocr": "banmian.ocr.rapid", "tesseract": "banmian.ocr.tesseract"}


class EngineError(ValueError):
    """An engine that cannot be had, or that failed: the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A line that an engine saw.

    Args:
        text: its characters, in reading order.
        box: where it stands, in pixels from the top left corner of the picture.
        confidence: how sure the engine is of its characters, from 0 to 1.
        edges: where each of its characters begins along the line (x, or y where it is vertical), and where the last one
            ends, in pixels; or empty where the engine does not tell.
        size: of its type, in pixels: the side of the square of a Chinese character; None where it is not told.
        vertical: whether its characters stand below each other.
    """

    text: str
    box: Box
    confidence: float
    edges: tuple[float, ...] = ()
    size: float | None = None
    vertical: bool = False


class Engine(Protocol):
    """What reads the lines of a picture."""

    def __call__(self, picture: Picture, dpi: float, /) -> Sequence[Seen]:
        """The lines of a picture, from top to bottom.

        Args:
            picture: grey, 0 is black, one row a row of pixels. It stands upright and is not askew.
            dpi: how many pixels an inch of the page has, at least roughly.

        Raises:
            EngineError: the engine failed.
        """
        ...


def engine(name: str | None = None) -> Engine:
    """An engine by its name, made once a process: its models take a second to load.

    Raises:
        EngineError: there is none of this name, or what it needs is not installed.
    """
    return _made(name or DEFAULT)


def check(name: str) -> None:
    """Whether there is an engine of a name; whether it works, is seen when it is made.

    Raises:
        EngineError: there is none.
    """
    _maker(name.partition(":")[0])


@lru_cache(maxsize=4)
def _made(name: str) -> Engine:
    kind, _, what = name.partition(":")
    return _maker(kind)()(what)


def _maker(kind: str) -> Callable[[], Callable[[str], Engine]]:
    """What loads the function that makes engines of a kind."""
    if kind in _BUILT_IN:
        return lambda: cast("Callable[[str], Engine]", import_module(_BUILT_IN[kind]).make)
    found = list(entry_points(group=ENTRY_POINTS, name=kind))
    if len(found) != 1:
        all_of_them = sorted({*_BUILT_IN, *(point.name for point in entry_points(group=ENTRY_POINTS))})
        known = ", ".join(all_of_them)
        why = "is not known" if not found else "is provided by more than one plug-in; uninstall all but one"
        raise EngineError(f"the OCR engine {kind!r} {why}; there are {known}.")
    return lambda: cast("Callable[[str], Engine]", found[0].load())
