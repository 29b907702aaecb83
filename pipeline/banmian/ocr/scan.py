"""A scanned page made ready for an engine: grey, upright, of a known resolution.

The same picture, made ready, is what the boxes of the page refer to; who draws them on it makes it ready again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from banmian.layout import PageSize

if TYPE_CHECKING:
    from PIL import Image

    from banmian.ocr import Picture

# What scans have. A file that says less or more does not know.
LEAST_DPI, MOST_DPI = 60.0, 1300.0
ASSUMED_DPI = 300.0
# The longest side of a newspaper page, in inches: what would be longer has not the resolution that it says.
LONGEST = 36.0
# Skew is looked for up to this angle, in degrees, and less than _EVEN is none.
MOST_SKEW = 6.0
_EVEN = 0.12
# By how many pixels the edges of bitonal pictures are softened.
_SOFT = 0.7
# Skew is looked for on a picture of this size.
_SKETCH = 1400


class Scan(NamedTuple):
    """A page ready for an engine: its picture, its resolution, and whether that is a guess."""

    picture: Picture
    dpi: float
    assumed: bool

    @property
    def size(self) -> PageSize:
        """The page in points."""
        height, width = self.picture.shape
        return PageSize(width * 72 / self.dpi, height * 72 / self.dpi)


def ready(image: Image.Image, dpi: float | None = None) -> Scan:
    """A picture made ready.

    Args:
        image: in any mode, its pixels loaded or to be loaded.
        dpi: its resolution; what the file says, if not told.

    Raises:
        OSError, ValueError, and what else Pillow raises for a damaged file.
    """
    from PIL import Image, ImageFilter, ImageOps  # noqa: PLC0415  an extra

    told = dpi or _told(image)
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at 255
        deep = np.asarray(image, dtype=np.float64)
        image = Image.fromarray((deep * (255 / max(255.0, float(deep.max())))).astype(np.uint8))
    if "A" in image.getbands() or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.new("RGBA", clear.size, "white")
        image.alpha_composite(clear)
    grey = image.convert("L")
    if not told or max(grey.size) > told * LONGEST:
        told = None
    if len(np.unique(np.asarray(grey))) <= 2:
        # Engines are trained on grey pictures: jagged edges look like strokes to them.
        grey = grey.filter(ImageFilter.GaussianBlur(_SOFT))
    angle = skew(np.asarray(grey))
    if abs(angle) >= _EVEN:
        grey = grey.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=_paper(grey))
    return Scan(np.asarray(grey), told or ASSUMED_DPI, told is None)


def _told(image: Image.Image) -> float | None:
    """The resolution that a file tells, if it is one that a scan can have."""
    dpi = image.info.get("dpi")
    try:
        across, down = (float(side) for side in dpi) if dpi else (0.0, 0.0)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (across + down) / 2 if LEAST_DPI <= across <= MOST_DPI and 0.9 <= across / (down or 1.0) <= 1.1 else None


def _paper(grey: Image.Image) -> int:
    """How bright the paper is."""
    counts = np.cumsum(grey.resize((256, 256)).histogram())
    return int(np.searchsorted(counts, 0.8 * counts[-1]))


def skew(picture: Picture) -> float:
    """The angle by which a page is to be turned so that its lines are level, in degrees, counter-clockwise.

    The lines of print, and the white between them, are the sharpest where they are added up along their direction; so
    are columns across it, and the lines of vertical pages. Zero where nothing tells.
    """
    from PIL import Image  # noqa: PLC0415  an extra

    sketch = Image.fromarray(picture)
    sketch.thumbnail((_SKETCH, _SKETCH), Image.Resampling.BOX)
    grey = np.asarray(sketch, dtype=np.float64)
    # Print is darker than the paper around it; shadows and tints, which are broad, do not count.
    dark = np.clip(np.percentile(grey, 80) - grey, 0, None)
    dark[dark < 0.35 * max(1.0, float(np.percentile(dark, 99)))] = 0
    rows, columns = np.nonzero(dark)
    if len(rows) < 500:
        return 0.0
    if len(rows) > 120_000:
        # At random, but always the same: what is taken at even steps may lie in lines of its own.
        some = np.random.default_rng(0).choice(len(rows), 120_000, replace=False)
        rows, columns = rows[some], columns[some]
    weight = dark[rows, columns]
    y, x = rows - grey.shape[0] / 2, columns - grey.shape[1] / 2

    def sharp(angle: float) -> float:
        tangent = np.tan(np.radians(angle))
        total = 0.0
        for place in (y - x * tangent, x + y * tangent):
            at = np.round((place - place.min()) * 1.0).astype(int)
            total += float(np.square(np.diff(np.bincount(at, weight))).sum())
        return total

    best = 0.0
    for step, reach in ((0.5, MOST_SKEW), (0.1, 0.5), (0.02, 0.1)):
        angles = best + np.arange(-reach, reach + step / 2, step)
        best = float(max(angles, key=sharp))
    # Lines that go down to the right have a positive angle here, y being downwards, and are put level by turning the
    # page counter-clockwise.
    return round(best, 2) if sharp(best) > 1.02 * sharp(0.0) else 0.0
