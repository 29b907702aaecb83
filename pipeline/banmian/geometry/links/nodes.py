"""Legs of text and groups of heads as linking sees them, and what is drawn between and around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.arrays import MOST
from banmian.layout import Box

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

# Odds in nats of a rule (线) that is drawn between two things: a story ends at one across the columns; one along them
# may stand between the columns of one story.
RULE_ACROSS, RULE_ALONG = 9.0, 4.0
# How far a rule may reach into what it stands between, in points.
_TOUCHING = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A leg of text, or a group of heads, as linking sees it.

    Args:
        place: the rectangle around it.
        em: the size of its type.
        first, last: how its first line and its last one read; of heads the whole.
        text: how all of it reads.
        starts, ends: whether it begins, and ends, with a paragraph.
        full: whether its last line reaches the edge of the column.
        right: the right edge of its column, and `measured` whether it has lines enough to show it.
        across: whether it runs across the lines of the page.
    """

    place: Box
    em: float
    first: str
    last: str
    text: str = ""
    starts: bool = True
    ends: bool = True
    full: bool = False
    right: float = 0.0
    measured: bool = True
    across: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Many rectangles at once: as `Box`, each side an array.

    What is measured between those of two, is measured as numpy measures arrays: each with each of the other's row
    after `column`.
    """

    left: Floats
    top: Floats
    right: Floats
    bottom: Floats

    @classmethod
    def of(cls, places: Iterable[Box]) -> Places:
        """Some rectangles."""
        return cls(*np.array(list(places), dtype=np.float64).reshape(-1, 4).T)

    def __getitem__(self, which: Ints | slice) -> Places:
        return Places(self.left[which], self.top[which], self.right[which], self.bottom[which])

    @property
    def column(self) -> Places:
        """The same below each other, to be measured with many others."""
        return Places(self.left[:, None], self.top[:, None], self.right[:, None], self.bottom[:, None])

    @property
    def width(self) -> Floats:
        """How long each is along the lines."""
        return self.right - self.left

    @property
    def height(self) -> Floats:
        """How far each goes across the lines."""
        return self.bottom - self.top

    def beside(self, other: Places) -> Floats:
        """How far two lie over each other along the lines; negative: how far apart they are."""
        return np.minimum(self.right, other.right) - np.maximum(self.left, other.left)

    def level(self, other: Places) -> Floats:
        """How far two lie beside each other across the lines; negative: how far apart they are."""
        return np.minimum(self.bottom, other.bottom) - np.maximum(self.top, other.top)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The rules and frames of a page, in its frame."""

    rules: tuple[Box, ...] = ()
    frames: tuple[Box, ...] = ()

    def ruled_off(self, one: Places, two: Places) -> Floats:
        """What the rules between each of some places and the same of others say against one going on in the other."""
        worst = np.zeros(len(one.left))
        step = max(1, MOST // max(1, len(self.rules)))
        for at in range(0, len(worst) if self.rules else 0, step):
            part = slice(at, at + step)
            worst[part] = _ruled_off(Places.of(self.rules), one[part].column, two[part].column)
        return worst

    def framed(self, nodes: Sequence[Node]) -> Ints:
        """The number of the smallest frame (加框) around each of some nodes; -1 where there is none."""
        found = np.full(len(nodes), -1, dtype=np.intp)
        for number, node in enumerate(nodes if self.frames else ()):
            place = node.place
            around = [
                (frame.width * frame.height, which)
                for which, frame in enumerate(self.frames)
                if frame.beside(place) > 0.9 * place.width and frame.level(place) > 0.9 * place.height
            ]
            if around:
                found[number] = min(around)[1]
        return found


def _ruled_off(rules: Places, one: Places, two: Places) -> Floats:
    """The same for so few that all rules can be looked at at once: they stand in rows, the places in columns."""
    along = rules.width < rules.height
    swap = one.left > two.left
    inside = (np.where(swap, two.right, one.right) - _TOUCHING <= rules.left) & (
        rules.right <= np.where(swap, one.left, two.left) + _TOUCHING
    )
    both = (rules.level(one) > 0.5 * one.height) & (rules.level(two) > 0.5 * two.height)
    worst = np.where(along & inside & both, RULE_ALONG, 0.0)
    swap = one.top > two.top
    inside = (np.where(swap, two.bottom, one.bottom) - _TOUCHING <= rules.top) & (
        rules.bottom <= np.where(swap, one.top, two.top) + _TOUCHING
    )
    both = (rules.beside(one) > 0.5 * one.width) & (rules.beside(two) > 0.5 * two.width)
    found: Floats = np.maximum(worst, np.where(~along & inside & both, RULE_ACROSS, 0.0)).max(axis=1)
    return found
