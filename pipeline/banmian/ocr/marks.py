"""Marks that engines mix up, told by their ink: a comma that has lost its tail is read as the comma of lists (、).

A scan in two tones keeps of a comma a dot with a hair of its tail. An engine that knows commas with tails takes that
for the other mark of some ink at the lower left; but 、 is a slanting stroke, twice as wide as the dot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from banmian.ocr.cells import ink

if TYPE_CHECKING:
    from banmian.ocr import Picture, Seen

LISTS, COMMA = "、", "，"
# In em. On pages of dev/ocr in two tones 、 is 0.21 wide and more, what is left of a comma 0.11 and less.
STROKE = 0.15
# The part of its square that has the ink of such a mark; what neighbours have in it lies beyond.
WITHIN = (0.1, 0.75)


def with_marks(seen: Sequence[Seen], picture: Picture) -> list[Seen]:
    """Lines with 、 put right that is too narrow to be one; vertical lines stay as they are.

    Args:
        seen: what an engine saw; only where it tells the edges of characters can this be told.
        picture: in which it saw it.
    """
    return [_told(line, picture) if LISTS in line.text and not line.vertical else line for line in seen]


def _told(line: Seen, picture: Picture) -> Seen:
    if len(line.edges) != len(line.text) + 1:
        return line
    height, width = picture.shape
    left, right = max(0, int(line.box.left)), min(width, int(np.ceil(line.box.right)) + 1)
    top, bottom = max(0, int(line.box.top)), min(height, int(np.ceil(line.box.bottom)) + 1)
    if right <= left or bottom <= top:
        return line
    dark = np.logical_or.reduce(ink(picture[top:bottom, left:right]), axis=0)
    em = line.size or line.box.height
    chars = list(line.text)
    for at in (at for at, char in enumerate(chars) if char == LISTS):
        start = line.edges[at] - left
        own = np.flatnonzero(dark[max(0, round(start + WITHIN[0] * em)) : max(0, round(start + WITHIN[1] * em))])
        if len(own) and own[-1] + 1 - own[0] < STROKE * em:
            chars[at] = COMMA
    return replace(line, text="".join(chars))
