"""A page from what an engine sees on its picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from banmian.layout import Box
from banmian.readers.placing import Placed, one_line, page_of

if TYPE_CHECKING:
    from banmian.model import Page
    from banmian.ocr import Engine, Seen
    from banmian.ocr.scan import Scan

# Sizes of type that differ by less than this share are one size, measured a bit differently.
_ALIKE = 0.07


def recognised(scan: Scan, engine: Engine, *, name: str, number: int) -> Page:
    """The page that a picture shows.

    Args:
        scan: the picture, made ready.
        engine: what reads it.
        name: of the file.
        number: which page of the file it is, from 1.

    Raises:
        EngineError: the engine failed.
    """
    seen = [line for line in engine(scan.picture, scan.dpi) if one_line(line.text)]
    unit = 72 / scan.dpi
    sizes = one_of_alike([line.size or (line.box.width if line.vertical else line.box.height) for line in seen])
    lines = [_placed(line, size, unit) for line, size in zip(seen, sizes, strict=True)]
    flags = ["page.resolution-assumed"] if scan.assumed and lines else []
    return page_of(lines, scan.size, name=name, number=number, flags=flags)


def _placed(seen: Seen, size: float, unit: float) -> Placed:
    box = Box(*(round(side * unit, 2) for side in seen.box))
    text = one_line(seen.text)
    edges = tuple(round(edge * unit, 2) for edge in seen.edges) if len(seen.edges) == len(text) + 1 else ()
    sure = round(min(1.0, max(0.0, seen.confidence)), 4)
    return Placed(text, box, round(size * unit, 2), vertical=seen.vertical, confidence=sure, chars=edges)


def one_of_alike(sizes: Sequence[float]) -> list[float]:
    """The sizes with those that differ by a few per cent set to the one in their middle.

    A page has some ten sizes of type; an engine measures each line anew.

    >>> one_of_alike([25.0, 25.5, 24.8, 48.0])
    [25.0, 25.0, 25.0, 48.0]
    """
    order = sorted(range(len(sizes)), key=lambda at: sizes[at])
    found = list(sizes)
    for group in _groups(order, sizes):
        middle = sizes[group[len(group) // 2]]
        for at in group:
            found[at] = middle
    return found


def _groups(order: Iterable[int], sizes: Sequence[float]) -> list[list[int]]:
    """Sizes in rising order, cut where one is by a share larger than the smallest of its group's middle."""
    groups: list[list[int]] = []
    for at in order:
        if groups and sizes[at] <= sizes[groups[-1][len(groups[-1]) // 2]] * (1 + _ALIKE):
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups
