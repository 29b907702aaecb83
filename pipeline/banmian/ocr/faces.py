"""Which lines are set in another face than the text: told by their pictures, for engines do not tell.

Chinese papers set text in a 宋体, captions, bylines and letters in a 楷体 or 仿宋 of its size, subheads in a 黑体.
No measure of strokes tells 宋体 from 楷体 in a scan. But a page has most characters many times, and the same
character in the same face looks the same: a line whose characters look unlike those of the other lines is in another
face. Heavy faces are told by how broad their strokes are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from banmian.layout import OTHER_FACE
from banmian.readers.placing import Placed, is_han

if TYPE_CHECKING:
    from banmian.ocr import Picture

# Characters are compared as pictures of so many pixels a side.
_SIDE = 16
# A character is compared with at least so many others, in a line with at least so many that can be.
_TWINS, _LEAST = 3, 3
# Lines whose type is this much larger or smaller than the text are not compared: size tells them apart already.
_ALIKE = 1.25
# The strokes of fewer characters than this are broad or thin by what characters they are.
_LEAST_HEAVY = 4
# How much broader than in the text strokes are in a heavy face.
_HEAVY = 1.35
# A line is in another face if its likeness is this much below what is usual, in steps of the usual spread; and at all.
_STEPS, _BELOW = 4.0, 0.12

_Image = NDArray[np.float32]


class _Char(NamedTuple):
    """A character of a line: which line, which character, how it looks."""

    line: int
    char: str
    image: _Image


def with_faces(lines: Sequence[Placed], picture: Picture, unit: float) -> list[Placed]:
    """The lines, those in another face than the text marked: `font` is OTHER_FACE, `bold` tells heavy faces.

    Args:
        lines: with boxes, in points.
        picture: that of the page.
        unit: how many points a pixel has.
    """
    usual = _usual_size(lines)
    some = {
        at: line
        for at, line in enumerate(lines)
        if line.box is not None and not line.vertical and usual / _ALIKE <= line.size <= usual * _ALIKE
    }
    heavy = _heavy(some, picture, unit)
    unlike, judged = _unlike([char for at, line in some.items() for char in _chars(at, line, picture, unit)])
    unlike |= _below(some, unlike, judged)
    return [
        replace(line, font=OTHER_FACE if at in heavy or at in unlike else line.font, bold=line.bold or at in heavy)
        for at, line in enumerate(lines)
    ]


def _usual_size(lines: Sequence[Placed]) -> float:
    sizes = sorted(line.size for line in lines for _ in line.text)
    return sizes[len(sizes) // 2] if sizes else 0.0


def _heavy(lines: dict[int, Placed], picture: Picture, unit: float) -> set[int]:
    """The lines whose strokes are much broader than those of most."""
    broad = {}
    for at, line in lines.items():
        if line.box is None or len(line.text) < _LEAST_HEAVY:
            continue
        left, top, right, bottom = (round(side / unit) for side in line.box)
        dark = _dark(picture[max(0, top) : bottom, max(0, left) : right])
        edges = float(np.abs(np.diff(dark, axis=1)).sum()) if dark.size else 0.0
        if edges:
            broad[at] = 2 * float(dark.sum()) / edges / line.size
    if not broad:
        return set()
    usual = float(np.median(list(broad.values())))
    return {at for at, value in broad.items() if value > _HEAVY * usual}


def _dark(part: Picture) -> _Image:
    """How dark each pixel is, the grey of the paper taken off, from 0 to 1."""
    dark = (255.0 - part.astype(np.float32)) / 255
    return np.where(dark < 0.2, np.float32(0), dark)


def _chars(at: int, line: Placed, picture: Picture, unit: float) -> Iterator[_Char]:
    """The Chinese characters of a line, each cut out along its ink and brought to one size."""
    from PIL import Image  # noqa: PLC0415  an extra

    box = line.box
    if box is None or len(line.chars) != len(line.text) + 1:
        return
    margin = 0.06 * line.size
    top, bottom = max(0, round((box.top - margin) / unit)), round((box.bottom + margin) / unit)
    for char, (start, end) in zip(line.text, pairwise(line.chars), strict=True):
        if not is_han(char):
            continue
        dark = _dark(picture[top:bottom, max(0, round(start / unit)) : round(end / unit)])
        rows, columns = (
            np.flatnonzero(dark.max(axis=1, initial=0) > 0.35),
            np.flatnonzero(dark.max(axis=0, initial=0) > 0.35),
        )
        if len(rows) < 4 or len(columns) < 4:
            continue
        tight = dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        small = Image.fromarray(tight).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
        image = np.asarray(small, dtype=np.float32).ravel()
        image = image - image.mean()
        norm = float(np.linalg.norm(image))
        if norm > 0:
            yield _Char(at, char, image / norm)


def _below(lines: dict[int, Placed], unlike: set[int], judged: set[int]) -> set[int]:
    """The lines that nothing is known of and that go on from one in another face, right above: the ends of captions."""
    found: set[int] = set()
    for box, at in sorted(
        ((line.box, at) for at, line in lines.items() if line.box is not None and at not in judged),
        key=lambda pair: (pair[0].top, pair[0].left),
    ):
        for other in unlike | found:
            above = lines[other].box
            if above is not None and min(box.right, above.right) - max(box.left, above.left) > 0.5 * box.width:
                gap, size = box.top - above.bottom, lines[at].size
                if -0.3 * size <= gap <= size and abs(size - lines[other].size) < 0.1 * size:
                    found.add(at)
    return found


def _unlike(chars: Sequence[_Char]) -> tuple[set[int], set[int]]:
    """The lines whose characters look unlike the same characters of other lines; and those that can be judged."""
    same: dict[str, list[_Char]] = defaultdict(list)
    for char in chars:
        same[char.char].append(char)
    likeness: dict[int, list[float]] = defaultdict(list)
    for twins in same.values():
        if len(twins) <= _TWINS:
            continue
        images = np.stack([twin.image for twin in twins])
        alike = images @ images.T
        np.fill_diagonal(alike, np.nan)
        # The median: most of its twins are in the face of the text, and one that touches its neighbour does no harm.
        for twin, value in zip(twins, np.nanmedian(alike, axis=1).tolist(), strict=True):
            likeness[twin.line].append(value)
    # The upper quartile: where the engine was wrong about a character, or where it stands, it looks unlike its twins.
    means = {line: float(np.percentile(values, 75)) for line, values in likeness.items() if len(values) >= _LEAST}
    if len(means) < 20:
        return set(), set()
    values = np.array(list(means.values()))
    usual = float(np.median(values))
    spread = 1.4826 * float(np.median(np.abs(values - usual)))
    least = usual - max(_BELOW, _STEPS * spread)
    return {line for line, value in means.items() if value < least}, set(means)
